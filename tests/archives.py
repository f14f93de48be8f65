"""Archives for tests: exchanges to put in, and damage to do."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from warcio.archiveiterator import ArchiveIterator

from scraper.fetch.archive.archive import Archive
from scraper.fetch.archive.cdx_index import Capture
from scraper.fetch.archive.seal import INDEX_FILE
from scraper.fetch.archive.warc import Unreadable
from scraper.fetch.clock import SystemClock
from scraper.fetch.exchange import Exchange
from tests.replica import PAGE

URL = "https://ctv.veeva.com/study/a"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Noon(SystemClock):
    def now(self) -> datetime:
        return NOON


def exchange(body: bytes = PAGE, minute: int = 0, status: int = 200, url: str = URL, **headers: str) -> Exchange:
    fields = {"Content-Type": "text/html"}
    fields.update((name.replace("_", "-"), value) for name, value in headers.items())
    return Exchange(
        url,
        NOON + timedelta(minutes=minute),
        status,
        {200: "OK", 304: "Not Modified"}.get(status, ""),
        httpx.Headers({name: value.encode("latin-1") for name, value in fields.items()}),
        body,
        httpx.Headers({"Host": "ctv.veeva.com", "User-Agent": "trialpages"}),
        "HTTP/2",
        "93.184.216.34",
    )


class ForgottenArchive(Archive):
    """Closes itself where nobody does: Python from 3.13 on warns of a database that is left open."""

    def __del__(self) -> None:
        if hasattr(self, "is_without_index"):  # it could be opened
            self.close()


def archive(folder: Path, **options: object) -> Archive:
    return ForgottenArchive(folder, clock=Noon(), **options)


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.warc.gz"))


def records(folder: Path) -> list[tuple[str, str | None]]:
    """Types and URLs of all records, as warcio reads them."""
    found = []
    for path in files(folder):
        with path.open("rb") as file:
            for record in ArchiveIterator(file, check_digests="raise"):
                found.append((record.rec_type, record.rec_headers.get_header("WARC-Target-URI")))
                record.content_stream().read()
    return found


def warcio_check(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "warcio.cli", "check", *map(str, files(folder))]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def without_index(folder: Path) -> None:
    """Remove the CDX index with all that belongs to it."""
    for path in folder.glob(f"{INDEX_FILE}*"):
        path.unlink()


def urls(folder: Path) -> set[str]:
    """What can be read, each to its last byte."""
    with archive(folder) as kept:
        return {capture.url for capture in kept.captures() if readable(kept, capture)}


def readable(kept: Archive, capture: Capture) -> bool:
    """Whether a copy can be read, and has a body."""
    try:
        return bool(kept.read(capture).body)
    except Unreadable:
        return False


def tree(folder: Path) -> dict[str, tuple[int, int, bytes | None]]:
    """All that lies in a folder and the folder itself: when it was changed, its rights, its bytes."""
    return {
        str(path): (path.lstat().st_mtime_ns, path.lstat().st_mode, path.read_bytes() if path.is_file() else None)
        for path in [folder, *sorted(folder.rglob("*"))]
    }


def flipped(content: bytes) -> Iterator[tuple[int, int, bytes]]:
    """The bytes with one bit the other way, for each bit: its byte, its number, all bytes."""
    for place in range(len(content)):
        for bit in range(8):
            yield place, bit, content[:place] + bytes([content[place] ^ 1 << bit]) + content[place + 1 :]
