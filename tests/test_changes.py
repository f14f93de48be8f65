"""What counts as a change of a trial, and how it is shown."""

import hashlib
import json
import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.record import Issue, Record, Source
from schemas.trial import Criterion, Trial
from schemas.values import PartialDate
from scraper.field_rules import field_path
from scraper.store.changes import Change, changes, content, content_hash, trigrams

SOURCE = Source(
    site="veeva",
    layout="study",
    url="https://ctv.veeva.com/study/a",
    fetched_at=datetime(2026, 11, 21, tzinfo=UTC),
    sha256="0" * 64,
    package_version="1.0",
)


def record(issues=(), source=SOURCE, evidence=None, **fields):
    trial = Trial.model_validate({"nct_id": "NCT05160831", **fields})
    return Record(trial=trial, source=source, issues=issues, evidence=evidence or {})


def criteria(*inclusion):
    return record(eligibility={"inclusion": [c if isinstance(c, dict) else {"text": c} for c in inclusion]})


def shown(text, cohort=None, children=()):
    return {"text": text, "cohort": cohort, "children": list(children)}


def issue(field, code="not_understood", text="?", message="No reader knows this."):
    return Issue(field=field, code=code, text=text, message=message)


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


LIST = ("Age of 18 years or more", "Signed consent", "Knee pain for at least 3 months", "No prior surgery of the knee")


def test_a_reworded_criterion_is_one_change():
    assert changes(criteria(*LIST), criteria(LIST[0], LIST[1], "Knee pain for at least 6 months", LIST[3])) == [
        Change("eligibility.inclusion[2].text", "Knee pain for at least 3 months", "Knee pain for at least 6 months")
    ]


def test_a_criterion_put_in_is_one_change_whatever_the_numbering():
    old = [{"text": text, "marker": f"{number}."} for number, text in enumerate(LIST)]
    new = [{"text": text, "marker": f"{number}."} for number, text in enumerate([LIST[0], "Fluent in Thai", *LIST[1:]])]
    assert changes(criteria(*old), criteria(*new)) == [
        Change("eligibility.inclusion[1]", None, shown("Fluent in Thai"))
    ]


def test_a_criterion_taken_out_is_one_change_that_holds_what_stood_below_it():
    parent = {"text": "One of", "marker": "4.", "children": [{"text": "a fever", "marker": "a)", "cohort": "C"}]}
    assert changes(criteria(*LIST, parent), criteria(*LIST)) == [
        Change("eligibility.inclusion[4]", shown("One of", None, [shown("a fever", "C")]), None)
    ]


def test_a_changed_child_is_one_change():
    old = {"text": "One of", "children": [{"text": "a fever of 38 °C"}, {"text": "gout"}]}
    new = {"text": "One of", "children": [{"text": "gout"}, {"text": "a fever of 39 °C"}]}
    assert changes(criteria(*LIST, old), criteria(new, *LIST)) == [
        Change("eligibility.inclusion[0].children[1].text", "a fever of 38 °C", "a fever of 39 °C")
    ]


def test_a_criterion_under_another_heading_is_a_change():
    assert changes(criteria({"text": "a", "cohort": "Donors"}), criteria({"text": "a", "cohort": "Patients"})) == [
        Change("eligibility.inclusion[0].cohort", "Donors", "Patients")
    ]


def test_criteria_find_the_one_that_reads_most_alike():
    old = ("Platelets of at least 100", "Leukocytes of at least 100")
    new = ("Leukocytes of at least 3,000", "Platelets of at least 3,000")
    assert changes(criteria(*old), criteria(*new)) == [
        Change("eligibility.inclusion[0].text", "Leukocytes of at least 100", "Leukocytes of at least 3,000"),
        Change("eligibility.inclusion[1].text", "Platelets of at least 100", "Platelets of at least 3,000"),
    ]


def test_an_empty_criterion_is_alike_to_none():
    old, new = criteria({"text": "", "cohort": "A"}), criteria({"text": "", "cohort": "B"})
    assert changes(old, new) == [
        Change("eligibility.inclusion[0]", shown("", "A"), None),
        Change("eligibility.inclusion[0]", None, shown("", "B")),
    ]


def test_more_than_a_hundred_criteria_of_other_words_are_gone_and_new():
    old = criteria(*(f"Criterion number {number} of the old protocol" for number in range(101)))
    new = criteria(*(f"Criterion number {number} of the new protocol" for number in range(101)))
    found = changes(old, new)
    assert len(found) == 202
    assert found[0] == Change("eligibility.inclusion[0]", shown("Criterion number 0 of the old protocol"), None)


def test_criteria_can_be_nested_deeper_than_any_page_nests_them():
    def nested(marker):
        criterion = Criterion(text="x", marker=marker)
        for _ in range(30):
            criterion = Criterion(text="x", marker=marker, children=(criterion,))
        return criteria(criterion.model_dump())

    assert changes(nested("•"), nested("-")) == []
    assert content_hash(nested("•")) == content_hash(nested("-"))


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


FEW = st.sampled_from(["", "a", "ab cd ef", "ab cd gh", "ab cd ef\n"])
NAMES = st.sampled_from(["a", "b [x].y", "ab cd ef", "ab cd gh"])
SOME = st.none() | FEW
CRITERIA = st.recursive(
    st.lists(st.fixed_dictionaries({"text": FEW, "marker": SOME, "cohort": SOME}), max_size=3),
    lambda children: st.lists(
        st.fixed_dictionaries({"text": FEW, "marker": SOME, "cohort": SOME, "children": children}), max_size=3
    ),
    max_leaves=4,
)
LISTS = {
    "arms": {"label": NAMES, "description": SOME, "interventions": st.lists(FEW, max_size=3)},
    "contacts": {"name": SOME, "phone": SOME, "email": SOME},
    "interventions": {"type": st.sampled_from(["DRUG", "DEVICE"]), "name": NAMES},
    "locations": {"facility": SOME, "city": SOME, "country": SOME},
    "outcomes": {"type": st.sampled_from([None, "PRIMARY"]), "measure": NAMES, "time_frame": SOME},
    "secondary_ids": {"id": NAMES, "kind": SOME},
}
AGES = st.none() | st.fixed_dictionaries({"value": st.integers(0, 1), "unit": st.sampled_from(["YEARS", "MONTHS"])})
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "title": SOME,
        "conditions": st.lists(FEW, max_size=3),
        "phases": st.lists(st.sampled_from(["PHASE1", "PHASE2"]), max_size=3),
        "enrollment": st.none()
        | st.fixed_dictionaries({"count": st.integers(0, 1), "type": st.sampled_from([None, "ACTUAL"])}),
        "design": st.fixed_dictionaries({"masking": st.sampled_from([None, "NONE"])}),
        "eligibility": st.fixed_dictionaries(
            {"healthy_volunteers": st.none() | st.booleans(), "minimum_age": AGES, "inclusion": CRITERIA}
        ),
        "start_date": st.sampled_from([None, PartialDate("2021"), PartialDate("2021-01")]),
        **{name: st.lists(st.fixed_dictionaries(entry), max_size=3) for name, entry in LISTS.items()},
    },
)
ISSUES = st.lists(
    st.builds(issue, st.sampled_from([None, "arms", "arms[1]"]), st.sampled_from(["ambiguous", "mismatch"])), max_size=2
)
RECORDS = st.builds(lambda issues, fields: record(tuple(issues), **fields), ISSUES, FIELDS)


@given(RECORDS, RECORDS)
def test_the_hashes_are_equal_if_and_only_if_nothing_changed(old, new):
    assert (content_hash(old) == content_hash(new)) == (changes(old, new) == []) == (changes(new, old) == [])


@given(RECORDS, RECORDS)
def test_every_field_that_changed_is_a_path_that_can_be_explained(old, new):
    fields = [change.field for change in changes(old, new) if change.field != "issues"]
    assert [str(field_path(field)) for field in fields] == fields


@given(st.data(), FIELDS, st.sampled_from(sorted(LISTS)))
def test_one_list_changed_gives_changes_of_that_list_alone(data, fields, name):
    entries = data.draw(st.lists(st.fixed_dictionaries(LISTS[name]), max_size=3))
    old, new = record(**fields), record(**{**fields, name: entries})
    found = changes(old, new)
    assert all(change.field.startswith(f"{name}[") for change in found)
    assert (content_hash(old) == content_hash(new)) == (found == [])


@given(FIELDS, st.randoms(use_true_random=False))
def test_no_order_and_no_marker_is_content(fields, random):
    def stirred(value):
        if isinstance(value, dict):
            return {name: str(random.random()) if name == "marker" else stirred(part) for name, part in value.items()}
        return [stirred(part) for part in random.sample(value, len(value))] if isinstance(value, list) else value

    old, new = record(**fields), record(**stirred(fields))
    assert content_hash(old) == content_hash(new)
    assert changes(old, new) == []


SPELT = record(
    title="Café \u212b", sponsor="Université", conditions=["Sjögren"], eligibility={"inclusion": [{"text": "é"}]}
)


def test_letters_in_another_normal_form_are_no_change():
    fields = json.loads(unicodedata.normalize("NFD", SPELT.trial.model_dump_json(exclude_none=True)))
    other = record(**{name: value for name, value in fields.items() if name != "nct_id"})
    assert other.trial.sponsor != SPELT.trial.sponsor
    assert changes(SPELT, other) == changes(other, SPELT) == []
    assert content_hash(SPELT) == content_hash(other)
