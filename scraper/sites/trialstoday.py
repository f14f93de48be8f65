"""Trials on the portals of hospitals, e.g. https://uth.trialstoday.org/trial/<NCT id>, and their print form.

The NCT id stands only in the address.

2026-11: seen in text, the beginnings of pages of four hospitals; `Eligible Sex` and `Eligible Genders` both occur.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

from normalizers import phrases
from normalizers.ages import worded_age_range
from normalizers.identifiers import nct_id
from normalizers.notes import free_words
from schemas.consensus import Nearness
from schemas.document import Document
from scraper.layouts.candidate_urls import Candidate, Hints, Lookup
from scraper.layouts.labels import Label, criteria, heading, many, one, prose, unlabelled
from scraper.layouts.layout import Layout
from scraper.layouts.reading import Extracted, PageReading, extracted, id_in_address
from scraper.layouts.sections import Sections
from scraper.structures.arm_table import COLUMNS, arm_table, read_arm_table
from scraper.structures.free_rows import no_condition
from scraper.structures.joined_criteria import with_first_dash
from scraper.structures.missing_parts import ends_before_label, interventional_parts, open_end, usual_parts
from scraper.structures.tables import find_table, without
from scraper.structures.title_above import content_below_title, read_title

ON_REQUEST = True
HOSPITALS = ("adaa", "uams", "uth", "vanderbilt")
AGES = ("eligibility.minimum_age", "eligibility.maximum_age")
ARMS, ELIGIBILITY = "Arm Groups", "Eligibility"
TYPE = "Study Type"
DESIGN = ("phases", "design.allocation", "design.intervention_model", "design.primary_purpose", "design.masking")
SIDES = ("Inclusion Criteria", "Exclusion Criteria")

TABLE = (
    unlabelled("the page's address", "nct_id"),
    unlabelled("the page's heading", "title"),
    prose("Purpose", field="summary", required=True, marker=True),
    many("Conditions", reads={"conditions": free_words}, refuses=no_condition),
    heading(ELIGIBILITY),
    one("Eligible Ages", reads={AGES: worded_age_range}, required=True, marker=True),
    one("Eligible Sex", "Eligible Genders", reads={"eligibility.sex": phrases.sex}, required=True, marker=True),
    one(
        "Accepts Healthy Volunteers",
        reads={"eligibility.healthy_volunteers": phrases.yes_or_no},
        required=True,
        marker=True,
    ),
    criteria(SIDES[0], side="inclusion"),
    criteria(SIDES[1], side="exclusion"),
    heading("Study Design", marker=True),
    one("Phase", reads={"phases": phrases.phases}),
    one(TYPE, reads={"study_type": phrases.study_type}, required=True),
    one("Allocation", reads={"design.allocation": phrases.allocation}),
    one("Intervention Model", reads={"design.intervention_model": phrases.intervention_model}),
    one("Intervention Model Description"),
    one("Primary Purpose", reads={"design.primary_purpose": phrases.primary_purpose}),
    one("Masking", reads={"design.masking": phrases.masking}),
    heading(ARMS, marker=True),
    arm_table(),
)


def content(document: Document) -> range:
    """From the title to the footer."""
    return content_below_title(document, TRIAL.labels)


def read(document: Document, labels: tuple[Label, ...]) -> Extracted:
    """Read the table of arms, then what stands around it."""
    table = find_table(document.blocks, COLUMNS)
    around = replace(document, blocks=tuple(without(document.blocks, ((COLUMNS, table),))))
    page = PageReading(document, labels, Sections(around, labels))
    page.add("nct_id", id_in_address(document, _ADDRESS), nct_id)
    read_title(page)
    page.read_table()
    page.found.criteria[:] = map(with_first_dash, page.found.criteria)
    read_arm_table(page, table, ARMS)
    page.sections.tell_lone_side(*SIDES, both="")
    page.tell_unrelated("Conditions", "conditions")
    page.issues += (
        *open_end(page.sections, "Purpose", "summary", "Conditions"),
        *open_end(page.sections, "Conditions", "conditions", ELIGIBILITY),
        *usual_parts(page, "title", "conditions"),
        *interventional_parts(page.found, (*DESIGN, "interventions", "arms")),
    )
    return extracted(page)


_ADDRESS = re.compile(r"^/(?:trial|list/print)/(NCT\d{8})/?$", re.IGNORECASE)


def candidate_urls(hints: Hints, _index: Lookup, _found: Mapping[str, str]) -> Iterator[Candidate]:
    """Each hospital shows the trials that it chose."""
    for hospital in HOSPITALS:
        url = f"https://{hospital}.trialstoday.org/trial/{hints.nct_id}"
        yield Candidate(url, "made of the NCT id", TRIAL.key)


TRIAL = Layout(
    site="trialstoday",
    name="trial",
    urls=(
        "https://<hospital>.trialstoday.org/trial/<NCT id>",
        "https://<hospital>.trialstoday.org/list/print/<NCT id>",
    ),
    hosts=tuple(f"{hospital}.trialstoday.org" for hospital in HOSPITALS),
    table=TABLE,
    min_markers=4,
    nearness=Nearness.COPY,
    content=content,
    ends_early=partial(ends_before_label, label=TYPE.lower()),
    read=read,
)

LAYOUTS = (TRIAL,)
