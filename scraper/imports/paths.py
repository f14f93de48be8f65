"""The one way from paths to pages: files, folders, files that hold several pages, standard input."""

import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from stat import S_ISREG
from tempfile import NamedTemporaryFile

from scraper.errors import PageError
from scraper.imports.containers import Container, Containers
from scraper.imports.entries import DAMAGE, Input, PassedOver, expanded, whole
from scraper.imports.folders import files_below
from scraper.imports.json_lists import HEAD
from scraper.internal_errors import internal_error
from scraper.parse.blocks import MAX_BYTES


def inputs_below(
    paths: Iterable[str],
    url: str | None = None,
    *,
    told: datetime | None = None,
    passed_over: Callable[[PassedOver], None] = lambda _: None,
) -> Iterator[Input]:
    """The pages below some paths, one after the other: no file is held in memory, and none of them ends the others.

    Args:
        paths: files, folders, and `-` for standard input.
        url: the page's address, where the paths are one page.
        told: when pages were captured of which nothing else says so.
        passed_over: is called with what is no page, in order.
    """
    before = 0
    with Containers() as table:
        for file in files_below(paths):
            for entry in (file,) if isinstance(file, PassedOver) else _pages(file, table):
                if isinstance(entry, PassedOver):
                    passed_over(entry)
                else:
                    yield replace(entry, url=entry.url or url, told=told, read=before + entry.read)
            before += _size(file)


def bytes_below(paths: Iterable[str]) -> int:
    """How many bytes the files below some paths have: how far `Input.read` goes."""
    return sum(map(_size, files_below(paths)))


def _pages(file: Input, table: Containers) -> Iterator[Input | PassedOver]:
    """The pages of a file; what has no place on a disk, as a pipe, is copied to one first."""
    if file.problem is not None:
        yield file
    elif file.path is None or not _is_regular(file.path):
        yield from _copied_pages(file, table)
    elif (container := _container(file.path, file.path.name, table)) is None:
        yield replace(file, read=_size(file))
    else:
        yield from _contained(file, container, file.path)


def _copied_pages(file: Input, table: Containers) -> Iterator[Input | PassedOver]:
    try:
        with ExitStack() as stack:
            source = sys.stdin.buffer if file.path is None else stack.enter_context(file.path.open("rb"))
            copy = stack.enter_context(NamedTemporaryFile(prefix="trialpages-"))
            copy.write(source.read(MAX_BYTES + 1))
            copy.flush()
            place = Path(copy.name)
            container = _container(place, file.path.name if file.path is not None else "", table)
            if container is None:
                yield _copied_page(file, place)
                return
            shutil.copyfileobj(source, copy)
            copy.flush()
            yield from _contained(file, container, place)
    except OSError as error:
        yield replace(file, problem=error)


def _copied_page(file: Input, place: Path) -> Input:
    try:
        return replace(file, content=whole(place)[0])
    except PageError as error:
        return replace(file, problem=error)


def _contained(file: Input, container: Container, place: Path) -> Iterator[Input | PassedOver]:
    """What is in a file, under its own name."""
    name = Input(file.path).name
    try:
        for entry in container.pages(place):
            if isinstance(entry, PassedOver):
                yield replace(entry, name=entry.name.replace(str(place), name, 1))
            else:
                yield replace(entry, path=file.path)
    except OSError as error:
        yield replace(file, problem=error)
    except Exception as error:  # noqa: BLE001 - one bad file never stops the rest, not even by our own mistake
        yield replace(file, problem=internal_error(error))


def _container(place: Path, name: str, table: Containers) -> Container | None:
    """What a file is; None for one page, also where it cannot be read: loading it says why."""
    try:
        with place.open("rb") as file:
            head = expanded(file).peek(HEAD)[:HEAD]
    except (OSError, *DAMAGE):
        head = b""
    return table.of(name, head)


def _is_regular(path: Path) -> bool:
    try:
        return S_ISREG(path.stat().st_mode)
    except OSError:
        return True  # loading it says why


def _size(file: Input | PassedOver) -> int:
    if isinstance(file, PassedOver) or file.path is None:
        return 0
    try:
        about = file.path.stat()
    except OSError:
        return 0
    return about.st_size if S_ISREG(about.st_mode) else 0
