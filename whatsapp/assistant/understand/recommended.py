"""A master known only by hearsay: «друг посоветовал Рустама, можно к нему?», «у вас работает Кирилл?»."""

from __future__ import annotations

import re

from whatsapp.assistant.understand import names
from whatsapp.assistant.understand.patterns import Line

_PRAISED = "посовет~|советовал~|советуют|рекоменд~|порекоменд~|хвалил~|хвалят|нахвал~|расхвал~"
_WORKS = "у вас ..2 работает|принимает|стрижет|есть ..1 .", "работает|принимает у вас ..1 ."
_TO_THEM = "к|у нему|него|ней|нее"
_SPEAKER = re.compile("я$|зовут$|имя$")


def unknown(line: Line) -> str | None:
    """The nominative of a recommended name, when the visit asked for is to its bearer."""
    praised = line.has(_PRAISED)
    if not line.has(_TO_THEM) or not (praised or line.has(*_WORKS)):
        return None
    wanted = {"accs"} if praised else {"nomn"}
    for i, token in enumerate(line.tokens):
        before = line.tokens[i - 1].word if i else ""
        if not token.raw[:1].isupper() or token.kind != "word" or _SPEAKER.match(before):
            continue
        found = {name for name, case in names.known_name(token.word) if case in wanted}
        if found:
            full = sorted(name for name in found if name in names.FULL)
            return (full or sorted(found))[0].capitalize()
    return None
