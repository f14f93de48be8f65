"""Study pages of ClinicalTrials.gov as people save them; a page that is fetched leads to the API record instead.

Seen, as text captures of their beginnings:

- `old`, to 2017: https://clinicaltrials.gov/ct2/show/<NCT id> (one of 2014). The status is a sentence below the title.
- `classic`, 2017 to 2023, at the same address (one of 2023). Labels have a blank before their colon.
- `modern`, since 2023: https://clinicaltrials.gov/study/<NCT id> (one made up in the order of such pages). It begins
  with the registry's glossary.

Labels below the summaries are those that the registry's pages are known for; the captures end before most of them.
"""

import re
from collections.abc import Mapping, Sequence
from functools import partial
from urllib.parse import urlsplit

from normalizers import phrases
from normalizers.counts import actual_enrollment, enrollment, estimated_enrollment
from normalizers.dates import partial_date
from normalizers.identifiers import nct_id, secondary_id
from normalizers.interventions import intervention
from normalizers.notes import free_words
from normalizers.page_chrome import not_an_entry, not_an_identifier
from schemas.consensus import Nearness
from schemas.document import Document
from schemas.record import IssueCode
from scraper.addresses import page_address
from scraper.errors import ExtractError
from scraper.layouts.labels import (
    Label,
    Unit,
    criteria,
    frame,
    heading,
    ignored,
    many,
    one,
    pattern,
    prose,
    structured,
    unlabelled,
)
from scraper.layouts.layout import Layout
from scraper.layouts.reading import PageReading, read_labelled
from scraper.structures.condition_table import is_of_table, read_conditions, without_columns
from scraper.structures.lines_above import first_label, read_lines, start_of_lines
from scraper.structures.page_end import end_of_page
from scraper.structures.registry_labels import ELIGIBILITY, ENROLLMENT, LAST_LABEL, ends_before, no_organisation
from scraper.structures.registry_rows import add_design, design_list, read_nct_id

SITE = "ctgov_pages"
IDENTIFIER = "ClinicalTrials.gov Identifier"
TITLE = "the line above the labels"
OLD_CONDITIONS, OLD_DESIGN = "Condition Intervention Phase", "Study Design"
CLASSIC_CONDITIONS = "Condition or disease Intervention/treatment Phase"
STATUS_SENTENCE, STUDY_DETAILS, MODERN_ID = "The sentence of the status", "Study Details", "ClinicalTrials.gov ID"

DETAILS = r"study details \| NCT\d{8}"
row = partial(one, inline=True)
"""A label whose value may follow on its line, as on all pages until 2023."""
BY = ignored("Information provided by (Responsible Party)", "Information provided by:", inline=True, marker=True)
"""Mostly the sponsor, but it can be a person: it is not read."""


def _is_title(units: Sequence[Unit], place: int) -> bool:
    """Whether a line stands right below the one with the NCT id."""
    return place > 0 and _is_details(units[place - 1].text)


def _conditions(*aliases: str, marker: bool = False) -> Label:
    """The table of conditions, interventions and phases; of a study without the latter it has fewer columns."""
    return many(*aliases, fields=("conditions", "interventions", "phases"), is_own=is_of_table, marker=marker)


NUMBER = row(IDENTIFIER, fields=("nct_id",), telling=nct_id, marker=True)
SPONSORS = (
    row("Sponsor", reads={"sponsor": free_words}, doubts=no_organisation, required=True),
    many("Collaborators", "Collaborator", reads={"collaborators": free_words}, refuses=not_an_entry),
)
DATES = (
    row(
        "Actual Study Start Date", "Estimated Study Start Date", "Study Start Date", reads={"start_date": partial_date}
    ),
    row(
        "Actual Primary Completion Date",
        "Estimated Primary Completion Date",
        "Primary Completion Date",
        reads={"primary_completion_date": partial_date},
    ),
    row(
        "Actual Study Completion Date",
        "Estimated Study Completion Date",
        "Study Completion Date",
        reads={"completion_date": partial_date},
    ),
)
OLDER_ENROLLMENT = (
    row("Estimated Enrollment", reads={"enrollment": estimated_enrollment}),
    row("Actual Enrollment", reads={"enrollment": actual_enrollment}),
    row("Enrollment", reads={"enrollment": enrollment}),
)
OLD_TABLE = (
    unlabelled(TITLE, "title", required=True),
    pattern(STATUS_SENTENCE, r"this study (?:has|is) .{5,80}\.|the recruitment status of this study is .{5,90}\."),
    unlabelled("the sentence below the title", "status", required=True),
    *SPONSORS,
    BY,
    NUMBER,
    ignored("First received", inline=True),
    row("Last updated", reads={"last_updated": partial_date}),
    ignored("Last verified", inline=True),
    prose("Purpose", field="summary", required=True, marker=True),
    _conditions(OLD_CONDITIONS, "Condition Intervention", "Condition", marker=True),
    row("Study Type", reads={"study_type": phrases.study_type}, required=True),
    design_list(OLD_DESIGN, is_beside=True),
    row("Official Title", reads={"official_title": free_words}),
    prose("Detailed Description:", field="description", inline=True),
    *OLDER_ENROLLMENT,
    *DATES,
    heading("Eligibility"),
    *ELIGIBILITY,
    criteria("Criteria", "Criteria:"),
    heading("Contacts and Locations"),
    heading("More Information"),
)
CLASSIC_TABLE = (
    unlabelled(TITLE, "title", required=True),
    NUMBER,
    row("Recruitment Status", reads={"status": phrases.status}, required=True, marker=True),
    ignored("First Posted", inline=True, marker=True),
    ignored("Results First Posted", inline=True),
    row("Last Update Posted", reads={"last_updated": partial_date}, required=True, marker=True),
    *SPONSORS,
    BY,
    heading("Study Description"),
    prose("Brief Summary:", field="summary", inline=True, required=True, marker=True),
    prose("Detailed Description:", field="description", inline=True),
    _conditions(
        CLASSIC_CONDITIONS,
        "Condition or disease Intervention/treatment",
        "Condition or disease",
    ),
    heading("Study Design"),
    row("Study Type", reads={"study_type": phrases.study_type}),
    *OLDER_ENROLLMENT,
    row("Observational Model", reads={"design.observational_model": phrases.observational_model}),
    row("Time Perspective", reads={"design.time_perspective": phrases.time_perspective}),
    row("Allocation", reads={"design.allocation": phrases.allocation}),
    row("Intervention Model", reads={"design.intervention_model": phrases.intervention_model}),
    row("Masking", reads={"design.masking": phrases.masking}),
    row("Primary Purpose", reads={"design.primary_purpose": phrases.primary_purpose}),
    row("Official Title", reads={"official_title": free_words}),
    *DATES,
    heading("Eligibility Criteria"),
    *ELIGIBILITY,
    criteria("Criteria", "Criteria:"),
    heading("Contacts and Locations"),
    heading("More Information"),
    frame("clinicaltrials.gov menu"),
)
MODERN_TABLE = (
    structured(STUDY_DETAILS, fields=("title", "nct_id"), is_own=_is_title, pattern=DETAILS, marker=True),
    unlabelled("the line below the one with the NCT id", "title", required=True),
    one(MODERN_ID, fields=("nct_id",), telling=nct_id),
    row("Sponsor", reads={"sponsor": free_words}, doubts=no_organisation),
    ignored("Information provided by", inline=True),
    one("Last Update Posted", reads={"last_updated": partial_date}),
    heading("Study Overview", marker=True),
    prose("Brief Summary", field="summary", required=True, marker=True),
    prose("Detailed Description", field="description"),
    one("Official Title", reads={"official_title": free_words}),
    many("Conditions", reads={"conditions": free_words}, refuses=not_an_entry, required=True, marker=True),
    many("Intervention / Treatment", reads={"interventions": intervention}),
    many("Other Study ID Numbers", reads={"secondary_ids": secondary_id}, refuses=not_an_identifier),
    one("Study Start (Actual)", "Study Start (Estimated)", "Study Start", reads={"start_date": partial_date}),
    one(
        "Primary Completion (Actual)",
        "Primary Completion (Estimated)",
        reads={"primary_completion_date": partial_date},
    ),
    one("Study Completion (Actual)", "Study Completion (Estimated)", reads={"completion_date": partial_date}),
    *ENROLLMENT,
    one("Study Type", reads={"study_type": phrases.study_type}),
    many("Phase", reads={"phases": phrases.phases}),
    heading("Contacts and Locations"),
    heading("Participation Criteria"),
    criteria("Eligibility Criteria"),
    *ELIGIBILITY,
    heading("Study Plan"),
    frame("clinicaltrials.gov"),
)


def content(document: Document, *, labels: Sequence[Label], forms: Sequence[str]) -> range:
    """From the title above the labels to the footer."""
    first = first_label(document, labels, *forms)
    return range(start_of_lines(document, first, _is_notice), end_of_page(document, labels, first))


def modern_content(document: Document) -> range:
    """From the line with the NCT id, behind the glossary, to the footer."""
    first, details = first_label(document, MODERN.labels, "study overview"), _details(document)
    if details is None or details > first:
        return content(document, labels=MODERN.labels, forms=("clinicaltrials.gov id", "study overview"))
    return range(details, end_of_page(document, MODERN.labels, first))


ends_early = partial(ends_before, words=LAST_LABEL)
"""All studies say so, behind their texts."""


def notices(document: Document, content: range) -> Mapping[int, str]:
    """What the registry says of itself around the title."""
    return {place: "notice" for place in content if _is_notice(document.blocks[place].text)}


def _is_notice(text: str) -> bool:
    return _NOTICE.match(text) is not None


def is_certain(document: Document) -> bool:
    """Whether the NCT id stands beside the registry's own label: other sites have copies of the other labels."""
    return _IDENTIFIED.search(" ".join(block.text for block in document.blocks)) is not None


def _details(document: Document) -> int | None:
    """The position of the line with the NCT id."""
    words = (block.cells[0] if block.kind == "row" else block.text for block in document.blocks)
    return next((place for place, text in enumerate(words) if _is_details(text)), None)


def _is_details(text: str) -> bool:
    return re.fullmatch(DETAILS, text, re.IGNORECASE) is not None


def is_modern(document: Document) -> bool:
    """Whether the registry's line with the NCT id stands there, or the page's address is the registry's."""
    host = urlsplit(page_address(document.address) or "").hostname or ""
    return f".{host}".endswith(".clinicaltrials.gov") or _details(document) is not None


def read_old(page: PageReading) -> None:
    """Read the table, the sentence of the status, and what has structure."""
    page.read_table()
    sections = page.sections
    page.add("nct_id", read_nct_id(sections, IDENTIFIER), nct_id)
    page.add("status", sections.label(STATUS_SENTENCE), phrases.status)
    read_lines(page, range(sections.first), "title")
    read_conditions(page, OLD_CONDITIONS)
    page.tell_unrelated(OLD_CONDITIONS, "conditions")
    add_design(page, OLD_DESIGN, 0)


def read_classic(page: PageReading) -> None:
    """Read the table, and what has structure."""
    page.read_table()
    page.add("nct_id", read_nct_id(page.sections, IDENTIFIER), nct_id)
    read_lines(page, range(page.sections.first), "title")
    read_conditions(page, CLASSIC_CONDITIONS)
    page.tell_unrelated(CLASSIC_CONDITIONS, "conditions")


def read_modern(page: PageReading) -> None:
    """Read the table, the lines above it, and say where the better source is.

    Raises:
        ExtractError: the page shows two NCT ids that could be the trial's.
    """
    page.read_table()
    sections = page.sections
    page.tell_unrelated("Conditions", "conditions")
    line, own = sections.label(STUDY_DETAILS), sections.maybe(MODERN_ID)
    shown = [quote for quote in (line and line._replace(text=line.text.split()[-1]), own) if quote is not None]
    if len({nct_id(quote.text) for quote in shown}) > 1:
        numbers = ", ".join(quote.text for quote in shown)
        raise ExtractError(f"the page shows several NCT ids that could be the trial's: {numbers}")
    for quote in shown:
        page.add("nct_id", quote, nct_id)
    read_lines(page, range(sections.first) if line is None else sections.between(STUDY_DETAILS), "title")
    if shown:
        message = f"the registry's own record of this trial says more, and is newer: trialpages fetch {shown[0].text}"
        page.issue(None, IssueCode.UNTRUSTED, "", message)


_IDENTIFIED = re.compile(rf"{re.escape(IDENTIFIER)}\W{{0,6}}NCT\d{{8}}\b", re.IGNORECASE)
_NOTICE = re.compile(
    r"we're building a better clinicaltrials\.gov|now available for public comment:|clinicaltrials\.gov menu$"
    r"|the safety and scientific validity of this study is the responsibility of the study sponsor",
    re.IGNORECASE,
)


OLD_LABELS, CLASSIC_LABELS = (
    tuple(known for known in table if isinstance(known, Label)) for table in (OLD_TABLE, CLASSIC_TABLE)
)

OLD = Layout(
    site=SITE,
    name="old",
    urls=("https://clinicaltrials.gov/ct2/show/<NCT id>",),
    hosts=(),
    table=OLD_TABLE,
    min_markers=3,
    nearness=Nearness.REGISTRY_PAGE,
    excluded=("study overview", "brief summary:", "recruitment status"),
    content=partial(content, labels=OLD_LABELS, forms=()),
    boilerplate=notices,
    ends_early=ends_early,
    is_certain=is_certain,
    read=partial(
        read_labelled,
        prepare=partial(without_columns, heads=("condition intervention phase", "condition intervention")),
        read=read_old,
    ),
)
CLASSIC = Layout(
    site=SITE,
    name="classic",
    urls=("https://clinicaltrials.gov/ct2/show/<NCT id>",),
    hosts=(),
    table=CLASSIC_TABLE,
    min_markers=3,
    nearness=Nearness.REGISTRY_PAGE,
    excluded=("study overview", "purpose"),
    content=partial(content, labels=CLASSIC_LABELS, forms=(IDENTIFIER.lower(), f"{IDENTIFIER.lower()}:")),
    boilerplate=notices,
    ends_early=ends_early,
    is_certain=is_certain,
    read=partial(
        read_labelled,
        prepare=partial(
            without_columns,
            heads=(CLASSIC_CONDITIONS.lower(), "condition or disease intervention/treatment"),
        ),
        read=read_classic,
    ),
)
MODERN = Layout(
    site=SITE,
    name="modern",
    urls=("https://clinicaltrials.gov/study/<NCT id>",),
    hosts=(),
    table=MODERN_TABLE,
    min_markers=3,
    nearness=Nearness.REGISTRY_PAGE,
    excluded=("status",),
    content=modern_content,
    ends_early=ends_early,
    is_certain=is_modern,
    read=partial(read_labelled, read=read_modern),
)

LAYOUTS = (OLD, CLASSIC, MODERN)
ON_REQUEST = True
"""Its pages are read where somebody has them; nobody looks for them, since the registry's record says more."""
