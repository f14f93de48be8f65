"""Snapshot cases: recorded, compared, accepted on purpose only."""

import json

import pytest

from scraper import cases as snapshots
from scraper.cases import Case, accept, cases, differences, is_case
from tests.build import VEEVA


@pytest.fixture
def case(tmp_path, monkeypatch):
    """A case that nobody has accepted yet."""
    monkeypatch.delenv("CI", raising=False)
    folder = tmp_path / "snapshots" / "veeva" / "NCT05160831-small"
    folder.mkdir(parents=True)
    (folder / "capture.txt").write_text(VEEVA)
    (folder / "case.json").write_text(json.dumps({"why": "It is small.", "made": "by us", "layout": "veeva/study"}))
    return Case.load(folder)


def test_a_new_case_expects_nothing_until_it_is_accepted(case):
    assert case.expected() is None
    assert case.name == "veeva/NCT05160831-small"


def test_accepting_writes_the_record_and_says_what_changed(case):
    (changed,) = accept(case)
    assert changed.startswith(": null -> ")
    assert case.expected()["trial"]["nct_id"] == "NCT05160831"
    assert accept(case) == []


def test_an_accepted_record_depends_on_no_release(case):
    accept(case)
    assert case.expected()["source"]["package_version"] == "*"


def test_a_changed_page_shows_each_changed_value(case):
    accept(case)
    (case.folder / "capture.txt").write_text(VEEVA.replace("50 estimated", "60 estimated"))
    assert "trial.enrollment.count: 50 -> 60" in accept(case)


def test_a_refused_page_is_accepted_as_an_error_and_the_record_goes(case):
    accept(case)
    (case.folder / "capture.txt").write_text("Nothing")
    accept(case)
    assert not (case.folder / "record.json").exists()
    assert case.expected() == {
        "error": "NotATrialPage",
        "message": "the page shows no trial: no NCT id and no label of a known layout is on it",
        "exit_code": 5,
    }


def test_cases_are_found_sorted(case):
    root = case.folder.parents[1]
    other = root / "ctgov" / "other"
    other.mkdir(parents=True)
    (other / "page.json").write_text("{}")
    (other / "case.json").write_text(json.dumps({"why": "w", "made": "m", "layout": None}))
    assert [found.name for found in cases(root)] == ["ctgov/other", "veeva/NCT05160831-small"]


def test_a_case_without_a_page_is_an_error(case):
    (case.folder / "capture.txt").unlink()
    with pytest.raises(ValueError, match="has no page"):
        Case.load(case.folder)


def test_a_folder_without_a_description_is_no_case(tmp_path):
    assert not is_case(tmp_path)


def test_the_command_accepts_a_case_and_prints_the_difference(case, capsys):
    accept(case)
    (case.folder / "capture.txt").write_text(VEEVA.replace("50 estimated", "60 estimated"))
    assert snapshots.main(["accept", str(case.folder)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("veeva/NCT05160831-small: ")
    assert "\n  trial.enrollment.count: 50 -> 60\n" in out


def test_the_command_refuses_in_ci(case, capsys, monkeypatch):
    monkeypatch.setenv("CI", "true")
    assert snapshots.main(["accept", str(case.folder)]) == 2
    assert "never rewritten" in capsys.readouterr().err
    assert case.expected() is None


@pytest.mark.parametrize("arguments", [[], ["accept"], ["accept", "nowhere"], ["other", "x"]])
def test_the_command_wants_a_case(arguments, capsys, monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    assert snapshots.main(arguments) == 2
    assert "make accept CASE=" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 2, "b": None}, ["a: 1 -> 2"]),
        ({"a": [1, {"b": 2}]}, {"a": [1, {"b": 3}]}, ["a[1].b: 2 -> 3"]),
        ({"a": [1]}, {"a": [1, 2]}, ["a: [1] -> [1, 2]"]),
        ({"a": 1}, {"a": True}, ["a: 1 -> true"]),
        (None, {"a": 1}, [': null -> {"a": 1}']),
    ],
)
def test_differences_name_the_path_and_both_values(old, new, lines):
    assert list(differences(old, new)) == lines
