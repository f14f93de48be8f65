"""What no reading of criteria may do, on the registry records among the cases: in their texts and on clean pages."""

from functools import cache

import pytest

from normalizers.criteria.tree import parse_criteria
from normalizers.text import lines
from tests.criteria_figures import FAULTS, Figures, in_one_line, of_record, report
from tests.mutations.flood import bundled

pytestmark = pytest.mark.no_cover  # other tests execute every line that these execute thousands of times


@cache
def figures() -> tuple[Figures, ...]:
    return tuple(one for content in bundled() for one in of_record(content))


def test_all_forms_of_the_criteria_are_counted():
    forms = {one.form for one in figures()}
    assert forms == {"registry text", "one line", "inclinicaltrials/details", "trialx/listing", "veeva/study"}
    assert sum(one.criteria for one in figures() if one.form == "registry text") > 100


@pytest.mark.parametrize("fault", FAULTS)
def test_no_criterion_is_quietly_on_the_wrong_side_in_a_heading_without_letters_or_incomplete(fault: str):
    assert [(one.form, words) for one in figures() for kind, words in one.faults if kind == fault] == []


def test_the_report_names_each_fault_with_its_count():
    text = "\n".join(report([Figures("one line", 3, True, ((FAULTS[0], "No HIV"),))], lists=True))
    assert "one line: 1 records, 3 criteria, a doubt on 1 records" in text
    assert f"{FAULTS[0]}: 1\n      No HIV" in text


@pytest.mark.parametrize("end", ["criteria", "criteria.", "(2017) criteria;"])
def test_the_word_criteria_before_a_heading_in_the_same_line_hides_no_side(end: str):
    text = f"Inclusion Criteria:\n\n* Ill by the WHO {end}\n\nExclusion Criteria:\n\n* Pregnant women"
    read = parse_criteria(lines(in_one_line(text)))
    assert [one.text for one in read.inclusion] == [f"Ill by the WHO {end}"]
    assert [one.text for one in read.exclusion] == ["Pregnant women"]
    assert read.doubts == ()
