"""Study pages of ClinicalTrials.Veeva, e.g. https://ctv.veeva.com/study/<slug>."""

import re
from collections.abc import Iterator, Mapping
from functools import partial
from urllib.parse import urlsplit

from normalizers import phrases
from normalizers.ages import age_range
from normalizers.counts import enrollment, whole_number
from normalizers.identifiers import nct_id, secondary_id, slugged
from normalizers.interventions import intervention
from normalizers.notes import free_words
from normalizers.page_chrome import looks_like_heading, looks_like_phrase, not_an_entry, not_an_identifier
from schemas.consensus import Nearness
from schemas.document import Document
from schemas.extraction import RawContact
from scraper.addresses import page_address
from scraper.layouts.candidate_urls import Candidate, Hints, Lookup, MissingHint
from scraper.layouts.labels import criteria, frame, heading, many, one, prose, structured, unlabelled
from scraper.layouts.layout import Layout, ends_before, find
from scraper.layouts.reading import PageReading, read_labelled
from scraper.structures.acronym import add_title_and_acronym
from scraper.structures.arms import is_of_an_arm, read_arms
from scraper.structures.header import around_title, first_label, title_and_sponsor, title_place
from scraper.structures.identifiers import read_identifiers

AGES = ("eligibility.minimum_age", "eligibility.maximum_age")
STATUS = ("Status", "Status and phase")
BADGE = "veeva-enabled site"
SITE_WORDS = ("clinicaltrials.veeva", BADGE)
END = "data sourced from clinicaltrials.gov"

TABLE = (
    unlabelled("the page's heading", "title", required=True),
    unlabelled("the last parenthesis of the page's heading, where its address lacks it", "acronym"),
    unlabelled("the line below the page's heading", "sponsor", required=True),
    many(*STATUS, reads={"status": phrases.status, "phases": phrases.phases}, required=True, marker=True),
    many("Conditions", reads={"conditions": free_words}, refuses=not_an_entry, required=True, marker=True),
    many("Treatments", reads={"interventions": intervention}),
    one("Study type", reads={"study_type": phrases.study_type}, required=True, marker=True),
    many("Funder types", reads={"funder_types": phrases.funder_type}, required=True, marker=True),
    many(
        "Identifiers",
        fields=("secondary_ids", "nct_id"),
        telling=nct_id,
        refuses=not_an_identifier,
        doubts=looks_like_heading,
        marker=True,
    ),
    heading("Details and patient eligibility", marker=True),
    prose("About", field="summary", required=True),
    prose("Full description", field="description"),
    one("Enrollment", reads={"enrollment": enrollment}),
    one("Sex", reads={"eligibility.sex": phrases.sex}, required=True),
    one("Ages", reads={AGES: age_range}),
    one("Volunteers", reads={"eligibility.healthy_volunteers": phrases.healthy_volunteers}),
    criteria("Inclusion and exclusion criteria"),
    criteria("Inclusion criteria", side="inclusion"),
    criteria("Exclusion criteria", side="exclusion"),
    heading("Trial design"),
    one("Primary purpose", reads={"design.primary_purpose": phrases.primary_purpose}),
    one("Allocation", reads={"design.allocation": phrases.allocation}),
    one("Interventional model", reads={"design.intervention_model": phrases.intervention_model}),
    one("Masking", reads={"design.masking": phrases.masking}),
    structured(
        "Arms",
        fields=("arms",),
        is_own=is_of_an_arm,
        pattern=r"[\d.,\s]+ participants? in \d+ (?:patient )?groups?(?:,.*)?",
    ),
    unlabelled("the label of the arms", "enrollment"),
    one("Trial contacts and locations", reads={"location_count": whole_number}, marker=True),
    many(
        "Central trial contact",
        "Central trial contacts",
        fields=("contacts",),
        refuses=not_an_entry,
        doubts=looks_like_phrase,
    ),
    frame(END),
)


def content(document: Document) -> range:
    """From the title to the line that names the source."""
    ends = find(document, END)
    end = ends[-1] if ends else len(document.blocks)
    first = first_label(document, STUDY.labels, end, "conditions", "identifiers")
    return range(title_place(document, first, SITE_WORDS, partial(_fits, document.address)), end)


def read(page: PageReading) -> None:
    """Read the table, and what has structure: the heading, the identifiers, the arms, the contacts."""
    page.read_table()
    sections, found = page.sections, page.found
    title, sponsor = title_and_sponsor(sections)
    if title is not None:
        add_title_and_acronym(page, title, _slug(page.document.address), cut=_SLUG_CUT)
    page.add("sponsor", sponsor, free_words)
    own, others = read_identifiers(sections, "Identifiers")
    page.add("nct_id", own, nct_id)
    for number in others:
        page.add("secondary_ids", number, secondary_id, repeats=False)
    found.arms = read_arms(sections, "Arms", page.document.form)
    found.arms_heading = sections.label("Arms")
    found.contacts = tuple(RawContact(quote, (), None) for quote in sections.many("Central trial contact"))
    sections.tell_lone_side("Inclusion criteria", "Exclusion criteria", "Inclusion and exclusion criteria")
    page.tell_unrelated("Conditions", "conditions")


def _slug(url: str | None) -> str | None:
    match = re.fullmatch(r"/study/([^/]+)/?", urlsplit(page_address(url) or "").path)
    return match[1] if match else None


def slug(title: str) -> str:
    """The last part of a page's address, as it is made of the trial's brief title: cut first, be it within a word.

    Seen are only letters, digits and `'`, `,`, `/`, `(`, `)`: how the site spells other signs is not known.
    """
    return slugged(title[:_SLUG_CUT])


def _fits(address: str | None, text: str) -> bool:
    """Whether the address is made of a title, as far as its own parenthesis may be the acronym."""
    title, known = slug(text.rpartition(" (")[0] or text), _slug(address)
    return known is not None and len(title) > 3 and (known.startswith(title) or title.startswith(known))


_SLUG_CUT = 100
"""Characters of the title that an address holds."""


def candidate_urls(hints: Hints, index: Lookup, _found: Mapping[str, str]) -> Iterator[Candidate | MissingHint]:
    """A study's address is made of its title; trials of the same title differ behind it."""
    if hints.title is None:
        yield MissingHint("its addresses are made of the trial's title, which only the registry tells")
        return
    address = f"https://ctv.veeva.com/study/{slug(hints.title)}"
    known = index.starting_with(STUDY.site, address, limit=5)
    for url in known:
        yield Candidate(url, "the site's sitemap names it, and it begins with the trial's title", STUDY.key)
    if address not in known:
        yield Candidate(address, "made of the trial's title, as the site makes its addresses", STUDY.key)


STUDY = Layout(
    site="veeva",
    name="study",
    urls=("https://ctv.veeva.com/study/<slug>",),
    hosts=("ctv.veeva.com",),
    table=TABLE,
    min_markers=6,
    nearness=Nearness.COPY,
    own_words={"sponsor": "the site spells sponsors in its own way"},
    content=content,
    read=partial(read_labelled, read=read),
    boilerplate=partial(around_title, first_labels=tuple(map(str.lower, STATUS)), badges=(BADGE,)),
    ends_early=partial(ends_before, line=END),
)

LAYOUTS = (STUDY,)
