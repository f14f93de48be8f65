"""Exchanges as WARC 1.1 records, one gzip member each, and back."""

import base64
import hashlib
import zlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Final, NamedTuple

import httpx
from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from scraper.fetch.exchange import Exchange
from scraper.fetch.members import pack

NOT_MODIFIED: Final = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
"""Why a 304 stands for an earlier answer; warcio itself knows the other reason, an unchanged payload."""

BEFORE_ALL: Final = datetime.min.replace(tzinfo=UTC)
"""The time of what tells no time."""


class Original(NamedTuple):
    """The earlier exchange whose bytes a revisit record stands for."""

    url: str
    at: datetime
    digest: str


class Found(NamedTuple):
    """A response or revisit record in a file, and where it lies."""

    offset: int
    url: str
    at: datetime
    status: int
    headers: httpx.Headers
    digest: str
    revisits: tuple[str, datetime] | None
    """URL and time of the exchange whose bytes a revisit record stands for."""


class Unreadable(Exception):
    """There is no sound record where one should be."""


def members(exchange: Exchange, digest: str, original: Original | None) -> bytes:
    """An exchange as two gzip members: its response, or a revisit of the original, then its request.

    Args:
        exchange: what was exchanged.
        digest: what `digest_of` says of its body.
        original: given where the body is known already, after a 304 or with an unchanged body.
    """
    buffer = BytesIO()
    writer = WARCWriter(buffer, gzip=False, warc_version="1.1")
    about = {"WARC-Date": iso(exchange.at)}
    if exchange.address is not None:
        about["WARC-IP-Address"] = exchange.address
    status_line = f"{exchange.status} {exchange.reason}".rstrip()
    headers = StatusAndHeaders(status_line, _pairs(exchange.headers), protocol="HTTP/1.1")
    if original is None:
        response = writer.create_warc_record(
            exchange.url,
            "response",
            payload=BytesIO(exchange.body),
            length=len(exchange.body),
            http_headers=headers,
            warc_headers_dict={**about, "WARC-Payload-Digest": digest},
        )
    else:
        response = writer.create_revisit_record(
            exchange.url, original.digest, original.url, iso(original.at), headers, dict(about)
        )
        if exchange.status == 304:
            response.rec_headers.replace_header("WARC-Profile", NOT_MODIFIED)
    target = httpx.URL(exchange.url).raw_path.decode("ascii")
    request = writer.create_warc_record(
        exchange.url,
        "request",
        http_headers=StatusAndHeaders(f"GET {target} HTTP/1.1", _pairs(exchange.request_headers), is_http_request=True),
        warc_headers_dict={
            **about,
            "WARC-Concurrent-To": response.rec_headers.get_header("WARC-Record-ID"),
        },
    )
    if exchange.protocol != "HTTP/1.1":
        # Readers know HTTP/1 status lines only, so what was spoken is told beside them.
        for record in (response, request):
            record.rec_headers.add_header("WARC-Protocol", exchange.protocol.lower().replace("http/2", "h2"))
    parts = []
    for record in (response, request):
        writer.write_record(record)
        # Level 4 takes a fifth of the time of level 6 and makes pages 4 % larger.
        packed = exchange.headers.get("content-encoding") is not None
        parts.append(pack(buffer.getvalue(), 1 if packed else 4))
        buffer.seek(0)
        buffer.truncate()
    return b"".join(parts)


def information(name: str, fields: Mapping[str, str], at: datetime) -> bytes:
    """The record that opens a file: who wrote it, with what."""
    buffer = BytesIO()
    writer = WARCWriter(buffer, gzip=False, warc_version="1.1")
    record = writer.create_warcinfo_record(name, fields)
    record.rec_headers.replace_header("WARC-Date", iso(at))
    writer.write_record(record)
    return pack(buffer.getvalue(), 4)


def records(path: Path, start: int = 0) -> Iterator[Found]:
    """The answers in a WARC file, from an offset on; other records are passed over.

    Raises:
        Unreadable: the file is no WARC file, or breaks off.
    """
    with path.open("rb") as file:
        file.seek(start)
        iterator = ArchiveIterator(file)
        try:
            for record in iterator:
                found = found_in(record)
                if found is not None:
                    yield found._replace(offset=iterator.get_record_offset())
        except (ArchiveLoadFailed, ValueError) as error:
            raise Unreadable(f"{path} is no sound WARC file ({error})") from error


def read(path: Path, offset: int) -> Exchange:
    """The answer at an offset; of a revisit record, the headers alone.

    Raises:
        Unreadable: there is none, or its body is not the one that was written.
    """
    try:
        with path.open("rb") as file:
            file.seek(offset)
            record = next(iter(ArchiveIterator(file, check_digests=True)))
            found = found_in(record)
            if found is None:
                raise Unreadable(f"{path} holds no answer at {offset}")
            chunked = found.headers.pop("transfer-encoding", "").lower() == "chunked"
            raw = ChunkedDataReader(record.raw_stream) if chunked else record.raw_stream
            body: bytes = raw.read()
    except (OSError, StopIteration, ArchiveLoadFailed, ValueError, zlib.error) as error:
        raise Unreadable(f"{path} cannot be read at {offset} ({error})") from error
    # Of a body that another tool stored in chunks neither length nor digest is certain.
    if not chunked:
        if record.digest_checker.passed is False:
            raise Unreadable(f"{path} has other bytes at {offset} than were written")
        if found.revisits is None and len(body) != record.payload_length:
            raise Unreadable(f"{path} breaks off in the record at {offset}")
    status, _, reason = record.http_headers.statusline.partition(" ")
    return Exchange(found.url, found.at, int(status), reason, found.headers, body)


def digest_of(body: bytes) -> str:
    """A body's digest as WARC files write it: `sha1:` and 32 letters and digits."""
    return "sha1:" + base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode("ascii")


def iso(moment: datetime) -> str:
    """A moment as WARC 1.1 writes it: `2026-11-21T20:30:00.000000Z`."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def found_in(record: ArcWarcRecord) -> Found | None:
    """What a record says of an answer, at the offset 0; None where it is no answer.

    Raises:
        ValueError: it says something that nobody understands.
    """
    about = record.rec_headers
    if record.rec_type not in {"response", "revisit"} or record.http_headers is None:
        return None
    status = record.http_headers.get_statuscode()
    url = about.get_header("WARC-Target-URI")
    revisits = None
    if record.rec_type == "revisit":
        date = about.get_header("WARC-Refers-To-Date")
        target = about.get_header("WARC-Refers-To-Target-URI")
        revisits = (target or url, datetime.fromisoformat(date)) if date else (url, BEFORE_ALL)
    return Found(
        0,
        url,
        datetime.fromisoformat(about.get_header("WARC-Date")),
        int(status),
        httpx.Headers([(name.encode(), value.encode()) for name, value in record.http_headers.headers]),
        about.get_header("WARC-Payload-Digest") or "",
        revisits,
    )


def _pairs(headers: httpx.Headers) -> list[tuple[str, str]]:
    # The body is stored whole, not in chunks, so a header that says otherwise would lie.
    pairs = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers.raw]
    return [pair for pair in pairs if pair[0].lower() != "transfer-encoding"]
