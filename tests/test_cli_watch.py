"""The watch list on the command line: trials by number and by file, in whatever form people keep them."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from tests.commands import own_home

SNAPSHOTS = Path(__file__).parent.parent / "snapshots"
SEEDS = ("NCT01547091", "NCT04953572", "NCT05160831", "NCT06466850", "NCT06570291")


own_home = pytest.fixture(autouse=True)(own_home)


def listed(cli) -> list[str]:
    _, out, _ = cli("watch", "list", "--format", "jsonl")
    return [json.loads(line)["nct_id"] for line in out.splitlines()]


def test_trials_are_put_on_the_list_by_number_and_by_file_each_once(cli, tmp_path):
    (tmp_path / "ids.txt").write_text(
        "\ufeff# ours\nNCT05160831, knee\n\n nct04953572 # cells\nNCT05160831\n", encoding="utf-8"
    )
    told = "ids.txt: 1 id more than once\n3 added, 3 on the list\n"
    assert cli("watch", "add", "NCT01547091", "--file", "ids.txt") == (0, "", told)
    assert listed(cli) == ["NCT01547091", "NCT04953572", "NCT05160831"]
    assert cli("watch", "add", "nct01547091") == (0, "", "0 added, 3 on the list\n")


def test_an_empty_list_says_how_trials_come_on_it(cli):
    assert cli("watch", "list") == (
        0,
        "",
        "the watch list is empty; trialpages watch add NCT… puts trials on it\n",
    )
    assert cli("watch", "list", "--format", "jsonl") == (0, "", "")


def test_a_wrong_number_in_a_file_is_told_with_its_line_and_the_others_are_added(cli, tmp_path):
    (tmp_path / "ids.txt").write_text("NCT05160831\nNCT1\n")
    told = "warning: ids.txt: no NCT id, which is NCT and eight digits, in line 2 (NCT1)\n1 added, 1 on the list\n"
    assert cli("watch", "add", "--file", "ids.txt") == (0, "", told)
    assert listed(cli) == ["NCT05160831"]


def test_many_rows_without_a_number_are_counted_and_the_first_are_shown(cli, tmp_path):
    (tmp_path / "ids.csv").write_text("\n".join(["Trial;Id", "Knee;NCT05160831", *(f"x{n};none" for n in range(1200))]))
    _, _, err = cli("watch", "add", "--file", "ids.csv")
    assert "in line 3 (x0 | none), line 4 (x1 | none), line 5 (x2 | none), and 1,197 more\n1 added" in err


def test_a_file_without_any_number_is_one_line_and_nothing_is_done(cli, tmp_path):
    (tmp_path / "ids.txt").write_text("NCT05160831\n")
    (tmp_path / "other.txt").write_text("knees\n")
    code, _, err = cli("watch", "add", "--file", "ids.txt", "--file", "other.txt")
    assert (code, err.splitlines()[-1]) == (2, "Error: other.txt holds no NCT id; nothing was done")
    assert listed(cli) == []


def test_a_file_that_is_no_text_is_one_line(cli, tmp_path):
    (tmp_path / "ids.bin").write_bytes(bytes(range(256)) * 10)
    code, _, err = cli("watch", "add", "--file", "ids.bin")
    assert (code, len(err.splitlines())) == (2, 1)
    assert "ids.bin is neither text nor a spreadsheet: save it as .xlsx, .csv or .txt; nothing was done" in err


def test_trials_of_a_file_are_taken_off_the_list(cli, tmp_path):
    cli("watch", "add", *SEEDS)
    (tmp_path / "ids.csv").write_text(f"id\n{SEEDS[0].lower()}\n")
    code, _, err = cli("watch", "remove", "--file", "ids.csv")
    assert (code, err.splitlines()[-1]) == (0, f"1 removed, {len(SEEDS) - 1} on the list")


def test_nothing_to_add_is_wrong_usage(cli):
    code, _, err = cli("watch", "add")
    assert code == 2
    assert "give NCT ids, or files of them with --file" in err


def test_trials_are_taken_off_the_list(cli):
    cli("watch", "add", *SEEDS)
    assert cli("watch", "remove", SEEDS[0], "NCT99999999") == (0, "", "1 removed, 4 on the list\n")
    assert listed(cli) == list(SEEDS[1:])


def test_the_list_tells_priority_and_when_trials_are_due(cli):
    cli("watch", "add", "NCT05160831")
    cli("watch", "add", "NCT04953572", "--priority", "5")
    _, out, _ = cli("watch", "list")
    assert [line.split()[:2] for line in out.splitlines()[1:]] == [["NCT04953572", "5"], ["NCT05160831", "0"]]
    assert all(line.endswith("now") for line in out.splitlines()[1:])
    cli("scrape", "--replay", SNAPSHOTS, "--quiet")
    _, out, _ = cli("watch", "list", "--format", "jsonl")
    trial = json.loads(out.splitlines()[1])
    visited, due = (datetime.fromisoformat(trial[name]) for name in ("visited_at", "due_at"))
    assert (due - visited).days in {6, 7}  # its status is UNKNOWN, and it is counted from when the run began
