"""Writes exchanges as WARC 1.1 records, one gzip member each, and reads them back."""

import base64
import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Final, NamedTuple

import httpx
from warcio.bufferedreaders import ChunkedDataReader
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from scraper.fetch.archive.gunzip import BadGzip
from scraper.fetch.archive.members import pack
from scraper.fetch.archive.records import PIECE, parse
from scraper.fetch.archive.records import at as record_at
from scraper.fetch.exchange import Exchange
from scraper.parse.encoding import is_binary

NOT_MODIFIED: Final = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
"""Why a 304 stands for an earlier answer; warcio itself knows the other reason, an unchanged payload."""

BEFORE_ALL: Final = datetime.min.replace(tzinfo=UTC)
"""Stands for a time that is not known."""

_OF_THE_WEB: Final = ("http://", "https://")
"""How addresses of pages begin; tools that record a browser also store pictures of its screen, under other names."""

_STATUS: Final = re.compile(r"[1-9][0-9]{2}")


class Original(NamedTuple):
    """The earlier exchange whose bytes a revisit record stands for."""

    url: str
    at: datetime
    digest: str


class ResponseRecord(NamedTuple):
    """A response or revisit record of a file, or a resource record that stands for a response, and its offset."""

    offset: int
    url: str
    at: datetime
    status: int
    headers: httpx.Headers
    digest: str
    revisits: tuple[str, datetime] | None
    """URL and time of the exchange whose bytes a revisit record stands for."""


class Unreadable(Exception):
    """There is no intact record at the place where one should be."""


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
    headers = _Head(status_line, _pairs(exchange.headers), protocol="HTTP/1.1")
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


def read(path: Path, offset: int, limit: int | None = None) -> Exchange:
    """The answer at an offset; of a revisit record, the headers alone.

    Args:
        path: a WARC file.
        offset: where a record begins in it.
        limit: how many bytes a body may have.

    Raises:
        Unreadable: there is none, its body is not the one that was written, or it is larger than the limit.
    """
    try:
        with path.open("rb") as file:
            record = parse(record_at(file, offset), digests=True)
            found = response_in(record)
            if found is None:
                raise Unreadable(f"{path} holds no answer at {offset}")
            raw = _body(record, limit)
    except _TooMany as error:
        raise Unreadable(f"{path} holds more than {limit:,} bytes of a body at {offset}") from error
    except (OSError, ValueError, BadGzip) as error:
        raise Unreadable(f"{path} cannot be read at {offset} ({error})") from error
    chunked = found.headers.pop("transfer-encoding", "").lower() == "chunked"
    body = ChunkedDataReader(BytesIO(raw)).read() if chunked else raw
    # Of a body that another tool stored in chunks neither length nor digest is certain; nor of one that it stored
    # decoded, as its digest may be that of what was sent.
    certain = not chunked and (is_binary(body) or "content-encoding" not in found.headers)
    if certain and any("failed" in problem for problem in record.digest_checker.problems):
        raise Unreadable(f"{path} has other bytes at {offset} than were written")
    if not chunked and found.revisits is None and len(body) != _length(record):
        raise Unreadable(f"{path} breaks off in the record at {offset}")
    _, _, reason = record.http_headers.statusline.partition(" ") if record.http_headers is not None else ("", "", "")
    return Exchange(found.url, found.at, found.status, reason, found.headers, body)


class _TooMany(Exception):
    """A body is larger than the limit."""


def _body(record: ArcWarcRecord, limit: int | None) -> bytes:
    """A record's body, with its chunks if it is stored so; never more than the limit is held."""
    if limit is not None and _length(record) > limit:
        raise _TooMany
    parts = []
    while part := record.raw_stream.read(PIECE):
        parts.append(part)
    return b"".join(parts)


def _length(record: ArcWarcRecord) -> int:
    """How many bytes a record's body has, as it says; those of the answer's headers are none of them."""
    return int(record.length if record.http_headers is None else record.payload_length)


def digest_of(body: bytes) -> str:
    """A body's digest as WARC files write it: `sha1:` and 32 letters and digits."""
    return "sha1:" + base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode("ascii")


def iso(moment: datetime) -> str:
    """A moment as WARC 1.1 writes it: `2026-11-21T20:30:00.000000Z`."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def response_in(record: ArcWarcRecord) -> ResponseRecord | None:
    """What a record says of an answer, at the offset 0; None where it is no answer.

    Raises:
        ValueError: it says something that cannot be made sense of.
    """
    about = record.rec_headers
    is_file = record.rec_type == "resource" and (about.get_header("WARC-Target-URI") or "").startswith(_OF_THE_WEB)
    if not is_file and (record.rec_type not in {"response", "revisit"} or record.http_headers is None):
        return None
    if about.get_header("WARC-Truncated") is not None:
        raise ValueError("its end was cut off when it was recorded")
    if about.get_header("WARC-Segment-Number") is not None:
        raise ValueError("it is one of several segments")
    url = about.get_header("WARC-Target-URI")
    if not url or not url.isprintable():
        raise ValueError("its WARC-Target-URI is no address")
    # Tools that make a WARC file of files know no answer, and write down what is in the file.
    status = "200" if is_file else record.http_headers.get_statuscode()
    if not _STATUS.fullmatch(status):
        raise ValueError("its answer has no status")
    revisits = None
    if record.rec_type == "revisit":
        date = about.get_header("WARC-Refers-To-Date")
        target = about.get_header("WARC-Refers-To-Target-URI")
        revisits = (target or url, _moment(date, "WARC-Refers-To-Date")) if date else (url, BEFORE_ALL)
    return ResponseRecord(
        0,
        url,
        _moment(about.get_header("WARC-Date") or "", "WARC-Date"),
        int(status),
        _headers(record),
        about.get_header("WARC-Payload-Digest") or "",
        revisits,
    )


def _headers(record: ArcWarcRecord) -> httpx.Headers:
    if record.http_headers is None:
        return httpx.Headers([(b"content-type", _bytes(record.rec_headers.get_header("Content-Type") or ""))])
    return httpx.Headers([(_bytes(name), _bytes(value)) for name, value in record.http_headers.headers])


def _moment(text: str, name: str) -> datetime:
    """A date of a record; without a zone it is in UTC, as the format asks for."""
    digits = text.isascii() and text.isdigit() and len(text) == 14
    try:
        moment = datetime.strptime(text, "%Y%m%d%H%M%S") if digits else datetime.fromisoformat(text)  # noqa: DTZ007
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"its {name} is no date") from error


def _bytes(text: str) -> bytes:
    """A header's bytes as they were sent, from one character per byte."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode()


class _Head(StatusAndHeaders):  # type: ignore[misc] # warcio has no types
    """Headers that are written as they were sent, byte for byte; warcio would write some of them otherwise."""

    def to_ascii_bytes(self, filter_func: None = None) -> bytes:
        head: bytes = self.to_bytes(filter_func, "latin-1")
        return head


def _pairs(headers: httpx.Headers) -> list[tuple[str, str]]:
    # The body is stored whole, not in chunks, so a header that says otherwise would lie.
    pairs = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers.raw]
    return [pair for pair in pairs if pair[0].lower() != "transfer-encoding"]
