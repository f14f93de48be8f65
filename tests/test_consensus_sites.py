"""The consensus of real trials: of the bundled pages, and of two trials as their sites show them."""

from collections import defaultdict
from pathlib import Path

from normalizers.consensus import consensus
from schemas.consensus import Observation
from schemas.record import Record
from scraper.sites import LAYOUTS, ORIGINS
from tests.changing import issue
from tests.observed import seen

CASES = Path(__file__).parents[1] / "snapshots"
DETAILS, SUMMARY, VEEVA = "inclinicaltrials/details", "inclinicaltrials/summary", "veeva/study"
DAMAGE = "this site damages comparison signs"


def bundled():
    """The consensus of each real trial that several bundled pages show."""
    trials = defaultdict(dict)
    for path in sorted(CASES.glob("*/NCT[!9]*/record.json")):
        one = Observation(record=Record.model_validate_json(path.read_bytes()))
        trials[one.record.trial.nct_id].setdefault(one.key, one)
    return {number: consensus(pages.values(), ORIGINS) for number, pages in trials.items() if len(pages) > 1}


def test_the_pages_of_one_trial_differ_where_people_see_a_difference_and_nowhere_else():
    """Contacts are made up, differently on each page; tables and descriptions of some are shortened."""
    found = {number: [one.field for one in trial.conflicts] for number, trial in bundled().items()}
    assert {number: fields for number, fields in found.items() if fields} == {
        "NCT03630471": ["description", "location_count"],
        "NCT05813925": ["contacts", "location_count"],
        "NCT05863234": ["contacts"],
    }
    assert len(found) == 9


def test_lost_signs_and_joined_numbers_of_a_bundled_page_are_doubtful_and_never_chosen():
    found = bundled()["NCT00448838"]
    doubtful = {
        name: decision.page
        for name, decision in found.decisions.items()
        if any(one.relation == "doubtful" for one in decision.opinions)
    }
    assert doubtful == {"secondary_ids": "ctgov/study", "eligibility.other": "ctgov/study"}
    assert "Bilirubin ≤ 1.5 mg/dL" in {item.text for item in found.trial.eligibility.other}


def test_a_status_that_nobody_confirms_and_a_hospital_of_a_university_are_no_conflicts():
    veeva = seen(VEEVA, nct_id="NCT04953572", sponsor="Peking University", status="UNKNOWN", enrollment={"count": 252})
    copy = seen(
        SUMMARY,
        nct_id="NCT04953572",
        sponsor="Peking University Third Hospital",
        status="NOT_YET_RECRUITING",
        start_date="2021-08-01",
    )
    found = consensus([veeva, copy], ORIGINS)
    assert found.conflicts == ()
    assert (found.trial.sponsor, found.trial.status) == ("Peking University Third Hospital", "UNKNOWN")
    assert {one.page: one.relation.value for one in found.decisions["sponsor"].opinions} == {
        SUMMARY: "agrees",
        VEEVA: "variant",
    }
    assert (found.decisions["status"].opinions[1].relation, found.trial.start_date) == ("older", "2021-08-01")


def test_a_limit_that_lost_its_sign_never_stands_over_the_one_that_has_it():
    kept, lost = ("Body mass index (BMI) ≤ 35", "Body mass index (BMI) = 35")
    veeva = seen(VEEVA, sponsor="Hyalex Orthopaedics", status="RECRUITING", eligibility={"inclusion": [{"text": kept}]})
    copy = seen(
        DETAILS,
        issues=[issue("eligibility.inclusion[0]", "untrusted", lost, DAMAGE)],
        sponsor="Hyalex Orthopaedics, Inc.",
        status="RECRUITING",
        eligibility={"inclusion": [{"text": lost}]},
    )
    found = consensus([veeva, copy], ORIGINS)
    assert found.conflicts == ()
    assert found.trial.sponsor == "Hyalex Orthopaedics, Inc."
    decision = found.decisions["eligibility.inclusion"]
    assert (decision.page, decision.rule) == (VEEVA, "no other value is free of doubt")
    assert (decision.opinions[1].relation, decision.opinions[1].why) == ("doubtful", DAMAGE)


def test_what_a_site_says_of_its_own_words_names_fields_that_it_shows():
    for layout in LAYOUTS:
        assert set(layout.own_words) <= layout.fields, layout.key
