"""What the rules say of a field: its label on each site, its parser, and whether there is such a field."""

import json
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import pytest
from pydantic import TypeAdapter

from normalizers.ages import AgeRange
from normalizers.text import fold
from schemas.record import Evidence
from schemas.trial import field_names
from scraper.cases import cases
from scraper.field_rules import field_path, never_shows, rule
from scraper.parse.blocks import parse
from scraper.pipeline import read
from scraper.sites import LAYOUTS
from tests.each import each


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.key)
def test_every_field_that_a_layout_shows_has_a_place_there(layout):
    shown = [name for name in field_names() if name not in layout.never_shows]
    assert [name for name in shown if not layout.places(name)] == []
    assert [name for name in layout.never_shows if layout.places(name)] == []


def test_every_field_is_shown_by_some_layout():
    assert [name for name in field_names() if all(name in layout.never_shows for layout in LAYOUTS)] == []


CASES = [case for case in cases(Path("snapshots")) if case.expectation.name == "record.json"]


@each("case", CASES)
def test_a_rule_names_the_label_on_the_page_and_the_parser_that_ran(case):
    """Each quote's label stands on the page above its words, and its parser gives the value from those words again."""
    page = case.inputs[0]
    record = read(case.page(page))
    blocks = parse(case.page(page)).blocks
    lines = [fold(line) for block in blocks for line in (block.words, *"\n".join(block.cells).split("\n"))]
    layout = f"{record.source.site}/{record.source.layout}"
    trial = record.trial.model_dump(mode="json")
    for name, words in record.evidence.items():
        told = rule(layout, field_path(name), words)
        for quote in words:
            parser = resolve_name(quote.parser)
            assert quote.parser in told
            if quote.pointer:
                assert quote.pointer in told
                continue
            if quote.label:
                assert f'"{quote.label}"' in told
                assert any(fold(quote.label) in line for line in lines), quote
            if name in SCALARS and len(words) == 1:
                value = parser(quote.text)
                assert as_json(value[SCALARS[name]] if isinstance(value, AgeRange) else value) == as_json(
                    field_path(name).of(trial)
                ), (name, quote)


SCALARS = {
    "completion_date": 0,
    "design.allocation": 0,
    "design.intervention_model": 0,
    "design.masking": 0,
    "design.primary_purpose": 0,
    "eligibility.healthy_volunteers": 0,
    "eligibility.maximum_age": 1,
    "eligibility.minimum_age": 0,
    "eligibility.sex": 0,
    "last_updated": 0,
    "official_title": 0,
    "primary_completion_date": 0,
    "sponsor": 0,
    "start_date": 0,
    "status": 0,
    "study_type": 0,
    "title": 0,
}
"""Fields of one value; of a phrase with several values, which one."""


def as_json(value):
    return json.loads(TypeAdapter(Any).dump_json(value))


CRITERIA = (
    'veeva/study: "Inclusion and exclusion criteria" or "Inclusion criteria" -> '
    "normalizers.criteria.tree.parse_criteria"
)


@pytest.mark.parametrize(
    ("layout", "field", "told"),
    [
        ("veeva/study", "status", 'veeva/study: "Status" or "Status and phase" -> normalizers.phrases.status'),
        ("trialx/listing", "title", "trialx/listing: the heading above the chips"),
        ("trialx/listing", "eligibility.maximum_age", "trialx/listing: the chip of the ages"),
        (
            "inclinicaltrials/details",
            "primary_completion_date",
            'inclinicaltrials/details: "Est. primary completion date" -> normalizers.dates.partial_date',
        ),
        (
            "veeva/study",
            "eligibility.inclusion[2].children[0].text",
            CRITERIA,
        ),
        ("trialx/listing", "keywords", "trialx/listing: the words"),
    ],
)
def test_without_words_a_rule_names_what_the_table_says(layout, field, told):
    assert rule(layout, field_path(field)) == told


def test_of_a_registry_record_the_pointer_is_the_label():
    pointer = "/protocolSection/statusModule/overallStatus"
    quote = Evidence(text="COMPLETED", blocks=(1, 2), pointer=pointer, parser="normalizers.phrases.status")
    told = rule("ctgov/study", field_path("status"), [quote])
    assert told == f"ctgov/study: {pointer} -> normalizers.phrases.status"


@pytest.mark.parametrize(
    ("layout", "field", "never"),
    [
        ("veeva/study", "start_date", True),
        ("veeva/study", "locations[0].city", True),
        ("veeva/study", "status", False),
        ("elsewhere/unknown", "status", False),
    ],
)
def test_a_part_is_never_shown_where_the_whole_is_not(layout, field, never):
    assert never_shows(layout, field_path(field)) is never


@each(
    "text",
    [
        *field_names(),
        "arms[0].label",
        "eligibility.inclusion[2].children[0].children[10].text",
        "eligibility.minimum_age.value",
        "arms[Placebo].description",
        "arms[Group [A], 2.5 mg].interventions",
        "outcomes[PRIMARY, Pain].measure",
    ],
)
def test_a_path_reads_as_it_was_written(text):
    assert str(field_path(text)) == text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("statsu", "there is no field statsu; is it status?"),
        ("minimum_age", "there is no field minimum_age; is it eligibility.minimum_age?"),
        ("xyzzy", "there is no field xyzzy; trialpages sites lists the fields"),
        ("status.text", "there is no field status.text; is it status?"),
        ("status[0]", "status is no list, so it has no [0]"),
        ("arms[0][1]", "arms[0] is no list, so it has no [1]"),
        ("arms.label", "arms is a list: say which entry, as in arms[0].label"),
        ("arms[", "'arms[' is no path such as status or arms[0].label; is it arms?"),
        ("", "'' is no path such as status or arms[0].label; trialpages sites lists the fields"),
    ],
)
def test_what_is_no_field_is_told_with_those_that_look_like_it(text, why):
    with pytest.raises(ValueError) as error:  # noqa: PT011 - the message is compared below
        field_path(text)
    assert str(error.value) == why


def test_issues_are_explained_with_the_field_that_they_are_of():
    with pytest.raises(ValueError, match="name the one that the change's old or new value names"):
        field_path("issues")


TRIAL = {"status": None, "arms": [{"label": "A"}], "enrollment": {"count": 5}}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("status", None),
        ("arms[0].label", "A"),
        ("arms[1].label", None),
        ("arms[A].label", "A"),
        ("arms[B].label", None),
        ("contacts[A].name", None),
        ("enrollment.count", 5),
        ("eligibility.sex", None),
    ],
)
def test_a_path_leads_to_the_value(text, value):
    assert field_path(text).of(TRIAL) == value
