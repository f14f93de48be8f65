"""Pages of the aggregator inclinicaltrials.com, e.g. https://inclinicaltrials.com/<condition>/<NCT id>/details.

A trial has a *summary* page and a richer *details* page; its *references* page holds citations only. Both kinds
damage comparison signs in criteria (`BMI ≤ 35` reads `BMI = 35`, or the sign is gone).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from normalizers.identifiers import nct_ids, slug
from normalizers.interventions import intervention, split_types
from normalizers.phrases import design_parts, intervention_type
from normalizers.text import fold
from schemas.document import Document
from schemas.raw import Quote, RawContact, RawDesign, RawTrial
from schemas.vocabulary import Site
from scraper.errors import ExtractError
from scraper.sites.inclinicaltrials_doubts import (
    doubled_outcomes,
    joined_collaborators,
    joined_conditions,
    no_criteria,
    two_lists,
)
from scraper.sites.inclinicaltrials_labels import (
    ACRONYM,
    CONDITIONS,
    DESIGN,
    DETAILS_LABELS,
    ELIGIBILITY,
    INTERVENTION,
    NOT_IN_THE_RECORD,
    SEE_ALSO,
    SUMMARY_LABELS,
    acronym,
    details_content,
    details_labels,
    ends_early,
    summary_content,
    with_title_apart,
)
from scraper.sites.inclinicaltrials_tables import find_tables
from scraper.sites.layout import Layout, Reading, reading
from scraper.sites.places import Gap, Hints, Lookup, Place
from scraper.sites.sections import Label, Sections

_DAMAGED = "this site damages comparison signs (≤ reads =, or is gone): take numeric limits from another source"


def extract_summary(document: Document) -> Reading:
    """Read a summary page that was cleaned to its content."""
    sections = Sections(with_title_apart(document), SUMMARY_LABELS)
    conditions = sections.many(CONDITIONS)
    raw = RawTrial(
        nct_id=_nct_id(sections),
        secondary_ids=(),
        glued_ids=None,
        title=None,
        title_holds_acronym=False,
        slug=None,
        official_title=sections.maybe("Official title:"),
        acronym=_acronym(sections),
        sponsor=sections.maybe("Source"),
        collaborators=(),
        funder_types=(),
        status=sections.maybe("Status"),
        phases=sections.many("Phase"),
        study_type=sections.maybe("Study type"),
        conditions=conditions,
        keywords=(),
        interventions=(),
        arms=(),
        arms_heading=None,
        enrollment=None,
        enrollment_type=None,
        design=_raw_design(_design(sections)),
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
    read = reading(raw, sections, again=_rows_again(sections, SUMMARY_LABELS))
    return replace(read, issues=tuple(joined_conditions(conditions)))


def extract_details(document: Document) -> Reading:
    """Read a details page that was cleaned to its content."""
    document = with_title_apart(document)
    tables = find_tables(document.blocks)
    labels = details_labels(document)
    sections = Sections(replace(document, blocks=tables.around(document.blocks)), labels)
    for name in NOT_IN_THE_RECORD:
        sections.maybe(name)
    # The design, the conditions and the interventions stand before the recruitment information or behind the criteria.
    design, more_design = (_design(sections, occurrence) for occurrence in (0, 1))
    conditions, more_conditions = (sections.many(CONDITIONS, occurrence) for occurrence in (0, 1))
    interventions, more_interventions = (_interventions(sections, occurrence) for occurrence in (0, 1))
    collaborators = tables.collaborators()
    source = sections.maybe("Source")
    other_id = sections.maybe("Other study ID #")
    raw = RawTrial(
        nct_id=_nct_id(sections),
        secondary_ids=() if other_id is None else ((other_id,),),
        glued_ids=sections.maybe("Secondary ID"),
        title=None,
        title_holds_acronym=False,
        slug=None,
        official_title=sections.maybe("Official title:"),
        acronym=_acronym(sections),
        sponsor=next(iter(tables.lead_sponsors()), source),
        collaborators=collaborators,
        funder_types=(),
        status=sections.maybe("Status"),
        phases=sections.many("Phase"),
        study_type=sections.maybe("Study type"),
        conditions=conditions or more_conditions,
        keywords=(),
        interventions=interventions or more_interventions,
        arms=(),
        arms_heading=None,
        enrollment=sections.maybe("Enrollment"),
        enrollment_type=None,
        design=_raw_design({**more_design, **design}),
        sex=sections.maybe("Gender"),
        ages=sections.maybe("Age group"),
        minimum_age=None,
        maximum_age=None,
        healthy_volunteers=sections.maybe("Accepts healthy volunteers"),
        inclusion=(),
        exclusion=(),
        criteria=sections.passage(ELIGIBILITY),
        summary=sections.passage("Clinical Trial Summary"),
        description=sections.passage("Description:"),
        start_date=sections.maybe("Start date"),
        primary_completion_date=sections.maybe("Est. primary completion date"),
        completion_date=sections.maybe("Est. completion date"),
        last_updated=sections.maybe("Last updated"),
        contacts=_contacts(sections),
        locations=tables.locations(),
        location_count=None,
        outcomes=tables.raw_outcomes(),
    )
    read = reading(
        raw,
        sections,
        again=(
            ("status", _status_in_heading(sections)),
            ("status", sections.maybe("Status", 1)),
            ("completion_date", sections.maybe("Est. completion date", 1)),
            *((f"design.{name}", quote) for name, quote in more_design.items()),
            *_rows_again(sections, labels),
        ),
        after=tables.foreign(),
        shown=lambda: tables.shown(sections.shown()),
    )
    return replace(
        read,
        unread=(*read.unread, *tables.unknown()),
        labels=(*read.labels, *tables.unknown()),
        issues=(
            *joined_conditions(conditions or more_conditions),
            *two_lists("conditions", [(quote,) for quote in conditions], [(quote,) for quote in more_conditions]),
            *two_lists("interventions", interventions, more_interventions),
            *joined_collaborators(collaborators),
            *doubled_outcomes(tables.outcomes),
            *no_criteria(sections),
        ),
    )


def _nct_id(sections: Sections) -> Quote:
    """The row's number: what prose and lists of other trials cite is none of this trial's.

    Raises:
        ExtractError: there is none, or there are several that could be it.
    """
    own = sections.one("NCT number")
    candidates = [own.text]
    if own.start != sections.units[sections.start("NCT number")].block.number:
        # Nothing ties it to its label but its place: all that stands below the label could be it.
        candidates += [sections.units[place].text for place in sections.between("NCT number")]
    candidates += [quote.text for path, quote in _rows_again(sections, (_NCT_NUMBER,)) if path == "nct_id"]
    numbers = nct_ids(" ".join(candidates))
    if len(numbers) > 1:
        raise ExtractError(f"the page shows several NCT ids that could be the trial's: {', '.join(numbers)}")
    return own


_NCT_NUMBER = next(known for known in DETAILS_LABELS if known.name == "NCT number")


def _acronym(sections: Sections) -> Quote | None:
    """The acronym in `Premature Birth Clinical Trial — Petit-Poids`."""
    heading = sections.label(ACRONYM)
    return None if heading is None else heading._replace(text=acronym(heading.text))


def _rows_again(sections: Sections, labels: Iterable[Label]) -> Iterator[tuple[str, Quote]]:
    """Rows of one value that stand once more than the page has them, with the field that they are: they stay unread."""
    rows = {fold(known.name): known for known in labels if known.holds == "one" and known.fields}
    names = sorted(rows, key=len, reverse=True)
    units = sections.units
    unread = sections.unread()
    for place in unread:
        text = units[place].text
        words = fold(text[:_LONGEST_ROW])
        name = next((name for name in names if words.startswith(name)), None)
        if name is None or len(text) > _LONGEST_ROW:
            continue
        rest = text[len(name) :]
        index = place
        if not rest.strip(" :") and place + 1 in unread:
            index = place + 1
            rest = units[index].text
        elif rest[:1] not in (" ", ":"):
            continue
        yield rows[name].fields[0], Quote(rest.strip(" :"), units[place].block.number, units[index].block.number + 1)


_LONGEST_ROW = 300
"""Characters of a row with its value: an official title may be that long, a paragraph is longer."""


def _status_in_heading(sections: Sections) -> Quote | None:
    """The status in `Clinical Trial Details — Status: Completed`."""
    heading = sections.label("Heading")
    return None if heading is None else heading._replace(text=heading.text.partition(":")[2].strip())


def _design(sections: Sections, occurrence: int = 0) -> dict[str, Quote]:
    """`Label: Value` items, labels each with its value behind or below it, or all in one line, separated by commas."""
    parts: dict[str, Quote] = {}
    units = sections.units
    places = sections.between(DESIGN, occurrence)
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
    return parts


def _raw_design(parts: Mapping[str, Quote]) -> RawDesign:
    return RawDesign(
        primary_purpose=parts.get("primary_purpose"),
        allocation=parts.get("allocation"),
        intervention_model=parts.get("intervention_model"),
        masking=parts.get("masking"),
        observational_model=parts.get("observational_model"),
        time_perspective=parts.get("time_perspective"),
    )


def _interventions(sections: Sections, occurrence: int) -> tuple[tuple[Quote, ...], ...]:
    """`Type: Name` lines, or a type, below it its name, and below that sentences about it, which no field holds."""
    found: list[tuple[Quote, ...]] = []
    kind: Quote | None = None
    for place in sections.between(INTERVENTION, occurrence):
        quote = sections.quote(place)
        if intervention_type(quote.text.rstrip(" :")) is not None and kind is None:
            kind = quote._replace(text=quote.text.rstrip(" :"))
        elif kind is not None:
            found.append((kind, quote))
            kind = None
        elif not found or not _is_sentence(quote.text) or intervention(quote.text) is not None:
            found += ((quote._replace(text=words),) for words in split_types(quote.text))
    return (*found, (kind,)) if kind is not None else tuple(found)


def _is_sentence(text: str) -> bool:
    return text.endswith(".") and len(text.split()) > 2


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


_NEVER = frozenset({"title", "funder_types", "keywords", "arms"})

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
        "interventions",
        "last_updated",
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
    ends_early=ends_early,
    extract=extract_details,
    untrusted={"eligibility": _DAMAGED},
)
