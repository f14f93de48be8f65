"""Signs that a site lost, remarks that it adds, and fields that it shows twice."""

import pytest

from normalizers.annotations import has_annotation
from normalizers.lost_characters import has_lost_character
from normalizers.repeats import differs
from schemas.trial import Enrollment, Trial
from schemas.values import Age
from schemas.vocabulary import AgeUnit, Status
from tests.registry import protocols


@pytest.mark.parametrize(
    "words",
    [
        "FD Rome ? diagnosis standard",
        "FD Rome ?",
        "FD Rome? diagnosis standard",
        "Allergy to ?-lactams",
        "NYHA class ?/?",
        "Stage?a cancer",
        "Patients who have Rome? disease",
        "Rome \ufffd criteria",
        "Is the grade ? or more",
        "Heart failure of NYHA class?",
    ],
)
def test_a_mark_where_no_question_ends_stands_for_a_lost_sign(words):
    assert has_lost_character(words)


@pytest.mark.parametrize(
    "words",
    [
        "Answers yes to: are you pregnant?",
        "Are you pregnant?",
        'Says no to "Do you smoke?"',
        "Do you smoke? Have you smoked?",
        "Is there any illness (which)?",
        "No mark at all",
        "",
    ],
)
def test_a_question_keeps_its_mark(words):
    assert not has_lost_character(words)


@pytest.mark.parametrize("words", [f"{':is' * 50_000} ?", f"?({', ' * 50_000}?", f"? are{' and are' * 50_000}"])
def test_words_that_open_many_questions_are_searched_once(words):
    assert has_lost_character(words)


def test_no_real_criterion_without_a_mark_is_doubted():
    texts = [one["eligibilityModule"].get("eligibilityCriteria", "") for one in protocols()]
    assert not [line for text in texts for line in text.splitlines() if "?" not in line and has_lost_character(line)]


@pytest.mark.parametrize(
    "words",
    ["Mayo Clinic (updated 3 days ago)", "Recruiting (last verified May 2020)", "849 (yesterday)", "A, checked today"],
)
def test_a_remark_behind_a_value_is_known(words):
    assert has_annotation(words)


@pytest.mark.parametrize("words", ["Mayo Clinic (MN)", "Change from 3 days ago to now", "Updated Drug", "Chicago", ""])
def test_words_of_a_value_are_no_remark(words):
    assert not has_annotation(words)


TRIAL = Trial.model_validate(
    {
        "nct_id": "NCT00000001",
        "status": Status.COMPLETED,
        "enrollment": Enrollment(count=40),
        "start_date": "2020-01",
        "eligibility": {"minimum_age": Age(value=18, unit=AgeUnit.YEARS)},
    }
)


@pytest.mark.parametrize(
    ("path", "words", "is_other"),
    [
        ("status", "Completed", False),
        ("status", "Recruiting", True),
        ("status", "nonsense", True),
        ("enrollment", "40", False),
        ("enrollment", "41", True),
        ("start_date", "January 2020", False),
        ("start_date", "January 1, 2020", True),
        ("eligibility.minimum_age", "18 Years and older", False),
        ("eligibility.minimum_age", "18 Years to 65 Years", True),
        ("eligibility.sex", "All", True),
        ("sponsor", "n/a", False),
        ("conditions", "Asthma", False),
    ],
)
def test_a_field_shown_again_is_compared_by_its_own_reader(path, words, is_other):
    assert differs(TRIAL, path, words) is is_other
