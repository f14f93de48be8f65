"""Everything that touches the outside, and the eight steps from a page to a record."""

from typing import TYPE_CHECKING

from scraper.parse.page import Page
from scraper.pipeline import extract_page

if TYPE_CHECKING:
    from scraper.store.store import Store

__all__ = ["Page", "Store", "extract_page"]


def __getattr__(name: str) -> object:
    """Load what reads databases where it is asked for alone: who extracts a page needs none of it."""
    if name == "Store":
        from scraper.store.store import Store  # noqa: PLC0415 - see above

        return Store
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
