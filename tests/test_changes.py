"""What counts as a change of a trial, and how it is shown."""

import hashlib
import json
import unicodedata

import pytest

from normalizers.alignment import trigrams
from normalizers.changes import Change, changes, content, content_hash
from tests.changing import SOURCE, issue, record

TITLED = record(title="Knee pain", conditions=["Pain", "Arthritis"])


@pytest.mark.parametrize(
    "same",
    [
        pytest.param(record(title="Knee pain", conditions=["Arthritis", "Pain"]), id="order"),
        pytest.param(record(title="Knee pain", conditions=["Pain", "Arthritis", "Pain"]), id="said twice"),
        pytest.param(TITLED.model_copy(update={"issues": (issue(None, "unread"),)}), id="issue of the page"),
        pytest.param(
            TITLED.model_copy(update={"evidence": {"title": ({"text": "Knee pain", "blocks": (7, 8)},)}}), id="evidence"
        ),
        pytest.param(
            TITLED.model_copy(
                update={"source": SOURCE.model_copy(update={"sha256": "1" * 64, "url": None, "package_version": "2"})}
            ),
            id="source",
        ),
    ],
)
def test_records_that_say_the_same_of_the_trial_are_one_version(same):
    assert content_hash(same) == content_hash(TITLED)
    assert changes(TITLED, same) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"arms": [{"label": "B"}, {"label": "A"}]},
        {"arms": [{"label": "A", "interventions": ["y", "x"]}, {"label": "B"}], "phases": ["PHASE2", "PHASE1"]},
        {"eligibility": {"inclusion": [{"text": "2"}, {"text": "1", "marker": "7.", "children": [{"text": "a"}] * 2}]}},
    ],
)
def test_a_record_turned_round_is_the_same_version(fields):
    def turned(value):
        if isinstance(value, dict):
            return {name: turned(part) for name, part in value.items()}
        return [turned(part) for part in reversed(value)] if isinstance(value, list) else value

    assert content_hash(record(**fields)) == content_hash(record(**turned(fields)))
    assert changes(record(**fields), record(**turned(fields))) == []


def test_the_content_holds_what_is_known_in_a_fixed_order():
    seen = record(
        conditions=["Pain", "Arthritis"],
        eligibility={"inclusion": [{"text": "b", "marker": "1."}, {"text": "a", "marker": "2.", "cohort": "C"}]},
        issues=(issue("status"), issue("arms[3]"), issue("arms[1]"), issue(None)),
    )
    assert content(seen) == {
        "trial": {
            "nct_id": "NCT05160831",
            "conditions": ["Arthritis", "Pain"],
            "eligibility": {"inclusion": [{"text": "a", "cohort": "C"}, {"text": "b"}]},
        },
        "issues": [{"field": "arms", "code": "not_understood"}, {"field": "status", "code": "not_understood"}],
    }


def test_the_hash_is_that_of_the_content_as_json_in_utf_8():
    seen = record(title="Schmerz im Knie über Nacht", conditions=["Pain", "Gout", "Arthritis"])
    written = (
        '{"trial":{"nct_id":"NCT05160831","title":"Schmerz im Knie über Nacht",'
        '"conditions":["Arthritis","Gout","Pain"]},"issues":[]}'
    )
    assert content_hash(seen) == hashlib.sha256(written.encode()).hexdigest()
    assert content_hash(seen) == "fe5f0baf505ffa6d83d00f0db357a45f17302daacd99350b7143afa032c715a3"


@pytest.mark.parametrize(
    ("old", "new", "field", "before", "after"),
    [
        ({"status": "RECRUITING"}, {"status": "COMPLETED"}, "status", "RECRUITING", "COMPLETED"),
        ({}, {"title": "Knee pain"}, "title", None, "Knee pain"),
        ({"start_date": "2021-08"}, {"start_date": "2021-08-15"}, "start_date", "2021-08", "2021-08-15"),
        ({"enrollment": {"count": 5}}, {"enrollment": {"count": 7}}, "enrollment.count", 5, 7),
        ({}, {"enrollment": {"count": 0}}, "enrollment.count", None, 0),
        ({"enrollment": {"count": 0}}, {}, "enrollment.count", 0, None),
        ({"design": {"masking": "NONE"}}, {"design": {"masking": "DOUBLE"}}, "design.masking", "NONE", "DOUBLE"),
        (
            {"eligibility": {"minimum_age": {"value": 18, "unit": "YEARS"}}},
            {"eligibility": {"minimum_age": {"value": 6, "unit": "MONTHS"}}},
            "eligibility.minimum_age",
            {"value": 18, "unit": "YEARS"},
            {"value": 6, "unit": "MONTHS"},
        ),
        (
            {},
            {"eligibility": {"maximum_age": {"value": 6, "unit": "MONTHS"}}},
            "eligibility.maximum_age",
            None,
            {"value": 6, "unit": "MONTHS"},
        ),
        (
            {"eligibility": {"healthy_volunteers": False}},
            {"eligibility": {}},
            "eligibility.healthy_volunteers",
            False,
            None,
        ),
    ],
)
def test_a_value_is_shown_with_its_path(old, new, field, before, after):
    assert changes(record(**old), record(**new)) == [Change(field, before, after)]


def test_an_enrollment_that_appears_is_shown_value_by_value():
    assert changes(record(), record(enrollment={"count": 50, "type": "ESTIMATED"})) == [
        Change("enrollment.count", None, 50),
        Change("enrollment.type", None, "ESTIMATED"),
    ]


def test_plain_values_come_and_go_one_by_one():
    assert changes(record(conditions=["Pain", "Gout"]), record(conditions=["Fever", "Pain"])) == [
        Change("conditions", None, "Fever"),
        Change("conditions", "Gout", None),
    ]


def test_changes_stand_in_the_order_of_the_schema():
    old = record(title="A", status="RECRUITING", summary="S", last_updated="2020", issues=(issue("title"),))
    new = record(title="B", status="COMPLETED", summary="T", last_updated="2021", acronym="X")
    assert [change.field for change in changes(old, new)] == [
        "title",
        "acronym",
        "status",
        "summary",
        "last_updated",
        "issues",
    ]


@pytest.mark.parametrize(
    ("name", "old", "new", "change"),
    [
        (
            "arms",
            {"label": "A", "description": "x"},
            {"label": "A", "description": "y"},
            Change("arms[A].description", "x", "y"),
        ),
        (
            "arms",
            {"label": "A", "interventions": ["x"]},
            {"label": "A", "interventions": ["x", "y"]},
            Change("arms[A].interventions", None, "y"),
        ),
        (
            "arms",
            {"label": "Group 1", "description": "20 mg of aspirin"},
            {"label": "Aspirin", "description": "20 mg of aspirin"},
            Change("arms[Group 1].label", "Group 1", "Aspirin"),
        ),
        (
            "interventions",
            {"type": "DRUG", "name": "Aspirin"},
            {"type": "DEVICE", "name": "Aspirin"},
            Change("interventions[DRUG, Aspirin].type", "DRUG", "DEVICE"),
        ),
        (
            "secondary_ids",
            {"id": "X-1"},
            {"id": "X-1", "kind": "Other"},
            Change("secondary_ids[X-1].kind", None, "Other"),
        ),
        ("contacts", {"name": "Ann"}, {"name": "Ann", "phone": "5"}, Change("contacts[Ann].phone", None, "5")),
        (
            "contacts",
            {"phone": "+49 30 123456"},
            {"phone": "+49 30 123457"},
            Change("contacts[0].phone", "+49 30 123456", "+49 30 123457"),
        ),
        (
            "locations",
            {"facility": "Charité", "city": "Berlin"},
            {"facility": "Charité", "city": "Berlin", "country": "Germany"},
            Change("locations[Charité, Berlin].country", None, "Germany"),
        ),
        (
            "outcomes",
            {"type": "PRIMARY", "measure": "Pain", "time_frame": "1 week"},
            {"type": "PRIMARY", "measure": "Pain", "time_frame": "2 weeks"},
            Change("outcomes[PRIMARY, Pain].time_frame", "1 week", "2 weeks"),
        ),
        (
            "outcomes",
            {"type": "PRIMARY", "measure": "Pain"},
            {"type": "SECONDARY", "measure": "Pain"},
            Change("outcomes[PRIMARY, Pain].type", "PRIMARY", "SECONDARY"),
        ),
    ],
)
def test_an_entry_is_compared_with_itself_value_by_value(name, old, new, change):
    assert changes(record(**{name: [old]}), record(**{name: [new]})) == [change]


def test_entries_that_have_nothing_in_common_are_gone_and_new():
    old = record(locations=[{"facility": "Charité", "city": "Berlin", "country": "Germany"}])
    new = record(locations=[{"facility": "Uniklinik", "city": "Köln", "country": "Germany"}])
    assert changes(old, new) == [
        Change(
            "locations[Charité, Berlin]",
            {"facility": "Charité", "city": "Berlin", "state": None, "country": "Germany"},
            None,
        ),
        Change(
            "locations[Uniklinik, Köln]",
            None,
            {"facility": "Uniklinik", "city": "Köln", "state": None, "country": "Germany"},
        ),
    ]


def test_entries_without_words_are_never_taken_for_one_another():
    found = changes(record(locations=[{"country": "France"}]), record(locations=[{"country": "Spain"}]))
    assert [(change.field, change.old is None) for change in found] == [("locations[0]", False), ("locations[0]", True)]


def test_entries_of_one_name_are_paired_in_order():
    old = record(arms=[{"label": "A", "description": "one"}, {"label": "A", "description": "two"}])
    new = record(arms=[{"label": "A", "description": "three"}, {"label": "A", "description": "four"}, {"label": "A"}])
    assert changes(old, new) == [
        Change("arms[A].description", "one", "three"),
        Change("arms[A].description", "two", "four"),
        Change("arms[A]", None, {"label": "A", "type": None, "description": None, "interventions": []}),
    ]


def test_a_long_name_is_shortened_in_the_path():
    (change,) = changes(record(), record(arms=[{"label": "x" * 61}]))
    assert change.field == f"arms[{'x' * 59}…]"
    assert changes(record(), record(arms=[{"label": "x" * 60}]))[0].field == f"arms[{'x' * 60}]"


def test_a_name_that_looks_like_a_path_does_no_harm():
    old = record(arms=[{"label": "v1.2 [a].b", "interventions": ["x"]}])
    new = record(arms=[{"label": "v1.2 [a].b", "interventions": ["y"]}])
    assert changes(old, new) == [
        Change("arms[v1.2 [a].b].interventions", "x", None),
        Change("arms[v1.2 [a].b].interventions", None, "y"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ([], [issue("arms")], [(None, {"field": "arms", "code": "not_understood"})]),
        ([issue("arms")], [], [({"field": "arms", "code": "not_understood"}, None)]),
        ([issue("arms", text="x")], [issue("arms", text="y", message="Other words."), issue("arms")], []),
        ([issue("eligibility.other[3]")], [issue("eligibility.other[4]")], []),
        (
            [issue("arms")],
            [issue("arms", "untrusted")],
            [
                ({"field": "arms", "code": "not_understood"}, None),
                (None, {"field": "arms", "code": "untrusted"}),
            ],
        ),
    ],
)
def test_issues_change_by_their_field_and_kind(old, new, expected):
    before, after = record(issues=tuple(old)), record(issues=tuple(new))
    assert changes(before, after) == [Change("issues", *values) for values in expected]
    assert (content_hash(before) == content_hash(after)) is not bool(expected)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [("", set()), ("Ab", {"ab"}), ("ABC", {"abc"}), ("年龄18岁", {"年龄1", "龄18", "18岁"})],
)
def test_a_text_falls_into_pieces_of_three_characters(text, pieces):
    assert trigrams(text) == pieces


SPELT = record(
    title="Café \u212b", sponsor="Université", conditions=["Sjögren"], eligibility={"inclusion": [{"text": "é"}]}
)


def test_letters_in_another_normal_form_are_no_change():
    fields = json.loads(unicodedata.normalize("NFD", SPELT.trial.model_dump_json(exclude_none=True)))
    other = record(**{name: value for name, value in fields.items() if name != "nct_id"})
    assert other.trial.sponsor != SPELT.trial.sponsor
    assert changes(SPELT, other) == changes(other, SPELT) == []
    assert content_hash(SPELT) == content_hash(other)
