"""Pages of the aggregator inclinicaltrials.com, e.g. https://inclinicaltrials.com/<condition>/<NCT id>/details.

A trial has a *summary* page and a richer *details* page; its *references* page holds citations only. Both kinds
damage comparison signs in criteria (`BMI ≤ 35` reads `BMI = 35`, or the sign is gone).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest

from normalizers.identifiers import slug
from normalizers.phrases import design_parts
from schemas.document import Block, Document
from schemas.raw import Quote, RawContact, RawDesign, RawLocation, RawOutcome, RawTrial
from schemas.vocabulary import Site
from scraper.sites.labels import Label, Unit, heads_criteria, label, pattern
from scraper.sites.layout import Layout, Reading, find, reading
from scraper.sites.places import Gap, Hints, Lookup, Place
from scraper.sites.sections import Sections
from scraper.sites.tables import Table, find_table


def _row(name: str, *fields: str) -> Label:
    """A row of a two-column table; a text capture flattens it to one line."""
    return Label((name,), "one", inline=True, fields=fields)


def _column(name: str, *fields: str, lost: str | None = None) -> Label:
    """A column of a table, or in a text capture all its columns in one line."""
    return Label((name,) if lost is None else (name, lost), "many", fields=fields)


_DESIGN = (
    "design.primary_purpose",
    "design.allocation",
    "design.intervention_model",
    "design.masking",
    "design.observational_model",
    "design.time_perspective",
)
_PLACES = ("locations", "location_count")


def _is_part_of_design(units: Sequence[Unit], place: int) -> bool:
    return design_parts(units[place].text) is not None


SUMMARY_LABELS = (
    Label(("Official title:",), "one", inline=True, fields=("official_title",)),
    label("Clinical Trial Summary", holds="prose", fields=("summary",)),
    label("Clinical Trial Description", holds="prose", fields=("description",)),
    label("Study Design", holds="many", fields=_DESIGN, own=_is_part_of_design),
    label("Related Conditions & MeSH terms", holds="many", fields=("conditions",)),
    _row("NCT number", "nct_id"),
    _row("Study type", "study_type"),
    _row("Source", "sponsor"),
    _row("Contact", "contacts"),
    _row("Phone", "contacts"),
    _row("Email", "contacts"),
    _row("Status", "status"),
    _row("Phase", "phases"),
    _row("Start date", "start_date"),
    _row("Completion date", "completion_date"),
)
DETAILS_LABELS = (
    Label(("Official title:",), "one", inline=True, fields=("official_title",)),
    pattern("Heading", r"Clinical Trial Details\s*[—–-]\s*Status:.*", "nothing"),
    label("Administrative data", holds="nothing"),
    _row("NCT number", "nct_id"),
    _row("Other study ID #", "secondary_ids"),
    _row("Secondary ID", "secondary_ids"),
    _row("Status", "status"),
    _row("Phase", "phases"),
    _row("First received"),
    _row("Last updated"),
    _row("Start date", "start_date"),
    _row("Est. completion date", "completion_date"),
    label("Study information", holds="nothing"),
    _row("Verified date"),
    _row("Source", "sponsor"),
    _row("Contact", "contacts"),
    _row("Phone", "contacts"),
    _row("Email", "contacts"),
    _row("Is FDA regulated"),
    _row("Health authority"),
    _row("Study type", "study_type"),
    label("Clinical Trial Summary", holds="prose", fields=("summary",)),
    Label(("Description:",), "prose", inline=True, fields=("description",)),
    label("Study Design", holds="many", fields=_DESIGN, own=_is_part_of_design),
    label("Related Conditions & MeSH terms", holds="many", fields=("conditions",)),
    label("Recruitment information / eligibility", holds="nothing"),
    _row("Status", "status"),
    _row("Enrollment", "enrollment"),
    _row("Est. completion date", "completion_date"),
    _row("Est. primary completion date", "primary_completion_date"),
    _row("Accepts healthy volunteers", "eligibility.healthy_volunteers"),
    _row("Gender", "eligibility.sex"),
    _row("Age group", "eligibility.minimum_age", "eligibility.maximum_age"),
    Label(
        ("Eligibility",),
        "prose",
        inline=True,
        fields=("eligibility.inclusion", "eligibility.exclusion", "eligibility.other"),
        own=heads_criteria,
    ),
    # Tables whose columns are lost, in a text capture or in a grid of plain elements: they end the criteria, and
    # their rows stay unread, not guessed.
    _column("Country", *_PLACES, lost="Country Name City State"),
    _column("Name", *_PLACES),
    _column("City", *_PLACES),
    _column("State", *_PLACES),
    _column("Lead Sponsor", "sponsor", lost="Lead Sponsor Collaborator"),
    _column("Collaborator", "collaborators"),
    _column("Type", "outcomes", lost="Type Measure Description Time frame Safety issue"),
    _column("Measure", "outcomes"),
    _column("Description", "outcomes"),
    _column("Time frame", "outcomes"),
    _column("Safety issue", "outcomes"),
)
SEE_ALSO = "see also"
NOT_IN_THE_RECORD = (
    "First received",
    "Last updated",
    "Verified date",
    "Is FDA regulated",
    "Health authority",
)
"""Labels that are always blank, or that the canonical record has no field for."""

_DAMAGED = "this site damages comparison signs (≤ reads =, or is gone): take numeric limits from another source"


def summary_content(document: Document) -> range:
    """From the title to the list of other trials."""
    return _content(document, "clinical trial summary", "official title:")


def details_content(document: Document) -> range:
    """From the heading with the status to the last table."""
    return _content(document, "administrative data", "official title:")


def _content(document: Document, first: str, title: str) -> range:
    blocks = document.blocks
    start = next(iter(find(document, first)), 0)
    end = next((place for place in find(document, SEE_ALSO) if place > start), len(blocks))
    for place in range(start):
        text = blocks[place].text.lower()
        if text.startswith((title, "clinical trial details")):
            return range(place, end)
    return range(start, end)


def extract_summary(document: Document) -> Reading:
    """Read a summary page that was cleaned to its content."""
    sections = Sections(document, SUMMARY_LABELS)
    raw = RawTrial(
        nct_id=sections.one("NCT number"),
        secondary_ids=(),
        glued_ids=None,
        title=None,
        title_holds_acronym=False,
        slug=None,
        official_title=sections.maybe("Official title:"),
        acronym=None,
        sponsor=sections.maybe("Source"),
        collaborators=(),
        funder_types=(),
        status=sections.maybe("Status"),
        phases=sections.many("Phase"),
        study_type=sections.maybe("Study type"),
        conditions=sections.many("Related Conditions & MeSH terms"),
        keywords=(),
        interventions=(),
        arms=(),
        arms_heading=None,
        enrollment=None,
        enrollment_type=None,
        design=_design(sections),
        sex=None,
        ages=None,
        minimum_age=None,
        maximum_age=None,
        healthy_volunteers=None,
        inclusion=(),
        exclusion=(),
        criteria=(),
        summary=sections.passage("Clinical Trial Summary"),
        description=sections.passage("Clinical Trial Description"),
        start_date=sections.maybe("Start date"),
        primary_completion_date=None,
        completion_date=sections.maybe("Completion date"),
        last_updated=None,
        contacts=_contacts(sections),
        locations=(),
        location_count=None,
        outcomes=(),
    )
    return reading(raw, sections)


def extract_details(document: Document) -> Reading:
    """Read a details page that was cleaned to its content."""
    blocks = document.blocks
    places = find_table(blocks, "country", "name", "city", "state")
    sponsors = find_table(blocks, "lead sponsor", "collaborator")
    outcomes = find_table(blocks, "type", "measure")
    before, after = _around_tables(blocks, {*places.blocks, *sponsors.blocks, *outcomes.blocks})
    sections = Sections(replace(document, blocks=before), DETAILS_LABELS)
    for name in NOT_IN_THE_RECORD:
        sections.maybe(name)
    lead = [quote for row in sponsors.rows if (quote := sponsors.cell(row, "lead sponsor"))]
    source = sections.maybe("Source")
    raw = RawTrial(
        nct_id=sections.one("NCT number"),
        secondary_ids=tuple((quote,) for quote in sections.many("Other study ID #")),
        glued_ids=sections.maybe("Secondary ID"),
        title=None,
        title_holds_acronym=False,
        slug=None,
        official_title=sections.maybe("Official title:"),
        acronym=None,
        sponsor=lead[0] if lead else source,
        collaborators=tuple(quote for row in sponsors.rows for quote in sponsors.lines(row, "collaborator")),
        funder_types=(),
        status=sections.maybe("Status"),
        phases=sections.many("Phase"),
        study_type=sections.maybe("Study type"),
        conditions=sections.many("Related Conditions & MeSH terms"),
        keywords=(),
        interventions=(),
        arms=(),
        arms_heading=None,
        enrollment=sections.maybe("Enrollment"),
        enrollment_type=None,
        design=_design(sections),
        sex=sections.maybe("Gender"),
        ages=sections.maybe("Age group"),
        minimum_age=None,
        maximum_age=None,
        healthy_volunteers=sections.maybe("Accepts healthy volunteers"),
        inclusion=(),
        exclusion=(),
        criteria=sections.passage("Eligibility"),
        summary=sections.passage("Clinical Trial Summary"),
        description=sections.passage("Description:"),
        start_date=sections.maybe("Start date"),
        primary_completion_date=sections.maybe("Est. primary completion date"),
        completion_date=sections.maybe("Est. completion date"),
        last_updated=None,
        contacts=_contacts(sections),
        locations=tuple(
            RawLocation(
                facility=places.cell(row, "name"),
                city=places.cell(row, "city"),
                state=places.cell(row, "state"),
                country=places.cell(row, "country"),
            )
            for row in places.rows
        ),
        location_count=None,
        outcomes=tuple(
            RawOutcome(
                type=outcomes.cell(row, "type"),
                measure=measure,
                description=outcomes.cell(row, "description"),
                time_frame=outcomes.cell(row, "time frame"),
            )
            for row in outcomes.rows
            if (measure := outcomes.cell(row, "measure"))
        ),
    )
    return reading(
        raw,
        sections,
        again=(
            ("status", _status_in_heading(sections)),
            ("status", sections.maybe("Status", 1)),
            ("completion_date", sections.maybe("Est. completion date", 1)),
        ),
        after=after,
        shown=lambda: (*sections.shown(), *_columns(places, sponsors, outcomes)),
    )


def _columns(*tables: Table) -> Iterator[str]:
    """The labels that are columns of tables."""
    columns = {column for table in tables for column in table.columns}
    for known in DETAILS_LABELS:
        if known.name.lower() in columns:
            yield known.name


def _status_in_heading(sections: Sections) -> Quote | None:
    """The status in `Clinical Trial Details — Status: Completed`."""
    heading = sections.label("Heading")
    return None if heading is None else heading._replace(text=heading.text.partition(":")[2].strip())


def _around_tables(blocks: Sequence[Block], tabled: set[Block]) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """What stands before the first table of several columns, and what stands after it and is in no table.

    The headings right above a table belong to the table.
    """
    first = next((place for place, block in enumerate(blocks) if block in tabled), len(blocks))
    before = first
    while before and blocks[before - 1].kind == "heading":
        before -= 1
    after = [
        block
        for block, following in zip_longest(blocks[first:], blocks[first + 1 :])
        if block not in tabled and not (block.kind == "heading" and following in tabled)
    ]
    return tuple(blocks[:before]), tuple(after)


def _design(sections: Sections) -> RawDesign:
    """`Label: Value` items, labels each with its value behind or below it, or all in one line, separated by commas."""
    parts: dict[str, Quote] = {}
    units = sections.units
    places = sections.between("Study Design")
    for place in places:
        text = units[place].text
        known = design_parts(text)
        if known is None:
            continue
        last = place
        if not known[-1][1] and place + 1 in places and design_parts(units[place + 1].text) is None:
            last = place + 1
            known = design_parts(f"{text.rstrip(' :')}: {units[last].text}") or ()
        for name, words in known:
            if words:
                parts.setdefault(name, Quote(words, units[place].block.number, units[last].block.number + 1))
        for index in (place, last):
            sections.quote(index)
    return RawDesign(
        primary_purpose=parts.get("primary_purpose"),
        allocation=parts.get("allocation"),
        intervention_model=parts.get("intervention_model"),
        masking=parts.get("masking"),
        observational_model=parts.get("observational_model"),
        time_perspective=parts.get("time_perspective"),
    )


def _contacts(sections: Sections) -> tuple[RawContact, ...]:
    name, phone, email = (sections.maybe(label) for label in ("Contact", "Phone", "Email"))
    if name is None and phone is None and email is None:
        return ()
    return (RawContact(name, () if phone is None else (phone,), email),)


def places(hints: Hints, index: Lookup, found: Mapping[str, str]) -> Iterator[Place | Gap]:
    """An address holds one of the trial's conditions, or `other`; which one, nothing tells."""
    kinds = {SUMMARY.key: "", DETAILS.key: "/details"}
    for url in index.containing(SUMMARY.site, f"/{hints.nct_id}"):
        for layout, ending in kinds.items():
            if url.rstrip("/").lower().endswith(f"/{hints.nct_id}{ending}".lower()):
                yield Place(url, "the site's sitemap names it", layout)
    if not hints.conditions:
        yield Gap("most of its addresses hold a condition of the trial, which only the registry tells")
    whys = {slug(condition): f"its address may hold the condition {condition!r}" for condition in hints.conditions}
    whys.setdefault("other", "its address may hold 'other' in place of a condition")
    for layout, ending in kinds.items():
        for url in tuple(found.values()):  # what one page's address holds, the other's holds, too
            beside = url.rstrip("/").removesuffix("/details") + ending
            yield Place(beside, f"beside {url}", layout)
        for condition, why in whys.items():
            yield Place(f"https://inclinicaltrials.com/{condition}/{hints.nct_id}{ending}", why, layout)


_NEVER = frozenset({"title", "acronym", "funder_types", "keywords", "interventions", "arms", "last_updated"})

SUMMARY = Layout(
    site=Site.INCLINICALTRIALS,
    name="summary",
    urls=("https://inclinicaltrials.com/<condition-slug>/<NCT id>",),
    hosts=("inclinicaltrials.com", "www.inclinicaltrials.com"),
    marks=(
        ("clinical trial summary",),
        ("clinical trial description",),
        ("study design",),
        ("related conditions & mesh terms",),
        (SEE_ALSO,),
    ),
    enough=3,
    lacks=("administrative data", "recruitment information / eligibility"),
    never_shows=_NEVER
    | {
        "secondary_ids",
        "collaborators",
        "enrollment",
        "primary_completion_date",
        "locations",
        "location_count",
        "outcomes",
        "eligibility.sex",
        "eligibility.minimum_age",
        "eligibility.maximum_age",
        "eligibility.healthy_volunteers",
        "eligibility.inclusion",
        "eligibility.exclusion",
        "eligibility.other",
    },
    labels=SUMMARY_LABELS,
    required=frozenset({"nct_id", "sponsor", "status", "study_type", "summary"}),
    content=summary_content,
    end="see also",
    extract=extract_summary,
)
DETAILS = Layout(
    site=Site.INCLINICALTRIALS,
    name="details",
    urls=("https://inclinicaltrials.com/<condition-slug>/<NCT id>/details",),
    hosts=("inclinicaltrials.com", "www.inclinicaltrials.com"),
    marks=(
        ("administrative data",),
        ("study information",),
        ("clinical trial summary",),
        ("recruitment information / eligibility",),
    ),
    enough=3,
    lacks=(),
    never_shows=_NEVER,
    labels=DETAILS_LABELS,
    required=frozenset({"nct_id", "sponsor", "status", "study_type", "eligibility.sex", "summary"}),
    content=details_content,
    extract=extract_details,
    untrusted={"eligibility": _DAMAGED},
)
