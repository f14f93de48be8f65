"""show as a person meets it, on a store filled night by night; and what all commands say where nothing is kept."""

import json

import pytest

from schemas.record import Record
from scraper.store import watch
from scraper.store.database import Database
from scraper.store.tables import Ruling
from tests.build import VEEVA, record
from tests.commands import own_home
from tests.filled import LISTING, empty, store
from tests.versions import OPEN, STUDY, TRIAL, at, night, shows

pytestmark = pytest.mark.one_database

own_home = pytest.fixture(autouse=True)(own_home)
store = pytest.fixture(store)
empty = pytest.fixture(empty)


NOTES = (
    "gone: NCT05160831 is not shown by trialx/listing any more, since 2026-11-02 03:00 UTC\n"
    "quarantined: NCT05160831 veeva/study of 2026-11-04 03:00 UTC: see trialpages health\n"
)


@pytest.mark.usefixtures("store")
def test_show_prints_the_current_records_and_tells_what_is_not_as_it_seems(cli):
    code, out, err = cli("show", f" {TRIAL.lower()} ", "--by-site")
    assert code == 0
    listing, study = (Record.model_validate(one) for one in json.loads(out))
    assert study == record(VEEVA, STUDY)
    assert (listing.source.layout, listing.source.url) == ("listing", LISTING)
    assert err == NOTES


@pytest.mark.usefixtures("store")
def test_show_prints_a_line_for_each_record_of_all_trials(cli):
    code, out, err = cli("show", "--format", "jsonl", "--site", "veeva")
    assert code == 0
    assert [Record.model_validate_json(line) for line in out.splitlines()] == [record(VEEVA, STUDY)]
    assert err == (
        "quarantined: NCT05160831 veeva/study of 2026-11-04 03:00 UTC: see trialpages health\n"
        "not kept yet: NCT00000001\n"
    )


@pytest.mark.usefixtures("store")
def test_show_prints_all_trials_as_rows(cli):
    code, out, err = cli("show", "--by-site", "--format", "table")
    assert code == 0
    assert [line.split()[:3] for line in out.splitlines()] == [
        ["NCT", "id", "layout"],
        [TRIAL, "trialx/listing", "RECRUITING"],
        [TRIAL, "veeva/study", "UNKNOWN"],
    ]
    assert err == f"{NOTES}not kept yet: NCT00000001\n"


@pytest.mark.usefixtures("store")
def test_show_puts_the_sites_side_by_side(cli):
    code, out, err = cli("show", TRIAL, "--by-site", "--format", "table")
    rows = {
        cells[1].strip(): [cell.strip() for cell in cells[2:-1]]
        for line in out.splitlines()
        if (cells := line.split("│"))[1:]
    }
    assert code == 0
    assert "┃ trialx/listing" in out
    assert "┃ veeva/study" in out
    assert rows["status"] == ["RECRUITING", "UNKNOWN"]
    assert rows["enrollment"] == ["–", "50 ESTIMATED"]
    assert rows["acronym"] == ["–", ""]
    assert rows["eligibility.minimum_age"] == ["40 YEARS", "18 YEARS"]
    assert rows["eligibility.healthy_volunteers"] == ["–", "no"]
    assert rows["eligibility.inclusion"] == ["1: Knee pain.", "1: Knee pain."]
    assert rows["phases"] == ["PHASE3", "PHASE1, PHASE2"]
    assert rows["last confirmed"] == ["2026-11-02 03:00", "2026-11-03 03:00"]
    assert err == NOTES


@pytest.mark.usefixtures("store")
def test_where_the_sites_do_not_fit_they_stand_below_each_other(cli, monkeypatch):
    monkeypatch.setattr("scraper.console.tables.columns", lambda _: 60)
    _, out, _ = cli("show", TRIAL, "--by-site", "--format", "table")
    assert out.count("│ status ") == 2
    assert max(map(len, out.splitlines())) <= 60


def test_a_trial_that_is_not_kept_is_an_error_and_the_others_are_shown(cli, empty):
    with Database(empty) as database:
        night(database, 1, shows(1, VEEVA))
    code, out, err = cli("show", "NCT00000001", TRIAL)
    assert (code, len(json.loads(out))) == (1, 1)
    assert err == "error: nothing is kept of NCT00000001: trialpages watch add NCT00000001, then trialpages scrape\n"


@pytest.mark.usefixtures("empty")
@pytest.mark.parametrize(
    ("arguments", "out"),
    [
        (["show", TRIAL], ""),
        (["show", TRIAL, "--by-site"], "[]\n"),
        (["conflicts", TRIAL], ""),
        (["show", TRIAL, "--format", "table"], ""),
        (["history", TRIAL], ""),
        (["history", TRIAL, "--format", "jsonl"], ""),
        (["explain", TRIAL, "status"], ""),
        (["explain", TRIAL, "status", "--format", "json"], ""),
    ],
)
def test_of_a_trial_of_which_nothing_is_known_every_command_says_what_to_do(cli, arguments, out):
    why = f"error: nothing is kept of {TRIAL}: trialpages watch add {TRIAL}, then trialpages scrape\n"
    assert cli(*arguments) == (3, out, why)


@pytest.mark.parametrize(
    ("arguments", "out", "err"),
    [
        (["show"], "[]\n", "nothing is kept yet: trialpages watch add NCT_ID, then trialpages scrape\n"),
        (
            ["show", "--format", "jsonl"],
            "",
            "nothing is kept yet: trialpages watch add NCT_ID, then trialpages scrape\n",
        ),
        (["conflicts"], "", "0 conflicts in 0 of 0 trials\n"),
        (["changes"], "", ""),
        (["changes", "--format", "table"], "", "nothing changed\n"),
    ],
)
def test_a_home_without_a_store_is_an_empty_store(cli, arguments, out, err):
    assert cli(*arguments) == (0, out, err)


def test_a_trial_all_of_which_is_put_aside_is_told_once(cli, empty):
    with Database(empty) as database:
        night(database, 1, shows(1, VEEVA), ruling=Ruling.QUARANTINED)
    why = "what was read of NCT05160831 (veeva/study) is quarantined by the drift guard: see trialpages health"
    assert cli("show", TRIAL) == (3, "", f"error: {why}\n")


def test_of_many_notes_the_first_are_told(cli, empty):
    with Database(empty) as database:
        watch.add(database, [f"NCT000000{number:02}" for number in range(25)], at(1))
    code, _, err = cli("show")
    assert code == 0
    assert err.splitlines()[19:] == [
        "not kept yet: NCT00000019",
        "and 5 more; see trialpages health, or name the trials",
    ]


def test_what_no_run_has_judged_is_told(cli, empty):
    with Database(empty) as database:
        night(database, 1, shows(1, VEEVA))
        night(database, 2, shows(2, OPEN), ruling=None)
    _, _, err = cli("show", TRIAL)
    assert err == "not judged yet: NCT05160831 veeva/study of 2026-11-02 03:00 UTC: run 2 has not ended\n"
    _, _, err = cli("show")
    assert err == "not judged yet: 1 page of run 2, which has not ended\n"
