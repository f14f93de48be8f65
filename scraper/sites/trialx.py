"""Listings of patient portals in the TrialX layout, e.g. https://www.trialx.com/clinical-trials/listings/<id>/<slug>/.

A listing opens with the title and up to four chips: status, age, sex, phase. White labels (portals of patient
organisations) show prose that a language model wrote and that changes between visits: of those pages only the
facts are taken.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from urllib.parse import urlsplit

from schemas.consensus import Nearness
from schemas.document import Document
from scraper.layouts.candidate_urls import Candidate, Hints, Lookup, MissingHint
from scraper.layouts.labels import criteria, frame, prose, structured, unlabelled
from scraper.layouts.layout import Layout, ends_before, find
from scraper.layouts.reading import read_labelled
from scraper.structures.listing import ai_prose, document_header, is_id, is_line, is_listing, read_listing

DETAILS = "Study details"
AI_LABEL = "study details:"
"""White labels: what stands below it was written by a language model."""
END = "step 1 get in touch with the nearest study center"
FAQ = ("faqs", "faq", "frequently asked questions", "learn more about clinical trials")
"""What stands behind the trial where nobody is to get in touch, since the trial does not recruit."""
LISTINGS = tuple(form + colon for form in ("overview", "description", "eligibility") for colon in ("", ":"))
"""What white labels do not show."""
OTHER_SITES = ("study type", "funder types", "administrative data")

HEADER = (
    unlabelled("the heading above the chips", "title", required=True),
    unlabelled("the chip of the status", "status"),
    unlabelled("the chip of the ages", "eligibility.minimum_age", "eligibility.maximum_age"),
    unlabelled("the chip of the sex", "eligibility.sex"),
    unlabelled("the chip of the phase", "phases"),
)
FACTS = (
    structured(
        DETAILS,
        fields=("nct_id", "conditions", "sponsor", "last_updated"),
        is_own=is_line,
        marker=True,
    ),
    unlabelled("the line behind the NCT id", "sponsor", required=True),
)


def content(document: Document) -> range:
    """From the title to the first step of getting in touch, or to the questions that stand behind it."""
    first = _first_label(document)
    end = next((place for place in find(document, END) if place > first), None)
    if end is None:
        own = next((place for place in range(first, len(document.blocks)) if is_id(document.blocks[place])), first)
        end = next((place for place in find(document, "step 1", *FAQ) if place > own), len(document.blocks))
    header = document_header(document, first, has_prose=not find(document, *LISTINGS))
    return range(first if header.start is None else header.start, end)


def ends_early(document: Document, content: range) -> str | None:
    """Say that a listing ends before its first step; one that does not recruit has none and ends at its questions."""
    own = next((place for place, block in enumerate(document.blocks) if is_id(block)), len(document.blocks))
    is_whole = any(place > own for place in find(document, *FAQ))
    return None if is_whole else ends_before(document, content, END)


def is_certain(document: Document) -> bool:
    """Whether a page shows what other sites' pages with headings such as `Overview` do not."""
    if END in document.places or _LISTING.match(urlsplit(document.address or "").path):
        return True
    return is_listing(document, _first_label(document), DETAILS.lower(), AI_LABEL)


def _first_label(document: Document) -> int:
    opening = find(document, *LISTINGS, DETAILS.lower(), AI_LABEL)
    return opening[0] if opening else len(document.blocks)


def candidate_urls(hints: Hints, _index: Lookup, found: Mapping[str, str]) -> Iterator[Candidate | MissingHint]:
    """A listing's address holds a number of the portal's own, so the portal is asked for the trial."""
    if LISTING.key not in found:
        url = f"https://www.trialx.com/clinical-trials/listings/search/?q={hints.nct_id}"
        yield Candidate(url, "the site's own search", follow=_listings, no_results=_NO_RESULTS, loader=b"trialsLoader")


def _listings(links: Sequence[str]) -> Iterator[Candidate]:
    """The first ten listings, as many as a page of results shows; their queries are search context."""
    urls: dict[str, str] = {}
    for link in links:
        number = _LISTING.match(urlsplit(link).path)
        if number is not None:
            urls.setdefault(number[1], link.partition("?")[0])
    for url in islice(urls.values(), 10):
        yield Candidate(url, "the site's search lists it", LISTING.key)


_NO_RESULTS = re.compile(
    r"\bno (?:(?:clinical|matching|such) )*(?:trials?|stud(?:y|ies)|results?|listings?) (?:was |were )?(?:found|match)"
    # A list of one's own is empty, too: `My trials (0 studies)`, `0 trials saved`.
    r"|(?:\A|\b(?:are|found|of|returned|showing) )0 (?:clinical )?(?:trials|studies|results|listings)\b"
    r"(?=\W*\Z| (?:found|for|match|near|were)\b|[:,.] )",
    re.IGNORECASE,
)

_LISTING = re.compile(r"/clinical-trials/listings/(\d+)(?:/|$)")


LISTING = Layout(
    site="trialx",
    name="listing",
    urls=("https://www.trialx.com/clinical-trials/listings/<id>/<slug>/",),
    hosts=("www.trialx.com", "trialx.com"),
    table=(
        *HEADER,
        prose("Overview", field="summary", marker=True),
        prose("Description", field="description"),
        criteria("Eligibility", marker=True),
        *FACTS,
        unlabelled("the lines before the NCT id", "conditions", required=True),
        frame(END),
    ),
    min_markers=3,
    nearness=Nearness.COPY,
    excluded=OTHER_SITES,
    content=content,
    ends_early=ends_early,
    is_certain=is_certain,
    read=partial(read_labelled, read=partial(read_listing, details=DETAILS, has_prose=False)),
)
WHITE_LABEL = Layout(
    site="trialx",
    name="white-label",
    urls=("https://bereflected.org/clinical-trials/listings/<id>/<slug>/",),
    hosts=("bereflected.org", "www.bereflected.org"),
    table=(frame(AI_LABEL), *HEADER, *FACTS),
    min_markers=1,
    nearness=Nearness.REWORKED,
    own_words={"title": "the portal may show a title that a language model wrote"},
    excluded=(*LISTINGS, *OTHER_SITES),
    content=content,
    boilerplate=partial(ai_prose, details=DETAILS.lower(), ai_label=AI_LABEL, first_label=_first_label),
    ends_early=ends_early,
    is_certain=is_certain,
    read=partial(read_labelled, read=partial(read_listing, details=DETAILS, has_prose=True)),
)

LAYOUTS = (LISTING, WHITE_LABEL)
