"""Listings of patient portals in the TrialX layout, e.g. https://www.trialx.com/clinical-trials/listings/<id>/<slug>/.

A listing opens with the title and up to four chips: status, age, sex, phase. White labels (portals of patient
organisations) show prose that a language model wrote and that changes between visits: of those pages only the
facts are taken.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from urllib.parse import urlsplit

from normalizers.criteria.sides import parse_side_heading
from normalizers.identifiers import nct_id, nct_ids
from schemas.document import Block, Document
from schemas.raw import Passage, Quote, RawDesign, RawTrial
from schemas.record import Issue, IssueCode
from schemas.vocabulary import Site
from scraper.layouts.candidate_urls import Candidate, Hints, Lookup, MissingHint
from scraper.layouts.labels import Unit, heads_criteria, label
from scraper.layouts.layout import Layout, Reading, ends_before, find, reading
from scraper.layouts.sections import Sections
from scraper.sites.trialx_doubts import doubts_of, unlabelled
from scraper.sites.trialx_facts import Facts, facts_of, in_order, is_fact
from scraper.sites.trialx_header import Header, count_of_chips, header
from scraper.sites.trialx_title import Page, Piece


def _is_fact(units: Sequence[Unit], place: int) -> bool:
    """Whether a unit can be one of the facts, which have no labels: any line that is no heading."""
    return units[place].block.kind != "heading"


LABELS = (
    label("Overview", holds="prose", fields=("summary",)),
    label("Description", holds="prose", fields=("description",)),
    label(
        "Eligibility",
        holds="prose",
        fields=("eligibility.inclusion", "eligibility.exclusion", "eligibility.other"),
        own=heads_criteria,
    ),
    label("Study details", holds="prose", fields=("nct_id", "conditions", "sponsor", "last_updated"), own=_is_fact),
)
AI_LABEL = "study details:"
"""White labels: what stands below it was written by a language model."""
END = "step 1 get in touch with the nearest study center"

FAQ = ("faqs", "faq", "frequently asked questions", "learn more about clinical trials")
"""What stands behind the trial where nobody is to get in touch, since the trial does not recruit."""

_LISTINGS = tuple(form + colon for form in ("overview", "description", "eligibility") for colon in ("", ":"))
"""What white labels do not show."""
_LABELS = (*_LISTINGS, "study details", AI_LABEL)


def content(document: Document) -> range:
    """From the title to the first step of getting in touch, or to the questions that stand behind it."""
    first = _first_label(document)
    end = next((place for place in find(document, END) if place > first), None)
    if end is None:
        own = next((place for place in range(first, len(document.blocks)) if _is_id(document.blocks[place])), first)
        end = next((place for place in find(document, "step 1", *FAQ) if place > own), len(document.blocks))
    start = _document_header(document, has_prose=not find(document, *_LISTINGS)).start
    return range(first if start is None else start, end)


def ends_early(document: Document, content: range) -> str | None:
    """Say that a listing ends before its first step; one that does not recruit has none and ends at its questions."""
    own = next((place for place, block in enumerate(document.blocks) if _is_id(block)), len(document.blocks))
    is_whole = any(place > own for place in find(document, *FAQ))
    return None if is_whole else ends_before(document, content, END)


def ai_prose(document: Document, content: range) -> Mapping[int, str]:
    """White labels: a second title in plain words, and everything between the chips and the facts at the end."""
    found = _document_header(document, has_prose=True)
    second = range(0)
    # Where it is doubtful which line is the title, none of them may be taken for prose.
    if found.first is not None and found.titles and not any(issue.field == "title" for issue in found.issues):
        last = max((piece.place for piece in found.titles if piece.place < found.first), default=found.first)
        second = range(last + 1, found.first)
    below = range(max(found.end, content.start), content.stop)
    own = next((place for place in below if _is_id(document.blocks[place])), content.stop)
    details = [place for place in find(document, "study details") if place in below and place < own]
    # A second label with a colon is the facts' own.
    details = details or [place for place in find(document, AI_LABEL) if place in below and place < own][1:]
    end = details[-1] if details else own
    while not details and end > below.start + 1 and is_fact(document.blocks[end - 1]):
        end -= 1  # short lines before the NCT id are hardly prose: conditions, and their label in unknown words
    prose = range(below.start, end)
    if not find(document, AI_LABEL):
        # Prose without its label may be a listing whose labels are gone: its criteria are told.
        prose = range(below.start, next((place for place in prose if _heads_a_side(document.blocks[place])), end))
    return dict.fromkeys((*second, *prose), "AI prose")


def _heads_a_side(block: Block) -> bool:
    found = parse_side_heading(block.text) if block.kind != "item" else None
    return found is not None and found.side is not None


def is_own(document: Document) -> bool:
    """Whether a page shows what other sites' pages with headings such as `Overview` do not.

    That is the line behind the trial, the form of the address, or the chips together with the facts in their order.
    """
    if END in document.places or _LISTING.match(urlsplit(document.address or "").path):
        return True
    chips = count_of_chips(list(_pieces(document.blocks[: _first_label(document)])), document.form)
    if chips < _SOME_CHIPS or not (labels := find(document, "study details", AI_LABEL)):
        return False
    label, *below = (piece.text for piece in _pieces(document.blocks[labels[-1] :]))
    return in_order(below, below_prose=label.lower() == AI_LABEL)


_SOME_CHIPS = 2
"""One alone, such as a status, stands on many sites' pages."""


def extract(document: Document) -> Reading:
    """Read a listing that was cleaned to its content."""
    return _extract(document, has_prose=False)


def extract_white_label(document: Document) -> Reading:
    """Read a white label's page that was cleaned to its content."""
    return _extract(document, has_prose=True)


def _extract(document: Document, *, has_prose: bool) -> Reading:
    sections = Sections(document, LABELS)
    units = sections.units
    above = [Piece(unit.text, unit.block, place) for place, unit in enumerate(units[: sections.first])]
    top = header(above, Page(document.title, document.address, document.form, has_prose=has_prose))
    labelled = sections.between("Study details")
    facts = facts_of(sections, labelled or range(top.end, len(units)), is_labelled=bool(labelled))
    for piece in (*top.titles, *top.told):
        sections.quote(piece.place)
    chips = {kind: sections.quote(piece.place)._replace(text=piece.text) for kind, piece in top.chips.items()}
    # Without its label the facts stand in the section before them: from the NCT id on they are surely none of it.
    stop = len(units) if labelled else facts.place
    raw = RawTrial(
        nct_id=facts.nct_id,
        secondary_ids=(),
        glued_ids=None,
        title=None if top.title is None else sections.quote(top.title.place),
        title_holds_acronym=False,
        slug=None,
        official_title=None,
        acronym=None,
        sponsor=facts.sponsor,
        collaborators=(),
        funder_types=(),
        status=chips.get("status"),
        phases=_some(chips.get("phases")),
        study_type=None,
        conditions=facts.conditions,
        keywords=(),
        interventions=(),
        arms=(),
        arms_heading=None,
        enrollment=None,
        enrollment_type=None,
        design=RawDesign(None, None, None, None, None, None),
        sex=chips.get("sex"),
        ages=chips.get("ages"),
        minimum_age=None,
        maximum_age=None,
        healthy_volunteers=None,
        inclusion=(),
        exclusion=(),
        criteria=_passage(sections, "Eligibility", stop),
        summary=_passage(sections, "Overview", stop),
        description=_passage(sections, "Description", stop),
        start_date=None,
        primary_completion_date=None,
        completion_date=None,
        # The date has no label. It is the last update: one listing showed two dates in two captures.
        last_updated=facts.date,
        contacts=(),
        locations=(),
        location_count=None,
        outcomes=(),
    )
    issues = [*top.issues, *facts.issues, *_other_ids(sections, facts)]
    if not has_prose:
        issues += doubts_of(sections, facts.place)
    elif not labelled:
        issues += unlabelled(sections, range(top.end, facts.place))
    read = reading(raw, sections)
    return replace(read, issues=(*read.issues, *issues))


def _passage(sections: Sections, name: str, stop: int) -> Passage:
    places = sections.between(name)
    return sections.passage(name) if stop not in places else sections.blocks(range(places.start, stop))


def _other_ids(sections: Sections, facts: Facts) -> Iterator[Issue]:
    """Another trial's id that stands by itself within the prose: a card of that trial may have been read as prose."""
    for unit in sections.units[: facts.place]:
        other = nct_id(unit.text)
        if other is not None and other != nct_id(facts.nct_id.text):
            message = "the id of another trial stands by itself here: what is around it may not be this trial's"
            yield Issue(field=None, code=IssueCode.MISMATCH, text=unit.text, message=message)


def _some(quote: Quote | None) -> tuple[Quote, ...]:
    return () if quote is None else (quote,)


def _first_label(document: Document) -> int:
    opening = find(document, *_LABELS)
    return opening[0] if opening else len(document.blocks)


def _document_header(document: Document, *, has_prose: bool = False) -> Header:
    blocks = document.blocks[: _first_label(document)]
    images = [place for place, block in enumerate(blocks) if block.text.lower() == "image"]
    image = images[0] if len(images) == 1 else None
    about = Page(document.title, document.address, document.form, image, has_prose)
    return header(list(_pieces(blocks)), about)


def _pieces(blocks: Sequence[Block]) -> Iterator[Piece]:
    """The blocks, and each line of a row's cells, with the places of their blocks."""
    for place, block in enumerate(blocks):
        for cell in block.cells if block.kind == "row" else (block.text,):
            yield from (_new(Piece, (line, block, place)) for line in cell.split("\n") if line)


# Named tuples are made without their keyword-reading constructor where hundreds are made.
_new = tuple.__new__

_LONGEST_LINE_OF_AN_ID = 60
"""Characters: `ClinicalTrials.gov Identifier: NCT06570291` has 42; longer lines are sentences that cite a trial."""


def _is_id(block: Block) -> bool:
    """Whether a line of its own, or of a row's cell, names a trial."""
    if block.kind != "row":  # most blocks
        return len(block.text) <= _LONGEST_LINE_OF_AN_ID and bool(nct_ids(block.text))
    return any(len(piece.text) <= _LONGEST_LINE_OF_AN_ID and nct_ids(piece.text) for piece in _pieces((block,)))


_NEVER = frozenset(
    {
        "secondary_ids",
        "official_title",
        "acronym",
        "collaborators",
        "funder_types",
        "study_type",
        "keywords",
        "interventions",
        "arms",
        "enrollment",
        "design.primary_purpose",
        "design.allocation",
        "design.intervention_model",
        "design.masking",
        "design.observational_model",
        "design.time_perspective",
        "eligibility.healthy_volunteers",
        "start_date",
        "primary_completion_date",
        "completion_date",
        "contacts",
        "locations",
        "location_count",
        "outcomes",
    }
)


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
    site=Site.TRIALX,
    name="listing",
    urls=("https://www.trialx.com/clinical-trials/listings/<id>/<slug>/",),
    hosts=("www.trialx.com", "trialx.com"),
    marks=(("overview",), ("eligibility",), ("study details",), (END,)),
    enough=3,
    lacks=("study type", "funder types", "administrative data"),
    never_shows=_NEVER,
    labels=LABELS,
    required=frozenset({"nct_id", "title", "sponsor", "conditions"}),
    content=content,
    ends_early=ends_early,
    is_own=is_own,
    extract=extract,
)
WHITE_LABEL = Layout(
    site=Site.TRIALX,
    name="white-label",
    urls=("https://bereflected.org/clinical-trials/listings/<id>/<slug>/",),
    hosts=("bereflected.org", "www.bereflected.org"),
    marks=((AI_LABEL,), ("study details",)),
    enough=1,
    lacks=(
        *_LISTINGS,
        "study type",
        "funder types",
        "administrative data",
    ),
    never_shows=_NEVER
    | {"summary", "description", "eligibility.inclusion", "eligibility.exclusion", "eligibility.other"},
    labels=LABELS[3:],
    required=frozenset({"nct_id", "title", "sponsor"}),
    content=content,
    boilerplate=ai_prose,
    ends_early=ends_early,
    is_own=is_own,
    extract=extract_white_label,
)
