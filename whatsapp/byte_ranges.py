"""Parts of a file (RFC 9110, 14): what a Range header asks for, cut out of a content that comes in chunks.

Players ask for parts before anything else; Safari plays nothing that cannot be had in parts.
"""

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass

_ONE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.IGNORECASE)


@dataclass(frozen=True)
class Part:
    """Bytes `first` to `last`, both included, counted from 0."""

    first: int
    last: int

    @property
    def size(self) -> int:
        return self.last - self.first + 1


class OutOfRange(Exception):
    """The file has no such bytes: 416."""


def asked_part(header: str, size: int) -> Part | None:
    """The part that `header` asks for; None: the whole file, also for what is not one range of bytes.

    Raises OutOfRange.
    """
    found = _ONE_RANGE.fullmatch(header.replace(" ", ""))
    if found is None or found[1] == found[2] == "":
        return None
    first, last = found.groups()
    if first == "":
        # The last so many bytes.
        part = Part(max(0, size - int(last)), size - 1)
    elif last and int(last) < int(first):
        return None
    else:
        part = Part(int(first), min(int(last or size), size - 1))
    if part.size < 1:
        raise OutOfRange
    return part


def cut(chunks: Generator[bytes], part: Part) -> Iterator[bytes]:
    """The bytes of the part; what follows it is not read."""
    at = 0
    try:
        for chunk in chunks:
            piece = chunk[max(0, part.first - at) : part.last + 1 - at]
            at += len(chunk)
            if piece:
                yield piece
            if at > part.last:
                return
    finally:
        chunks.close()
