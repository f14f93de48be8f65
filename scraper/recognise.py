"""Which site's layout a page is, told by its words; or why it is no trial, by name."""

import re
from collections.abc import Set as AbstractSet
from urllib.parse import urlsplit

from schemas.document import Document
from scraper.addresses import page_address
from scraper.errors import ExtractError, NotATrialPage
from scraper.layouts.labels import in_lines
from scraper.layouts.layout import Layout
from scraper.refusals import hits, lost_values, refusal, refused_site
from scraper.sites import LAYOUTS


def recognise(document: Document, size: int = 0) -> Layout:
    """The one layout that knows the page.

    Args:
        document: the page; its address is a hint, its words decide.
        size: of the page in bytes, to tell a script's shell from an empty page.

    Raises:
        NotATrialPage: it is a search page, a consent wall, a soft 404 or the like; the message says which.
        UnknownLayout: it speaks of a trial in a layout that nobody knows, or its site is refused by name.
        ExtractError: it fits several layouts, so that any reading could be wrong.
    """
    if (refused := refused_site(document)) is not None:
        raise refused
    path = urlsplit(page_address(document.address) or "").path
    if _SIBLING.search(path):
        raise NotATrialPage(
            "the page is of the sibling template /clinicaltrial/<id>/, which shows other parts in another order"
        )
    known = known_layouts(document)
    if len(known) == 1:
        if (lost := lost_values(document, known[0])) is not None:
            raise ExtractError(lost)
        return known[0]
    if known:
        raise ExtractError(f"the page fits several layouts: {', '.join(layout.key for layout in known)}")
    raise refusal(document, short_texts(document), size)


def known_layouts(document: Document) -> list[Layout]:
    """The layouts that the page is surely of, by labels that stand by themselves, or else also by those in a line."""
    words = short_texts(document)
    if known := [layout for layout in LAYOUTS if recognises(layout, words) and layout.is_certain(document)]:
        return known
    bare = words | {word.rstrip(" :") for word in words if word.endswith(":")}
    return [
        layout
        for layout in LAYOUTS
        if recognises(layout, bare | in_lines(layout.labels, words)) and layout.is_certain(document)
    ]


def recognises(layout: Layout, words: AbstractSet[str]) -> bool:
    """Whether a page with these short texts, in lower case, is of the layout, as far as its labels tell."""
    return hits(layout, words) >= layout.min_markers and words.isdisjoint(layout.excluded)


def short_texts(document: Document) -> AbstractSet[str]:
    """What layouts are told by: a page's texts of up to 60 characters, a JSON document's pointers, in lower case."""
    if document.form == "json":
        return frozenset(block.pointer.lower() for block in document.blocks)
    return document.places.keys()


_SIBLING = re.compile(r"/clinicaltrial/\d+")
