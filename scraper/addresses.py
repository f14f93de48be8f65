"""Tells addresses of web pages from what pages write in their place."""

import re
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit


def page_address(words: str | None) -> str | None:
    """The address; None for anything else: a placeholder, a script, a path, half an address.

    Of a page in a web archive it is the address at which the archive found the page.
    """
    address = (words or "").strip()
    if (archived := _ARCHIVED.match(address)) is not None:
        address = archived[2]
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        parts.port  # noqa: B018 - it raises for what is no port
    except ValueError:  # `http://[`
        return None
    if parts.scheme not in {"http", "https"} or _HOST.fullmatch(host) is None or _NOT_IN_ADDRESS.search(address):
        return None
    return address


def archived_at(address: str | None) -> datetime | None:
    """When a web archive captured the page that it shows at an address, in UTC; None for other addresses."""
    archived = _ARCHIVED.match((address or "").strip())
    try:
        return datetime.strptime(archived[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC) if archived is not None else None
    except ValueError:
        return None


def is_on_the_web(address: str | None) -> bool:
    """Whether a page was saved from its site, so that it was there at that time.

    It was not where a file was opened and saved again, nor where an archive showed the page of an earlier day.
    """
    page = page_address(address)
    return page is not None and page == (address or "").strip() and _SHOWS_COPIES.search(page) is None


# As `https://web.archive.org/web/20240101120000/https://…`; the letters say how its links are written.
_ARCHIVED: Final = re.compile(r"https?://[^/\s]+/(?:[^\s/]+/){0,3}?([0-9]{14})(?:[a-z]{2}_)?/(https?://\S+)")

# Archives whose addresses do not say when they captured a page, or can be written without that.
_SHOWS_COPIES: Final = re.compile(
    r"https?://(?:[\w.-]+\.)?(?:archive\.[a-z]+|perma\.cc|webcitation\.org|webcache\.googleusercontent\.com)[/:]",
    re.IGNORECASE,
)

# Letters of any alphabet; the two names are what scripts write for a value that they do not have.
_HOST: Final = re.compile(r"(?!(?:null|undefined)\Z)\w[\w-]*(?:\.\w[\w-]*)*\.?")

# A template that nobody filled in; browsers escape all of these.
_NOT_IN_ADDRESS: Final = re.compile(r"[\s\x00-\x1f\x7f<>{}\[\]\\^`\"]|%7b|%7d|%3c|%3e", re.IGNORECASE)
