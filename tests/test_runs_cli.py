"""The commands that tell of past runs."""

import json
import os
import socket
from datetime import UTC, datetime, timedelta

import pytest

from scraper.cli.reports import duration, print_report
from scraper.jobs.report import LayoutPages, Report, SiteVisits, TrialPage, Trials
from scraper.store.effective import current_readings
from scraper.store.lease import Lease, holder
from scraper.store.tables import LEASE, READINGS, RUNS, Ruling
from tests.kept import command_line
from tests.nights import DAY, Nights, number, registry, veeva

pytestmark = pytest.mark.one_database


@pytest.fixture
def cli(monkeypatch, capsys):
    def run(nights, *arguments):
        place = nights.settings
        return command_line(monkeypatch, capsys, place.store, place.home, nights.time)(*arguments)

    return run


def lines(out):
    return [line.split() for line in out.splitlines()]


def test_the_last_runs_are_printed_the_newest_first(ill, cli):
    code, out, err = cli(ill, "runs")
    assert (code, err) == (0, "")
    assert lines(out) == [
        ["run", "began", "(UTC)", "took", "kept", "unchanged", "failed", "outcome"],
        ["4", "2026-11-04", "03:00", "0", "s", "0", "0", "8", "exit", "code", "1;", "quarantined:", "veeva/study"],
        ["3", "2026-11-03", "03:00", "0", "s", "0", "0", "8", "exit", "code", "1;", "quarantined:", "veeva/study"],
        ["2", "2026-11-02", "03:00", "0", "s", "0", "8", "0", "exit", "code", "0"],
        ["1", "2026-11-01", "03:00", "0", "s", "8", "0", "0", "exit", "code", "0"],
    ]


def test_so_many_runs_are_printed_as_are_asked_for(ill, cli):
    _, out, _ = cli(ill, "runs", "--limit", "2")
    assert [line[0] for line in lines(out)] == ["run", "4", "3"]


def test_what_was_accepted_is_not_quarantined_any_more(ill, cli):
    cli(ill, "health", "--accept", "veeva")
    _, out, _ = cli(ill, "runs", "--limit", "1")
    assert lines(out)[1][8:] == ["exit", "code", "1"]


def test_runs_are_printed_as_lines_of_json(ill, cli):
    _, out, _ = cli(ill, "runs", "--limit", "1", "--format", "jsonl")
    run = json.loads(out)
    assert ":" in run.pop("holder")
    assert run == {
        "run": 4,
        "kind": "scrape",
        "started_at": "2026-11-04T03:00:00Z",
        "ended_at": "2026-11-04T03:00:00Z",
        "exit_code": 1,
        "under_way": False,
        "resumed_by": None,
        "trials": {"visited": 8, "kept": 0, "unchanged": 0, "failed": 8},
        "visits": {"kept": 8, "unchanged": 16, "absent": 8, "gone": 0, "failed": 0},
        "quarantined": ["veeva/study"],
    }


def test_a_run_that_was_cut_off_is_told_and_by_which_one_it_was_gone_on_with(well, cli):
    well.cut_off_at(registry(5))
    _, out, _ = cli(well, "runs", "--limit", "1")
    assert lines(out)[1] == ["3", "2026-11-03", "03:00", "–", "–", "–", "–", "interrupted"]
    well.night()
    _, out, _ = cli(well, "runs", "--limit", "2")
    assert lines(out)[2][7:] == ["interrupted,", "resumed", "by", "run", "4"]
    _, out, _ = cli(well, "runs", "show", "4")
    assert out.startswith("run 4 began 2026-11-03 03:00 UTC, took 0 s, resumed run 3\n")


def test_a_run_under_way_names_its_holder(well, cli):
    well.cut_off_at(registry(5))
    with Lease(well.database, well.time, 60).held():
        _, out, _ = cli(well, "runs", "--limit", "1", "--format", "jsonl")
        run = json.loads(out)
        assert (run["under_way"], run["exit_code"]) == (True, None)
        _, out, _ = cli(well, "runs", "show", "3")
    process = f"process {os.getpid()} on {socket.gethostname()}"
    assert out.splitlines()[0] == f"run 3 began 2026-11-03 03:00 UTC and has no report: under way, by {process}"


def test_a_run_whose_holder_is_known_to_be_dead_is_not_under_way_though_its_lease_has_not_run_out(well, cli):
    well.cut_off_at(registry(5))
    dead = f"{holder().rpartition(':')[0]}:1"  # another process had this one's number before
    with well.database.write_transaction() as connection:
        connection.execute(RUNS.update().where(RUNS.c.id == 3).values(holder=dead))
        connection.execute(LEASE.update().values(holder=dead, expires_at=well.time.at + DAY))
    _, out, _ = cli(well, "runs", "--limit", "1")
    assert lines(out)[1][-1] == "interrupted"


def test_a_run_without_report_shows_what_it_kept(well, cli):
    well.cut_off_at(registry(5))
    code, out, _ = cli(well, "runs", "show", "3")
    first, second = out.splitlines()
    assert (code, first) == (0, "run 3 began 2026-11-03 03:00 UTC and has no report: interrupted")
    visits = well.one("SELECT count(*) FROM visits WHERE run_id = 3")
    assert second.startswith(f"{visits} visits until then = 0 kept + ")
    _, out, _ = cli(well, "runs", "show", "3", "--format", "json")
    assert json.loads(out)["exit_code"] is None


def test_a_report_is_printed(ill, cli):
    code, out, _ = cli(ill, "runs", "show", "4")
    assert code == 0
    assert out.splitlines()[:2] == [
        "run 4 began 2026-11-04 03:00 UTC, took 0 s",
        "8 trials in = 0 kept + 0 unchanged + 8 failed",
    ]
    assert ["veeva", "8", "0", "0", "0", "0", "8"] in lines(out)
    assert "quarantined: veeva/study, 8 pages read\n  the label 'Ages' vanished" in out
    assert out.endswith("0 new versions, 0 changes, 0 failures\n")


def test_a_report_is_printed_as_json(well, cli):
    _, out, _ = cli(well, "runs", "show", "1", "--format", "json")
    report = json.loads(out)
    assert (report["run"], report["versions"], report["exit_code"]) == (1, 24, 0)


def test_failures_are_printed_with_page_and_advice(well, cli):
    well.web.pages[veeva(1)] = 404
    well.night(everything=True)
    well.web.pages[registry(2)] = b"<html><body><p>Something else.</p></body></html>"
    well.night(everything=True)
    code, out, err = cli(well, "runs", "show", "4", "--failures")
    assert (code, err) == (0, "2 failures in run 4\n")
    assert f"{number(1)} veeva {veeva(1)}\n  NotFound: {veeva(1)} showed the trial and is not there any more" in out
    assert ", 2 times in a row\n" in out
    assert "  what to do: open the address" in out
    _, out, _ = cli(well, "runs", "show", "4", "--failures", "--format", "json")
    assert sorted((letter["nct_id"], letter["site"], letter["in_a_row"]) for letter in json.loads(out)) == [
        (number(1), "veeva", 2),
        (number(2), "ctgov", 1),
    ]


def test_failures_of_runs_that_were_gone_on_with_are_printed_as_well(well, cli):
    well.web.pages[veeva(1)] = 404
    well.cut_off_at(registry(5))
    well.night()
    _, out, err = cli(well, "runs", "show", "4", "--failures")
    assert err == "1 failure in run 4\n"
    assert f"{number(1)} veeva " in out


def test_a_trial_that_no_site_shows_is_a_failure_of_all_sites(database, tmp_path, monkeypatch, capsys):
    nights = Nights(database, tmp_path, [1])
    nights.web.pages = {}
    nights.night()
    nights.close()
    _, out, _ = command_line(monkeypatch, capsys, database, tmp_path)("runs", "show", "1", "--failures")
    assert out.startswith(f"{number(1)} all sites\n  NotFound: no site shows {number(1)}\n")


def test_a_run_that_is_not_known_is_not_found(well, cli):
    assert cli(well, "runs", "show", "9") == (3, "", "error: there is no run 9; the last ones: trialpages runs\n")


def test_where_there_was_no_run_the_command_says_so(database, tmp_path, monkeypatch, capsys):
    run = command_line(monkeypatch, capsys, database, tmp_path)
    assert run("runs") == (0, "", "there was no run yet; begin one with: trialpages scrape\n")
    assert run("runs", "--format", "jsonl") == (0, "", "")


def test_pages_that_were_put_aside_do_not_count_because_another_layout_is_in_order(ill):
    # The fourth run saw what the third one had quarantined, and found all other layouts in order.
    with ill.database.read_transaction() as connection:
        current = set(connection.execute(current_readings(READINGS.c.site == "veeva")).scalars())
        of_first = connection.exec_driver_sql("SELECT id FROM readings WHERE site = 'veeva' AND run_id = 1")
        assert current == set(of_first.scalars())


REPORT = Report(
    run=12,
    resumed=(10, 11),
    first_started_at=datetime(2026, 10, 31, 22, 30, tzinfo=UTC),
    started_at=datetime(2026, 11, 1, 3, tzinfo=UTC),
    ended_at=datetime(2026, 11, 1, 3, 4, 12, tzinfo=UTC),
    trials=Trials(visited=1075, kept=60, unchanged=1010, failed=5),
    sites={"ctgov": SiteVisits(visits=61, kept=9, absent=52)},
    layouts=(
        LayoutPages(
            site="veeva", layout="study", pages=23, refused=1, ruling=Ruling.QUARANTINED, reasons=("a label vanished",)
        ),
        LayoutPages(site="ctgov", layout="study", pages=9, refused=0, ruling=Ruling.GOOD, reasons=()),
    ),
    versions=1,
    changes=31,
    anomalies=3,
    failures=2,
    gone=(TrialPage(nct_id="NCT04000001", site="inclinicaltrials", layout="details"),),
    returned=tuple(TrialPage(nct_id=f"NCT040001{place:02}", site="veeva", layout="study") for place in range(22)),
)


def test_a_stored_report_of_an_older_version_is_read():
    stored = REPORT.as_json()
    stored |= {"went_on_with": stored.pop("resumed"), "doubtful": stored.pop("anomalies")}
    assert Report.from_json(stored) == REPORT


REMEDY = (
    "  look at the pages (trialpages archive show URL); if they are read as they should be:"
    " trialpages health --accept veeva"
)


def test_a_report_says_what_a_person_must_look_at_and_how(capsys):
    print_report(REPORT)
    assert [line.rstrip() for line in capsys.readouterr().out.splitlines()] == [
        "run 12 began 2026-11-01 03:00 UTC, took 4 min 12 s, resumed run 10, 11",
        "1,075 trials in = 60 kept + 1,010 unchanged + 5 failed",
        "site   visits  kept  unchanged  absent  gone  failed",
        "ctgov      61     9          0      52     0       0",
        "quarantined: veeva/study, 23 pages read, 1 not understood",
        "  a label vanished",
        REMEDY,
        "gone, not shown any more: NCT04000001 inclinicaltrials/details",
        *(f"there again: NCT040001{place:02} veeva/study" for place in range(20)),
        "there again: 2 more, in the report as JSON",
        "1 new version, 31 changes, 3 of them improbable, 2 failures",
        "  failures: trialpages runs show 12 --failures",
        "  changes: trialpages changes --since 2026-10-31T22:30Z",
    ]


def test_on_a_terminal_sentences_are_parted_between_words(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "60")
    print_report(REPORT.model_copy(update={"sites": {}}))
    out = "\n".join(line.rstrip() for line in capsys.readouterr().out.splitlines())
    assert (
        "\n  look at the pages (trialpages archive show URL); if they\n"
        "  are read as they should be: trialpages health --accept\n"
        "  veeva\n"
    ) in out


@pytest.mark.parametrize(
    ("time", "words"),
    [
        (timedelta(seconds=0.4), "0 s"),
        (timedelta(seconds=59), "59 s"),
        (timedelta(seconds=60), "1 min 0 s"),
        (timedelta(minutes=61, seconds=5), "1 h 1 min"),
        (timedelta(hours=1000), "1,000 h 0 min"),
    ],
)
def test_a_duration_is_told_in_its_two_greatest_units(time, words):
    assert duration(time) == words
