"""What holds of all snapshot cases; that each gives what it must give is tried by `pytest snapshots`."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from normalizers.boilerplate import AFTER, BEFORE, Cleaned
from normalizers.identifiers import nct_ids
from scraper.cases import Case, cases
from scraper.errors import NotATrialPage, UnknownLayout
from scraper.parse.blocks import parse
from scraper.parse.page import Page
from scraper.pipeline import clean_page
from scraper.recognise import known_layouts, recognise
from scraper.sites import LAYOUTS
from scraper.snapshots.pytest_plugin import read_once

SNAPSHOTS = Path(__file__).parent.parent / "snapshots"
CASES = cases(SNAPSHOTS)
TRIALS = [case for case in CASES if (case.folder / "record.json").is_file()]
FAILING = [case for case in CASES if (case.folder / "error.json").is_file()]
RECOGNISED = [case for case in CASES if case.layout is not None]
REFUSED = [case for case in CASES if case.layout is None]
GOLD = [case for case in RECOGNISED if (case.folder / "content.txt").is_file()]
"""Cases that say which lines of the page belong to the trial."""

PROSE = ("secondary_ids", "summary", "description", "arms", "eligibility")
"""Where a trial's own words may name another trial."""


def by_site(among: list[Case]) -> Any:
    """A test for each site, over all forms of its pages: hundreds of small tests would take longer than their work."""
    forms = {}
    for case in among:
        forms.setdefault(case.folder.parent.name, []).extend((case, place) for place in case.inputs)
    return pytest.mark.parametrize("forms", forms.values(), ids=forms)


@cache
def expected(case_folder: Path) -> Any:
    """What the page must give."""
    return Case.load(case_folder).expected()


@cache
def content(case_folder: Path) -> list[str]:
    """The lines of the page that belong to the trial, as a person has marked them."""
    return (case_folder / "content.txt").read_text(encoding="utf-8").splitlines()


@cache
def cleaned(place: Path) -> Cleaned:
    """What cleaning leaves of one form of a page, and what it removes."""
    return clean_page(Page(place.read_bytes(), Case.load(place.parent).url)).cleaned


def found(place: Path) -> Any:
    """The record that one form of a page gives now, or what stands in its place: `pytest snapshots` tells."""
    record = read_once(place)
    return record if "trial" in record else {"trial": {"nct_id": None}, "evidence": {}}


def at(trial: Any, path: str) -> Any:
    """A field's value."""
    for name in path.split("."):
        trial = trial[name]
    return trial


def in_prose(record: Any) -> Iterator[int]:
    """The numbers of the blocks that hold the trial's own words."""
    for path, quotes in record["evidence"].items():
        if path.startswith(PROSE):
            for quote in quotes:
                yield from range(*quote["blocks"])


def test_there_are_cases_of_every_layout():
    assert {case.layout for case in CASES} == {layout.key for layout in LAYOUTS} | {None}


@by_site(RECOGNISED)
def test_exactly_one_layout_recognises_a_trial(forms):
    wrong = {}
    for case, place in forms:
        document = replace(parse(Page(place.read_bytes(), case.url)), address=case.url)
        known = [layout.key for layout in known_layouts(document)]
        if known != [case.layout]:
            wrong[place] = known
    assert wrong == {}


@by_site(REFUSED)
def test_no_layout_recognises_a_page_that_is_refused(forms):
    for case, place in forms:
        with pytest.raises((NotATrialPage, UnknownLayout)):
            recognise(replace(parse(Page(place.read_bytes(), case.url)), address=case.url))


@by_site(TRIALS)
def test_cleaning_keeps_every_block_that_the_record_was_read_from(forms):
    lost = []
    for _, place in forms:
        page = cleaned(place)
        kept = {block.number for block in page.document.blocks}
        around = {removed.block.number for removed in page.removed if removed.rule in (BEFORE, AFTER)}
        for path, quotes in found(place)["evidence"].items():
            for start, end in (quote["blocks"] for quote in quotes):
                is_on_page = start < end  # else the words stand in the page's address
                if is_on_page and not ({start, end - 1} <= kept and around.isdisjoint(range(start, end))):
                    lost.append((place, path))
    assert lost == []


@by_site(TRIALS)
def test_no_number_of_another_trial_survives_cleaning_outside_the_trials_own_prose(forms):
    surviving = []
    for _, place in forms:
        record = found(place)
        own = set(in_prose(record))
        surviving += [
            (place, block.text)
            for block in cleaned(place).document.blocks
            if block.number not in own and set(nct_ids(block.text)) - {record["trial"]["nct_id"]}
        ]
    assert surviving == []


@by_site(GOLD)
def test_cleaning_keeps_every_line_of_the_trial(forms):
    lost = []
    for case, place in forms:
        kept = " ".join(block.words for block in cleaned(place).document.blocks)
        lost += [(place, line) for line in content(case.folder) if line not in kept]
    assert lost == []


@by_site(GOLD)
def test_cleaning_keeps_nothing_but_the_lines_of_the_trial(forms):
    left = []
    for case, place in forms:
        lines = " ".join(content(case.folder))
        left += [(place, block.text) for block in cleaned(place).document.blocks if block.text not in lines]
    assert left == []


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.key)
def test_a_layout_shows_no_field_that_it_is_said_never_to_show(layout):
    shown = {
        (case.name, field)
        for case in TRIALS
        if case.layout == layout.key
        for field in layout.never_shows
        if at(expected(case.folder)["trial"], field)
    }
    assert shown == set()
