"""Where a value comes from: its words, their page, what it was before, or why there is none."""

from dataclasses import replace

import pytest

from scraper.field_rules import field_path
from scraper.provenance import Earlier, State, explain
from scraper.store import current
from scraper.store.history import versions
from tests.build import VEEVA
from tests.histories import back_and_forth, explained, prepared, quarantined, store
from tests.versions import OPEN, TRIAL, at, night, shows

store = pytest.fixture(store)
prepared = pytest.fixture(prepared)


def test_a_value_is_explained_by_its_words_their_page_and_what_it_was_before(prepared):
    (status,) = explained(prepared(back_and_forth), "status")
    assert (status.state, status.value) == (State.SHOWN, "UNKNOWN")
    assert [(path, quote.text) for path, quote in status.words] == [("status", "Unknown")]
    assert status.rule == 'veeva/study: "Status and phase" -> normalizers.phrases.status'
    assert (status.page.at, status.since, status.confirmed_at) == (at(3), at(3), at(4))
    assert status.earlier == (Earlier("RECRUITING", at(2), at(3)), Earlier("UNKNOWN", at(1), at(2)))


def test_a_value_is_as_old_as_it_is_the_same_whatever_else_changes(prepared):
    (title,) = explained(prepared(back_and_forth), "title")
    assert (title.value, title.since, title.earlier) == ("Stem Cells for Knee Pain", at(1), ())


def test_a_list_in_another_order_is_no_earlier_value(store):
    night(store, 1, shows(1, VEEVA.replace("Knee Osteoarthritis\n", "Knee Osteoarthritis\nPain\n")))
    night(store, 2, shows(2, OPEN.replace("Knee Osteoarthritis\n", "Pain\nKnee Osteoarthritis\n")))
    (conditions,) = explained(store, "conditions")
    assert (conditions.since, conditions.earlier) == (at(1), ())


def test_an_entry_of_a_list_is_followed_by_its_place(store):
    night(store, 1, shows(1, VEEVA))
    night(store, 2, shows(2, VEEVA.replace("Knee pain.", "Knee pain at night.")))
    (criterion,) = explained(store, "eligibility.inclusion[0].text")
    assert criterion.value == "Knee pain at night."
    assert criterion.earlier == (Earlier("Knee pain.", at(1), at(2)),)
    assert [path for path, _ in criterion.words] == ["eligibility.inclusion"]


def test_an_entry_of_a_list_is_followed_by_what_names_it_as_changes_do(store):
    night(store, 1, shows(1, VEEVA))
    night(store, 2, shows(2, VEEVA.replace("Knee pain.", "Knee pain at night.")))
    trial = next(current.records(store)).trial
    place = len(trial.arms) - 1
    label = trial.arms[place].label
    (named,), (placed,) = explained(store, f"arms[{label}].label"), explained(store, f"arms[{place}].label")
    assert (named.value, named.words, named.state) == (label, placed.words, State.SHOWN)
    (unknown,) = explained(store, "arms[Another].label")
    assert (unknown.value, unknown.words, unknown.state) == (None, (), State.NO_ENTRY)


def test_what_does_not_count_explains_nothing(prepared):
    (size,) = explained(prepared(quarantined), "enrollment.count")
    assert (size.value, size.earlier) == (50, ())


@pytest.mark.parametrize(
    ("field", "page", "state"),
    [
        ("status", VEEVA, State.SHOWN),
        ("eligibility.healthy_volunteers", VEEVA, State.SHOWN),
        ("eligibility.inclusion[0]", VEEVA, State.SHOWN),
        ("eligibility.inclusion[7].text", VEEVA, State.NO_ENTRY),
        ("eligibility.inclusion[0].cohort", VEEVA, State.BLANK),
        ("acronym", VEEVA, State.BLANK),
        ("eligibility.minimum_age", VEEVA.replace("18 to 70 years old", "grown-ups"), State.NOT_UNDERSTOOD),
        ("start_date", VEEVA, State.NEVER_SHOWN),
        ("locations[0].city", VEEVA, State.NEVER_SHOWN),
    ],
)
def test_a_field_without_a_value_says_why(store, field, page, state):
    night(store, 1, shows(1, page))
    (one,) = explained(store, field)
    assert one.state is state
    assert (one.rule is None) is (state is State.NEVER_SHOWN)


def test_an_issue_with_a_field_is_told(store):
    night(store, 1, shows(1, VEEVA.replace("18 to 70 years old", "grown-ups")))
    (ages,) = explained(store, "eligibility")
    assert [(issue.field, issue.code, issue.text) for issue in ages.issues] == [
        ("eligibility.minimum_age", "not_understood", "grown-ups")
    ]
    (sex,) = explained(store, "eligibility.sex")
    assert sex.issues == ()


def test_a_part_without_words_of_its_own_has_those_of_the_whole(store):
    night(store, 1, shows(1, VEEVA))
    (label,) = explained(store, "arms[0].label")
    assert {path for path, _ in label.words} == {"arms[0]"}
    (count,) = explained(store, "enrollment.count", "veeva")
    assert [(path, quote.text) for path, quote in count.words] == [("enrollment", "50 estimated patients")]


def test_a_value_that_was_counted_and_not_read_has_no_words(store):
    night(store, 1, shows(1, VEEVA))
    (version,) = versions(store, TRIAL)
    without = replace(version, record=version.record.model_copy(update={"evidence": {}}))
    (count,) = explain([without], field_path("location_count"))
    assert (count.state, count.value, count.words) == (State.SHOWN, 2, ())


def test_a_whole_has_the_words_of_all_its_parts(store):
    night(store, 1, shows(1, VEEVA))
    (design,) = explained(store, "design")
    assert [path for path, _ in design.words] == [
        "design.primary_purpose",
        "design.allocation",
        "design.intervention_model",
        "design.masking",
    ]
