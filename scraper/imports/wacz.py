"""WACZ files: a zip archive with WARC files in its folder `archive/`.

A zip archive can say anything about what is in it. So a WARC file is unpacked beside the others of its archive into a
temporary folder, never to more bytes than it says that it has, and never where it says more than can be true.
"""

import shutil
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from zipfile import BadZipFile, ZipFile, ZipInfo

from scraper.errors import DamagedFile, NotATrialPage
from scraper.imports.entries import Input, PassedOver

Reader = Callable[[Path], Iterator[Input | PassedOver]]


def pages(path: Path, read_warc: Reader) -> Iterator[Input | PassedOver]:
    """The pages of the WARC files in a WACZ file.

    Args:
        path: the file.
        read_warc: reads one of them.
    """
    try:
        archive = ZipFile(path)
    except (BadZipFile, NotImplementedError, ValueError) as error:
        yield Input(path, problem=DamagedFile(f"the zip archive is damaged: {error}"))
        return
    with archive, TemporaryDirectory(prefix="trialpages-") as folder:
        members = [member for member in archive.infolist() if _is_warc(member)]
        if not members:
            yield Input(path, problem=NotATrialPage("there is no WARC file in it, which WACZ keeps in archive/"))
        left = _MOST_EXPANSION * path.stat().st_size
        for number, member in enumerate(members):
            left -= member.file_size
            place = Path(folder, f"{number}.warc{'.gz' if member.filename.endswith('.gz') else ''}")
            problem = _lie(member, left) or _unpacked(archive, member, place)
            if problem is not None:
                yield Input(path, member=member.filename, problem=DamagedFile(problem))
                continue
            for entry in read_warc(place):
                yield _renamed(entry, path, member)


def _is_warc(member: ZipInfo) -> bool:
    return member.filename.startswith("archive/") and member.filename.endswith((".warc", ".warc.gz"))


def _lie(member: ZipInfo, left: int) -> str | None:
    """Why a member is not unpacked."""
    if member.flag_bits & _ENCRYPTED:
        return "it is encrypted"
    if left < 0:
        return f"the archive says that it expands to more than {_MOST_EXPANSION} times its size, as a bomb does"
    return None


def _unpacked(archive: ZipFile, member: ZipInfo, place: Path) -> str | None:
    """Unpack a member; why that cannot be done."""
    try:
        with archive.open(member) as source, place.open("wb") as target:
            shutil.copyfileobj(source, target)
    except (BadZipFile, EOFError, NotImplementedError, zlib.error) as error:
        return f"it is damaged in the zip archive: {error}"
    return None


def _renamed(entry: Input | PassedOver, path: Path, member: ZipInfo) -> Input | PassedOver:
    if isinstance(entry, PassedOver):
        return replace(entry, name=f"{path}/{member.filename}")
    return replace(entry, path=path, member=member.filename, read=member.header_offset)


_ENCRYPTED: Final = 1
"""The bit of a member's flags that says so."""

_MOST_EXPANSION: Final = 50
"""How many times the size of a zip archive all that is in it may have. WARC files are gzipped already, or become a
tenth."""
