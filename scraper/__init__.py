"""Everything that touches the outside, and the eight steps from a page to a record."""

from scraper.parse.page import Page
from scraper.pipeline import extract_page

__all__ = ["Page", "extract_page"]
