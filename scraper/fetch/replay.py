"""The transport that answers from WARC files and snapshot cases in place of the network."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Final
from urllib.parse import quote

import httpx

from scraper.cases import Case
from scraper.errors import FetchError, NotFound
from scraper.fetch.archive import warc
from scraper.fetch.archive.archive import read_capture
from scraper.fetch.archive.cdx_index import Capture, CdxIndex
from scraper.fetch.archive.foreign import SkippedRecord, answers
from scraper.fetch.archive.reader import ArchiveReader
from scraper.fetch.archive.seal import INDEX_FILE
from scraper.fetch.archive.warc_files import PREFIX
from scraper.fetch.exchange import Exchange

FETCHED_AT: Final = "trialpages.fetched_at"
"""The response extension with the time at which a replayed page was fetched from the web."""

_TYPES: Final = {".html": "text/html", ".json": "application/json", ".txt": "text/plain; charset=utf-8"}
"""The media types of a case's page, by the ending of its file."""

_TAG: Final = re.compile(rb"<[^<>]*>")


@dataclass(frozen=True, slots=True)
class _Case:
    at: datetime
    path: Path
    content_type: str
    invented: bool
    """Whether the address is our own invention, since the page's is not known."""


class ReplayTransport(httpx.AsyncBaseTransport):
    """Answers each request with the newest capture among its sources; without a capture, with an error.

    A case whose page's address is not known answers at `https://<its site's host>/replay/<its folder>`.

    Args:
        sources: WARC files, folders with WARC files (such as an archive), and folders with snapshot cases.
        hosts: the sites' hosts, a site's own first, with the keys of the sites.
        limit: how many bytes of a body are read of a WARC file; by default all.

    Raises:
        FileNotFoundError: a source does not exist.
        ValueError: a source holds neither.
        scraper.fetch.archive.warc.Unreadable: a WARC file is none, or is gzipped as a whole.
    """

    def __init__(
        self,
        sources: Iterable[Path],
        hosts: Mapping[str, str] = MappingProxyType({}),
        *,
        limit: int | None = None,
    ) -> None:
        self._sources = list(sources)
        self._limit = limit
        self._hosts: dict[str, str] = {}
        for host, site in hosts.items():
            self._hosts.setdefault(site, host)
        self._indexes: list[tuple[Path, CdxIndex | ArchiveReader]] = []
        self._cases: dict[str, _Case] = {}
        self._words: dict[str, bytes] = {}
        self.passed_over: list[str] = []
        """What cannot be replayed, one line each: a `case.json` that describes no page, a kind of bad WARC records."""
        try:
            for source in self._sources:
                self._load(source)
        except Exception:
            self._close()
            raise

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer from the sources.

        Raises:
            FetchError: the newest capture is damaged.
            NotFound: there is no capture of the URL.
        """
        url = str(request.url)
        captures = [(capture.at, folder, capture) for folder, table in self._indexes if (capture := table.newest(url))]
        case = self._cases.get(url)
        if captures:
            at, folder, capture = max(captures, key=lambda found: found[0])
            if case is None or at > case.at:
                if capture.status == 200 and _confirms(capture, request.headers):
                    return httpx.Response(304, stream=httpx.ByteStream(b""), extensions={FETCHED_AT: at})
                try:
                    return _response(read_capture(folder, capture, self._limit))
                except warc.Unreadable as error:
                    raise FetchError(f"{url} cannot be replayed: {error}") from error
        if case is not None:
            return httpx.Response(
                200,
                headers={"content-type": case.content_type},
                stream=httpx.ByteStream(case.path.read_bytes()),
                extensions={FETCHED_AT: case.at},
            )
        if request.url.path == "/robots.txt":
            # Nobody is asked, so nobody's rules can be broken.
            return httpx.Response(404, stream=httpx.ByteStream(b""))
        sources = ", ".join(str(source) for source in self._sources)
        raise NotFound(f"{url} is not in {sources}: the replay has no capture of it")

    def mentioning(self, words: str) -> list[str]:
        """The URLs of the cases whose pages hold some words, be there tags within, in the order of the folders."""
        sought = words.encode()
        if not self._words:
            self._words = {url: _TAG.sub(b"", case.path.read_bytes()) for url, case in self._cases.items()}
        return [url for url, text in self._words.items() if sought in text]

    def urls(self) -> list[str]:
        """Every URL at which a page answers, the cases first."""
        captures = {
            capture.url: None for _, table in self._indexes for capture in table.captures() if capture.status == 200
        }
        return list(dict.fromkeys([*self._cases, *captures]))

    def invented(self, url: str) -> bool:
        """Whether a URL is one at which only a case answers whose page's address is not known."""
        case = self._cases.get(url)
        return case is not None and case.invented

    async def aclose(self) -> None:
        """Close the CDX indexes."""
        self._close()

    def _close(self) -> None:
        for _, table in self._indexes:
            table.close()

    def _load(self, source: Path) -> None:
        if not source.exists():
            raise FileNotFoundError(f"there is nothing to replay at {source}")
        if source.is_file():
            self._load_files(source.parent, [source])
            return
        files = sorted(path for path in [*source.glob("*.warc.gz"), *source.glob("*.warc")] if path.is_file())
        entered: set[str] = set()
        if (source / INDEX_FILE).exists():
            archive = ArchiveReader(source)
            self._indexes.append((source, archive))
            self.passed_over += [f"{source}: {problem}" for problem in archive.problems]
            # What is named like a file of an archive and is none is neither followed nor read.
            entered.update(path.name for path in files if path.name.startswith(PREFIX))
        left = [path for path in files if path.name not in entered]
        if left:
            self._load_files(source, left)
        cases = sorted(source.rglob("case.json"))
        for path in cases:
            try:
                self._load_case(Case.load(path.parent))
            except (ValueError, OverflowError, OSError, httpx.InvalidURL) as error:
                self._pass_over(path, str(error))
        if not files and not cases:
            raise ValueError(f"{source} holds neither WARC files nor snapshot cases")

    def _load_files(self, folder: Path, files: list[Path]) -> None:
        table = CdxIndex(None)
        self._indexes.append((folder, table))
        for path in files:
            try:
                self._load_file(table, path)
            except warc.Unreadable as error:
                # Who names a file wants that one; of a folder, the others can be replayed.
                if path in self._sources:
                    raise
                self.passed_over.append(str(error))

    def _load_file(self, table: CdxIndex, path: Path) -> None:
        odd: dict[str, list[int]] = {}

        def sound() -> Iterator[warc.ResponseRecord]:
            for entry in answers(path):
                if isinstance(entry, SkippedRecord):
                    odd.setdefault(entry.why, []).append(entry.offset)
                else:
                    yield entry

        table.enter(path.name, sound())
        for why, offsets in odd.items():
            self.passed_over.append(f"{path}: records passed over: {len(offsets)}, the first at {offsets[0]} ({why})")

    def _load_case(self, case: Case) -> None:
        url = str(httpx.URL(case.url or self._address(case)))
        at = warc.BEFORE_ALL if case.fetched_at is None else case.fetched_at.astimezone(UTC)
        known = self._cases.get(url)
        if known is None or at > known.at:
            page = case.inputs[0]
            self._cases[url] = _Case(at, page, _TYPES[page.suffix], not case.url)

    def _address(self, case: Case) -> str:
        site = (case.layout or case.folder.parent.name).partition("/")[0]
        if site not in self._hosts:
            raise ValueError("it names neither an address nor a site")
        return f"https://{self._hosts[site]}/replay/{quote(case.folder.name)}"

    def _pass_over(self, path: Path, why: str) -> None:
        self.passed_over.append(f"{path} describes no case: {why}")


def _confirms(capture: Capture, conditions: httpx.Headers) -> bool:
    """Whether a capture is what the request knows already, as servers decide it (RFC 9110, 13.2.2)."""
    if "if-none-match" in conditions:
        return conditions["if-none-match"] == capture.etag
    return capture.last_modified is not None and capture.last_modified == conditions.get("if-modified-since")


def _response(exchange: Exchange) -> httpx.Response:
    return httpx.Response(
        exchange.status,
        headers=exchange.headers,
        stream=httpx.ByteStream(exchange.body),
        extensions={FETCHED_AT: exchange.at, "reason_phrase": exchange.reason.encode("ascii", "replace")},
    )
