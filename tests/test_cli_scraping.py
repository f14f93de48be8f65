"""watch, scrape and schedule as a person meets them: over the bundled snapshots, and against replicas of the sites."""

import json
import os
import signal
import sqlite3
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from scraper.cases import cases
from scraper.cli import scraping
from scraper.settings import Settings
from scraper.sites import DEFAULT_SITES
from scraper.store.database import Database
from scraper.store.lease import Lease
from tests.commands import own_home
from tests.processes import HEEDING, MAIN, Process, done
from tests.replica_sites import REGISTRY, Sites, study

SNAPSHOTS = Path(__file__).parent.parent / "snapshots"
SEEDS = ("NCT01547091", "NCT04953572", "NCT05160831", "NCT06466850", "NCT06570291")


own_home = pytest.fixture(autouse=True)(own_home)


def report_of(out: str):
    return json.loads(out)


def test_a_run_keeps_what_is_due_and_a_second_one_finds_nothing_due(cli):
    cli("watch", "add", *SEEDS)
    code, out, err = cli("scrape", "--replay", SNAPSHOTS, "--format", "json")
    assert (code, err) == (0, "")
    report = report_of(out)
    assert report["trials"] == {"visited": 5, "kept": 5, "unchanged": 0, "failed": 0}
    assert report["versions"] == 5
    code, out, err = cli("scrape", "--replay", SNAPSHOTS, "--format", "json")
    assert code == 0
    assert report_of(out)["trials"]["visited"] == 0
    assert err == "nothing due: the list was visited in time (5 trials); --all visits it now\n"


def test_a_quiet_run_says_nothing_unless_a_person_must_look(cli):
    cli("watch", "add", *SEEDS)
    assert cli("scrape", "--replay", SNAPSHOTS, "--quiet") == (0, "", "")
    cli("watch", "add", "NCT99999999")
    code, out, err = cli("scrape", "--replay", SNAPSHOTS, "--quiet")
    assert (code, out.splitlines()[1]) == (1, "1 trial in = 0 kept + 0 unchanged + 1 failed")
    assert err.startswith("error: NCT99999999 ")
    _, out, _ = cli("scrape", "--replay", SNAPSHOTS, "--quiet", "--format", "json")
    assert report_of(out)["run"] == 3


def test_an_empty_list_is_said(cli):
    code, _, err = cli("scrape", "--replay", SNAPSHOTS)
    assert (code, err) == (0, "nothing due: the watch list is empty; trialpages watch add NCT… puts trials on it\n")


def test_a_trial_that_is_named_is_visited_though_it_is_not_due(cli):
    cli("watch", "add", *SEEDS)
    cli("scrape", "--replay", SNAPSHOTS, "--quiet")
    code, out, _ = cli("scrape", "NCT05160831", "--site", "veeva", "--replay", SNAPSHOTS, "--format", "json")
    assert code == 0
    assert report_of(out)["sites"] == {
        "veeva": {"visits": 1, "kept": 0, "unchanged": 1, "absent": 0, "gone": 0, "failed": 0}
    }


def test_trials_are_named_or_all_are_visited(cli):
    code, _, err = cli("scrape", "NCT05160831", "--all")
    assert (code, "--all visits the whole list; give no NCT ids with it" in err) == (2, True)


FAILING = (
    "NCT03873311 trialx: the page shows several NCT ids",  # a card on it is another trial's
    "NCT05428904 inclinicaltrials: https://inclinicaltrials.com/virtual-reality/NCT05428904/details breaks off",
    "NCT05819710 veeva: the page speaks of NCT05819710 and looks like veeva/study, but lacks",  # most labels
)
"""How the lines begin that tell of the bundled pages which fail on purpose."""


def readable() -> dict[str, str]:
    """The trial of each bundled page that gives a whole record, of the sites that are asked where nobody names any."""
    found = {}
    for case in cases(SNAPSHOTS):
        record = case.expected()
        if (
            "trial" in record
            and record["source"]["site"] in DEFAULT_SITES
            and not any(is_cut(issue) for issue in record["issues"])
        ):
            found[case.url or case.name] = record["trial"]["nct_id"]
    return found


def is_cut(issue) -> bool:
    return issue["field"] is None and issue["code"] == "missing"


def test_all_of_a_replay_is_every_trial_that_it_shows_watched_or_not(cli):
    pages = readable()
    kept = len(set(pages.values()) - {line.partition(" ")[0] for line in FAILING})
    code, out, err = cli("scrape", "--all", "--replay", SNAPSHOTS, "--format", "json")
    report = report_of(out)
    assert (report["trials"]["kept"], report["trials"]["unchanged"], report["versions"]) == (kept, 0, len(pages))
    assert report["trials"]["visited"] == kept + len(FAILING)
    told = sorted(line for line in err.splitlines() if line.startswith("error: "))
    assert [line[: len(f"error: {start}")] for line, start in zip(told, FAILING, strict=True)] == [
        f"error: {start}" for start in FAILING
    ]
    assert (code, report["trials"]["failed"], report["failures"]) == (1, len(FAILING), len(FAILING))
    code, out, _ = cli("scrape", "--all", "--replay", SNAPSHOTS, "--format", "json")
    again = report_of(out)
    assert (again["trials"]["kept"], again["trials"]["unchanged"], again["versions"]) == (0, kept, 0)


def test_the_report_is_also_written_as_json_and_for_prometheus(cli, tmp_path):
    cli("watch", "add", *SEEDS)
    code, out, _ = cli(
        "scrape", "--replay", SNAPSHOTS, "--format", "json", "--report", "out/report.json", "--metrics", "out/t.prom"
    )
    assert code == 0
    assert json.loads((tmp_path / "out" / "report.json").read_text()) == report_of(out)
    figures = (tmp_path / "out" / "t.prom").read_text().splitlines()
    assert 'trialpages_trials{result="kept"} 5.0' in figures
    assert 'trialpages_visits{result="kept",site="veeva"} 3.0' in figures
    assert "trialpages_run_exit_code 0.0" in figures
    assert "# TYPE trialpages_quarantined gauge" in figures


def test_a_table_says_what_became_of_the_trials(cli):
    cli("watch", "add", *SEEDS)
    code, out, _ = cli("scrape", "--replay", SNAPSHOTS)
    assert code == 0
    assert "5 trials in = 5 kept + 0 unchanged + 0 failed" in out


def test_a_second_run_says_who_holds_the_lease(cli):
    cli("watch", "add", SEEDS[0])
    store = Settings().store_url
    with Database(store) as database, Lease(database, scraping.SystemClock(), 60).held():
        code, _, err = cli("scrape", "--replay", SNAPSHOTS)
    assert code == 1
    assert err.startswith("error: another run is under way, by ")
    assert f"process {os.getpid()} on " in err


def test_a_second_run_can_wait(cli, monkeypatch):
    cli("watch", "add", SEEDS[0])
    database = Database(Settings().store_url)
    held = Lease(database, scraping.SystemClock(), 60).held()
    held.__enter__()

    async def sleep(seconds):
        assert seconds == 5.0
        held.__exit__(None, None, None)
        database.close()

    monkeypatch.setattr(scraping.asyncio, "sleep", sleep)
    code, _, err = cli("scrape", "--replay", SNAPSHOTS, "--wait")
    assert code == 0
    assert err.startswith("waiting: another run is under way")


def test_failures_are_told_as_they_come_with_their_advice_in_json(cli, monkeypatch, tmp_path):
    with Sites() as replicas:
        replicas.reach(monkeypatch, tmp_path)
        monkeypatch.setenv("TRIALPAGES_PACE", "0")
        monkeypatch.setenv("TRIALPAGES_ATTEMPTS", "1")
        replicas.pages[f"{REGISTRY}/NCT05863234"] = study("NCT05863234", "A study", "Cells")
        cli("watch", "add", "NCT05863234")
        code, out, err = cli("scrape", "--site", "ctgov", "--format", "json", "--log-json")
    assert code == 0
    assert report_of(out)["sites"]["ctgov"]["kept"] == 1
    events = [json.loads(line) for line in err.splitlines()]
    assert [event["event"] for event in events] == ["exchange", "exchange"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["scrape", "NCT1"], "'NCT1' is no NCT id, which is NCT and eight digits"),
        (["scrape", "--site", "nowhere"], "'nowhere' is not one of"),
        (["schedule"], "Missing option '--cron'"),
        (["schedule", "--cron", "0 3 * *"], "'0 3 * *' is no cron expression"),
        (["schedule", "--cron", "0 3 * * *", "--timezone", "Mars/Base"], "'Mars/Base' is no time zone"),
        (["schedule", "--cron", "0 3 * * *", "--timezone", "../etc"], "'../etc' is no time zone"),
    ],
)
def test_wrong_usage_says_why(cli, arguments, words):
    code, _, err = cli(*arguments)
    assert code == 2
    assert words in err


class Night:
    """A clock on which every sleep ends at once, until it is dawn."""

    def __init__(self, *, nights: int) -> None:
        self.moment = datetime(2026, 11, 21, 22, 0, 30, tzinfo=UTC)
        self.dawn = self.moment.replace(day=21 + nights)

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        assert 0 < seconds <= 60
        self.moment = datetime.fromtimestamp(self.moment.timestamp() + seconds, UTC)
        if self.moment > self.dawn:
            raise KeyboardInterrupt


# The second of them of the archive's table of copies, the third a mistake of ours.
@pytest.mark.parametrize("error", [OSError, sqlite3.OperationalError, ValueError])
def test_the_schedule_runs_the_job_whenever_it_is_time_also_after_a_failure(cli, monkeypatch, error):
    cli("watch", "add", *SEEDS)
    runs = []
    clock = Night(nights=3)
    made = scraping._Job.run

    async def run(job):
        runs.append(f"{clock.now():%m-%d %H:%M}")
        if len(runs) == 2:
            raise error("the disk is full")
        return await made(job)

    monkeypatch.setattr(scraping._Job, "run", run)
    monkeypatch.setattr(scraping, "SystemClock", lambda: clock)
    code, _, err = cli("schedule", "--cron", "0 3 * * *", "--timezone", "Europe/Berlin", "--replay", SNAPSHOTS)
    assert code == 130
    assert runs == ["11-22 02:00", "11-23 02:00", "11-24 02:00"]
    assert err.count("next run: ") == 4
    why = "the disk is full"
    if error is ValueError:
        why = f"a mistake in trialpages: ValueError: {why}; please report it"
    assert f"error: the run ended early: {why}; the next run resumes it" in err
    assert "run: run 1 ended with exit code 0" in err


@pytest.mark.parametrize("ahead", [40, 10_000])
def test_the_schedule_waits_for_no_night_of_a_time_to_come(cli, monkeypatch, ahead):
    runs = []
    clock = Night(nights=3)
    right = clock.moment
    clock.moment += timedelta(days=ahead)
    clock.dawn = clock.moment + timedelta(days=1)

    async def run(_job):
        runs.append(f"{clock.now():%m-%d %H:%M}")
        return SimpleNamespace(run=len(runs), exit_code=0, as_json=dict)

    async def sleep(seconds):
        clock.moment += timedelta(seconds=seconds)
        if clock.moment > right + timedelta(days=30):  # somebody sets it
            clock.moment, clock.dawn = right, right + timedelta(days=2)
        if clock.moment > clock.dawn:
            raise KeyboardInterrupt

    clock.sleep = sleep
    monkeypatch.setattr(scraping._Job, "run", run)
    monkeypatch.setattr(scraping._Job, "write", lambda *_: None)
    monkeypatch.setattr(scraping, "SystemClock", lambda: clock)
    code, *_ = cli("schedule", "--cron", "0 3 * * *", "--replay", SNAPSHOTS)
    assert (code, runs) == (130, ["11-22 03:00", "11-23 03:00"])


def test_a_report_that_cannot_be_written_is_one_line_and_no_run_that_failed(cli, monkeypatch, tmp_path):
    cli("watch", "add", *SEEDS)
    (tmp_path / "file").write_text("")
    paths = ("--report", tmp_path / "file" / "report.json", "--metrics", tmp_path / "metrics.prom")
    why = f"{tmp_path}/file is there, and no folder"
    code, out, err = cli("scrape", "--replay", SNAPSHOTS, *paths)
    assert (code, "5 trials in = 5 kept + 0 unchanged + 0 failed" in out) == (1, True)
    assert err == f"error: the report of run 1 cannot be written to {tmp_path}/file/report.json: {why}\n"
    assert "trialpages_run 1.0" in (tmp_path / "metrics.prom").read_text()
    clock = Night(nights=1)
    monkeypatch.setattr(scraping, "SystemClock", lambda: clock)
    _, _, err = cli("schedule", "--cron", "0 3 * * *", "--replay", SNAPSHOTS, *paths)
    assert [line for line in err.splitlines() if line.startswith(("error: ", "run: "))] == [
        f"error: the report of run 2 cannot be written to {tmp_path}/file/report.json: {why}",
        "run: run 2 ended with exit code 0",
    ]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_the_schedule_ends_on_a_signal_at_once(number, code):
    with Process("schedule", "--cron", "0 3 1 1 *", code=HEEDING + MAIN) as process:
        assert process.stderr.readline().startswith(b"next run: ")
        process.send_signal(number)
        assert process.wait() == code
        assert b"Traceback" not in process.stderr.read()


def test_a_run_that_is_ended_by_a_signal_lets_go_of_the_lease_and_is_gone_on_with(cli):
    cli("watch", "add", *SEEDS)
    worker = """
import asyncio, os, signal
from scraper.cli import main
from scraper.jobs import run
visit = run.visit
async def slow(*arguments, **options):
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.sleep(600)
run.visit = slow
main()
"""
    assert done("scrape", "--replay", SNAPSHOTS, code=worker) == (143, b"", b"")
    code, out, err = cli("scrape", "--replay", SNAPSHOTS, "--format", "json")
    assert code == 0
    assert err == "resumed: run 2 resumes run 1, which was interrupted\n"
    assert report_of(out)["resumed"] == [1]
    assert report_of(out)["trials"]["kept"] == 5
