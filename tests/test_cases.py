"""The snapshot cases: every pinned page gives, field by field, the record that a person has agreed to."""

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from normalizers.boilerplate import AFTER, BEFORE, Cleaned
from normalizers.identifiers import nct_ids
from schemas.trial import Design, Eligibility, Trial
from scraper.cases import Case, cases, differences
from scraper.errors import NotATrialPage, UnknownLayout
from scraper.parse.blocks import parse
from scraper.parse.page import Page
from scraper.pipeline import clean_page
from scraper.recognise import recognise, recognises, short_texts
from scraper.sites import LAYOUTS

SNAPSHOTS = Path(__file__).parent.parent / "snapshots"
CASES = cases(SNAPSHOTS)
TRIALS = [case for case in CASES if (case.folder / "record.json").is_file()]
FAILING = [case for case in CASES if (case.folder / "error.json").is_file()]
RECOGNISED = [case for case in CASES if case.layout is not None]
REFUSED = [case for case in CASES if case.layout is None]
GOLD = [case for case in RECOGNISED if (case.folder / "content.txt").is_file()]
"""Cases that say which lines of the page belong to the trial."""

PARTS = {"design": Design, "eligibility": Eligibility}
FIELDS = [
    path
    for name in Trial.model_fields
    for path in ([f"{name}.{part}" for part in PARTS[name].model_fields] if name in PARTS else [name])
]
"""The canonical fields, with the parts of design and eligibility in their place."""

PROSE = ("secondary_ids", "summary", "description", "arms", "eligibility")
"""Where a trial's own words may name another trial."""


def forms(among: list[Case]) -> list[Any]:
    """Each form of each page, with a name that says which."""
    return [pytest.param(case, place, id=f"{case.name}: {place.name}") for case in among for place in case.inputs]


@cache
def outcome(place: Path) -> Any:
    """What one form of a page gives now."""
    return Case.load(place.parent).outcome(place)


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


def named(case: Case) -> str:
    return case.name


def found(case: Case, place: Path) -> Any:
    """The record that one form of a page gives now."""
    record = outcome(place)
    assert "trial" in record, f"{place.name} of {case.name} gives {record}; {repair(case)}"
    return record


def compare(case: Case, place: Path, old: Any, new: Any, path: str = "") -> None:
    """Fail with what differs and with the command that accepts it."""
    changed = "\n  ".join(differences(old, new, path))
    assert not changed, f"{place.name} of {case.name}\n  {changed}\n{repair(case)}"


def repair(case: Case) -> str:
    return f"if the page says so, run: make accept CASE=snapshots/{case.name}"


def at(trial: Any, path: str) -> Any:
    """A field's value."""
    for name in path.split("."):
        trial = trial[name]
    return trial


def words(evidence: dict[str, list[dict[str, Any]]]) -> dict[str, list[Any]]:
    """The quoted words alone: the forms of one page differ in where they stand."""
    return {path: [(quote["text"], quote["pointer"]) for quote in quotes] for path, quotes in evidence.items()}


def in_prose(record: Any) -> Iterator[int]:
    """The numbers of the blocks that hold the trial's own words."""
    for path, quotes in record["evidence"].items():
        if path.startswith(PROSE):
            for quote in quotes:
                yield from range(*quote["blocks"])


def test_there_are_cases_of_every_layout():
    assert {case.layout for case in CASES} == {layout.key for layout in LAYOUTS} | {None}


@pytest.mark.parametrize("case", CASES, ids=named)
def test_a_case_says_what_it_must_give(case):
    assert case.expectation.is_file(), f"nobody has said what {case.name} must give; {repair(case)}"


@pytest.mark.parametrize("case", TRIALS, ids=named)
def test_every_form_of_a_page_gives_the_expected_values(case):
    for place in case.inputs:
        compare(case, place, expected(case.folder)["trial"], found(case, place)["trial"])


@pytest.mark.parametrize("case", TRIALS, ids=named)
def test_every_form_of_a_page_gives_the_expected_issues(case):
    for place in case.inputs:
        compare(case, place, expected(case.folder)["issues"], found(case, place)["issues"], "issues")


@pytest.mark.parametrize("case", TRIALS, ids=named)
def test_every_form_of_a_page_names_the_same_source(case):
    first, *others = case.inputs
    source = expected(case.folder)["source"]
    compare(case, first, source, found(case, first)["source"], "source")
    for place in others:
        compare(case, place, {**source, "sha256": ""}, {**found(case, place)["source"], "sha256": ""}, "source")


@pytest.mark.parametrize("case", TRIALS, ids=named)
def test_every_form_of_a_page_shows_the_same_words_as_evidence(case):
    first, *others = case.inputs
    evidence = expected(case.folder)["evidence"]
    compare(case, first, evidence, found(case, first)["evidence"], "evidence")
    for place in others:
        compare(case, place, words(evidence), words(found(case, place)["evidence"]), "evidence")


@pytest.mark.parametrize("case", FAILING, ids=named)
def test_every_form_of_a_page_fails_with_the_expected_error(case):
    for place in case.inputs:
        compare(case, place, expected(case.folder), outcome(place))


@pytest.mark.parametrize("case", TRIALS, ids=named)
def test_a_record_names_the_layout_of_its_case(case):
    source = expected(case.folder)["source"]
    assert f"{source['site']}/{source['layout']}" == case.layout


@pytest.mark.parametrize(("case", "place"), forms(RECOGNISED))
def test_exactly_one_layout_recognises_a_trial(case, place):
    texts = short_texts(parse(Page(place.read_bytes(), case.url)))
    assert [layout.key for layout in LAYOUTS if recognises(layout, texts)] == [case.layout]


@pytest.mark.parametrize(("case", "place"), forms(REFUSED))
def test_no_layout_recognises_a_page_that_is_refused(case, place):
    with pytest.raises((NotATrialPage, UnknownLayout)):
        recognise(replace(parse(Page(place.read_bytes(), case.url)), address=case.url))


@pytest.mark.parametrize(("case", "place"), forms(TRIALS))
def test_cleaning_keeps_every_block_that_the_record_was_read_from(case, place):
    page = cleaned(place)
    kept = {block.number for block in page.document.blocks}
    around = {removed.block.number for removed in page.removed if removed.rule in (BEFORE, AFTER)}
    for path, quotes in found(case, place)["evidence"].items():
        for start, end in (quote["blocks"] for quote in quotes):
            assert {start, end - 1} <= kept, path
            assert around.isdisjoint(range(start, end)), path


@pytest.mark.parametrize(("case", "place"), forms(TRIALS))
def test_no_number_of_another_trial_survives_cleaning_outside_the_trials_own_prose(case, place):
    record = found(case, place)
    document = cleaned(place).document
    own = set(in_prose(record))
    assert [
        block.text
        for block in document.blocks
        if block.number not in own and set(nct_ids(block.text)) - {record["trial"]["nct_id"]}
    ] == []


@pytest.mark.parametrize(("case", "place"), forms(GOLD))
def test_cleaning_keeps_every_line_of_the_trial(case, place):
    kept = " ".join(block.words for block in cleaned(place).document.blocks)
    assert [line for line in content(case.folder) if line not in kept] == []


@pytest.mark.parametrize(("case", "place"), forms(GOLD))
def test_cleaning_keeps_nothing_but_the_lines_of_the_trial(case, place):
    lines = " ".join(content(case.folder))
    assert [block.text for block in cleaned(place).document.blocks if block.text not in lines] == []


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


@pytest.mark.parametrize(
    ("layout", "field"),
    [
        pytest.param(layout, field, id=f"{layout.key}: {field}")
        for layout in LAYOUTS
        for field in FIELDS
        if field not in layout.never_shows
    ],
)
def test_a_layout_shows_every_other_field_in_some_case(layout, field):
    trials = [expected(case.folder)["trial"] for case in TRIALS if case.layout == layout.key]
    assert any(at(trial, field) not in (None, []) for trial in trials)


def test_an_expectation_is_written_as_accept_writes_it():
    for case in TRIALS + FAILING:
        text = case.expectation.read_text(encoding="utf-8")
        assert text == json.dumps(json.loads(text), ensure_ascii=False, indent=2) + "\n", repair(case)
