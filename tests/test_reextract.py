"""Archived pages through today's code."""

import asyncio
import json

import pytest
import sqlalchemy as sa

from scraper import pipeline
from scraper.errors import ExtractError
from scraper.fetch.client import open_archive
from scraper.jobs import reextract as job
from scraper.jobs import reread
from scraper.jobs import visit as visits
from scraper.jobs.health import accept, health
from scraper.jobs.reextract import reextract
from scraper.sites.veeva import STUDY
from scraper.store.effective import current_readings
from scraper.store.lease import Lease, LeaseHeld
from scraper.store.tables import READINGS, RECORDS
from tests.build import without
from tests.kept import TRIALS, command_line
from tests.nights import number, veeva, veeva_page, with_tables

pytestmark = pytest.mark.one_database

PAGES = 3 * len(TRIALS)


@pytest.fixture
def code(monkeypatch):
    """Change what today's code makes of Veeva's pages: other values, None for an error; and its version."""
    read_in_thread = reread.read_in_thread

    def become(change, version=None):
        async def different(page):
            read_page = await read_in_thread(page)
            if read_page.record.source.site != "veeva":
                return read_page
            trial = change(read_page.record.trial)
            if trial is None:
                raise ExtractError("a label is missing", url=page.url)
            return read_page._replace(record=read_page.record.model_copy(update={"trial": trial}))

        monkeypatch.setattr(reread, "read_in_thread", different)
        if version is not None:
            for place in (pipeline, job, reread, visits):
                monkeypatch.setattr(place, "package_version", lambda: version)

    return become


def same(trial):
    return trial


def other_sponsor(trial):
    return trial.model_copy(update={"sponsor": "Another University"})


def without_ages(trial):
    eligibility = trial.eligibility.model_copy(update={"minimum_age": None, "maximum_age": None})
    return trial.model_copy(update={"eligibility": eligibility})


def not_understood(_):
    return None


def only_first(change):
    return lambda trial: change(trial) if trial.nct_id == number(1) else trial


def again(nights, **options):
    told = []
    with open_archive(nights.settings) as archive:
        work = reextract(nights.database, archive, nights.settings, nights.time, on_page=told.append, **options)
        return asyncio.run(work), told


def sponsors(nights):
    """What the readings that count say of each trial's sponsor at Veeva."""
    query = (
        sa.select(RECORDS.c.record)
        .join(READINGS, READINGS.c.record_id == RECORDS.c.id)
        .where(READINGS.c.id.in_(current_readings(READINGS.c.site == "veeva")))
        .order_by(READINGS.c.nct_id)
    )
    with nights.database.read_transaction() as connection:
        return [row.record["trial"]["sponsor"] for row in connection.execute(query)]


def test_the_same_code_reads_the_same(well):
    before = well.rows()
    outcome, told = again(well)
    assert (outcome.pages, outcome.same, outcome.different, outcome.refused, outcome.missing) == (
        PAGES,
        PAGES,
        0,
        0,
        0,
    )
    assert (outcome.exit_code, outcome.report.exit_code) == (0, 0)
    assert {reread.outcome for reread in told} == {"same"}
    assert well.rows() == before
    assert outcome.report.trials.model_dump() == {"visited": 8, "kept": 0, "unchanged": 8, "failed": 0}


def test_pages_of_trials_that_never_had_a_field_are_in_order(nights):
    begun = nights(*range(1, 17))
    for place in range(9, 17):
        lacking = without(veeva_page(place).decode(), "Enrollment", "50 estimated patients")
        begun.web.pages[veeva(place)] = lacking.encode()
    begun.night(sites=["veeva"])
    for _ in range(4):
        begun.night(sites=["veeva"], only=[number(place) for place in range(1, 9)])
    outcome, _ = again(begun, only=[number(place) for place in range(9, 17)])
    assert (outcome.same, outcome.layouts[0].reasons, outcome.exit_code) == (8, (), 0)


def test_a_dry_run_tells_and_writes_nothing(well, code):
    code(only_first(other_sponsor))
    before, runs = well.rows(), well.one("SELECT count(*) FROM runs")
    outcome, told = again(well, dry_run=True, sites=["veeva"])
    assert (outcome.same, outcome.different, outcome.report) == (7, 1, None)
    first = next(reread for reread in told if reread.changes)
    assert (first.nct_id, first.site, first.layout, first.cause) == (number(1), "veeva", "study", "code")
    assert first.changes == [("sponsor", "Army Medical University", "Another University")]
    assert len(first.anomalies) == 1
    assert (well.rows(), well.one("SELECT count(*) FROM runs")) == (before, runs)


def test_what_is_read_otherwise_counts_from_then_on_and_is_nothing_new_the_second_time(well, code):
    code(other_sponsor)
    visits = well.one("SELECT count(*) FROM visits")
    outcome, _ = again(well, sites=["veeva"])
    assert sponsors(well) == ["Another University"] * 8
    assert outcome.report.trials.model_dump() == {"visited": 8, "kept": 8, "unchanged": 0, "failed": 0}
    assert (outcome.report.versions, outcome.report.changes, outcome.report.failures) == (8, 8, 0)
    assert well.ask("SELECT DISTINCT cause, field FROM changes") == [("code", "sponsor")]
    assert well.one("SELECT count(*) FROM changes JOIN runs ON runs.id = run_id WHERE seen_at = started_at") == 8
    assert well.ask("SELECT kind, exit_code FROM runs JOIN reports ON run_id = id ORDER BY id DESC LIMIT 1") == [
        ("reextract", 0)
    ]
    before = well.rows()
    outcome, _ = again(well, sites=["veeva"])
    assert outcome.same == 8
    assert well.rows() == before
    assert well.one("SELECT count(*) FROM visits") == visits  # nobody went to a site


def test_another_version_is_noted_so_that_the_next_night_reads_nothing_anew(well, code):
    code(same, version="99.0")
    records = well.one("SELECT count(*) FROM records")
    outcome, _ = again(well)
    assert outcome.same == PAGES
    assert well.one("SELECT count(*) FROM readings WHERE package_version = '99.0'") == PAGES
    assert well.one("SELECT count(*) FROM records") == records
    well.web.asked.clear()
    well.night(everything=True)
    assert well.one("SELECT count(*) FROM pages WHERE run_id = 4 AND status = 200 AND reading_id IS NOT NULL") == 0


def test_a_reader_that_broke_changes_nothing_and_is_told_until_a_person_accepts_it(well, code):
    code(without_ages)
    before = well.rows()
    outcome, _ = again(well, sites=["veeva"])
    assert (outcome.exit_code, outcome.report.exit_code) == (1, 1)
    (layout,) = outcome.report.quarantined
    assert (layout.site, layout.layout, layout.pages) == ("veeva", "study", 8)
    assert layout.reasons == (
        "eligibility.minimum_age is filled on 0 % of pages, 100 % before",
        "eligibility.maximum_age is filled on 0 % of pages, 100 % before",
    )
    assert well.rows() == before
    assert outcome.report.trials.model_dump() == {"visited": 8, "kept": 0, "unchanged": 0, "failed": 8}
    accept(well.database, well.time.at, [STUDY])
    outcome, _ = again(well, sites=["veeva"])
    assert (outcome.exit_code, outcome.report.trials.kept) == (0, 8)


def test_a_page_that_is_not_understood_any_more_keeps_its_record_and_is_a_failure(well, code):
    code(only_first(not_understood))
    outcome, told = again(well, sites=["veeva"])
    assert (outcome.refused, outcome.failures, outcome.exit_code) == (1, 1, 1)
    assert [str(reread.error) for reread in told if reread.error] == ["a label is missing"]
    assert sponsors(well) == ["Army Medical University"] * 8
    assert well.ask("SELECT nct_id, site, layout, url, error, message, refused FROM failures") == [
        (number(1), "veeva", "veeva/study", veeva(1), "ExtractError", "a label is missing", 1)
    ]
    assert outcome.report.trials.model_dump() == {"visited": 8, "kept": 0, "unchanged": 7, "failed": 1}


def test_a_page_that_shows_another_trial_now_is_not_understood(well, code):
    code(only_first(lambda trial: trial.model_copy(update={"nct_id": "NCT99999999"})))
    _, told = again(well, sites=["veeva"], only=[number(1)])
    (error,) = [str(reread.error) for reread in told if reread.error]
    assert error == f"it is read as veeva/study of NCT99999999, not as veeva/study of {number(1)}"


def test_only_the_sites_and_trials_that_are_asked_for_are_read(well, code):
    code(other_sponsor)
    outcome, told = again(well, sites=["veeva"], only=[number(2)])
    assert [(reread.nct_id, reread.site) for reread in told] == [(number(2), "veeva")]
    assert (outcome.pages, outcome.exit_code) == (1, 0)
    assert sponsors(well).count("Another University") == 1


def test_pages_that_the_archive_has_not_or_not_as_they_were_are_passed_over(well):
    with well.database.write_transaction() as connection:
        connection.exec_driver_sql("UPDATE pages SET file = NULL, start = NULL WHERE site = 'ctgov'")
    outcome, _ = again(well, dry_run=True)
    assert (outcome.same, outcome.missing) == (16, 8)
    (file,) = well.settings.archive_folder.glob("*.warc.gz")
    size = file.stat().st_size
    file.write_bytes(b"\0" * size)
    outcome, _ = again(well, dry_run=True)
    assert outcome.missing == PAGES
    file.unlink()
    outcome, _ = again(well)
    assert (outcome.pages, outcome.missing, outcome.exit_code) == (PAGES, PAGES, 0)


def test_a_quarantined_layout_is_left_as_it_is_while_it_is_not_read_well(ill):
    before = ill.rows()
    outcome, told = again(ill, sites=["veeva"])
    (layout,) = outcome.report.quarantined
    assert (layout.site, layout.pages) == ("veeva", 8)
    assert "the label 'Ages' vanished" in layout.reasons[0]
    # Both are told: the page that counts, and the one that was put aside.
    assert [reread.outcome for reread in told if reread.nct_id == number(1)] == [
        "same",
        "different",
    ]
    assert ill.rows() == before
    assert ill.one("SELECT count(*) FROM verdicts WHERE run_id = 5 AND site = 'veeva'") == 0
    (entry,) = health(ill.database, 5, [STUDY])
    assert (entry.run, entry.is_quarantined) == (4, True)


def test_a_reader_that_was_mended_lifts_a_quarantine(ill, monkeypatch):
    read_in_thread = reread.read_in_thread

    async def mended(page):
        sound = page.content.replace(b"Years of life", b"Ages")
        read_page = await read_in_thread(type(page)(sound, page.url, page.fetched_at, page.charset))
        source = read_page.record.source.model_copy(update={"sha256": page.sha256})
        return read_page._replace(record=read_page.record.model_copy(update={"source": source}))

    monkeypatch.setattr(reread, "read_in_thread", mended)
    outcome, _ = again(ill, sites=["veeva"])
    assert outcome.exit_code == 0
    (entry,) = health(ill.database, 5, [STUDY])
    assert (entry.run, entry.ruling, entry.pages) == (5, "good", 16)
    newest = ill.ask(
        "SELECT sha256 FROM readings WHERE site = 'veeva' AND run_id = 5 AND nct_id = :nct_id", nct_id=number(1)
    )
    page = ill.ask(
        "SELECT sha256 FROM pages WHERE site = 'veeva' AND run_id = 4 AND nct_id = :nct_id", nct_id=number(1)
    )
    assert newest == page


def test_a_quarantine_is_not_lifted_by_some_trials(ill, code):
    code(same)
    outcome, _ = again(ill, sites=["veeva"], only=[number(1)])
    assert outcome.exit_code == 1
    assert outcome.layouts[0].reasons == (
        "it is quarantined: that is lifted by all its pages, not by those of some trials",
    )


def test_a_quarantine_stays_where_its_pages_are_not_in_the_archive(ill):
    with ill.database.write_transaction() as connection:
        connection.exec_driver_sql("UPDATE pages SET file = NULL, start = NULL WHERE run_id > 2")
    outcome, _ = again(ill, sites=["veeva"])
    assert [layout.reasons for layout in outcome.layouts if layout.reasons] == [
        ("the archive does not have the pages that were quarantined",)
    ]


def test_a_page_of_which_nothing_counts_yet_is_all_new(well):
    with well.database.write_transaction() as connection:
        connection.exec_driver_sql("DELETE FROM verdicts WHERE site = 'veeva'")
    outcome, told = again(well, sites=["veeva"])
    assert (outcome.different, outcome.exit_code) == (8, 0)
    assert {(reread.cause, reread.changes) for reread in told} == {("page", ())}
    assert sponsors(well) == ["Army Medical University"] * 8


def test_nothing_counts_before_the_end_and_the_next_one_begins_anew(well, code, monkeypatch):
    code(other_sponsor)
    with monkeypatch.context() as patch:
        patch.setattr(job.runs, "save_verdicts", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            again(well, sites=["veeva"])
    assert well.one("SELECT count(*) FROM readings WHERE run_id = 3") == 8
    assert sponsors(well) == ["Army Medical University"] * 8
    code(same)
    outcome, _ = again(well, sites=["veeva"])
    assert outcome.exit_code == 0
    assert sponsors(well) == ["Army Medical University"] * 8
    assert well.ask("SELECT DISTINCT run_id FROM verdicts ORDER BY run_id") == [(1,), (2,), (4,)]
    # What the one that was cut off had written is not the last word on those pages.
    assert well.one("SELECT count(*) FROM readings WHERE run_id = 4") == 8


def test_nobody_else_may_run_meanwhile(well):
    with Lease(well.database, well.time, 60).held(), pytest.raises(LeaseHeld):
        again(well)


@pytest.fixture
def cli(monkeypatch, capsys):
    return lambda nights, *arguments: command_line(
        monkeypatch, capsys, nights.settings.store, nights.settings.home, nights.time
    )(*arguments)


def test_the_command_prints_changes_flags_improbable_ones_and_tells_what_became_of_the_pages(well, code, cli):
    others = {
        number(1): other_sponsor,
        number(2): lambda trial: trial.model_copy(update={"conditions": ()}),
        number(3): not_understood,
    }
    code(lambda trial: others.get(trial.nct_id, same)(trial))
    exit_code, out, err = cli(well, "reextract", "--dry-run", "--site", "veeva")
    assert exit_code == 1
    assert out == (
        f"{number(1)} veeva/study sponsor: Army Medical University → Another University\n"
        f"{number(2)} veeva/study conditions: Knee Osteoarthritis → – (anomaly: none left of 1)\n"
    )
    assert err == (
        f"error: {number(3)}: veeva/study: a label is missing\n"
        "8 pages in = 5 read the same + 2 read differently + 1 not understood + 0 not in the archive\n"
        "nothing was changed: this was a dry run\n"
    )


def test_the_command_prints_lines_of_json(well, code, cli):
    code(only_first(other_sponsor))
    _, out, _ = cli(well, "reextract", number(1), "--format", "jsonl")
    assert [json.loads(line) for line in out.splitlines()] == [
        {
            "nct_id": number(1),
            "site": "veeva",
            "layout": "study",
            "field": "sponsor",
            "old": "Army Medical University",
            "new": "Another University",
            "cause": "code",
            "anomaly": None,
        }
    ]


def test_the_command_prints_the_report_and_what_is_left_as_it_is(well, code, cli):
    code(without_ages)
    exit_code, out, err = cli(well, "reextract", "--site", "veeva")
    assert exit_code == 1
    assert "8 trials in = 0 kept + 0 unchanged + 8 failed" in out
    assert "not changed: veeva/study: eligibility.minimum_age is filled on 0 % of pages, 100 % before" in err


def test_the_command_takes_numbers_in_any_case(well, code, cli):
    code(other_sponsor)
    exit_code, out, err = cli(well, "reextract", number(1).lower(), number(2))
    assert exit_code == 0
    assert "2 trials in = 2 kept + 0 unchanged + 0 failed" in out
    assert err == "6 pages in = 4 read the same + 2 read differently + 0 not understood + 0 not in the archive\n"


def test_the_command_knows_numbers(monkeypatch, capsys, tmp_path):
    exit_code, _, err = command_line(monkeypatch, capsys, "sqlite://", tmp_path)("reextract", "NCT1")
    assert (exit_code, err.splitlines()[-1]) == (2, "Error: 'NCT1' is no NCT id, which is NCT and eight digits")


def test_the_command_works_without_an_archive(databases, monkeypatch, capsys, tmp_path):
    url = databases.copy_of(with_tables)
    exit_code, out, err = command_line(monkeypatch, capsys, url, tmp_path)("reextract", "--dry-run")
    assert (exit_code, out) == (0, "")
    assert err.startswith("0 pages in = ")
