"""Which changes are doubted, and which are ordinary."""

from datetime import UTC, datetime

import pytest
from hypothesis import given

from normalizers.changes import changes
from scraper.store.anomalies import anomalies
from tests.changing import RECORDS, criteria, record
from tests.each import each

SEEN = datetime(2026, 11, 20, 3, tzinfo=UTC)
"""When the newer page was fetched."""


def doubted(old, new):
    """The doubts about what changed from one trial to the other, by field."""
    found = changes(old, new)
    assert found
    return {
        change.field: doubt
        for change, doubt in zip(found, anomalies(found, old, new, SEEN), strict=True)
        if doubt is not None
    }


@each(
    ("field", "old", "new", "doubt"),
    [
        ("start_date", "2021-03-15", "2024-04-01", "moved by 3 years"),
        ("start_date", "2021-03-15", "2023-03-15", "moved by 2 years"),
        ("start_date", "2021-03-15", "2023-03", "moved by 2 years"),
        ("completion_date", "2024", "2021-05", "moved by 3 years"),
        ("primary_completion_date", "2023-03", "2020-04", "moved by 2 years"),
        ("last_updated", "2024-03-02", "2024-03-01", "earlier than before"),
        ("last_updated", "2024-03-02", "2024-02", "earlier than before"),
        ("last_updated", "2024-03-02", "2031-03-02", "after the day on which it was seen"),
        ("last_updated", "2024-03-02", "2026-11-22", "after the day on which it was seen"),
        ("last_updated", "2024-03-02", "2026-12", "after the day on which it was seen"),
        ("last_updated", None, "2027", "after the day on which it was seen"),
        ("status", "COMPLETED", "RECRUITING", "back from COMPLETED"),
        ("status", "WITHDRAWN", "NOT_YET_RECRUITING", "back from WITHDRAWN"),
        ("status", "TERMINATED", "ACTIVE_NOT_RECRUITING", "back from TERMINATED"),
        ("study_type", "INTERVENTIONAL", "OBSERVATIONAL", "hardly any trial becomes OBSERVATIONAL"),
        ("sponsor", "Novartis Pharmaceuticals", "Mayo Clinic", "wholly different words"),
        ("title", "Stem cells for knee pain", "Vaccine against measles", "wholly different words"),
        ("summary", "x" * 5000, "x" * 1000, "5,000 characters shrunk to 1,000"),
        ("description", "Many words, and more.", "None", "21 characters shrunk to 4"),
        ("sponsor", "Mayo Clinic", None, "there is none any more"),
        ("start_date", "2021-03", None, "there is none any more"),
        ("location_count", 4, None, "there is none any more"),
    ],
)
def test_a_value_that_changes_improbably_is_doubted(field, old, new, doubt):
    assert doubted(record(**{field: old}), record(**{field: new})) == {field: doubt}


@each(
    ("field", "old", "new"),
    [
        ("start_date", "2021-08", "2021-08-15"),
        ("start_date", "2021", "2022-12-31"),
        ("start_date", "2021-03-15", "2023-03-14"),
        ("start_date", "2021-03", "2023-02-28"),
        ("start_date", None, "2021"),
        ("last_updated", "2015-01-01", "2026-01-01"),
        ("last_updated", "2024-03-02", "2026-11-21"),
        ("last_updated", "2024-03-02", "2026-11"),
        ("last_updated", None, "2026"),
        ("last_updated", "2024-03-02", "2024-03"),
        ("last_updated", "2024-03", "2024-03-02"),
        ("status", "RECRUITING", "COMPLETED"),
        ("status", "NOT_YET_RECRUITING", "WITHDRAWN"),
        ("status", "TERMINATED", "COMPLETED"),
        ("status", None, "RECRUITING"),
        ("study_type", None, "OBSERVATIONAL"),
        ("sponsor", "Novartis", "Novartis Pharmaceuticals"),
        ("sponsor", "Universitaetsklinikum Koeln", "Universitätsklinikum Köln"),
        ("sponsor", "NOVO NORDISK A/S", "Novo Nordisk"),
        ("summary", "x" * 5000, "x" * 1001),
        ("summary", "x", "x" * 5000),
        ("location_count", 4, 100),
        ("acronym", "KNEE", "HIP"),
        ("conditions", ["Pain", "Gout"], ["Fever"]),
        ("arms", [{"label": "A"}, {"label": "B"}], [{"label": "A"}]),
        ("arms", [{"label": "A", "interventions": ["x"]}], [{"label": "A"}]),
        ("eligibility", {"sex": "ALL"}, {"sex": "FEMALE"}),
        ("eligibility", {"maximum_age": {"value": 70, "unit": "YEARS"}}, {}),
        ("eligibility", {"healthy_volunteers": False}, {"healthy_volunteers": True}),
    ],
)
def test_a_value_that_changes_ordinarily_is_not(field, old, new):
    old_fields, new_fields = ({} if value is None else {field: value} for value in (old, new))
    assert doubted(record(**old_fields), record(**new_fields)) == {}


@pytest.mark.parametrize(
    ("old", "new", "doubt"),
    [
        (50, 500, "10 times as many"),
        (3, 4000, "1,333 times as many"),
        (500, 50, "10 times fewer"),
        (50, 0, "none left of 50"),
        (0, 50, "none before"),
        (50, 499, None),
        (500, 51, None),
    ],
)
def test_an_enrollment_of_another_size_is_doubted(old, new, doubt):
    found = doubted(record(enrollment={"count": old}), record(enrollment={"count": new}))
    assert found.get("enrollment.count") == doubt


def test_an_enrollment_that_was_counted_is_ordinary():
    old = record(enrollment={"count": 50, "type": "ESTIMATED"})
    assert doubted(old, record(enrollment={"count": 47, "type": "ACTUAL"})) == {}


def test_a_withdrawn_trial_has_no_participants():
    old = record(status="NOT_YET_RECRUITING", enrollment={"count": 50, "type": "ESTIMATED"})
    assert doubted(old, record(status="WITHDRAWN", enrollment={"count": 0, "type": "ACTUAL"})) == {}


def test_an_enrollment_that_vanishes_is_doubted():
    assert doubted(record(enrollment={"count": 50, "type": "ACTUAL"}), record()) == {
        "enrollment.count": "there is none any more",
        "enrollment.type": "there is none any more",
    }


@pytest.mark.parametrize(
    ("field", "entries", "changed"),
    [
        ("conditions", ["Pain", "Gout"], "conditions"),
        ("phases", ["PHASE1", "PHASE2"], "phases"),
        ("arms", [{"label": "A"}, {"label": "A", "type": "OTHER"}], "arms[A]"),
        ("interventions", [{"type": "DRUG", "name": "A"}] * 2, "interventions[DRUG, A]"),
    ],
)
def test_a_list_that_is_emptied_is_doubted(field, entries, changed):
    assert doubted(record(**{field: entries}), record()) == {changed: "none left of 2"}


def test_an_arm_that_loses_a_value_is_doubted():
    old, new = record(arms=[{"label": "A", "description": "x"}]), record(arms=[{"label": "A"}])
    assert doubted(old, new) == {"arms[A].description": "there is none any more"}


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("RECRUITING", {"contacts[Ann]": "none left of 1"}),
        ("COMPLETED", {}),
    ],
)
def test_contacts_go_when_nobody_can_enrol_any_more(status, expected):
    old = record(status="RECRUITING", contacts=[{"name": "Ann"}])
    assert doubted(old, record(status=status)) == expected


LIST = ("Age of 18 years or more", "Signed consent", "Knee pain for 3 months", "No surgery", "Fluent in Thai")


def test_most_criteria_of_a_side_changed_at_once_are_doubted():
    new = criteria("Age of 21 years or more", *LIST[1:2], "Knee pain for 6 months", "Gout", LIST[4])
    assert doubted(criteria(*LIST), new) == {
        "eligibility.inclusion[0].text": "3 of 5 criteria changed at once",
        "eligibility.inclusion[2].text": "3 of 5 criteria changed at once",
        "eligibility.inclusion[3]": "3 of 5 criteria changed at once",
    }


def test_criteria_gone_and_criteria_changed_count_apart():
    # The second goes, and the third takes its place: two criteria, though the place is the same.
    new = criteria("Age of 21 years or more", "Knee pain for 6 months", *LIST[3:])
    assert set(doubted(criteria(*LIST), new).values()) == {"3 of 5 criteria changed at once"}


def test_a_side_that_more_than_doubles_is_doubted():
    new = criteria(
        *LIST, *(f"{word} of some kind" for word in ("Gout", "Fever", "Asthma", "Diabetes", "Cancer", "Flu"))
    )
    assert set(doubted(criteria(*LIST), new).values()) == {"6 of 11 criteria changed at once"}


@pytest.mark.parametrize(
    "new",
    [
        pytest.param(criteria(*LIST[:3], "Gout", "Fever"), id="two of five"),
        pytest.param(criteria(*LIST[2:]), id="two gone"),
        pytest.param(criteria({"text": LIST[0], "children": [{"text": t} for t in "abcd"]}, *LIST[1:]), id="children"),
        pytest.param(criteria(*LIST, "Gout", "Fever", "Asthma"), id="three of eight"),
        pytest.param(criteria(*reversed(LIST), "Gout"), id="turned round"),
    ],
)
def test_some_criteria_of_a_side_changed_are_ordinary(new):
    assert doubted(criteria(*LIST), new) == {}


def test_a_side_of_one_or_two_criteria_may_be_reworded():
    assert doubted(criteria("Age of 18 years", "Gout"), criteria("Age of 21 years", "Fever")) == {}


def test_criteria_that_appear_are_ordinary():
    assert doubted(criteria(), criteria(*LIST)) == {}


def test_criteria_that_vanish_or_shrink_are_doubted():
    long = {"text": "One of", "children": [{"text": "x" * 94}]}
    assert doubted(criteria(long), criteria()) == {"eligibility.inclusion[0]": "none left of 1"}
    assert doubted(criteria(long), criteria("One of")) == {
        "eligibility.inclusion[0].children[0]": "100 characters shrunk to 6"
    }


def test_what_is_wrong_with_one_side_is_not_said_of_the_other():
    old = record(eligibility={"inclusion": [{"text": "a"}], "exclusion": [{"text": "b"}]})
    new = record(eligibility={"inclusion": [{"text": "c"}], "exclusion": []})
    assert doubted(old, new) == {"eligibility.exclusion[0]": "none left of 1"}


@given(RECORDS, RECORDS)
def test_a_value_that_is_new_is_never_doubted_but_among_criteria(old, new):
    found = changes(old, new)
    for change, doubt in zip(found, anomalies(found, old, new, SEEN), strict=True):
        assert doubt is None or change.old is not None or change.field.startswith("eligibility.inclusion")
