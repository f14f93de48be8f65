"""Which page's value counts, and how the others stand to it."""

from datetime import date

import pytest

from normalizers.consensus import consensus
from normalizers.consensus.rules import RULES
from schemas.trial import Trial, field_names
from tests.changing import issue
from tests.each import each
from tests.observed import (
    COPY,
    DAMAGED,
    ORIGINS,
    OTHER,
    REGISTRY,
    STRANGER,
    decided,
    moment,
    relation,
    relations,
    seen,
    texts,
)


def test_every_field_has_one_rule_in_the_order_of_the_schema():
    assert [rule.field for rule in RULES] == field_names()


def test_the_registry_comes_first_then_copies_then_sites_that_nobody_described():
    pages = [seen(STRANGER, study_type="EXPANDED_ACCESS"), seen(COPY, study_type="OBSERVATIONAL")]
    assert decided("study_type", *pages).page == COPY
    decision = decided("study_type", *pages, seen(REGISTRY, study_type="INTERVENTIONAL"))
    assert (decision.page, decision.value) == (REGISTRY, "INTERVENTIONAL")
    assert decision.rule == "the registry's own record comes first"
    assert [one.page for one in decision.conflicting] == [STRANGER, COPY]


def test_a_blank_never_stands_over_a_value():
    found = consensus([seen(REGISTRY, title="T"), seen(COPY, acronym="A", conditions=["Gout"])], ORIGINS)
    assert (found.trial.title, found.trial.acronym, found.trial.conditions) == ("T", "A", ("Gout",))
    assert found.decisions["acronym"].rule == "the only page that shows it"
    assert list(found.decisions) == ["nct_id", "title", "acronym", "conditions"]


def test_every_value_stands_in_the_record_of_its_page():
    pages = [seen(REGISTRY, phases=["PHASE2"]), seen(COPY, phases=["PHASE3"], sponsor="Lilly")]
    found = consensus(pages, ORIGINS)
    assert found.trial == Trial(nct_id="NCT05160831", phases=["PHASE2"], sponsor="Lilly")
    assert [source.site for source in found.sources] == ["ctgov", "veeva"]


def test_no_pages_pages_of_several_trials_and_two_versions_of_one_page_are_refused():
    with pytest.raises(ValueError, match="needs one observation"):
        consensus([])
    with pytest.raises(ValueError, match="NCT00000001, NCT05160831"):
        consensus([seen(COPY), seen(OTHER, nct_id="NCT00000001")])
    with pytest.raises(ValueError, match="two observations of one page: veeva/study"):
        consensus([seen(COPY, title="A"), seen(COPY, title="B")])


@each(
    ("code", "field"),
    [
        ("ambiguous", "study_type"),
        ("mismatch", "study_type"),
        ("not_understood", "study_type"),
        ("untrusted", "study_type"),
        ("untrusted", None),
    ],
)
def test_a_doubtful_value_never_stands_over_a_trusted_one(code, field):
    doubtful = seen(REGISTRY, issues=[issue(field, code)], study_type="OBSERVATIONAL")
    decision = decided("study_type", doubtful, seen(STRANGER, study_type="INTERVENTIONAL"))
    assert (decision.page, decision.rule) == (STRANGER, "no other value is free of doubt")
    assert [(one.page, one.relation, one.why) for one in decision.opinions[1:]] == [
        (REGISTRY, "doubtful", "No reader knows this.")
    ]


@each("code", ["missing", "unread", "unread_label"])
def test_what_a_page_lacks_makes_no_value_doubtful(code):
    page = seen(REGISTRY, issues=[issue(None, code), issue("study_type", code)], study_type="OBSERVATIONAL")
    assert decided("study_type", page, seen(COPY, study_type="INTERVENTIONAL")).page == REGISTRY


def test_where_all_are_doubtful_the_least_doubtful_counts_and_the_rule_says_so():
    registry = seen(REGISTRY, issues=[issue("arms[1].label", "untrusted")], arms=[{"label": "A"}])
    copy = seen(COPY, issues=[issue("arms", "ambiguous")], arms=[{"label": "B"}])
    other = seen(OTHER, issues=[issue("arms[0]", "mismatch")], arms=[{"label": "C"}])
    assert decided("arms", registry, copy).rule == "the least doubtful value"
    assert decided("arms", registry, copy, other).page == OTHER
    assert decided("arms", registry, copy, other).rule == "equally near pages: the first by name; all are doubtful"


def test_what_is_told_of_eligibility_is_told_of_its_criteria_and_not_of_the_ages():
    damage = issue("eligibility", "untrusted")
    page = seen(REGISTRY, issues=[damage], eligibility={"sex": "ALL", "inclusion": texts("BMI = 35 kg")})
    copy = seen(COPY, eligibility={"sex": "MALE", "inclusion": texts("BMI ≤ 35 kg")})
    assert decided("eligibility.inclusion", page, copy).page == COPY
    assert decided("eligibility.sex", page, copy).page == REGISTRY


def test_the_newest_observation_counts_for_what_changes_by_the_day_of_the_last_update():
    registry = seen(REGISTRY, "2026-06-01", last_updated="2026-03-01", status="RECRUITING")
    copy = seen(COPY, "2026-05-01", last_updated="2026-04-01", status="COMPLETED")
    decision = decided("status", registry, copy)
    assert (decision.page, decision.rule) == (COPY, "the newest observation")
    assert [(one.relation, one.why) for one in decision.opinions[1:]] == [
        ("older", "older observation, of 2026-03-01; the chosen one is of 2026-04-01")
    ]
    assert decided("study_type", seen(REGISTRY, study_type="OBSERVATIONAL"), copy).page == REGISTRY


def test_a_page_without_a_day_of_its_own_speaks_of_the_day_it_was_seen():
    registry = seen(REGISTRY, "2026-01-05", last_updated="2026-01-01", status="RECRUITING")
    copy = seen(COPY, "2026-03-01", status="COMPLETED")
    decision = decided("status", registry, copy)
    assert decision.page == COPY
    assert {one.page: one.as_of for one in decision.opinions} == {COPY: date(2026, 3, 1), REGISTRY: date(2026, 1, 1)}


def test_a_copy_that_follows_the_registry_within_a_month_is_no_newer():
    registry = seen(REGISTRY, "2026-01-05", last_updated="2026-01-01", status="COMPLETED", enrollment={"count": 800})
    copy = seen(COPY, "2026-02-04", status="COMPLETED", enrollment={"count": 50})
    assert decided("enrollment", registry, copy).page == REGISTRY


def test_that_a_copy_still_says_so_makes_it_no_newer():
    registry = seen(REGISTRY, "2026-01-05", last_updated="2026-01-01", status="COMPLETED")
    copy = seen(COPY, "2025-12-20", status="RECRUITING").model_copy(update={"seen_at": moment("2026-06-01")})
    decision = decided("status", registry, copy)
    assert (decision.page, decision.opinions[1].as_of) == (REGISTRY, date(2025, 12, 20))


def test_a_copy_without_a_day_knows_no_more_than_the_registry_that_was_seen_later():
    registry = seen(REGISTRY, "2026-02-01", last_updated="2026-01-01", status="RECRUITING")
    copy = seen(COPY, "2026-02-01", status="COMPLETED")
    decision = decided("status", registry, copy)
    assert decision.page == REGISTRY
    assert [(one.as_of, one.relation) for one in decision.opinions[1:]] == [(date(2026, 1, 1), "conflict")]
    earlier = seen(COPY, "2025-12-31", status="COMPLETED")
    assert relations("status", registry, earlier) == {REGISTRY: "agrees", COPY: "older"}


def test_statuses_that_no_day_puts_in_order_are_a_conflict():
    assert relation("status", "RECRUITING", "COMPLETED") == ("conflict", "conflict")


def test_an_unknown_status_follows_an_open_one_and_no_other():
    """The registry makes it so where nobody confirms a status, and the day of the last update stays."""
    old = seen(DAMAGED, status="NOT_YET_RECRUITING")
    copy = seen(COPY, last_updated="2021-07-08", status="UNKNOWN")
    assert relations("status", old, copy) == {COPY: "agrees", DAMAGED: "older"}
    same_day = seen(REGISTRY, last_updated="2021-07-08", status="RECRUITING")
    assert decided("status", same_day, copy).page == COPY
    assert relations("status", same_day, copy) == {COPY: "agrees", REGISTRY: "older"}
    assert relation("status", "UNKNOWN", "COMPLETED") == ("conflict", "conflict")
    later = seen(OTHER, last_updated="2023-01-01", status="RECRUITING")
    assert relations("status", later, copy) == {OTHER: "agrees", COPY: "older"}


def test_a_doubtful_day_of_the_last_update_is_none():
    copy = seen(COPY, "2020-01-01", [issue("last_updated", "ambiguous")], last_updated="2026-04-01", status="COMPLETED")
    assert decided("status", copy, seen(OTHER, last_updated="2025-01-01", status="RECRUITING")).page == OTHER


def test_the_more_precise_of_equally_good_values_counts():
    pages = [seen(REGISTRY, start_date="2021"), seen(COPY, start_date="2021-08-15"), seen(OTHER, start_date="2021-08")]
    decision = decided("start_date", *pages)
    assert (decision.page, decision.rule) == (
        COPY,
        "it says more than a page that is as good, and contradicts it in nothing",
    )
    assert relations("start_date", *pages) == {COPY: "agrees", REGISTRY: "says_less", OTHER: "says_less"}
    newer = seen(REGISTRY, last_updated="2026-01-01", start_date="2021")
    assert relations("start_date", newer, pages[1]) == {REGISTRY: "agrees", COPY: "says_more"}


def test_of_copies_the_fuller_list_counts_and_the_registrys_list_is_whole():
    short, long = {"conditions": ["Gout"]}, {"conditions": ["Gout", "Pain"]}
    assert decided("conditions", seen(OTHER, **short), seen("aa/page", **long), origins={}).page == "aa/page"
    pages = seen(OTHER, **short), seen("veeva/other", **long)
    assert decided("conditions", *pages, origins={}).page == "veeva/other"
    registry = seen(REGISTRY, **short)
    assert decided("conditions", registry, seen(OTHER, **long)).page == REGISTRY
    assert relations("conditions", registry, seen(OTHER, **long)) == {REGISTRY: "agrees", OTHER: "says_more"}


def test_a_sites_own_words_stand_behind_and_contradict_nobody():
    own, plain = seen(COPY, conditions=["Myalgia"]), seen(STRANGER, conditions=["Muscle pain"])
    decision = decided("conditions", own, plain)
    assert (decision.page, decision.rule) == (STRANGER, "the other page has words of its own")
    assert [(one.relation, one.why) for one in decision.opinions[1:]] == [("variant", "it has its own list")]
    assert relation("sponsor", "Novartis", "Novo Nordisk") == ("conflict", "conflict")


def test_a_limit_of_age_is_not_joined_to_one_below_it():
    registry = seen(REGISTRY, eligibility={"minimum_age": {"value": 1, "unit": "YEARS"}})
    weeks = {"minimum_age": {"value": 6, "unit": "WEEKS"}, "maximum_age": {"value": 24, "unit": "WEEKS"}}
    found = consensus([registry, seen(COPY, eligibility=weeks)], ORIGINS)
    assert found.trial.eligibility.maximum_age is None
    decision = found.decisions["eligibility.maximum_age"]
    assert (decision.value, decision.page) == (None, REGISTRY)
    assert [(one.page, one.relation) for one in decision.opinions] == [(COPY, "conflict")]


def test_a_conflict_says_of_which_days_the_pages_speak():
    registry = seen(REGISTRY, last_updated="2026-03-01", title="A trial of knees in adults")
    copy = seen(COPY, last_updated="2020-01-01", title="Stem cells of hips")
    assert decided("title", registry, copy).conflicting[0].why == (
        "this page speaks of 2020-01-01, the chosen one of 2026-03-01"
    )


def test_a_last_update_after_the_day_on_which_the_page_was_seen_makes_it_no_newer():
    registry = seen(REGISTRY, "2026-03-01", status="COMPLETED", last_updated="2026-02-20")
    copy = seen(COPY, "2026-03-01", status="RECRUITING", last_updated="2062-02-20")
    assert decided("status", registry, copy).value == "COMPLETED"
    decision = decided("last_updated", registry, copy)
    assert decision.value == "2026-02-20"
    assert [(one.page, one.relation.value) for one in decision.opinions[1:]] == [(COPY, "doubtful")]
    ahead = seen(COPY, "2026-03-01", status="RECRUITING", last_updated="2026-03-02")  # it is tomorrow there already
    assert decided("status", registry, ahead).value == "RECRUITING"
