"""Pages of the aggregator inclinicaltrials.com, e.g. https://inclinicaltrials.com/<condition>/<NCT id>/details.

A trial has a *summary* page and a richer *details* page; its *references* page holds citations only. Both kinds
damage comparison signs in criteria (`BMI ≤ 35` reads `BMI = 35`, or the sign is gone).
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

from normalizers import phrases
from normalizers.ages import age_range
from normalizers.counts import enrollment
from normalizers.dates import partial_date
from normalizers.identifiers import nct_id, secondary_id, slugged
from normalizers.interventions import intervention
from normalizers.notes import free_words
from schemas.consensus import Nearness
from schemas.document import Document
from scraper.layouts.candidate_urls import Candidate, Hints, Lookup, MissingHint
from scraper.layouts.labels import Label, Row, criteria, frame, heading, many, one, pattern, prose, unlabelled
from scraper.layouts.layout import Layout, ends_before, find
from scraper.layouts.reading import Extracted, PageReading, extracted, read_labelled, without_ending
from scraper.layouts.sections import Sections
from scraper.structures import doubts, registry_rows
from scraper.structures.concatenated_ids import add_ids
from scraper.structures.dashed_heading import content_from, read_acronym, tabs, with_title_apart
from scraper.structures.free_rows import free_row, no_condition
from scraper.structures.registry_tables import ends_early, find_tables, lost_columns
from scraper.structures.tables import each_once

CONDITIONS, DESIGN, INTERVENTION = "Related Conditions & MeSH terms", "Study Design", "Intervention"
ELIGIBILITY, RECRUITMENT = "Eligibility", "Recruitment information / eligibility"
PARTS = (("design", DESIGN), ("conditions", CONDITIONS))
SEE_ALSO = "see also"
MESH_TERMS = {"conditions": "the site shows MeSH terms beside, or in place of, the registrant's words"}
HOSTS = ("inclinicaltrials.com", "www.inclinicaltrials.com")

row = partial(one, inline=True)
"""A row of a two-column table; a text capture flattens it to one line."""
TITLE: tuple[Row, ...] = (
    unlabelled("the words behind the dash of the page's heading", "acronym"),
    free_row("Official title:", "Official title", reads={"official_title": free_words}),
)
CONTACT = tuple(free_row(name, fields=("contacts",), may_be_blank=True) for name in ("Contact", "Phone", "Email"))
NUMBER = row("NCT number", fields=("nct_id",), telling=nct_id)
SOURCE = free_row("Source", fields=("sponsor",), required=True)
STATUS = row("Status", reads={"status": phrases.status}, required=True)
PHASE = row("Phase", reads={"phases": phrases.phases}, lines=True, may_be_blank=True)
TYPE = row("Study type", reads={"study_type": phrases.study_type}, required=True)
SUMMARY_TEXT = prose("Clinical Trial Summary", field="summary", required=True, marker=True)


def _beside(*, marker: bool) -> tuple[Label, ...]:
    """Lists that stand before the recruitment information, or behind the criteria."""
    return (
        registry_rows.design_list(DESIGN, marker=marker),
        many(CONDITIONS, fields=("conditions",), refuses=no_condition, may_be_blank=True, marker=marker),
    )


LISTS = (
    *_beside(marker=False),
    registry_rows.intervention_list(INTERVENTION),
)
ABOVE = (
    *TITLE,
    pattern("Heading", r"Clinical Trial Details\s*[—–-]\s*Status:.*"),
    heading("Administrative data", marker=True),
    NUMBER,
    free_row("Other study ID #", reads={"secondary_ids": secondary_id}),
    free_row("Secondary ID", fields=("secondary_ids",), may_be_blank=True),
    STATUS,
    PHASE,
    free_row("First received", telling=partial_date, may_be_blank=True),
    row("Last updated", reads={"last_updated": partial_date}, may_be_blank=True),
    row("Start date", reads={"start_date": partial_date}),
    row("Est. completion date", reads={"completion_date": partial_date}),
    heading("Study information", marker=True),
    free_row("Verified date", telling=partial_date),
    SOURCE,
    *CONTACT,
    free_row("Is FDA regulated"),
    free_row("Health authority"),
    TYPE,
    SUMMARY_TEXT,
    prose("Description:", "Detailed description:", field="description", inline=True),
)
BELOW = (
    heading(RECRUITMENT, marker=True),
    row("Status", reads={"status": phrases.status}),
    row("Enrollment", reads={"enrollment": enrollment}),
    row("Est. completion date", reads={"completion_date": partial_date}),
    row("Est. primary completion date", reads={"primary_completion_date": partial_date}),
    row("Accepts healthy volunteers", reads={"eligibility.healthy_volunteers": phrases.healthy_volunteers}),
    row("Gender", reads={"eligibility.sex": phrases.sex}, required=True),
    row("Age group", reads={("eligibility.minimum_age", "eligibility.maximum_age"): age_range}),
    criteria(ELIGIBILITY, inline=True),
    *LISTS,
    *lost_columns(),
)


def read_summary(page: PageReading) -> None:
    """Read the table, and what has structure."""
    page.read_table()
    sections = page.sections
    _read_rows(page)
    page.add("sponsor", sections.maybe("Source"), free_words)
    conditions = each_once(sections.many(CONDITIONS))
    page.add_all("conditions", conditions, free_words)
    registry_rows.add_design(page, DESIGN, 0)
    registry_rows.add_rows_again(page)
    page.tell_unrelated(CONDITIONS, "conditions")
    page.issues += (
        *doubts.joined_conditions(conditions),
        *doubts.no_description(sections, "Clinical Trial Description"),
        *doubts.blanks(page.found, sections, *PARTS),
        *doubts.design_elsewhere(sections, DESIGN),
    )


def read_details(document: Document, labels: tuple[Label, ...]) -> Extracted:
    """Read a details page: its tables first, then what stands around them."""
    tables = find_tables(document.blocks)
    # The lists stand before the recruitment information or behind the criteria; where they stand behind, what reads so
    # before them is a line of the description.
    lists, recruitment = find(document, CONDITIONS.lower()), find(document, RECRUITMENT.lower())
    if lists and recruitment and lists[0] > recruitment[-1]:
        labels = tuple(known for known in (*ABOVE, *BELOW) if isinstance(known, Label))
    sections = Sections(replace(document, blocks=tables.around(document.blocks)), labels)
    page = PageReading(document, labels, sections)
    page.read_table()
    _read_rows(page)
    add_ids(page, sections.maybe("Secondary ID"))
    source = sections.maybe("Source")
    leads, collaborators = tables.lead_sponsors(), tables.collaborators()
    page.add("sponsor", next(iter(leads), source), free_words)
    page.add_all("collaborators", collaborators, free_words)
    conditions, more_conditions = (each_once(sections.many(CONDITIONS, occurrence)) for occurrence in (0, 1))
    interventions, more_interventions = (registry_rows.read_interventions(sections, INTERVENTION, n) for n in (0, 1))
    page.add_all("conditions", conditions or more_conditions, free_words)
    page.add_all("interventions", interventions or more_interventions, intervention)
    registry_rows.add_design(page, DESIGN, 0)
    registry_rows.add_design(page, DESIGN, 1)
    page.found.locations, page.found.outcomes = tables.locations(), tables.raw_outcomes()
    page.add("status", registry_rows.status_in_heading(sections, "Heading"), phrases.status, repeats=True)
    registry_rows.add_rows_again(page)
    page.unread += (*tables.foreign(), *tables.unknown())
    page.unread_labels += tables.unknown()
    page.shown = lambda: tables.shown(sections.shown())
    page.tell_unrelated(CONDITIONS, "conditions")
    page.issues += (
        *doubts.joined_conditions(conditions or more_conditions),
        *doubts.two_lists("conditions", conditions, more_conditions),
        *doubts.two_lists("interventions", interventions, more_interventions),
        *doubts.joined_collaborators(collaborators),
        *doubts.doubled_rows("locations", tables.places, "name"),
        *doubts.doubled_rows("outcomes", tables.outcomes, "measure"),
        *doubts.several_lead_sponsors(leads),
        *doubts.blanks(page.found, sections, *PARTS, ("interventions", INTERVENTION)),
        *doubts.design_elsewhere(sections, DESIGN),
        *doubts.values_of_others(sections, labels),
        *doubts.headings_without_tables(sections, tables.places, tables.outcomes),
        *doubts.no_criteria(sections, ELIGIBILITY),
    )
    return extracted(page)


def _read_rows(page: PageReading) -> None:
    """What both kinds of pages show alike. The site ends a description with a semicolon that belongs to nothing."""
    page.add("nct_id", registry_rows.read_nct_id(page.sections, NUMBER.name), nct_id)
    page.add("acronym", read_acronym(page.sections), free_words)
    page.found.contacts = registry_rows.read_contacts(page.sections)
    page.found.prose[:] = (without_ending(text, " ;") for text in page.found.prose)


def candidate_urls(hints: Hints, index: Lookup, found: Mapping[str, str]) -> Iterator[Candidate | MissingHint]:
    """An address holds one of the trial's conditions, or `other`; which one, nothing tells."""
    kinds = {SUMMARY.key: "", DETAILS.key: "/details"}
    for url in index.containing(SUMMARY.site, f"/{hints.nct_id}"):
        for layout, ending in kinds.items():
            if url.rstrip("/").lower().endswith(f"/{hints.nct_id}{ending}".lower()):
                yield Candidate(url, "the site's sitemap names it", layout)
    if not hints.conditions:
        yield MissingHint("most of its addresses hold a condition of the trial, which only the registry tells")
    whys = {slugged(condition): f"its address may hold the condition {condition!r}" for condition in hints.conditions}
    whys.setdefault("other", "its address may hold 'other' in place of a condition")
    for layout, ending in kinds.items():
        for url in tuple(found.values()):  # what one page's address holds, the other's holds, too
            beside = url.rstrip("/").removesuffix("/details") + ending
            yield Candidate(beside, f"beside {url}", layout)
        for condition, why in whys.items():
            yield Candidate(f"https://inclinicaltrials.com/{condition}/{hints.nct_id}{ending}", why, layout)


SUMMARY = Layout(
    site="inclinicaltrials",
    name="summary",
    urls=("https://inclinicaltrials.com/<condition-slug>/<NCT id>",),
    hosts=HOSTS,
    table=(
        *TITLE,
        SUMMARY_TEXT,
        prose("Clinical Trial Description", field="description", marker=True),
        *_beside(marker=True),
        NUMBER,
        TYPE,
        SOURCE,
        *CONTACT,
        STATUS,
        PHASE,
        row("Start date", reads={"start_date": partial_date}),
        row("Completion date", reads={"completion_date": partial_date}),
        frame(SEE_ALSO),
    ),
    min_markers=3,
    nearness=Nearness.REWORKED,
    own_words=MESH_TERMS,
    excluded=("administrative data", RECRUITMENT.lower()),
    content=partial(content_from, first=SUMMARY_TEXT.name.lower(), end_line=SEE_ALSO),
    boilerplate=tabs,
    ends_early=partial(ends_before, line=SEE_ALSO),
    read=partial(read_labelled, prepare=with_title_apart, read=read_summary),
)
DETAILS = Layout(
    site="inclinicaltrials",
    name="details",
    urls=("https://inclinicaltrials.com/<condition-slug>/<NCT id>/details",),
    hosts=HOSTS,
    table=(*ABOVE, *LISTS, *BELOW),
    min_markers=3,
    nearness=Nearness.REWORKED,
    own_words=MESH_TERMS,
    content=partial(content_from, first="administrative data", end_line=SEE_ALSO),
    boilerplate=tabs,
    ends_early=partial(ends_early, line=SEE_ALSO),
    read=lambda document, labels: read_details(with_title_apart(document), labels),
    untrusted={
        "eligibility": "this site damages comparison signs (≤ reads =, or is gone): "
        "take numeric limits from another source"
    },
)

LAYOUTS = (SUMMARY, DETAILS)
