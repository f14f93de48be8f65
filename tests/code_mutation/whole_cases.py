"""One test for each snapshot case, for code mutation: `pytest snapshots` has one for each of its fields."""

from pathlib import Path

import pytest

from scraper.cases import Case, cases
from scraper.snapshots.comparing import parts, unlike
from scraper.snapshots.outcome import outcome


@pytest.mark.parametrize("case", cases(Path(__file__).parents[2] / "snapshots"), ids=lambda case: case.name)
def test_a_case_s_page_gives_what_it_must_give(case: Case):
    for place in case.inputs:
        is_first = place == case.inputs[0]
        expected, now = parts(case.expected(), is_first=is_first), parts(outcome(case, place), is_first=is_first)
        assert not unlike(expected, now, sorted(expected.keys() | now.keys()))
