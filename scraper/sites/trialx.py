"""Listings of patient portals in the TrialX layout, e.g. https://www.trialx.com/clinical-trials/listings/<id>/<slug>/.

A listing opens with the title and up to four chips: status, age, sex, phase. White labels (portals of patient
organisations) show prose that a language model wrote and that changes between visits: of those pages only the
facts are taken.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice, pairwise
from typing import NamedTuple
from urllib.parse import urlsplit

from normalizers.ages import age_range
from normalizers.boilerplate import block_rule
from normalizers.dates import partial_date
from normalizers.identifiers import nct_id
from normalizers.phrases import phases, sex, status
from normalizers.text import fold
from schemas.document import Block, Document
from schemas.raw import Quote, RawDesign, RawTrial
from schemas.vocabulary import Site
from scraper.errors import ExtractError
from scraper.sites.labels import Unit, heads_criteria, label
from scraper.sites.layout import Layout, Reading, find, reading
from scraper.sites.places import Gap, Hints, Lookup, Place
from scraper.sites.sections import Sections


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

_CHIPS: Mapping[str, Callable[[str], object]] = {"status": status, "ages": age_range, "sex": sex, "phases": phases}
"""The chips in the order in which they stand."""


class _Header(NamedTuple):
    title: int | None
    chips: Mapping[str, int]
    end: int
    """The position after the last chip."""


def content(document: Document) -> range:
    """From the title to the first step of getting in touch."""
    blocks = document.blocks
    first = _first_label(document)
    end = next((place for place in find(document, END, "step 1") if place > first), len(blocks))
    title = _header(blocks[:first]).title
    if title is None:
        return range(first, end)
    while title and blocks[title - 1].text == blocks[title].text:
        title -= 1  # the title stands twice
    return range(title, end)


def ai_prose(document: Document, content: range) -> Mapping[int, str]:
    """White labels: everything between the chips and the facts at the end."""
    blocks = document.blocks
    start = _header(blocks[: _first_label(document)]).end
    facts = [place for place in content if nct_id(blocks[place].text) is not None]
    details = [place for place in find(document, "study details") if place < content.stop]
    stop = details[-1] if details else facts[-1] if facts else content.stop
    return dict.fromkeys(range(start, stop), "AI prose")


def extract(document: Document) -> Reading:
    """Read a listing that was cleaned to its content."""
    sections = Sections(document, LABELS)
    words = [unit.text for unit in sections.units]
    header = _header([unit.block for unit in sections.units[: sections.first]])
    labelled = sections.between("Study details")
    facts = labelled or range(header.end, len(words))
    place = next((place for place in facts if nct_id(words[place]) is not None), None)
    if place is None:
        raise ExtractError("the page shows no NCT id under Study details")
    for repeated in range(header.end):
        if header.title is not None and words[repeated] == words[header.title]:
            sections.quote(repeated)
    chips = {name: sections.quote(position) for name, position in header.chips.items()}
    # What each fact is, its place tells, as long as they stand there without labels: among labels it tells nothing.
    is_told = not any(_is_labelled(sections.units[fact]) for fact in facts)
    following = [after for after in facts if is_told and after > place]
    date = next((after for after in following[:2] if partial_date(words[after]) is not None), None)
    sponsor = following[0] if following and following[0] != date else None
    raw = RawTrial(
        nct_id=sections.quote(place),
        secondary_ids=(),
        glued_ids=None,
        title=None if header.title is None else sections.quote(header.title),
        title_holds_acronym=False,
        slug=None,
        official_title=None,
        acronym=None,
        sponsor=None if sponsor is None else sections.quote(sponsor),
        collaborators=(),
        funder_types=(),
        status=chips.get("status"),
        phases=_some(chips.get("phases")),
        study_type=None,
        conditions=tuple(
            quote for before in labelled if is_told and before < place for quote in sections.quotes(before)
        ),
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
        criteria=sections.passage("Eligibility"),
        summary=sections.passage("Overview"),
        description=sections.passage("Description"),
        start_date=None,
        primary_completion_date=None,
        completion_date=None,
        # The date has no label. It is the last update: one listing showed two dates in two captures.
        last_updated=None if date is None else sections.quote(date),
        contacts=(),
        locations=(),
        location_count=None,
        outcomes=(),
    )
    return reading(raw, sections)


def _some(quote: Quote | None) -> tuple[Quote, ...]:
    return () if quote is None else (quote,)


def _is_labelled(fact: Unit) -> bool:
    """Whether a line of the facts is a label, by its words or as the first cell of two, or begins with one."""
    return (fact.opens_row and len(fact.block.cells) == 2) or fold(fact.text.partition(":")[0]) in _LABELS_OF_FACTS


_LABELS_OF_FACTS = frozenset(
    {
        "clinicaltrials.gov id",
        "clinicaltrials.gov identifier",
        "collaborator",
        "collaborators",
        "condition",
        "conditions",
        "date",
        "id",
        "identifier",
        "identifiers",
        "last update",
        "last updated",
        "lead sponsor",
        "location",
        "locations",
        "nct id",
        "nct number",
        "phase",
        "sponsor",
        "sponsored by",
        "sponsors",
        "start date",
        "status",
        "study id",
        "trial id",
        "updated",
    }
)
"""Words that other sites, and other templates of portals, put before such facts."""


def _first_label(document: Document) -> int:
    opening = find(document, "overview", "description", "eligibility", "study details", AI_LABEL)
    return opening[0] if opening else len(document.blocks)


def _header(blocks: Sequence[Block]) -> _Header:
    """Title and chips among the blocks before the first label: the last run of chips, and the title above it."""
    places = [place for place, block in enumerate(blocks) if block_rule(block) is None]
    chips = _last_run_of_chips(blocks, places)
    above = [place for place in places if place < min(chips.values(), default=len(blocks))]
    title = _shown_title(blocks, above)
    if chips and "status" not in chips and above:
        # What stands before the other chips is a status, even one that nobody knows yet, unless it is the title.
        last = blocks[above[-1]].text
        if last != blocks[title].text if title is not None else len(last.split()) <= 3:
            chips = {"status": above.pop(), **chips}
    if title is None and chips and above:
        title = above[-1]
    end = max(chips.values(), default=-1) + 1
    if title is None:
        return _Header(None, chips, end)
    last_shown = max(place for place in above if blocks[place].text == blocks[title].text)  # newer copies show it twice
    return _Header(title, chips, max(end, last_shown + 1))


def _last_run_of_chips(blocks: Sequence[Block], places: Sequence[int]) -> dict[str, int]:
    """Of all runs of blocks that read like chips the longest, of equals the last."""
    best: dict[str, int] = {}
    run: dict[str, int] = {}
    for place in places:
        kind = _chip(blocks[place].text, after=max(run, key=_ORDER.__getitem__, default=None))
        run = {} if kind is None else {**run, kind: place}
        if run and len(run) >= len(best):
            best = run
    return best


def _shown_title(blocks: Sequence[Block], above: Sequence[int]) -> int | None:
    """The title as far as the page itself shows which block it is: by a heading, or by showing it twice."""
    headings = [place for place in above if blocks[place].kind == "heading"]
    highest = [place for place in headings if blocks[place].depth == 1]
    twice = [a for a, b in pairwise(above) if blocks[a].text == blocks[b].text]
    if highest:
        return highest[-1]
    if twice:
        return twice[0]
    return headings[0] if len(headings) == 1 else None


_ORDER = {name: order for order, name in enumerate(_CHIPS)}


def _chip(text: str, after: str | None) -> str | None:
    """Which chip the words are, given the one before; chips keep their order and are short."""
    if len(text) > 40:
        return None
    for name, reader in _CHIPS.items():
        if (after is None or _ORDER[name] > _ORDER[after]) and reader(text) is not None:
            return name
    return None


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


def places(hints: Hints, _index: Lookup, _found: Mapping[str, str]) -> Iterator[Place | Gap]:
    """A listing's address holds a number of the portal's own, so the portal is asked for the trial."""
    url = f"https://www.trialx.com/clinical-trials/listings/search/?q={hints.nct_id}"
    yield Place(url, "the site's own search", follow=_listings)


def _listings(links: Sequence[str]) -> Iterator[Place]:
    """The first ten listings, as many as a page of results shows; their queries are search context."""
    urls: dict[str, str] = {}
    for link in links:
        number = _LISTING.match(urlsplit(link).path)
        if number is not None:
            urls.setdefault(number[1], link.partition("?")[0])
    for url in islice(urls.values(), 10):
        yield Place(url, "the site's search lists it", LISTING.key)


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
    end=END,
    extract=extract,
)
WHITE_LABEL = Layout(
    site=Site.TRIALX,
    name="white-label",
    urls=("https://bereflected.org/clinical-trials/listings/<id>/<slug>/",),
    hosts=("bereflected.org", "www.bereflected.org"),
    marks=((AI_LABEL,),),
    enough=1,
    lacks=("overview", "eligibility", "study type", "funder types", "administrative data"),
    never_shows=_NEVER
    | {"summary", "description", "eligibility.inclusion", "eligibility.exclusion", "eligibility.other"},
    labels=LABELS[3:],
    required=frozenset({"nct_id", "title", "sponsor"}),
    content=content,
    boilerplate=ai_prose,
    extract=extract,
)
