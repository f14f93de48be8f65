"""What is deleted from the store, and what is not."""

import asyncio
import io
import json
from pathlib import Path

import pytest

from scraper.fetch.client import open_archive
from scraper.jobs.health import accept
from scraper.jobs.reextract import reextract
from scraper.jobs.report import Report
from scraper.sites.veeva import STUDY
from scraper.store import watch
from scraper.store.due import known_pages
from scraper.store.effective import current_readings
from scraper.store.history import versions
from scraper.store.past_runs import past_run
from scraper.store.prune import addresses, compact, forget, prune
from tests.kept import TRIALS, command_line, kept, quarantined, two_nights
from tests.nights import DAY, FIRST, aggregator, number, registry, veeva, veeva_page


@pytest.fixture
def cli(monkeypatch, capsys):
    def run(nights, *arguments):
        place = nights.settings
        return command_line(monkeypatch, capsys, place.store, place.home, nights.time)(*arguments)

    return run


def current(nights):
    """What counts of each trial, and when it is due."""
    with nights.database.read_transaction() as connection:
        readings = sorted(connection.execute(current_readings()).scalars())
    pages = [
        known_pages(nights.database, site, [*map(number, TRIALS)]) for site in ("ctgov", "veeva", "inclinicaltrials")
    ]
    due = nights.ask(
        "SELECT nct_id, site, due_at FROM visits WHERE id IN (SELECT max(id) FROM visits GROUP BY nct_id, site)"
        " ORDER BY nct_id, site"
    )
    return readings, pages, due


LATER = FIRST + 30 * DAY


def test_exchanges_and_visits_that_newer_ones_took_over_from_are_deleted(well):
    assert prune(well.database, LATER) == {"pages": 32, "visits": 32, "failures": 0}
    assert well.one("SELECT count(*) FROM visits") == 4 * len(TRIALS)
    assert well.ask("SELECT DISTINCT run_id FROM visits") == [(2,)]
    # Of each page the exchange that brought it, and the one that saw it last.
    assert well.one("SELECT count(*) FROM pages") == 2 * 3 * len(TRIALS)


def test_what_is_not_older_stays(well):
    assert prune(well.database, FIRST) == {"pages": 0, "visits": 0, "failures": 0}
    assert prune(well.database, FIRST + DAY)["visits"] == 32


def test_a_dry_run_counts_what_would_be_deleted(well):
    before = well.rows()
    assert prune(well.database, LATER, dry_run=True) == {"pages": 32, "visits": 32, "failures": 0}
    assert well.rows() == before


@pytest.mark.parametrize(("prepare", "records"), [(two_nights, 24), (quarantined, 32)])
def test_what_counts_and_what_is_due_is_the_same_afterwards(databases, tmp_path, prepare, records):
    nights = kept(databases, prepare, tmp_path)
    before = current(nights)
    prune(nights.database, LATER)
    assert current(nights) == before
    assert nights.rows()["records"] == records
    nights.close()


def test_the_next_night_is_as_it_would_have_been(well):
    prune(well.database, LATER)
    report = well.night(everything=True)
    assert report.trials.model_dump() == {"visited": 8, "kept": 0, "unchanged": 8, "failed": 0}
    assert {status for _, status in well.web.asked if status != 404} == {304}


def test_what_a_later_run_made_count_still_counts(ill):
    # What the third run had read and put aside counts because the fourth one saw it, and was accepted.
    accept(ill.database, ill.time.at, [STUDY])
    ill.web.pages = {}
    ill.night(everything=True)
    before = current(ill)
    deleted = prune(ill.database, LATER)
    assert deleted["pages"] > 0
    assert current(ill) == before


def test_the_archive_can_still_be_read_again(well):
    prune(well.database, LATER)
    with open_archive(well.settings) as archive:
        outcome = asyncio.run(reextract(well.database, archive, well.settings, well.time))
    assert (outcome.same, outcome.missing) == (24, 0)


def test_versions_can_still_be_traced_to_the_bytes(well):
    def places():
        return [
            (version.words.file, version.words.start)
            for place in range(1, 9)
            for version in versions(well.database, number(place))
        ]

    before = places()
    assert None not in before[0]
    assert prune(well.database, LATER)["pages"] > 0
    assert places() == before


def test_old_failures_are_deleted(well):
    well.web.pages = {}
    well.night(everything=True)
    failures = well.one("SELECT count(*) FROM failures")
    assert failures > 0
    assert prune(well.database, LATER)["failures"] == failures


def test_a_run_that_was_cut_off_is_left_whole(well):
    well.cut_off_at(registry(5))
    of_it = "SELECT count(*) FROM pages WHERE run_id = 3"
    before = well.one(of_it)
    assert before > 0
    prune(well.database, LATER)
    assert well.one(of_it) == before


def test_a_trial_is_forgotten_as_if_it_had_never_been(well):
    watch.remove(well.database, [number(1)], well.time.at)
    deleted = forget(well.database, [number(1)])
    assert deleted == {
        "changes": 0,
        "pages": 10,
        "readings": 3,
        "records": 3,
        "visits": 8,
        "misses": 0,
        "failures": 0,
        "watch": 2,
    }
    assert not any(forget(well.database, [number(1)], dry_run=True).values())
    assert well.one("SELECT count(*) FROM records") == 21
    assert well.night(everything=True).trials.visited == 7


def test_of_a_trial_that_is_forgotten_no_words_are_left_in_the_figures_that_others_do_not_have(well):
    well.web.pages[veeva(1)] = veeva_page(1, Ages="Jane Roe, MD", Sex="Whose body")
    well.web.pages[veeva(2)] = veeva_page(2, Sex="Whose body")
    well.night(everything=True)
    figures = "SELECT stats FROM verdicts WHERE site = 'veeva' ORDER BY id DESC LIMIT 1"
    words = json.loads(well.one(figures))["unread"]
    assert words == {"Jane Roe, MD": 1, "Whose body": 2}
    forget(well.database, [number(1)], dry_run=True)
    assert json.loads(well.one(figures))["unread"] == words
    forget(well.database, [number(1)])
    assert json.loads(well.one(figures))["unread"] == {"Whose body": 2}


def test_the_reports_do_not_name_a_trial_that_is_forgotten(well):
    well.web.pages[registry(1)] = well.web.pages[registry(2)] = 404
    for _ in range(3):
        report = well.night(everything=True)
    assert [page.nct_id for page in report.gone] == [number(1), number(2)]
    forget(well.database, [number(1)])
    kept = past_run(well.database, FIRST, report.run).report
    assert [page.nct_id for page in Report.from_json(kept).gone] == [number(2)]


def test_the_addresses_of_a_trial_are_told(well):
    assert {registry(1), veeva(1), aggregator(1)} <= set(addresses(well.database, [number(1)]))
    assert registry(2) not in addresses(well.database, [number(1)])


def test_nothing_of_what_was_deleted_is_left_in_the_file(well):
    if not well.database.is_sqlite:
        compact(well.database)  # PostgreSQL does it by itself
        return
    forget(well.database, [number(1)])
    compact(well.database)
    well.database.close()
    folder = well.settings.store.partition("///")[2]
    files = [path.read_bytes() for path in Path(folder).parent.iterdir()]
    assert any(number(2).encode() in content for content in files)
    assert not any(number(1).encode() in content for content in files)


def test_prune_asks_nobody_where_nobody_is(well, cli, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    before = well.rows()
    code, out, err = cli(well, "store", "prune", "--before", "2026-12-01")
    assert code == 2
    assert [line.split() for line in out.splitlines()] == [
        ["table", "rows"],
        ["pages", "32"],
        ["visits", "32"],
        ["failures", "0"],
    ]
    assert err.splitlines()[-1] == "Error: nobody is there to be asked: --yes deletes without asking"
    assert well.rows() == before


class Terminal(io.StringIO):
    """Somebody who answers."""

    def isatty(self):
        return True


@pytest.mark.parametrize(("answer", "pages"), [("y\n", 48), ("n\n", 80), ("\n", 80)])
def test_prune_deletes_if_a_person_says_so(well, cli, monkeypatch, answer, pages):
    monkeypatch.setattr("sys.stdin", Terminal(answer))
    code, _, err = cli(well, "store", "prune", "--before", "2026-12-01")
    assert code == 0
    assert ("64 rows deleted" in err) == (pages == 48)
    assert well.rows()["pages"] == pages


def test_prune_deletes_without_asking_where_it_may(well, cli):
    code, _, err = cli(well, "store", "prune", "--before", "2026-12-01", "--yes")
    assert (code, err) == (0, "64 rows deleted\n")


def test_prune_says_what_it_would_delete(well, cli):
    code, out, err = cli(well, "store", "prune", "--before", "2026-11-02", "--dry-run")
    assert (code, err) == (0, "")
    assert ["visits", "32"] in [line.split() for line in out.splitlines()]
    assert well.rows()["pages"] == 80


def test_forget_spares_what_is_on_the_watch_list(well, cli):
    code, out, err = cli(well, "store", "forget", number(1), number(2), "--yes")
    assert (code, out) == (1, "")
    names = f"{number(1)} {number(2)}"
    assert err == f"error: still on the watch list: {names}; first: trialpages watch remove {names}\n"


def test_forget_deletes_and_names_the_files_that_hold_pages(well, cli):
    watch.remove(well.database, [number(1)], well.time.at)
    (file,) = well.settings.archive_folder.glob("*.warc.gz")
    code, out, err = cli(well, "store", "forget", number(1), "--yes")
    assert code == 0
    assert ["records", "3"] in [line.split() for line in out.splitlines()]
    assert err == f"26 rows deleted\nthe archive holds pages of them in {file}\n"
    assert cli(well, "store", "forget", number(1), "--yes")[0::2] == (3, f"error: nothing is kept of {number(1)}\n")


def test_forget_without_an_archive_names_no_files(well, cli, tmp_path):
    watch.remove(well.database, [number(1)], well.time.at)
    well.settings = well.settings.model_copy(update={"home": tmp_path / "elsewhere"})
    code, _, err = cli(well, "store", "forget", number(1), "--dry-run")
    assert (code, err) == (0, "")
    assert well.rows()["records"] == 24


def test_forget_knows_numbers(well, cli):
    code, _, err = cli(well, "store", "forget", "NCT1")
    assert (code, err.splitlines()[-1]) == (2, "Error: 'NCT1' is no NCT id, which is NCT and eight digits")
