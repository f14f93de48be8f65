"""The error for a page that no layout recognises: what the page is, or which layout it nearly has."""

import re
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from normalizers.identifiers import nct_ids
from schemas.document import Document
from scraper.addresses import page_address
from scraper.errors import NotATrialPage, UnknownLayout
from scraper.layouts.layout import Layout, find
from scraper.sites import LAYOUTS, number_of_registry_page


class RefusedSite(NamedTuple):
    """Pages that are read by no layout, whatever they show."""

    host: str
    """With all hosts below it."""
    path: str
    """How the addresses of such pages begin, as a regular expression."""
    reason: str
    """What is wrong with their words, as the end of a sentence that the host begins."""


REFUSED_SITES: Final = (
    RefusedSite("withpower.com", "", "shows trials in the words of a language model"),
    RefusedSite("ichgcp.net", r"/[a-z]{2}/", "shows trials here in the words of a translating program"),
)
"""Sites whose words are not the registrant's: neither criteria nor titles can be taken from them."""


def refused_site(document: Document) -> UnknownLayout | None:
    """The error for a page of a site that is refused by name; None for others, and where the address is not known."""
    address = urlsplit(page_address(document.address) or "")
    host = f".{(address.hostname or '').rstrip('.')}"
    for site in REFUSED_SITES:
        if host.endswith(f".{site.host}") and re.match(site.path, address.path):
            ids = nct_ids(address.path) or nct_ids("\n".join(block.text for block in document.blocks))
            message = f"{site.host} {site.reason}; nothing can be taken from it"
            return UnknownLayout(message, nct_id=ids[0] if len(ids) == 1 else None)
    return None


def hits(layout: Layout, words: AbstractSet[str]) -> int:
    """How many of a layout's markers a page with these short texts shows."""
    return sum(not words.isdisjoint(forms) for forms in layout.markers)


def lost_values(document: Document, layout: Layout) -> str | None:
    """Why a page of a known layout cannot be read, where it is a copy that kept the labels and lost their values."""
    if document.form == "json" or any(nct_ids(block.text) for block in document.blocks):
        return None
    lost = _without_value(document, layout)
    return None if lost is None else f"the page looks like {layout.key}, but shows no NCT id: {lost}"


def refusal(document: Document, words: AbstractSet[str], size: int) -> NotATrialPage | UnknownLayout:
    """The error for a page that no layout knows.

    Args:
        document: the page.
        words: its short texts, in lower case; of a JSON document its pointers.
        size: of the page in bytes, to tell a script's shell from an empty page.
    """
    if document.form == "json":
        if "/studies/0/protocolsection/identificationmodule/nctid" in words:
            return NotATrialPage("the JSON is a search answer of several studies; give one study per file")
        return NotATrialPage("the JSON is no study record of the ClinicalTrials.gov API v2")
    page = _page(document, words, size)
    for reason in (_known_site, _half_recognised):
        if (found := reason(document, words, page)) is not None:
            return found
    for message, fits in _REFUSALS:
        if fits(page):
            return NotATrialPage(message)
    if page.ids:
        return UnknownLayout(f"the page speaks of {page.trials} in a layout that is not known", nct_id=page.nct_id)
    if (other := _OTHER_REGISTER.search(page.text)) is not None:
        return UnknownLayout(f"the page speaks of {other[0]}, another register's trial, in a layout that is not known")
    if not page.text.strip():
        return NotATrialPage("the page is empty: no text is in its markup")
    return NotATrialPage("the page shows no trial: no NCT id and no label of a known layout is on it")


class _Page(NamedTuple):
    """What the refusals look at."""

    address: str
    path: str
    title: str
    text: str
    size: int
    """Of the page in bytes."""
    ids: Sequence[str]
    """The different NCT ids on the page."""
    own: str | None
    """The id of the trial that the page is about, where its address, its title or a label says so."""
    is_one: bool
    """Whether the page shows that it is about one trial."""

    @property
    def opening(self) -> str:
        """Title and the page's first 4,000 characters."""
        return f"{self.title}\n{self.text[:4000]}"

    @property
    def length(self) -> int:
        """Characters of text in all."""
        return len(self.text)

    @property
    def nct_id(self) -> str | None:
        """The one id that an error can be filed under."""
        return self.own or (self.ids[0] if len(self.ids) == 1 else None)

    @property
    def trials(self) -> str:
        """The trial that the page speaks of, or some of several."""
        some = f"{', '.join(self.ids[:3])}{', …' if len(self.ids) > 3 else ''}"
        return self.nct_id or f"several trials ({some})"


def _page(document: Document, words: AbstractSet[str], size: int) -> _Page:
    address = urlsplit(document.address or "")
    text = "\n".join(block.text for block in document.blocks)
    labelled = "\n".join(
        match[1] for block in document.blocks if len(block.text) <= 80 and (match := _LABELLED_ID.fullmatch(block.text))
    )
    said = (nct_ids(words) for words in (address.path, document.title, labelled))
    own = next((ids[0] for ids in said if len(ids) == 1), None)
    is_one = own is not None or not words.isdisjoint(_ONE_TRIALS)
    return _Page(document.address or "", address.path, document.title, text, size, nct_ids(text), own, is_one)


def _known_site(_document: Document, _words: AbstractSet[str], page: _Page) -> UnknownLayout | None:
    """The registry's own page in a layout that is not known."""
    is_registry = number_of_registry_page(page.address) is not None
    signs = sum(sign in page.text.lower() for sign in _REGISTRY_SIGNS)
    if page.own is None or not (is_registry or signs >= _ENOUGH_SIGNS) or any(fits(page) for _, fits in _REFUSALS):
        return None
    message = (
        "the page is ClinicalTrials.gov's own, in a layout that is not known; "
        f"for the trial's record, ask: trialpages fetch {page.own}"
    )
    return UnknownLayout(message, nct_id=page.own)


def _half_recognised(document: Document, words: AbstractSet[str], page: _Page) -> UnknownLayout | None:
    """Which layout a page looks like, and what is against it; None where it looks like none."""
    layout = max(LAYOUTS, key=lambda layout: hits(layout, words) / len(layout.markers))
    number = hits(layout, words)
    is_list = _SEARCH_PATH.search(page.path) is not None or (len(page.ids) >= _A_LIST and not page.is_one)
    if is_list or number < _ENOUGH_MARKS or not (page.ids or 2 * number >= len(layout.markers)):
        return None
    # Prose below a label can speak of anything: what tells a search or a challenge stands above it.
    above = page._replace(text=_above(document, layout), size=0)
    if not page.ids and any(fits(above) for _, fits in _REFUSALS):
        return None
    why = "; ".join(filter(None, (_against(layout, words), _without_value(document, layout))))
    if not page.ids:
        return UnknownLayout(f"the page looks like {layout.key}, but {why}; no NCT id is on it")
    return UnknownLayout(f"the page speaks of {page.trials} and looks like {layout.key}, but {why}", nct_id=page.nct_id)


def _against(layout: Layout, words: AbstractSet[str]) -> str:
    shown = [not words.isdisjoint(forms) for forms in layout.markers]
    missing = [repr(forms[0]) for forms, is_shown in zip(layout.markers, shown, strict=True) if not is_shown]
    if alien := [repr(word) for word in layout.excluded if word in words]:
        return f"shows {', '.join(alien)}, which such pages do not show"
    if sum(shown) >= layout.min_markers:
        return "has nothing that only such pages have: other sites have such labels too"
    is_cut = not any(shown[shown.index(False) :])
    return f"lacks {', '.join(missing)}{', as if it were cut before them' if is_cut else ''}"


def _above(document: Document, layout: Layout) -> str:
    """What stands above the first label: prose below it can speak of anything."""
    first = find(document, *(form for forms in layout.markers for form in forms))[0]
    return "\n".join(block.text for block in document.blocks[:first])


def _without_value(document: Document, layout: Layout) -> str | None:
    """Says so where most of a page's labels are followed by the next label, as in copies that lost the values."""
    forms = [form.lower() for known in layout.labels if known.kind != "heading" for form in known.aliases]
    places = set(find(document, *forms))
    empty = [
        place
        for place in places
        if not any(document.blocks[place].cells[1:]) and (place + 1 in places or place + 1 == len(document.blocks))
    ]
    if len(places) < _SOME or 2 * len(empty) < len(places):
        return None
    return f"the values are missing below {len(empty)} of {len(places)} labels"


_SOME = 3
"""Labels: two in a row can be a coincidence."""


_A_LIST = 3
"""Different NCT ids: a page of one trial cites another one or two."""
_ENOUGH_MARKS = 2
"""Of a layout: one alone, such as `Status`, stands on any page."""
_ONE_TRIALS = frozenset({"exclusion criteria", "exclusion criteria:", "inclusion criteria", "inclusion criteria:"})
"""Headings that a list of trials has not."""
_REGISTRY_SIGNS = (
    "\nclinicaltrials.gov\n",
    "clinicaltrials.gov identifier",
    "data element definitions",
    "first posted",
    "information provided by",
    "last update posted",
    "record history",
    "study details | nct",
    "study record managers",
    "the safety and scientific validity of this study is the responsibility of the study sponsor",
)
"""Words of the registry's page, the one of today and the one until 2024; other sites quote one of them at most."""
_ENOUGH_SIGNS = 2
_LABELLED_ID = re.compile(
    r"(?:[^:|#]{0,40}\b(?:details|id|identifier|no\.?|number|trial|study|record|nct)(?: \([^)]*\))? ?[:|#-] ?"
    r"|(?:nct|clinicaltrials\.gov)\W?(?:id|identifier|number)\W{0,2})(NCT\d{8})",
    re.IGNORECASE,
)
"""`ClinicalTrials.gov Identifier: NCT05693142`, `Study Details | NCT05693142`: the whole line."""
_OTHER_REGISTER = re.compile(
    r"\b(?:20\d\d-[05]\d{5}-\d\d(?:-\d\d)?|ISRCTN-?\d{8}|DRKS\d{8}|ChiCTR[\w-]*\d{8,10}|ACTRN\d{14}|jRCTs?\d{9,10})\b"
)


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
    r"(?<!back to )(?<!return to )(?<!back to the )search results"
    r"|\b[\d,]{1,15} (?:results?|studies|trials|listings)(?: found| for\b)|results? for [\"“']"
    r"|find clinical trials near|refine (?:your )?search|glossary|view clinical trials related to"
    r"|^(?:filter|sort|refine) by\b|^(?:page|showing) \d+(?: (?:of|to|-) \d+.*)?$",
    re.IGNORECASE | re.MULTILINE,
)

_SEARCH_PATH = re.compile(r"/(?:study-search|search|glossary|terms?)(?:/|$)")
_NOT_ONE_TRIAL = "the page is a search or glossary page; give the address of one trial"

_REFUSALS: tuple[tuple[str, Callable[[_Page], bool]], ...] = (
    (
        "the page is a challenge that tells people from programs; no trial is on it",
        lambda page: page.length < 3000 and _CHALLENGE.search(page.opening) is not None,
    ),
    (
        "the page holds references only; the trial is on its summary and details pages",
        lambda page: (
            re.search(r"/references/?$", page.path) is not None
            or (
                len(page.ids) <= 1
                and re.match(r".{0,200}\breferences\b", page.opening, re.IGNORECASE | re.DOTALL) is not None
            )
        ),
    ),
    (
        "the page says that it was not found, whatever its HTTP status was",
        lambda page: page.length < 3000 and len(page.ids) < _A_LIST and _GONE.search(page.opening) is not None,
    ),
    (
        _NOT_ONE_TRIAL,
        lambda page: (
            _SEARCH_PATH.search(page.path) is not None
            or (not page.is_one and (len(page.ids) >= _A_LIST or _SEARCH.search(page.opening) is not None))
        ),
    ),
    (
        "the page asks for consent and shows no trial; it was fetched without the answer that the site wants",
        lambda page: page.length < 6000 and _CONSENT.search(page.opening) is not None,
    ),
    (
        "the page is a shell that a script would fill; no trial is in its markup",
        lambda page: page.length < 400 and page.size > 500 + 4 * page.length,
    ),
)
