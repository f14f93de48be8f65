"""Unpacks MHTML (RFC 2557): a page and its pictures in one file, as browsers save it (`Webpage, single file`)."""

import re
from datetime import UTC, datetime
from email import errors, message_from_bytes
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import Final, NamedTuple

from scraper.addresses import archived_at, is_on_the_web


class BadMhtml(ValueError):
    """It cannot be unpacked, or no page is in it; the message says why."""


class SavedPage(NamedTuple):
    """The page in an MHTML file."""

    content: bytes
    charset: str | None
    """The encoding that the page's part names, if it does."""
    address: str | None
    """Where the page was saved from, in the archive's words."""
    doubts: tuple[str, ...]


def is_mhtml(content: bytes) -> bool:
    """Whether the bytes begin with the headers of a message in MIME."""
    headers = _HEADERS.match(content[:_LONGEST_HEADERS])
    return headers is not None and all(name in headers[0].lower() for name in (b"mime-version:", b"content-type:"))


def saved_at(content: bytes) -> datetime | None:
    """When an MHTML file says that it was saved, in UTC; None where it does not say.

    Of a page that a web archive showed it is when the archive captured it; of a file that was opened and saved again
    nobody knows.
    """
    headers = _HEADERS.match(content[:_LONGEST_HEADERS])
    if headers is None:
        return None
    message = message_from_bytes(headers[0].lstrip(_BLANK))
    try:
        moment = parsedate_to_datetime(str(message["Date"]))
        # `-0000`, which Chrome writes: in UTC, by a computer whose own zone is not told.
        at = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        at = None
    address = _address(message)
    return archived_at(address) or (at if address is None or is_on_the_web(address) else None)


def is_quoted(markup: bytes) -> bool:
    """Whether markup is still quoted-printable: a part of MHTML without the headers that say so."""
    quoted = markup.count(b'=3D"')
    return quoted > _FEW and quoted > markup.count(b'="')


_FEW = 2
"""So many may stand in any text, as an example of the form."""


def unpack(content: bytes) -> SavedPage:
    """The page in an MHTML file.

    Raises:
        BadMhtml: see there.
    """
    if content.lower().count(b"boundary=") > _MOST_BOUNDARIES:
        raise BadMhtml("its parts nest too deep")
    try:
        message = message_from_bytes(content.lstrip(_BLANK))
        parts = [part for part in message.walk() if not part.is_multipart()]
    except RecursionError as error:
        raise BadMhtml("its parts nest too deep") from error
    if not message.is_multipart() and message.get_content_maintype() == "multipart":
        raise BadMhtml("the boundary between its parts is missing")
    address = _address(message)
    pages = [part for part in parts if part.get_content_type() in _PAGES]
    if not pages:
        raise BadMhtml("no page is in it")
    page = next((part for part in pages if address and _header(part, "Content-Location") == address), pages[0])
    payload = page.get_payload(decode=True)
    if not isinstance(payload, bytes) or any(isinstance(defect, _UNDECODABLE) for defect in page.defects):
        raise BadMhtml("the page's part is damaged")
    is_cut = page is parts[-1] and any(
        isinstance(defect, errors.CloseBoundaryNotFoundDefect) for part in message.walk() for defect in part.defects
    )
    return SavedPage(
        payload,
        page.get_content_charset(),
        address or _header(page, "Content-Location"),
        ("the MHTML breaks off within the page: what stands behind may be missing",) if is_cut else (),
    )


def _address(message: Message) -> str | None:
    """Where the page was saved from."""
    return _header(message, "Snapshot-Content-Location") or _header(message, "Content-Location")


def _header(part: Message, name: str) -> str | None:
    """A header without the line ends that fold it."""
    value = part[name]
    return "".join(str(value).split()) if value is not None else None


_MOST_BOUNDARIES: Final = 20
"""Parts with parts of their own: each line is compared with the boundaries of all that are open. Browsers write one."""
_BLANK: Final = b"\xef\xbb\xbf \t\r\n"
_HEADERS: Final = re.compile(rb"[\xef\xbb\xbf\s]*(?:[!-9;-~]+:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*)+(?=\r?\n)")
_LONGEST_HEADERS: Final = 2**16
"""Bytes; browsers write less than one thousand."""
_PAGES: Final = ("text/html", "application/xhtml+xml")
_UNDECODABLE: Final = (errors.InvalidBase64CharactersDefect, errors.InvalidBase64LengthDefect)
