"""What else works on a store that has imported pages: pruning, forgetting, rereading, the next run."""

import asyncio

import pytest
import sqlalchemy as sa

from scraper.fetch.client import open_archive
from scraper.jobs.health import health
from scraper.jobs.reextract import reextract
from scraper.store import current, runs
from scraper.store.dead_letters import DeadLetter, Failure
from scraper.store.history import versions
from scraper.store.imports import IMPORT, save_imported
from scraper.store.past_runs import past_runs
from scraper.store.prune import forget, imported_files, prune
from scraper.store.readings import NewReading
from tests.build import VEEVA, record
from tests.histories import store
from tests.kept import TRIALS, command_line
from tests.nights import DAY, FIRST, number, veeva
from tests.versions import OPEN, STUDY, TRIAL, at, captured, imported, night, shows, unchanged

store = pytest.fixture(store)


def status(store):
    return [one.trial.status for one in current.records(store)]


def rows(store, table="readings"):
    with store.read_transaction() as connection:
        return connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608 - our own names


def test_an_import_is_pruned_of_its_old_failures_alone(store):
    run = runs.begin(store, at(2), "0.1.0", kind=IMPORT)
    letter = DeadLetter(None, None, Failure(None, None, "NotATrialPage", "no", "nothing", refused=True))
    save_imported(store, run, [captured(1, VEEVA), captured(2, OPEN)], [letter])
    assert prune(store, at(1)) == {"pages": 0, "visits": 0, "failures": 0}
    assert prune(store, at(20)) == {"pages": 0, "visits": 0, "failures": 1}
    assert status(store) == ["RECRUITING"]
    assert len(versions(store, TRIAL)) == 2


def test_what_is_current_beside_imports_is_so_after_old_exchanges_were_deleted(store):
    night(store, 1, shows(1, VEEVA))
    for day in (2, 4, 6):
        night(store, day, unchanged(store, day))
    imported(store, 8, captured(5, OPEN))
    before = status(store), current.last_confirmed(store, TRIAL)
    assert prune(store, at(20))["pages"] == 2
    assert (status(store), current.last_confirmed(store, TRIAL)) == before


def test_a_trial_that_is_forgotten_leaves_nothing_and_its_files_are_named(store):
    pages = [
        captured(1, VEEVA, file="a.html"),
        captured(2, OPEN, file="b.warc", offset=9),
        captured(1, VEEVA.replace(TRIAL, "NCT00000011"), file="c.html"),
    ]
    imported(store, 8, *(page._replace(profile="[[]]") for page in pages))  # no label that nobody knows
    assert imported_files(store, [TRIAL]) == ["a.html", "b.warc"]
    forget(store, [TRIAL])
    assert (rows(store), rows(store, "records"), rows(store, "changes")) == (1, 1, 0)
    assert versions(store, TRIAL) == []


def test_reextract_reads_pages_that_the_archive_has_and_passes_imported_ones_over(well):
    again = well.web.pages[veeva(1)].decode()
    later = captured_of(again.replace("Unknown", "Completed"), well.time.at)
    imported_now(well, later, captured_of(again, FIRST - DAY))
    with open_archive(well.settings) as archive:
        result = asyncio.run(reextract(well.database, archive, well.settings, well.time))
    assert (result.missing, result.imported, result.refused, result.exit_code) == (1, 1, 0, 0)
    assert result.same == result.pages - 1
    (now,) = current.records(well.database, [number(1)], ["veeva"])
    assert now.trial.status == "COMPLETED"


def test_the_run_after_an_import_is_in_order_and_visits_what_is_due(well):
    again = well.web.pages[veeva(1)].decode()
    imported_now(well, captured_of(again.replace("Unknown", "Completed"), well.time.at))
    report = well.night(everything=True)
    assert (report.exit_code, report.quarantined, report.trials.visited) == (0, (), len(TRIALS))
    assert report.changes == 1  # the page says what it said: what was imported in between is past
    (now,) = current.records(well.database, [number(1)], ["veeva"])
    assert now.trial.status == "UNKNOWN"
    assert [entry.is_quarantined for entry in health(well.database, 5)] == [False] * 3


def test_an_import_is_listed_among_the_runs(well, monkeypatch, capsys):
    imported_now(well, captured_of(well.web.pages[veeva(1)].decode(), FIRST - DAY))
    run = command_line(monkeypatch, capsys, well.settings.store, well.settings.home, well.time)
    exit_code, out, _ = run("runs")
    assert exit_code == 0
    assert "import: interrupted" in out
    (past,) = past_runs(well.database, well.time.at, 1)
    assert (past.kind, past.under_way, past.resumed_by) == (IMPORT, False, None)


def captured_of(page, seen_at):
    """A page as a file holds it."""
    read = record(page, STUDY)
    source = read.source.model_copy(update={"file": "saved.html"})
    return NewReading.of(read.model_copy(update={"source": source}), STUDY, seen_at, "{}")


def imported_now(nights, *pages):
    """An import that was cut off before it could report."""
    run = runs.begin(nights.database, nights.time.at, "0.1.0", kind=IMPORT)
    return save_imported(nights.database, run, pages)
