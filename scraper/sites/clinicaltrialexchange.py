"""Trials on Clinical Trial Exchange, e.g. https://www.clinicaltrialexchange.com/clinical-trials/<Title>/<NCT id>.

The NCT id stands only in the address. `Target enrollment:` is 0 on every page, and treatments have no type.

2026-11: seen in text, twelve pages.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from urllib.parse import urlsplit

from normalizers import phrases
from normalizers.counts import whole_number
from normalizers.dates import partial_date
from normalizers.identifiers import nct_id, slugged
from normalizers.interventions import intervention
from normalizers.notes import free_words
from normalizers.page_chrome import not_an_entry
from schemas.consensus import Nearness
from schemas.document import Document
from schemas.record import IssueCode
from scraper.addresses import page_address
from scraper.layouts.candidate_urls import Candidate, Hints, Lookup, MissingHint
from scraper.layouts.labels import Unit, criteria, heading, many, one, prose, unlabelled
from scraper.layouts.layout import Layout
from scraper.layouts.reading import PageReading, id_in_address, read_labelled
from scraper.structures.free_rows import free_row
from scraper.structures.missing_parts import ends_before_label, lone_side, open_end, usual_parts
from scraper.structures.title_above import content_from_label

ON_REQUEST = True
OVERVIEW, COLLABORATOR, TREATMENTS, CRITERIA = "Overview", "Collaborator:", "Treatments:", "Criteria"


def _is_title(units: Sequence[Unit], place: int) -> bool:
    """Whether a heading is the title: it stands right below the label."""
    return place > 0 and units[place - 1].text.rstrip(" :").lower() == OVERVIEW.lower()


row = partial(one, inline=True, required=True, marker=True)
"""A row above the summary; its value may share the line with the label."""
TABLE = (
    unlabelled("the page's address", "nct_id"),
    many(OVERVIEW, reads={"title": free_words}, is_own=_is_title, required=True, marker=True),
    row("Status:", "Status", reads={"status": phrases.status}),
    row("Trial end date:", "Trial end date", reads={"completion_date": partial_date}, required=False),
    one("Target enrollment:", "Target enrollment", telling=whole_number, inline=True, marker=True),
    row("Participant gender:", "Participant gender", reads={"eligibility.sex": phrases.sex}),
    prose("Summary", field="summary", required=True),
    one("Phase:", "Phase", reads={"phases": phrases.phases}),
    one("Accepts Healthy Volunteers?", reads={"eligibility.healthy_volunteers": phrases.yes_or_no}, required=True),
    heading("Details"),
    free_row("Lead Sponsor:", "Lead Sponsor", reads={"sponsor": free_words}, required=True),
    many(COLLABORATOR, "Collaborator", reads={"collaborators": free_words}, refuses=not_an_entry),
    many(TREATMENTS, "Treatments", reads={"interventions": intervention}),
    criteria(CRITERIA, marker=True),
)


def content(document: Document) -> range:
    """From the label above the title to the footer."""
    return content_from_label(document, TRIAL.labels)


def read(page: PageReading) -> None:
    """Read the table, and tell a title that the address is not made of."""
    page.add("nct_id", id_in_address(page.document, _ADDRESS), nct_id)
    page.read_table()
    titles = page.found.quotes("title")
    for title in titles[1:]:
        page.issue("title", IssueCode.AMBIGUOUS, title.text, "it stands beside the title")
    for title in titles[:1]:
        own, others = (set(slugged(words).split("-")) for words in (title.text, _slug(page.document.address)))
        if 2 * len(own & others) < min(len(own), len(others)):
            page.issue("title", IssueCode.MISMATCH, title.text, "the page's address is made of other words")
    page.issues += (
        *open_end(page.sections, COLLABORATOR, "collaborators", TREATMENTS),
        *open_end(page.sections, TREATMENTS, "interventions", CRITERIA),
        *lone_side(page.found.criteria),
        *usual_parts(page, "completion_date"),
    )


_ADDRESS = re.compile(r"^/clinical-trials/[^/]+/(NCT\d{8})/?$", re.IGNORECASE)


def _slug(address: str | None) -> str:
    """The part of an address that is made of the title."""
    return urlsplit(page_address(address) or "").path.rstrip("/").rpartition("/")[0].rpartition("/")[2]


def candidate_urls(hints: Hints, _index: Lookup, _found: Mapping[str, str]) -> Iterator[Candidate | MissingHint]:
    """An address holds the title: its words with a hyphen between them; how it writes other letters is not known."""
    if hints.title is None:
        yield MissingHint("its addresses are made of the trial's title, which only the registry tells")
        return
    title = re.sub(r"[^A-Za-z0-9]+", "-", hints.title).strip("-")
    url = f"https://www.clinicaltrialexchange.com/clinical-trials/{title}/{hints.nct_id}"
    yield Candidate(url, "made of the trial's title, as the site makes its addresses", TRIAL.key)


TRIAL = Layout(
    site="clinicaltrialexchange",
    name="trial",
    urls=("https://www.clinicaltrialexchange.com/clinical-trials/<Title>/<NCT id>",),
    hosts=("www.clinicaltrialexchange.com", "clinicaltrialexchange.com"),
    table=TABLE,
    min_markers=4,
    nearness=Nearness.REWORKED,
    content=content,
    ends_early=partial(ends_before_label, label=CRITERIA.lower()),
    read=partial(read_labelled, read=read),
)

LAYOUTS = (TRIAL,)
