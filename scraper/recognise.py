"""Which site's layout a page is, told by its words; or why it is no trial, by name."""

import re
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from typing import NamedTuple
from urllib.parse import urlsplit

from normalizers.identifiers import nct_ids
from schemas.document import Document
from scraper.addresses import page_address
from scraper.errors import ExtractError, NotATrialPage, UnknownLayout
from scraper.sites import LAYOUTS
from scraper.sites.labels import in_lines
from scraper.sites.layout import Layout


def recognise(document: Document, size: int = 0) -> Layout:
    """The one layout that knows the page.

    Args:
        document: the page; its address is a hint, its words decide.
        size: of the page in bytes, to tell a script's shell from an empty page.

    Raises:
        NotATrialPage: it is a search page, a consent wall, a soft 404 or the like; the message says which.
        UnknownLayout: it speaks of a trial in a layout that nobody knows.
        ExtractError: it fits several layouts, so that any reading could be wrong.
    """
    path = urlsplit(page_address(document.address) or "").path
    if _SIBLING.search(path):
        raise NotATrialPage(
            "the page is of the sibling template /clinicaltrial/<id>/, which shows other parts in another order"
        )
    words = short_texts(document)
    known = [layout for layout in LAYOUTS if recognises(layout, words)]
    if not known:
        known = [layout for layout in LAYOUTS if recognises(layout, words | in_lines(layout.labels, words))]
    if len(known) == 1:
        return known[0]
    if known:
        raise ExtractError(f"the page fits several layouts: {', '.join(layout.key for layout in known)}")
    raise _refusal(document, words, path, size)


def recognises(layout: Layout, words: AbstractSet[str]) -> bool:
    """Whether a page with these short texts, in lower case, is of the layout."""
    return _hits(layout, words) >= layout.enough and words.isdisjoint(layout.lacks)


def short_texts(document: Document) -> AbstractSet[str]:
    """What layouts are told by: a page's texts of up to 60 characters, a JSON document's pointers, in lower case."""
    if document.form == "json":
        return frozenset(block.pointer.lower() for block in document.blocks)
    return document.places.keys()


def _hits(layout: Layout, words: AbstractSet[str]) -> int:
    return sum(not words.isdisjoint(forms) for forms in layout.marks)


_SIBLING = re.compile(r"/clinicaltrial/\d+")


class _Page(NamedTuple):
    """What the refusals look at."""

    path: str
    text: str
    """Title and the page's first 4,000 characters."""
    length: int
    """Characters of text in all."""
    size: int
    ids: int
    """Different NCT ids on the page."""


_CHALLENGE = re.compile(
    r"just a moment|checking (?:if the site connection is secure|your browser)"
    r"|verify(?:ing)? (?:that )?you are (?:a )?human|attention required|enable javascript and cookies to continue"
    r"|unusual traffic|access denied|are you a robot|request unsuccessful|ddos protection",
    re.IGNORECASE,
)
_CONSENT = re.compile(
    r"before you continue|we (?:value|respect) your privacy|(?:accept|manage|allow) (?:all )?cookies|cookie consent"
    r"|consent to the use of cookies|we and our partners",
    re.IGNORECASE,
)
_GONE = re.compile(
    r"\b404\b|page (?:was |is |could )?not (?:be )?found|not found\b|(?:page|study|trial|listing) (?:you .{1,60})?"
    r"(?:does not|doesn't|no longer) exists?|no longer (?:available|listed)|nothing (?:was )?found",
    re.IGNORECASE,
)
_SEARCH = re.compile(
    r"search results|\b[\d,]+ (?:results?|studies|trials|listings)(?: found| for\b)|results? for [\"“']"
    r"|find clinical trials near|refine (?:your )?search|glossary",
    re.IGNORECASE,
)

_SEARCH_PATH = re.compile(r"/(?:study-search|search|glossary|terms?)(?:/|$)")
_NOT_ONE_TRIAL = "the page is a search or glossary page; give the address of one trial"

_REFUSALS: tuple[tuple[str, Callable[[_Page], bool]], ...] = (
    (
        "the page is a challenge that tells people from programs; no trial is on it",
        lambda page: page.length < 3000 and _CHALLENGE.search(page.text) is not None,
    ),
    (
        "the page holds references only; the trial is on its summary and details pages",
        lambda page: (
            re.search(r"/references/?$", page.path) is not None
            or (page.ids <= 1 and re.match(r".{0,200}\breferences\b", page.text, re.IGNORECASE | re.DOTALL) is not None)
        ),
    ),
    (
        "the page says that it was not found, whatever its HTTP status was",
        lambda page: page.length < 3000 and page.ids < 3 and _GONE.search(page.text) is not None,
    ),
    (_NOT_ONE_TRIAL, lambda page: page.ids >= 3 or _SEARCH.search(page.text) is not None),
    (
        "the page asks for consent and shows no trial; it was fetched without the answer that the site wants",
        lambda page: page.length < 6000 and _CONSENT.search(page.text) is not None,
    ),
    (
        "the page is a shell that a script would fill; no trial is in its markup",
        lambda page: page.length < 400 and page.size > 500 + 4 * page.length,
    ),
)


def _refusal(document: Document, words: AbstractSet[str], path: str, size: int) -> NotATrialPage | UnknownLayout:
    if document.form == "json":
        if "/studies/0/protocolsection/identificationmodule/nctid" in words:
            return NotATrialPage("the JSON is a search answer of several studies; give one study per file")
        return NotATrialPage("the JSON is no study record of the ClinicalTrials.gov API v2")
    if _SEARCH_PATH.search(path):
        return NotATrialPage(_NOT_ONE_TRIAL)
    text = "\n".join(block.text for block in document.blocks)
    ids = nct_ids(text)
    best = max(LAYOUTS, key=lambda layout: _hits(layout, words) / len(layout.marks))
    if ids and _hits(best, words) >= 2:
        missing = [forms[0] for forms in best.marks if words.isdisjoint(forms)]
        return UnknownLayout(
            f"the page speaks of {ids[0]} and looks like {best.key}, but lacks {', '.join(map(repr, missing))}",
            nct_id=ids[0],
        )
    page = _Page(path, f"{document.title}\n{text[:4000]}", len(text), size, len(ids))
    for message, fits in _REFUSALS:
        if fits(page):
            return NotATrialPage(message)
    if ids:
        return UnknownLayout(f"the page speaks of {ids[0]} in a layout that is not known", nct_id=ids[0])
    if not text.strip():
        return NotATrialPage("the page is empty: no text is in its markup")
    return NotATrialPage("the page shows no trial: no NCT id and no label of a known layout is on it")
