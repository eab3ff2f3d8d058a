"""What a Range header asks for, and the cutting."""

from collections.abc import Generator

import pytest

from whatsapp.byte_ranges import OutOfRange, Part, asked_part, cut


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-1", Part(0, 1)),
        ("bytes=0-", Part(0, 99)),
        ("Bytes=10-19", Part(10, 19)),
        ("bytes= 10 - 19", Part(10, 19)),
        ("bytes=99-99", Part(99, 99)),
        ("bytes=90-1000", Part(90, 99)),
        ("bytes=-10", Part(90, 99)),
        ("bytes=-1000", Part(0, 99)),
        # Not one range of bytes: the whole file, as the RFC lets us.
        ("", None),
        ("bytes=-", None),
        ("bytes=5-4", None),
        ("bytes=0-1,5-6", None),
        ("items=0-1", None),
        ("bytes=a-b", None),
    ],
)
def test_header_asks_for_a_part(header: str, part: Part | None) -> None:
    assert asked_part(header, 100) == part


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0"])
def test_bytes_that_are_not_there_are_refused(header: str) -> None:
    with pytest.raises(OutOfRange):
        asked_part(header, 100)


@pytest.mark.parametrize("length", [1, 3, 4, 10, 100])
def test_part_is_the_same_however_the_content_is_chunked(length: int) -> None:
    content = bytes(range(100))
    for part in (Part(0, 0), Part(0, 99), Part(4, 7), Part(3, 50), Part(99, 99)):
        chunks = (content[at : at + length] for at in range(0, 100, length))

        assert b"".join(cut(chunks, part)) == content[part.first : part.last + 1]


def test_nothing_is_read_beyond_the_part_and_the_source_is_closed() -> None:
    read: list[int] = []
    closed: list[bool] = []

    def source() -> Generator[bytes]:
        try:
            for at in range(10):
                read.append(at)
                yield bytes(10)
        finally:
            closed.append(True)

    assert len(b"".join(cut(source(), Part(5, 14)))) == 10
    assert (read, closed) == ([0, 1], [True])
