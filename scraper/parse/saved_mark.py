"""The mark that a browser, or its extension SingleFile, writes into a page that it saves."""

import re
from datetime import UTC, datetime
from typing import Final, NamedTuple

from scraper.addresses import archived_at, is_on_the_web


class SavedMark(NamedTuple):
    """What the mark says."""

    address: str
    """Where the page was saved from, in the mark's words."""
    at: datetime | None
    """When, in UTC; browsers do not write it, so that the time of their file must say it. Of a page that a web archive
    showed it is when the archive captured it; of a file that was opened and saved again nobody knows."""


def saved_mark(content: bytes) -> SavedMark | None:
    """The mark at the beginning of a page; None where there is none."""
    found = _MARK.search(content, 0, _WITHIN)
    if found is None:
        return None
    address, date = (found[1] or found[2]).decode("utf-8", "replace"), (found[3] or b"").decode("ascii", "replace")
    saved_at = _moment(date) if is_on_the_web(address) else None
    return SavedMark(address, archived_at(address) or saved_at)


def _moment(words: str) -> datetime | None:
    """`Wed Nov 22 2023 10:11:12 GMT+0100 (Central European Standard Time)`, as scripts write a date."""
    try:
        return datetime.strptime(words.partition("(")[0].strip(), "%a %b %d %Y %H:%M:%S GMT%z").astimezone(UTC)
    except (ValueError, OverflowError):
        return None


_MARK: Final = re.compile(
    rb"<!--\s*saved from url=\(\d+\)(\S+)\s*-->"
    rb"|<!--\s*Page saved with SingleFile\s+url:\s*(\S+)(?:\s+saved date:[^\S\n]*([^\n]{1,200}))?",
    re.IGNORECASE,
)
_WITHIN: Final = 4096
"""Bytes: the mark stands before the head or right within."""
