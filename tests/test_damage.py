"""Signs that a site lost, remarks that it adds, and fields that it shows twice."""

import pytest

from normalizers import phrases
from normalizers.ages import age_range
from normalizers.annotations import has_annotation
from normalizers.counts import enrollment
from normalizers.dates import partial_date
from normalizers.identifiers import nct_id
from normalizers.lost_characters import has_lost_character
from normalizers.notes import free_words
from normalizers.trial import normalise
from schemas.extraction import Extraction, Quote, Words
from schemas.record import IssueCode
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


FIELDS = {
    "status": ("Completed", phrases.status),
    "enrollment": ("40", enrollment),
    "start_date": ("January 2020", partial_date),
    "eligibility.minimum_age": ("18 Years and older", age_range),
    "eligibility.sex": ("n/a", phrases.sex),
    "sponsor": ("Mayo Clinic", free_words),
    "conditions": ("Cough", free_words),
}


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
def test_a_field_shown_again_is_compared_by_its_own_parser(path, words, is_other):
    first, parser = FIELDS[path]
    names = (path, "eligibility.maximum_age") if path == "eligibility.minimum_age" else (path,)
    found = [
        Words(("nct_id",), Quote("NCT00000001", 0, 1), nct_id),
        Words(names, Quote(first, 1, 2), parser),
        Words(names, Quote(words, 2, 3), parser, repeats=True),
    ]
    issues = normalise(Extraction(words=found)).issues
    assert [issue.field for issue in issues if issue.code is IssueCode.MISMATCH] == [path] * is_other
