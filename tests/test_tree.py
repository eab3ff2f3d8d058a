"""The tree itself: what must not be in any file, how long one may be, and links that lead somewhere."""

import re
from pathlib import Path

import pytest

from tests.tree import ROOT, files, texts

# Written in pieces, so that this file does not find itself.
_REGISTRIES = (
    "registry." + "npmjs",
    "files." + "pythonhosted",
    "pypi." + "org/simple",
    "_auth" + "Token",
)
_MACHINE = re.compile(r"(?<![\w.])/(?:" + "work|farm|root|home/\\w+|Users/\\w+" + r")/")
# Salons and companies that the seed and its authors wrote into code: rules must not know any…
_SALONS = ("962" + "302", "demo" + "_phone")
# …and must not tell one from the others by its number.
_ONE_SALON = re.compile(
    r"(?:salon|company|yclients)_?id\w*\s*(?:===?|!==?|\bin\b)\s*[\[({\"']?\d{2,}", re.I
)
_LONGEST = 300


def _product(path: Path) -> bool:
    """Product code: neither tests nor the demo nor its stand-ins."""
    if path.parts[0] not in {"aiadmin", "marketplace", "whatsapp", "static", "templates"}:
        return False
    return not {"demo", "sandbox", "test", "run"} & set(path.parts)


def test_no_file_names_a_package_registry() -> None:
    found = [
        f"{path}: {host}" for path, text in texts(files()) for host in _REGISTRIES if host in text
    ]

    assert found == []


def test_no_file_names_a_path_of_some_machine() -> None:
    found = [
        f"{path}:{number}: {line.strip()[:80]}"
        for path, text in texts(files())
        for number, line in enumerate(text.splitlines(), start=1)
        if _MACHINE.search(line)
    ]

    assert found == []


def test_product_code_knows_no_salon() -> None:
    code = [path for path in files(".py", ".ts", ".js", ".html", ".sql", ".md") if _product(path)]
    found = [
        str(path)
        for path, text in texts(code)
        if _ONE_SALON.search(text) or any(salon in text for salon in _SALONS)
    ]

    assert found == []


@pytest.mark.parametrize(
    "line", ["if salon_id == 4001:", "company_id in (15, 16)", "salonId === 77"]
)
def test_a_number_in_a_rule_is_found(line: str) -> None:
    assert _ONE_SALON.search(line)


def test_source_files_stay_short() -> None:
    sources = [
        path for path in files(".py", ".ts", ".js", ".css") if "migrations" not in path.parts
    ]
    lengths = {str(path): len(text.splitlines()) for path, text in texts(sources)}

    assert {name: count for name, count in lengths.items() if count > _LONGEST} == {}


def test_python_modules_say_what_belongs_there() -> None:
    modules = [path for path in files(".py") if path.parts[0] != "tests"]
    modules = [path for path in modules if "migrations" not in path.parts]
    silent = [
        str(path)
        for path, text in texts(modules)
        if text.strip() and not text.removeprefix("#!/usr/bin/env python\n").startswith('"""')
    ]

    assert silent == []


@pytest.mark.parametrize("document", files(".md"), ids=str)
def test_links_of_a_document_lead_somewhere(document: Path) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", text)

    assert [target for target in targets if not (ROOT / document.parent / target).exists()] == []
