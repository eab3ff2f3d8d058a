"""The gettext catalogues of `aiadmin/locale`: gathered from the sources and compiled, with Babel alone.

Texts stand in the sources in English and in `ru/LC_MESSAGES/*.po` in Russian; the compiled `.mo` beside
them is committed, so that a running product needs neither Babel nor msgfmt.
"""

import io
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from babel.messages import extract, mofile, pofile
from babel.messages.catalog import Catalog, Message
from django.utils.translation.template import templatize

from aiadmin.run.paths import ROOT

LOCALE = ROOT / "aiadmin" / "locale" / "ru" / "LC_MESSAGES"
# Staff's pages, the demo and the stand-ins are no owner's: their Russian stands where it is used.
_PYTHON = ("aiadmin/core", "marketplace", "whatsapp")
_ABROAD = {"demo", "admin", "sandbox", "migrations", "bridge"}
# `_` is what Django makes of a template's constants.
_KEYWORDS = {"gettext": None, "gettext_lazy": None, "ngettext": (1, 2)}
_OF_TEMPLATES = {**_KEYWORDS, "_": None}
_CYRILLIC = re.compile(r"[а-яё]", re.I)
# Babel does not look inside an f-string's braces.
_HIDDEN = re.compile(r"""\bf["'].*\{n?gettext""")

# A text, or the singular and the plural of one, and the file it stands in.
Found = tuple[str, str | tuple[str, ...]]


def main(arguments: Sequence[str]) -> int:
    """Brings the catalogues up to the sources; with `--check` says what is not. Returns the exit code."""
    faults = [*_inline(), *_hidden()]
    for domain, catalogue in _fresh().items():
        lacking = _lacking(catalogue)
        faults += [f"{domain}.po: not translated: {message.id}" for message in lacking]
        faults += [
            f"{domain}.po: {error}: {message.id}"
            for message, errors in catalogue.check()
            if message not in lacking
            for error in errors
        ]
        for path, content in _files(domain, catalogue).items():
            if path.exists() and path.read_bytes() == content:
                continue
            if "--check" in arguments:
                faults.append(f"{path.relative_to(ROOT)} is stale: run `make texts`")
            else:
                path.write_bytes(content)
    print("\n".join(faults) or "The catalogues are whole.")
    return 1 if faults else 0


def _fresh() -> dict[str, Catalog]:
    """Each domain's catalogue with the texts of the sources and the translations there are."""
    fresh = {}
    for domain, found in (("django", _pages()), ("djangojs", _scripts())):
        template = Catalog()
        for path, text in found:
            template.add(text, locations=[(path, 0)])
        with (LOCALE / f"{domain}.po").open("rb") as file:
            catalogue = pofile.read_po(file, locale="ru", domain=domain)
        catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
        catalogue.obsolete.clear()
        fresh[domain] = catalogue
    return fresh


def _files(domain: str, catalogue: Catalog) -> dict[Path, bytes]:
    text, compiled = io.BytesIO(), io.BytesIO()
    pofile.write_po(text, catalogue, width=110, sort_output=True, include_lineno=False)
    mofile.write_mo(compiled, catalogue)
    return {
        LOCALE / f"{domain}.po": text.getvalue(),
        LOCALE / f"{domain}.mo": compiled.getvalue(),
    }


def _lacking(catalogue: Catalog) -> list[Message]:
    """Without a translation, with one in doubt, or with one form of a plural missing."""
    wanted = [message for message in catalogue if message.id]
    return [message for message in wanted if message.fuzzy or not _whole(message.string)]


def _whole(string: str | Sequence[str] | None) -> bool:
    return bool(string) and (isinstance(string, str) or all(string or ()))


def _pages() -> Iterator[Found]:
    yield from _texts(_template, _sources("templates", "*.html"), _OF_TEMPLATES)
    for folder in _PYTHON:
        yield from _texts("python", _sources(folder, "*.py"), _KEYWORDS)


def _scripts() -> Iterator[Found]:
    yield from _texts("javascript", _sources("static/js", "*.js"), _KEYWORDS)


def _texts(method: Any, paths: Sequence[Path], keywords: Mapping[str, Any]) -> Iterator[Found]:
    for path in paths:
        source = io.BytesIO(path.read_bytes())
        for _, text, _, _ in extract.extract(method, source, keywords=keywords):
            yield str(path.relative_to(ROOT)), text


def _inline() -> list[str]:
    """Russian that stands in a page's or a script's own text."""
    pages = [
        *_sources("templates", "*.html"),
        *_sources("static", "*.js"),
        *_sources("static", "*.css"),
    ]
    return [
        f"{path.relative_to(ROOT)}:{number}: Russian outside the catalogue: {line.strip()[:60]}"
        for path in pages
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if _CYRILLIC.search(line)
    ]


def _hidden() -> list[str]:
    """Calls that cannot be gathered."""
    return [
        f"{path.relative_to(ROOT)}:{number}: a text inside an f-string is not gathered"
        for folder in _PYTHON
        for path in _sources(folder, "*.py")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if _HIDDEN.search(line)
    ]


def _template(file: BinaryIO, keywords: Any, tags: Any, options: Any) -> Iterator[Any]:
    """Babel's method for Django's templates: what Django makes of them for xgettext, read as Python."""
    # Indentation means nothing here, and to Python it would.
    source = "\n".join(
        line.strip() for line in templatize(file.read().decode("utf-8")).splitlines()
    )
    return extract.extract_python(io.BytesIO(source.encode()), keywords, tags, options)


def _sources(folder: str, pattern: str) -> list[Path]:
    paths = sorted((ROOT / folder).rglob(pattern))
    return [path for path in paths if not _ABROAD & set(path.relative_to(ROOT).parts)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
