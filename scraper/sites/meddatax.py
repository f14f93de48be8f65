"""Trials on MedDataX, e.g. https://meddatax.com/clinical-trials/<NCT id>.

Sentences that explain a label stand between it and its value, and cards of other trials stand inside the record.

2026-11: seen in text, ten pages. Some copies have lost the labels below `Basic Information` and keep the values.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Final

from normalizers import phrases
from normalizers.counts import enrollment
from normalizers.dates import partial_date
from normalizers.identifiers import nct_id
from normalizers.notes import free_words
from schemas.consensus import Nearness
from schemas.document import Document
from scraper.layouts.candidate_urls import Candidate, Hints, Lookup
from scraper.layouts.labels import heading, many, one, prose, unlabelled
from scraper.layouts.layout import Layout
from scraper.layouts.reading import PageReading, read_labelled
from scraper.structures.free_rows import no_condition
from scraper.structures.missing_parts import ends_before_label, interventional_parts, open_end
from scraper.structures.other_trials import cards_and_sentences, read_cards, without_sentences
from scraper.structures.registry_rows import read_nct_id
from scraper.structures.title_above import content_below_title, read_title

ON_REQUEST = True
NUMBER, BASIC, RELATED = "NCT ID:", "Basic Information", "Related Clinical Trials"
SUMMARY, DESCRIPTION, CONDITIONS, DESIGN = "Brief Summary", "Detailed Description", "Conditions", "Study Design"
PARTS = ("phases", "design.allocation", "design.intervention_model", "design.primary_purpose", "design.masking")

TABLE = (
    unlabelled("the page's heading", "title", required=True),
    one(NUMBER, "NCT ID", fields=("nct_id",), telling=nct_id, inline=True),
    one("Last Updated:", "Last Updated", reads={"last_updated": partial_date}, inline=True, required=True),
    heading("Study Results", marker=True),
    heading(BASIC, "View full resultsBasic Information", marker=True),
    one("Recruitment Status", reads={"status": phrases.status}, required=True),
    one("Clinical Phase", reads={"phases": phrases.phases}, marker=True),
    one("Total Enrollment", reads={"enrollment": enrollment}, required=True, marker=True),
    one("Study Classification", reads={"study_type": phrases.study_type}, required=True, marker=True),
    one("Study Start Date", reads={"start_date": partial_date}, required=True),
    one("Study Completion Date", reads={"completion_date": partial_date}, required=True),
    prose(SUMMARY, field="summary", required=True),
    heading(RELATED, marker=True),
    prose(DESCRIPTION, field="description"),
    many(CONDITIONS, reads={"conditions": free_words}, refuses=no_condition, required=True),
    heading(DESIGN),
    one("Allocation Method", reads={"design.allocation": phrases.allocation}),
    one("Intervention Model", reads={"design.intervention_model": phrases.intervention_model}),
    one("Primary Study Purpose", reads={"design.primary_purpose": phrases.primary_purpose}),
    one("Blinding Strategy", reads={"design.masking": phrases.masking}),
    heading("Study Groups"),
)

SENTENCES: Final = frozenset(
    sentence.lower()
    for sentence in (
        "Results pending",
        "View full results",
        (
            "Dive into the extended narrative that explains the scientific background, objectives, and procedures"
            " in greater depth."
        ),
        "Explore similar clinical trials based on study characteristics and research focus.",
        (
            "Get a concise snapshot of the trial, including recruitment status, study phase, enrollment targets,"
            " and key timeline milestones."
        ),
        (
            "Outcome measurements, participant flow, baseline characteristics, and adverse events have been published"
            " for this study."
        ),
        "Review the sponsor-provided synopsis that highlights what the study is about and why it is being conducted.",
        (
            "The study team has not published outcome measurements, participant flow, or safety data for this trial"
            " yet. Check back later for updates."
        ),
    )
)
"""What the site says about a part of its pages, the same on all of them."""


def content(document: Document) -> range:
    """From the title to the footer."""
    return content_below_title(document, TRIAL.labels)


def around(document: Document, content: range) -> Mapping[int, str]:
    """Cards of other trials, and sentences about the page."""
    return cards_and_sentences(document, content, RELATED.lower(), SENTENCES, TRIAL.labels)


def read(page: PageReading) -> None:
    """Read the table, the title, and values that have lost their labels."""
    page.add("nct_id", read_nct_id(page.sections, NUMBER), nct_id)
    read_title(page)
    page.read_table()
    read_cards(page.sections, RELATED)
    _read_without_labels(page)
    page.tell_unrelated(CONDITIONS, "conditions")
    page.issues += (
        *open_end(page.sections, DESCRIPTION, "description", CONDITIONS),
        *open_end(page.sections, CONDITIONS, "conditions", DESIGN),
        *interventional_parts(page.found, PARTS),
    )


def _read_without_labels(page: PageReading) -> None:
    """Read what its own words tell: a number or a date tells nothing without its label, and stays unread."""
    sections = page.sections
    for label, field, parser in _OWN_WORDS:
        for place in sections.between(BASIC) if label not in sections else ():
            text = sections.units[place].text
            if parser(text) is not None and text.upper() not in _OF_ANY_FIELD:
                page.add(field, sections.quote(place), parser)


_OF_ANY_FIELD = ("NA", "N/A")
_OWN_WORDS = (
    ("Recruitment Status", "status", phrases.status),
    ("Clinical Phase", "phases", phrases.phases),
    ("Study Classification", "study_type", phrases.study_type),
)


def candidate_urls(hints: Hints, _index: Lookup, _found: Mapping[str, str]) -> Iterator[Candidate]:
    """An address holds the NCT id and nothing else."""
    yield Candidate(f"https://meddatax.com/clinical-trials/{hints.nct_id}", "made of the NCT id", TRIAL.key)


TRIAL = Layout(
    site="meddatax",
    name="trial",
    urls=("https://meddatax.com/clinical-trials/<NCT id>",),
    hosts=("meddatax.com", "www.meddatax.com"),
    table=TABLE,
    min_markers=2,
    nearness=Nearness.COPY,
    content=content,
    boilerplate=around,
    ends_early=partial(ends_before_label, label=CONDITIONS.lower()),
    read=partial(read_labelled, read=read, prepare=partial(without_sentences, sentences=SENTENCES)),
)

LAYOUTS = (TRIAL,)
