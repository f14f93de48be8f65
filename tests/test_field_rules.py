"""What the rules say of a field: its label on each site, its reader, and whether there is such a field."""

import ast
import importlib
from functools import cache
from pathlib import Path

import pytest

from normalizers import eligibility, notes, trial
from schemas.vocabulary import Site
from scraper.console.records import fields
from scraper.field_rules import _READERS_ON, READERS, field_path, label, never_shows, readers, rule
from scraper.sites import LAYOUTS

NAMED = sorted({reader for several in (*READERS.values(), *_READERS_ON.values()) for reader in several})


@pytest.mark.parametrize("name", fields())
def test_every_canonical_field_has_a_reader_on_every_site(name):
    assert all(readers(site, field_path(name)) for site in Site)


def test_readers_are_of_fields_that_exist():
    in_lists = {"arms", "contacts", "outcomes"}
    for name in {*READERS, *(name for _, name in _READERS_ON)}:
        first = name.partition(".")[0]
        path = field_path(name.replace(".", "[0].") if first in in_lists else name)
        assert ".".join(path.names) == name


@cache
def _used() -> set[str]:
    """The names that what makes a trial mentions, alone or behind their module."""
    sources = [Path(module.__file__).read_text(encoding="utf-8") for module in (trial, eligibility, notes)]
    nodes = [node for source in sources for node in ast.walk(ast.parse(source))]
    behind = [node for node in nodes if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)]
    return {node.id for node in nodes if isinstance(node, ast.Name)} | {
        f"{node.value.id}.{node.attr}" for node in behind
    }


@pytest.mark.parametrize("name", NAMED)
def test_every_named_reader_exists_and_normalises_trials(name):
    module, _, function = name.rpartition(".")
    assert hasattr(importlib.import_module(module), function)
    used = _used()
    assert function in used or f"{module.rpartition('.')[2]}.{function}" in used


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.key)
def test_every_field_that_a_layout_shows_has_a_label_there(layout):
    # No page states which criteria stand under neither heading: they are those of the whole.
    shown = [name for name in fields() if name not in layout.never_shows]
    assert [name for name in shown if label(layout.site, field_path(name)) is None] == []


@pytest.mark.parametrize(
    ("layout", "field", "told"),
    [
        ("veeva/study", "status", 'veeva/study: "Status", "Status and phase" -> normalizers.phrases.status'),
        ("trialx/listing", "title", "trialx/listing: heading -> normalizers.text.clean"),
        ("trialx/listing", "eligibility.maximum_age", "trialx/listing: second chip -> normalizers.ages.age_range"),
        (
            "inclinicaltrials/details",
            "primary_completion_date",
            'inclinicaltrials/details: "Est. primary completion date" -> normalizers.dates.partial_date',
        ),
        ("inclinicaltrials/details", "location_count", "inclinicaltrials/details: table of places -> builtins.len"),
        ("ctgov/study", "eligibility.maximum_age", 'ctgov/study: "maximumAge" -> normalizers.ages.age'),
        ("ctgov/study", "enrollment.type", 'ctgov/study: "enrollmentInfo" -> normalizers.phrases.enrollment_type'),
        (
            "veeva/study",
            "eligibility.inclusion[2].children[0].text",
            'veeva/study: "Inclusion criteria" -> normalizers.criteria.tree.parse_criteria',
        ),
        ("trialx/listing", "keywords", "trialx/listing: the words -> normalizers.text.clean"),
    ],
)
def test_a_rule_names_layout_label_and_reader(layout, field, told):
    assert rule(layout, field_path(field)) == told


def test_of_a_registry_record_the_pointer_is_the_label():
    told = rule("ctgov/study", field_path("status"), "/protocolSection/statusModule/overallStatus")
    assert told == "ctgov/study: /protocolSection/statusModule/overallStatus -> normalizers.phrases.status"


def test_what_is_made_of_parts_has_the_readers_of_all_of_them():
    assert readers(Site.TRIALX, field_path("eligibility")) == (
        "normalizers.criteria.tree.parse_criteria",
        "normalizers.phrases.healthy_volunteers",
        "normalizers.ages.age_range",
        "normalizers.phrases.sex",
    )


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


@pytest.mark.parametrize(
    "text",
    [
        *fields(),
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
