"""Which files of a folder are looked at. What is passed over is told, once for each folder."""

import re
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Final

from scraper.cases import Case, is_case
from scraper.errors import DamagedFile
from scraper.imports.entries import Input, PassedOver
from scraper.parse.mhtml import is_mhtml

ENDINGS: Final = (".html", ".htm", ".mhtml", ".mht", ".txt", ".json", ".jsonl", ".ndjson", ".warc", ".wacz")
"""Endings of files that a folder is searched for, each also followed by `.gz`."""


def files_below(paths: Iterable[str]) -> Iterator[Input | PassedOver]:
    """The files below some paths, folders sorted by name, so that the order never depends on the file system.

    A path that is no folder is looked at whatever its name is. `-` is standard input.
    """
    for name in paths:
        path = Path(name)
        if name == "-":
            yield Input(None)
        elif path.is_dir():
            yield from _below(path)
        else:
            yield Input(path)


def _below(top: Path) -> Iterator[Input | PassedOver]:
    """Depth first."""
    ways = [_within(top)]  # no calls within calls: folders may lie in each other a thousand deep
    while ways:
        found = next(ways[-1], None)
        if found is None:
            ways.pop()
        elif isinstance(found, Path):
            ways.append(_within(found))
        else:
            yield found


def _within(folder: Path) -> Iterator[Input | PassedOver | Path]:
    """The files in a folder and the folders in it; the one page of a case. What cannot be read is one input."""
    try:
        case = _case(folder)
        if isinstance(case, Case):
            yield Input(case.inputs[0], case.url, case.fetched_at)
            return
        names = sorted(entry.name for entry in folder.iterdir())  # of many files, names alone take little memory
    except OSError as error:
        yield Input(folder, problem=error)
        return
    passed: dict[str, list[str]] = {}
    belonging = _folders_of_pages(names)
    for name in names:
        found = case if case is not None and name == "case.json" else _entry(folder / name, belonging)
        if isinstance(found, str):
            passed.setdefault(found, []).append(name)
        else:
            yield found
    for why, which in passed.items():
        yield PassedOver(str(folder), f"{_shown(which)}: {why}")


def _case(folder: Path) -> Case | Input | None:
    """The case in a folder; somebody else's `case.json` is an input that cannot be read.

    Raises:
        OSError: it cannot be looked at.
    """
    if not is_case(folder):
        return None
    try:
        return Case.load(folder)
    except ValueError as error:
        why = f"it does not describe a case ({error}); the folder is read like any other"
        return Input(folder / "case.json", problem=DamagedFile(why))


def _entry(path: Path, belonging: AbstractSet[str]) -> Input | PassedOver | Path | str:
    """A file, a folder, or why it is passed over.

    Args:
        path: what it is.
        belonging: the names of folders that belong to saved pages.
    """
    if path.name.startswith(_HIDDEN):
        return "hidden, or an editor's"
    try:
        if path.is_dir():
            if path.name in belonging:
                return PassedOver(str(path), "the pictures and styles of a saved page")
            return "a link to a folder" if path.is_symlink() else path
        is_named = path.name.lower().removesuffix(".gz").endswith(ENDINGS)
        if not path.is_file():
            # No pipe or socket, which never ends; a link that leads nowhere is a failure with a name.
            return Input(path) if is_named and not path.exists() else "no file"
        return Input(path) if is_named or _begins_as_page(path) else "no kind of file that holds pages"
    except OSError as error:
        return Input(path, problem=error)


def _begins_as_page(path: Path) -> bool:
    """Whether a file begins as a web page, whatever its name: NCT05160831, index.html?id=4, page.aspx, page.html.1."""
    if path.name.endswith("~"):  # an editor's copy
        return False
    try:
        with path.open("rb") as file:
            head = file.read(_LOOK)
    except OSError:
        return False
    return _PAGE.match(head) is not None or is_mhtml(head)


def _folders_of_pages(names: Iterable[str]) -> frozenset[str]:
    """The names that a browser gives to the folders beside the pages it saves."""
    plain = (name[:-3] if name.lower().endswith(".gz") else name for name in names)
    pages = (name.rpartition(".")[0] for name in plain if name.lower().endswith((".html", ".htm", ".xhtml")))
    return frozenset(f"{page}{ending}" for page in pages for ending in _BESIDE)


def _shown(names: list[str]) -> str:
    """Some of the names, and how many others there are."""
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")


_LOOK: Final = 2048
"""Bytes that are looked at of a file whose name does not tell what it is."""

_PAGE: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml\b[^>]*>\s*|<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
"""How markup of a page begins; comments may stand before, as a browser's mark."""

_NAMED: Final = 3
"""Names that are told of what is passed over in a folder."""

_HIDDEN: Final = (".", "~$", "#")
"""How the names of hidden files begin, of what office programs leave beside an open file, and of what Emacs saves."""

_BESIDE: Final = (
    *("_files", ".files", "-Dateien", "_fichiers", "_bestanden", "_file", "_archivos", "-filer", "_tiedostot"),
    *("_pliki", "_soubory", "_elemei", "_ficheiros", "_arquivos", "_dosyalar", "_datoteke", "_fitxers", "_failid"),
    *("_fails", "_bylos", "_fajlovi", "_fitxategiak"),
)
"""What browsers put behind a page's name: Windows knows these as connected files, in its languages."""
