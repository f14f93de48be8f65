"""The registry of ichgcp.net, a copy of ClinicalTrials.gov: https://ichgcp.net/clinical-trials-registry/<NCT id>.

The NCT id stands only in the address. Pages below `/<language>/` are translated by a program; they are not read.

Seen, as text captures of their beginnings:

- `lines`, 2017 (one): label and value on lines of their own, `N/A` for all that is blank, explanations at the end.
- `rows`, 2019 to 2021 (one): label and value in one line, tables of outcomes.
- `sections`, since 2022 (one of 2023): a line `<date> updated by: <sponsor>` below the title, a summary without label.

Labels of `sections` below `Study Locations` are those of the registry's page; the capture ends before them.
"""

import re
from collections.abc import Iterator, Mapping
from functools import partial
from urllib.parse import urlsplit

from normalizers import phrases
from normalizers.counts import enrollment
from normalizers.dates import partial_date
from normalizers.identifiers import nct_id
from normalizers.interventions import intervention
from normalizers.notes import free_words
from normalizers.page_chrome import not_an_entry
from schemas.consensus import Nearness
from schemas.document import Document, undecorated
from schemas.extraction import Prose
from schemas.record import IssueCode
from schemas.vocabulary import Phase
from scraper.addresses import page_address
from scraper.layouts.candidate_urls import Candidate, Hints, Lookup, MissingHint
from scraper.layouts.labels import Row, criteria, heading, ignored, many, one, pattern, prose, unlabelled
from scraper.layouts.layout import Layout, find
from scraper.layouts.reading import PageReading, id_in_address, read_labelled
from scraper.structures.lines_above import first_label, read_lines, start_of_lines
from scraper.structures.missing_parts import usual_parts
from scraper.structures.outcome_rows import is_in_row, read_outcomes
from scraper.structures.page_end import end_of_page
from scraper.structures.place_list import is_place, read_places
from scraper.structures.registry_labels import ELIGIBILITY, ENROLLMENT, LAST_LABEL, ends_before, no_organisation

SITE, HOSTS = "ichgcp", ("ichgcp.net", "www.ichgcp.net")
URL = "https://ichgcp.net/clinical-trials-registry/<NCT id>"
ID = unlabelled("the page's address", "nct_id", required=True)
UPDATED, LOCATIONS, PLACES = "The line of the update", "Study Locations", ("locations", "location_count")
OUTCOMES = {"Primary Outcome": "primary", "Secondary Outcome": "secondary", "Other Outcome": "other"}
PROCESSED = "ClinicalTrials.gov processed this data on "


def phase_or_blank(text: str) -> tuple[Phase, ...] | None:
    """The phases; `N/A` stands on these pages for anything that is blank, too, so that it says nothing."""
    return None if phrases.blank(text) else phrases.phases(text)


def begins_with_label(text: str) -> str | None:
    """Say that words begin with one of the older pages' labels, or are the beginning of one that breaks off."""
    words = text.lower()
    forms = [form.lower() for known in LINES.labels for form in known.aliases]
    is_cut = len(text) >= _SHORTEST_CUT and any(form.startswith(words) for form in forms)
    return "a label" if is_cut or any(words.startswith(f"{form} ") for form in forms) else None


def no_condition(text: str) -> str | None:
    """What makes a line no condition, in one phrase."""
    return begins_with_label(text) or not_an_entry(text)


def no_sponsor(text: str) -> str | None:
    """What makes a line doubtful as the name of a sponsor, in one phrase."""
    return begins_with_label(text) or no_organisation(text)


def _may_be_blank(_text: str) -> str:
    return "such pages show it for whatever is blank, too"


row = partial(one, inline=True)
"""A label whose value may follow on its line, as on all older pages."""
ABOVE = (
    unlabelled("the first line of the page", "title", required=True),
    unlabelled("the line below the title", "official_title"),
)
TOP: tuple[Row, ...] = (
    ID,
    *ABOVE,
    heading("Sponsors", marker=True),
    row("Lead Sponsor", reads={"sponsor": free_words}, doubts=no_sponsor, marker=True),
    many("Collaborator", reads={"collaborators": free_words}, refuses=not_an_entry),
    ignored("Source", inline=True),
    prose("Brief Summary", field="summary", marker=True),
    prose("Detailed Description", field="description"),
    row("Overall Status", reads={"status": phrases.status}, required=True, marker=True),
    row("Start Date", reads={"start_date": partial_date}),
    row("Completion Date", reads={"completion_date": partial_date}),
    row("Primary Completion Date", reads={"primary_completion_date": partial_date}),
    row("Phase", reads={"phases": phase_or_blank}, doubts=_may_be_blank),
    row("Study Type", reads={"study_type": phrases.study_type}),
    *(many(name, fields=("outcomes",), is_own=is_in_row, marker=rank == "primary") for name, rank in OUTCOMES.items()),
    row("Enrollment", reads={"enrollment": enrollment}),
    many("Condition", reads={"conditions": free_words}, refuses=no_condition, marker=True),
    many("Intervention", reads={"interventions": intervention}),
)
"""What both older generations begin with."""
LINES_TABLE = (
    *TOP,
    ignored("Verification Date", inline=True, marker=True),
    row("Lastchanged Date", reads={"last_updated": partial_date}, marker=True),
    ignored("Firstreceived Date", inline=True, marker=True),
    heading("Responsible Party"),
    ignored("Name Title", inline=True),
    ignored("Organization", inline=True),
    ignored("Firstreceived Results Date", inline=True),
    ignored("Firstreceived Results Disposition Date", inline=True),
)
SECTIONS_TABLE = (
    ID,
    unlabelled("the line above the one of the update", "title", required=True),
    pattern(UPDATED, r"[A-Z][a-z]+ \d{1,2}, \d{4} updated by: .+"),
    unlabelled("the date in the line of the update", "last_updated"),
    unlabelled("the name in the line of the update", "sponsor", required=True),
    unlabelled("the line below the one of the update", "official_title"),
    unlabelled("the text above the first label", "summary"),
    heading("Study Overview", marker=True),
    one("Status", reads={"status": phrases.status}, required=True),
    many("Conditions", reads={"conditions": free_words}, refuses=not_an_entry, required=True, marker=True),
    many("Intervention / Treatment", reads={"interventions": intervention}, marker=True),
    prose("Detailed Description", field="description", marker=True),
    one("Study Type", reads={"study_type": phrases.study_type}, required=True),
    *ENROLLMENT,
    many("Phase", reads={"phases": phrases.phases}),
    heading("Contacts and Locations", marker=True),
    many(LOCATIONS, fields=PLACES, is_own=is_place, marker=True),
    heading("Participation Criteria"),
    criteria("Eligibility Criteria"),
    *ELIGIBILITY,
    heading("Study Plan"),
)


def older_content(document: Document) -> range:
    """From the title to the line that names the source, or to the footer."""
    first = first_label(document, LINES.labels, "sponsors")
    blocks = document.blocks
    sources = (place for place in range(first, len(blocks)) if blocks[place].text.lower().startswith(PROCESSED.lower()))
    return range(start_of_lines(document, first), next(sources, end_of_page(document, LINES.labels, first)))


def ends_early(document: Document, content: range) -> str | None:
    """Say that a page ends before or right behind its conditions and interventions: the registry's record goes on."""
    last = max(find(document, "condition", "intervention"), default=None)
    if last is None:
        return "the page ends before its conditions"
    return None if content.stop - last > _AT_THE_END else "the page ends at its conditions or interventions"


def content(document: Document) -> range:
    """From the title to the footer."""
    updates = (place for place, block in enumerate(document.blocks) if _UPDATED.fullmatch(block.text))
    first = next(updates, None)
    if first is None:
        first = first_label(document, SECTIONS.labels, "study overview")
    return range(start_of_lines(document, first), end_of_page(document, SECTIONS.labels, first))


def read_older(page: PageReading) -> None:
    """Read the table, the id in the address, the lines above the labels, and the outcomes."""
    page.add("nct_id", id_in_address(page.document, _PATH), nct_id)
    page.read_table()
    read_lines(page, range(page.sections.first), "title", "official_title")
    for name, rank in OUTCOMES.items():
        read_outcomes(page, name, rank)
    page.tell_unrelated("Condition", "conditions")
    page.issues += usual_parts(page, "sponsor")


def read(page: PageReading) -> None:
    """Read the table, the id in the address, and what stands around the line of the update."""
    page.add("nct_id", id_in_address(page.document, _PATH), nct_id)
    page.read_table()
    sections = page.sections
    if UPDATED in sections:
        read_lines(page, range(sections.first), "title")
        _read_update(page)
    read_places(page, LOCATIONS)
    page.tell_unrelated("Conditions", "conditions")


def _read_update(page: PageReading) -> None:
    """Read the line of the update, and the official title and the summary below it."""
    sections = page.sections
    line = sections.quote(sections.start(UPDATED))._replace(label="")
    date, _, sponsor = line.text.partition(" updated by: ")
    page.add("last_updated", line._replace(text=date), partial_date)
    page.add("sponsor", line._replace(text=undecorated(sponsor).rstrip(" :")), free_words)
    below = sections.between(UPDATED)
    ends = [sections.units[place].text[-1] in _SENTENCE_ENDS for place in below]
    if ends[:1] == [False] and all(ends[1:]) and len(ends) > 1:
        page.add("official_title", sections.quote(below[0]), free_words)
        page.found.prose.append(Prose("summary", sections.blocks(below[1:])))
        sections.tell_intruders("summary", below[1:])
    elif not below:
        for field in ("official_title", "summary"):
            page.issue(field, IssueCode.MISSING, line.text, "nothing stands below the line of the update")
    else:
        words = " | ".join(sections.units[place].text for place in below)
        message = "an official title and a summary stand here without labels; which is which, nothing tells"
        for field in ("official_title", "summary"):
            page.issue(field, IssueCode.AMBIGUOUS, words, message)


def is_of_lines(document: Document) -> bool:
    """Whether a page has the dates that only its oldest generation has."""
    return is_certain(document) and _has_oldest_dates(document)


def is_of_rows(document: Document) -> bool:
    """Whether a page has none of those dates."""
    return is_certain(document) and not _has_oldest_dates(document)


def _has_oldest_dates(document: Document) -> bool:
    return any(block.text.lower().startswith(("lastchanged date", "firstreceived date")) for block in document.blocks)


def is_certain(document: Document) -> bool:
    """Whether the address, where it is known, has the site's form: other sites have copies of the same labels."""
    address = page_address(document.address)
    return address is None or _PATH.search(urlsplit(address).path) is not None


def candidate_urls(hints: Hints, _index: Lookup, _found: Mapping[str, str]) -> Iterator[Candidate | MissingHint]:
    """An address holds the NCT id; which of the layouts stands there, only the page tells."""
    yield Candidate(URL.replace("<NCT id>", hints.nct_id), "its addresses hold the NCT id")


_PATH = re.compile(r"/clinical-trials-registry/(NCT\d{8})(?:/|$)", re.IGNORECASE)
_UPDATED = re.compile(r"[A-Z][a-z]+ \d{1,2}, \d{4} updated by: .+")
_SHORTEST_CUT = 4
"""Letters that a condition does not have by chance."""
_AT_THE_END = 6
"""Blocks behind the conditions, at the most, of a page that ends there; interventions, places and dates are more."""
_SENTENCE_ENDS = frozenset(".!?。")

LINES = Layout(
    site=SITE,
    name="lines",
    urls=(URL,),
    hosts=HOSTS,
    table=LINES_TABLE,
    min_markers=3,
    nearness=Nearness.COPY,
    excluded=("study overview",),
    content=older_content,
    ends_early=partial(ends_before, words=PROCESSED),
    is_certain=is_of_lines,
    read=partial(read_labelled, read=read_older),
)
ROWS = Layout(
    site=SITE,
    name="rows",
    urls=(URL,),
    hosts=HOSTS,
    table=TOP,
    min_markers=3,
    nearness=Nearness.COPY,
    excluded=("study overview",),
    content=older_content,
    ends_early=ends_early,
    is_certain=is_of_rows,
    read=partial(read_labelled, read=read_older),
)
SECTIONS = Layout(
    site=SITE,
    name="sections",
    urls=(URL,),
    hosts=HOSTS,
    table=SECTIONS_TABLE,
    min_markers=4,
    nearness=Nearness.COPY,
    excluded=("brief summary", "funder types"),
    content=content,
    ends_early=partial(ends_before, words=LAST_LABEL),
    is_certain=is_certain,
    read=partial(read_labelled, read=read),
)

LAYOUTS = (LINES, ROWS, SECTIONS)
ON_REQUEST = True
"""Nobody has asked this site for a page yet: it is asked where it is named."""
