"""Pages of the aggregator inclinicaltrials.com, e.g. https://inclinicaltrials.com/<condition>/<NCT id>/details.

A trial has a *summary* page and a richer *details* page; its *references* page holds citations only. Both kinds
damage comparison signs in criteria (`BMI ≤ 35` reads `BMI = 35`, or the sign is gone).
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

from normalizers.identifiers import slug
from schemas.document import Document
from schemas.raw import RawTrial
from schemas.vocabulary import Site
from scraper.layouts.candidate_urls import Candidate, Hints, Lookup, MissingHint
from scraper.layouts.layout import Layout, Reading, ends_before, reading
from scraper.layouts.sections import Sections
from scraper.layouts.tables import each_once
from scraper.sites.inclinicaltrials_doubts import (
    blanks,
    design_elsewhere,
    doubled_rows,
    headings_without_tables,
    joined_collaborators,
    joined_conditions,
    no_criteria,
    no_description,
    several_lead_sponsors,
    strange_conditions,
    two_lists,
    values_of_others,
)
from scraper.sites.inclinicaltrials_labels import (
    CONDITIONS,
    DETAILS_LABELS,
    ELIGIBILITY,
    NOT_IN_THE_RECORD,
    SEE_ALSO,
    SUMMARY_LABELS,
    details_content,
    details_labels,
    summary_content,
    tabs,
    with_title_apart,
)
from scraper.sites.inclinicaltrials_sections import (
    raw_design,
    read_acronym,
    read_contacts,
    read_design,
    read_interventions,
    read_nct_id,
    rows_again,
    status_in_heading,
)
from scraper.sites.inclinicaltrials_tables import ends_early, find_tables

_DAMAGED = "this site damages comparison signs (≤ reads =, or is gone): take numeric limits from another source"


def extract_summary(document: Document) -> Reading:
    """Read a summary page that was cleaned to its content."""
    sections = Sections(with_title_apart(document), SUMMARY_LABELS)
    conditions = each_once(sections.many(CONDITIONS))
    raw = RawTrial(
        nct_id=read_nct_id(sections),
        secondary_ids=(),
        glued_ids=None,
        title=None,
        title_holds_acronym=False,
        slug=None,
        official_title=sections.maybe("Official title:"),
        acronym=read_acronym(sections),
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
        design=raw_design(read_design(sections)),
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
        contacts=read_contacts(sections),
        locations=(),
        location_count=None,
        outcomes=(),
    )
    read = reading(raw, sections, again=rows_again(sections, SUMMARY_LABELS))
    return replace(
        read,
        issues=(
            *read.issues,
            *joined_conditions(conditions),
            *strange_conditions(conditions, sections),
            *no_description(sections),
            *blanks(raw, sections),
            *design_elsewhere(sections),
        ),
    )


def extract_details(document: Document) -> Reading:
    """Read a details page that was cleaned to its content."""
    document = with_title_apart(document)
    tables = find_tables(document.blocks)
    labels = details_labels(document)
    sections = Sections(replace(document, blocks=tables.around(document.blocks)), labels)
    for name in NOT_IN_THE_RECORD:
        sections.maybe(name)
    # The design, the conditions and the interventions stand before the recruitment information or behind the criteria.
    design, more_design = (read_design(sections, occurrence) for occurrence in (0, 1))
    conditions, more_conditions = (each_once(sections.many(CONDITIONS, occurrence)) for occurrence in (0, 1))
    interventions, more_interventions = (read_interventions(sections, occurrence) for occurrence in (0, 1))
    collaborators = tables.collaborators()
    source = sections.maybe("Source")
    other_id = sections.maybe("Other study ID #")
    raw = RawTrial(
        nct_id=read_nct_id(sections),
        secondary_ids=() if other_id is None else ((other_id,),),
        glued_ids=sections.maybe("Secondary ID"),
        title=None,
        title_holds_acronym=False,
        slug=None,
        official_title=sections.maybe("Official title:"),
        acronym=read_acronym(sections),
        sponsor=next(iter(tables.lead_sponsors()), source),
        collaborators=collaborators,
        funder_types=(),
        status=sections.maybe("Status") or sections.maybe("Status", 1),
        phases=sections.many("Phase"),
        study_type=sections.maybe("Study type"),
        conditions=conditions or more_conditions,
        keywords=(),
        interventions=interventions or more_interventions,
        arms=(),
        arms_heading=None,
        enrollment=sections.maybe("Enrollment"),
        enrollment_type=None,
        design=raw_design({**more_design, **design}),
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
        completion_date=sections.maybe("Est. completion date") or sections.maybe("Est. completion date", 1),
        last_updated=sections.maybe("Last updated"),
        contacts=read_contacts(sections),
        locations=tables.locations(),
        location_count=None,
        outcomes=tables.raw_outcomes(),
    )
    read = reading(
        raw,
        sections,
        again=(
            ("status", status_in_heading(sections)),
            ("status", sections.maybe("Status", 1)),
            ("completion_date", sections.maybe("Est. completion date", 1)),
            *((f"design.{name}", quote) for name, quote in more_design.items()),
            *rows_again(sections, labels),
        ),
        after=tables.foreign(),
        shown=lambda: tables.shown(sections.shown()),
    )
    return replace(
        read,
        unread=(*read.unread, *tables.unknown()),
        labels=(*read.labels, *tables.unknown()),
        issues=(
            *read.issues,
            *joined_conditions(conditions or more_conditions),
            *strange_conditions(conditions or more_conditions, sections),
            *two_lists("conditions", [(quote,) for quote in conditions], [(quote,) for quote in more_conditions]),
            *two_lists("interventions", interventions, more_interventions),
            *joined_collaborators(collaborators),
            *doubled_rows("locations", tables.places, "name"),
            *doubled_rows("outcomes", tables.outcomes, "measure"),
            *several_lead_sponsors(tables.lead_sponsors()),
            *blanks(raw, sections),
            *design_elsewhere(sections),
            *values_of_others(sections, labels),
            *headings_without_tables(sections, tables.places, tables.outcomes),
            *no_criteria(sections),
        ),
    )


def candidate_urls(hints: Hints, index: Lookup, found: Mapping[str, str]) -> Iterator[Candidate | MissingHint]:
    """An address holds one of the trial's conditions, or `other`; which one, nothing tells."""
    kinds = {SUMMARY.key: "", DETAILS.key: "/details"}
    for url in index.containing(SUMMARY.site, f"/{hints.nct_id}"):
        for layout, ending in kinds.items():
            if url.rstrip("/").lower().endswith(f"/{hints.nct_id}{ending}".lower()):
                yield Candidate(url, "the site's sitemap names it", layout)
    if not hints.conditions:
        yield MissingHint("most of its addresses hold a condition of the trial, which only the registry tells")
    whys = {slug(condition): f"its address may hold the condition {condition!r}" for condition in hints.conditions}
    whys.setdefault("other", "its address may hold 'other' in place of a condition")
    for layout, ending in kinds.items():
        for url in tuple(found.values()):  # what one page's address holds, the other's holds, too
            beside = url.rstrip("/").removesuffix("/details") + ending
            yield Candidate(beside, f"beside {url}", layout)
        for condition, why in whys.items():
            yield Candidate(f"https://inclinicaltrials.com/{condition}/{hints.nct_id}{ending}", why, layout)


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
    boilerplate=tabs,
    ends_early=partial(ends_before, line=SEE_ALSO),
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
    boilerplate=tabs,
    ends_early=ends_early,
    extract=extract_details,
    untrusted={"eligibility": _DAMAGED},
)
