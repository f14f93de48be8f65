"""When a page that lies in a file was captured. A wrong time is worse than none: most files do not say it.

1. What holds the page says when it came: `WARC-Date`, a case's `fetched_at`, the `fetched_at` of a line.
2. The page itself says when it was saved: MHTML's `Date`, SingleFile's `saved date`, the registry's `versionHolder`,
   which is the day whose data a record shows; it was captured no earlier. Of a page that a web archive showed, the
   archive's capture counts, which its address and a remark at its end say.
3. The user says it for all others: `--captured-at`.
4. A browser's mark (`saved from url=…`) proves that the file is the one which the browser saved, so that the time of
   its last change is that of saving, if it was saved from the web. Without the mark it may be when somebody copied or
   unpacked the file.
5. Otherwise nobody knows, and the page counts as older than any that has a time.
"""

import re
from datetime import UTC, datetime
from typing import Final

from scraper.addresses import is_on_the_web
from scraper.moments import WEB_BEGAN
from scraper.parse import mhtml
from scraper.parse.saved_mark import saved_mark


def captured_at(content: bytes, told: datetime | None, modified: datetime | None) -> datetime | None:
    """When a page was captured, in UTC, where what holds it does not say so; None where nobody knows.

    Args:
        content: the page's bytes.
        told: what the user says.
        modified: when the file was modified last; None where it holds more than this page.
    """
    if mhtml.is_mhtml(content):
        return mhtml.saved_at(content) or told
    if content[:_LOOK].lstrip(_BLANK).startswith(b"{"):
        return _as_of(content) or told
    mark = saved_mark(content)
    own = _archived(content) or (mark and mark.at)
    is_saved = mark is not None and is_on_the_web(mark.address)
    is_kept = modified is not None and modified >= WEB_BEGAN  # zip archives may keep no times
    return own or told or (modified if is_saved and is_kept else None)


def _archived(content: bytes) -> datetime | None:
    """When the Internet Archive captured a page, by the remark that it puts behind it."""
    found = _ARCHIVED.search(content, max(0, len(content) - _REMARK))
    try:
        words = found[1].decode("ascii") if found else ""
        return datetime.strptime(words, "%H:%M:%S %b %d, %Y").replace(tzinfo=UTC) if words else None
    except ValueError:
        return None


def _as_of(content: bytes) -> datetime | None:
    """The beginning of the day whose data a record of the registry shows."""
    found = _AS_OF.search(content)
    try:
        return datetime.strptime(found[1].decode("ascii"), "%Y-%m-%d").replace(tzinfo=UTC) if found else None
    except ValueError:
        return None


_AS_OF: Final = re.compile(rb'"versionHolder"\s*:\s*"(\d{4}-\d\d-\d\d)"')
_ARCHIVED: Final = re.compile(rb"FILE ARCHIVED ON (\d\d:\d\d:\d\d [A-Z][a-z]{2} \d\d, \d{4}) AND RETRIEVED FROM")
_REMARK: Final = 4096
"""Bytes at the end of a page in which that remark stands."""
_BLANK: Final = b"\xef\xbb\xbf \t\r\n"
_LOOK: Final = 1024
"""Bytes that are looked at for the first sign of a page."""
