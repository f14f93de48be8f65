"""Snapshot cases: read by one reader, compared field by field, accepted on purpose only."""

import json
import shutil
from pathlib import Path

import pytest

from scraper.cases import LARGEST, Case, cases, is_case
from scraper.snapshots import accept as accepting
from scraper.snapshots.accept import accept
from scraper.snapshots.check import check
from scraper.snapshots.comparing import NOTHING, SAME, compared, differences, listed, text
from tests.build import VEEVA
from tests.commands import own_home
from tests.terminals import printed

own_home = pytest.fixture(autouse=True)(own_home)

SEED = Path(__file__).parents[1] / "snapshots" / "veeva" / "NCT05160831-seed"
ABOUT = {"why": "It is small.", "made": "by us", "layout": "veeva/study"}


@pytest.fixture
def case(tmp_path, monkeypatch):
    """A case that nobody has accepted yet, in the working folder's snapshots."""
    monkeypatch.delenv("CI", raising=False)
    folder = tmp_path / "snapshots" / "veeva" / "NCT05160831-small"
    folder.mkdir(parents=True)
    (folder / "capture.txt").write_text(VEEVA)
    (folder / "case.json").write_text(json.dumps(ABOUT))
    return Case.load(folder)


@pytest.fixture
def changed(case):
    """A case whose page says since that more take part."""
    accept(case)
    (case.folder / "capture.txt").write_text(VEEVA.replace("50 estimated", "60 estimated"))
    return case


def lines(found):
    return [str(difference) for difference in found]


def test_a_new_case_expects_nothing_until_it_is_accepted(case, cli):
    assert case.expected() is None
    assert case.name == "veeva/NCT05160831-small"
    code, out, _ = cli("snapshot", "check")
    assert code == 1
    assert "nobody has said yet what the page must give" in out


def test_accepting_writes_the_record_and_says_what_changed(case):
    found = lines(accept(case))
    assert 'trial.nct_id: null -> "NCT05160831"' in found
    assert [line for line in found if line.startswith(("evidence", "trial.contacts: null -> []"))] == []
    assert case.expected()["trial"]["nct_id"] == "NCT05160831"
    assert accept(case) == []


def test_an_accepted_record_depends_on_no_release(case):
    accept(case)
    assert case.expected()["source"]["package_version"] == "*"


def test_a_changed_page_shows_each_changed_value(changed):
    assert "trial.enrollment.count: 50 -> 60" in lines(accept(changed))


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
    (other / "case.json").write_text(json.dumps({**ABOUT, "layout": None}))
    assert [found.name for found in cases(root)] == ["ctgov/other", "veeva/NCT05160831-small"]


def test_a_case_without_a_page_is_an_error(case):
    (case.folder / "capture.txt").unlink()
    with pytest.raises(ValueError, match="has no page: put one of"):
        Case.load(case.folder)


def test_a_folder_without_a_description_is_no_case(tmp_path):
    assert not is_case(tmp_path)


@pytest.mark.parametrize(
    ("content", "cure"),
    [
        ("{", "snapshot add writes one"),
        ("[]", "snapshot add writes one"),
        (
            json.dumps({**ABOUT, "note": 1}),
            "'note' is no part of it; remove it (why, made, layout, url, fetched_at are)",
        ),
        (json.dumps({"why": "w", "made": "m"}), "'layout' is missing; write there `<site>/<layout>`, or null"),
        (json.dumps({**ABOUT, "why": ""}), "write there what the case protects, in one sentence"),
        (json.dumps({**ABOUT, "fetched_at": "then"}), "write there when the page was fetched"),
        (json.dumps({"x" * 5000: 1, **ABOUT}), "is no part of it"),
        (" " * 200_000, "it is longer than 100,000 bytes"),
    ],
)
def test_a_bad_description_is_one_line_with_the_cure_and_the_other_cases_are_checked(content, cure, case, cli):
    accept(case)
    bad = case.folder.with_name("bad")
    shutil.copytree(case.folder, bad)
    (bad / "case.json").write_text(content)
    code, _, err = cli("snapshot", "check")
    line, summary = err.splitlines()
    assert code == 1
    assert line.startswith("error: snapshots/veeva/bad: ")
    assert cure in line
    assert len(line) < 300
    assert summary == "2 cases: 1 as expected, 1 not"


def test_an_expectation_that_is_no_json_is_one_line_and_can_be_accepted_anew(case, cli):
    (case.folder / "record.json").write_text("{")
    code, _, err = cli("snapshot", "check")
    assert code == 1
    assert "record.json is no JSON" in err
    assert "write it anew with: trialpages snapshot accept" in err
    assert cli("snapshot", "accept", case.folder)[0] == 0
    assert cli("snapshot", "check")[0] == 0


def test_a_value_that_differs_stands_beside_what_is_expected_and_the_words_on_the_page(changed):
    (found,) = check(changed)
    rows = {row.path: row for row in found.rows}
    assert rows["enrollment.count"][1:] == ("50", "60", "60 estimated patients")


def test_what_is_not_read_any_more_shows_the_words_that_were_read(case):
    accept(case)
    (case.folder / "capture.txt").write_text(VEEVA.replace("\nSex\n", "\nGender of all\n"))
    rows = {row.path: row for (found,) in [check(case)] for row in found.rows}
    assert rows["eligibility.sex"][1:] == ("ALL", NOTHING, "not read: All")


def test_words_that_only_moved_on_the_page_are_one_row_a_field(case):
    accept(case)
    (case.folder / "capture.txt").write_text(VEEVA.replace("Menu", "Menu\n\nAnother menu"))
    (found,) = check(case)
    assert [row for row in found.rows if row.path.startswith("places of status")] == [
        ("places of status", "", "2 numbers of blocks differ", "Unknown")
    ]
    assert not [row for row in found.rows if "blocks" in row.path]


def test_a_long_text_shows_what_differs_in_it():
    old, new = f"{'a' * 500} one {'b' * 500}", f"{'a' * 500} two {'b' * 500}"
    (row,) = compared({"trial": {"summary": old}, "evidence": {}}, {"trial": {"summary": new}, "evidence": {}})
    assert len(row.expected) < 120
    assert " one " in row.expected
    assert " two " in row.now


def test_an_error_is_compared_with_the_record_that_was_expected(case):
    accept(case)
    (case.folder / "capture.txt").write_text("Nothing")
    (found,) = check(case)
    assert any("NotATrialPage" in row.now for row in found.rows)


def test_everything_that_a_page_gives_is_listed_with_its_words():
    rows = {row.path: row for row in listed(json.loads((SEED / "record.json").read_text()))}
    assert rows["status"] == ("status", "UNKNOWN", SAME, SAME)
    assert rows["design.allocation"] == ("design.allocation", "NA", SAME, "N/A")
    assert rows["eligibility.minimum_age"].expected == "18 YEARS"
    assert rows["eligibility.inclusion[1].children[0]"].expected.startswith("a). Meets the criteria")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, NOTHING),
        ([], NOTHING),
        ("All", "All"),
        (False, "false"),
        (["a", "b"], "a | b"),
        ({"text": "Knee pain.", "marker": "•"}, "• Knee pain."),
        ({"count": 50, "type": None}, "50"),
        ({"field": None, "code": "unread", "text": "x", "message": "nobody reads it"}, "unread 'x': nobody reads it"),
    ],
)
def test_a_value_reads_as_a_person_reads_it(value, words):
    assert text(value) == words


def test_a_case_that_is_too_large_is_told(case, cli):
    accept(case)
    (case.folder / "content.txt").write_text("x" * LARGEST)
    code, out, _ = cli("snapshot", "check")
    assert code == 1
    assert "at most 61,440 bytes" in out


def test_all_cases_as_expected_are_a_line(case, cli):
    accept(case)
    assert cli("snapshot", "check") == (0, "", "1 case: 1 as expected, 0 not\n")


def test_the_commands_take_a_folder_or_the_name_of_a_case(case, cli):
    accept(case)
    for named in (case.folder, "snapshots/veeva/NCT05160831-small", case.name):
        code, out, _ = cli("snapshot", "check", named)
        assert code == 0
        assert out.startswith("veeva/NCT05160831-small: It is small.\n")


def test_the_command_accepts_a_case_and_prints_the_difference(changed, cli):
    code, out, _ = cli("snapshot", "accept", changed.folder)
    assert code == 0
    assert out.startswith("veeva/NCT05160831-small: ")
    assert "\n  trial.enrollment.count: 50 -> 60\n" in out
    assert "places" not in out


def test_the_command_refuses_in_ci(case, cli, monkeypatch):
    monkeypatch.setenv("CI", "true")
    code, _, err = cli("snapshot", "accept", case.folder)
    assert code == 2
    assert "never rewritten" in err
    assert case.expected() is None


@pytest.mark.parametrize("verb", ["accept", "check"])
def test_the_commands_want_a_case(verb, cli):
    code, _, err = cli("snapshot", verb, "nowhere")
    assert code == 2
    assert err.endswith("Error: nowhere is no case: name a folder with a case.json, such as snapshots/<site>/<case>\n")


def test_a_folder_without_cases_is_told(cli):
    code, _, err = cli("snapshot", "check")
    assert code == 2
    assert "run this where the repository is checked out" in err


def test_an_expectation_that_cannot_be_written_stays_as_it_was_and_the_next_case_is_accepted(changed, cli, monkeypatch):
    other = changed.folder.with_name("other")
    shutil.copytree(changed.folder, other)
    write, before = accepting.atomic_write, (changed.folder / "record.json").read_bytes()

    def full(path):
        if path.parent == changed.folder:
            raise OSError("No space left on device")
        return write(path)

    monkeypatch.setattr(accepting, "atomic_write", full)
    code, out, err = cli("snapshot", "accept", changed.folder, other)
    assert code == 1
    assert err == f"error: {changed.folder} stays as it is: No space left on device\n"
    assert "veeva/other: " in out
    assert (changed.folder / "record.json").read_bytes() == before


@pytest.mark.parametrize("arguments", [["check"], ["check", "veeva/NCT05160831-small"]])
@pytest.mark.usefixtures("changed")
def test_on_a_terminal_no_line_is_longer_than_it_and_nothing_is_cut(arguments):
    shown = printed(["snapshot", *arguments], out="terminal", err="terminal", columns=80)
    assert shown.code == 1
    assert max(len(line) for line in shown.out.decode().splitlines()) <= 80
    assert "enrollment.count" in shown.out.decode().replace("│\r\n│ ", "")


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 2, "b": None}, ["a: 1 -> 2"]),
        ({"a": [1, {"b": 2}]}, {"a": [1, {"b": 3}]}, ["a[1].b: 2 -> 3"]),
        ({"a": [1]}, {"a": [1, 2]}, ["a: [1] -> [1, 2]"]),
        ({"a": 1}, {"a": True}, ["a: 1 -> true"]),
        (None, {"a": 1}, [': null -> {"a": 1}']),
    ],
)
def test_differences_name_the_path_and_both_values(old, new, found):
    assert lines(differences(old, new)) == found
