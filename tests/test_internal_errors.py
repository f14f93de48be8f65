"""What nobody foresaw, beside the pages and in the commands: it is told, kept with its traceback, and stops nothing."""

import asyncio
import hashlib
from dataclasses import replace
from random import Random

import pytest
import sqlalchemy as sa

from scraper import pipeline
from scraper.discovery.index import PageIndex, refresh
from scraper.errors import Fatal, InternalError
from scraper.fetch.clock import SystemClock
from scraper.internal_errors import internal_error, shortened, storable
from scraper.jobs import ending, judging, reread, visit
from scraper.jobs import run as job
from scraper.jobs.run import RunListener
from scraper.parse.page import Page
from scraper.store import runs
from scraper.store.database import Database
from scraper.store.migrations import config
from scraper.store.past_runs import UnknownRun, past_failures, past_run
from tests.kept import command_line
from tests.nights import DAY, FIRST, number, veeva, veeva_page
from tests.test_reextract import again
from tests.test_run_faults import archived


def boom(*_, **__):
    raise ValueError("boom")


def letters(begun, run=1):
    return [(letter.nct_id, letter.site, letter.error) for letter in past_failures(begun.database, run)]


LONG = "".join(hashlib.sha256(bytes([place])).hexdigest() for place in range(200))

BAD = {
    "NUL": lambda made: with_readings(made, url="https://ctv.veeva.com/\0"),
    "half a letter": lambda made: with_readings(made, url="https://ctv.veeva.com/\ud800"),
    "a number without end": lambda made: with_exchanges(made, status=10**30),
    "a key without end": lambda made: with_readings(made, content_hash=LONG),
    "nothing": lambda made: with_exchanges(made, url=None),
    "no value of its kind": lambda made: with_exchanges(made, etag=object()),
    "no moment": lambda made: replace(made, due_at="never"),
}


def with_readings(made, **words):
    return replace(made, pages={url: page._replace(**words) for url, page in made.pages.items()})


def with_exchanges(made, **words):
    return replace(made, exchanges=[exchange._replace(**words) for exchange in made.exchanges])


@pytest.mark.parametrize("kind", BAD)
def test_a_visit_of_which_the_store_does_not_take_a_value_fails_alone(nights, monkeypatch, kind):
    begun = nights(1, 2)

    async def bad(fetcher, task, *rest, **more):
        made = await visit.visit(fetcher, task, *rest, **more)
        return BAD[kind](made) if task.nct_id == number(1) else made

    monkeypatch.setattr(job, "visit", bad)
    report = begun.night(sites=["veeva"])
    results = dict(begun.ask("SELECT nct_id, result FROM visits"))
    if begun.database.is_sqlite and kind in {"NUL", "a key without end"}:  # which it does take
        assert (results, report.failures) == ({number(1): "kept", number(2): "kept"}, 0)
        return
    assert (results, report.exit_code) == ({number(1): "failed", number(2): "kept"}, 1)
    [letter] = past_failures(begun.database, 1)
    assert (letter.nct_id, letter.url, "Traceback" in letter.traceback) == (number(1), None, True)
    assert begun.one("SELECT count(*) FROM records") == 1
    if kind != "half a letter":
        return
    # What came is in the archive, and the next visit reads it as ever.
    monkeypatch.undo()
    assert begun.night(sites=["veeva"], everything=True).failures == 0
    archived(begun)


@pytest.mark.one_database
def test_a_layout_that_cannot_be_judged_is_put_aside_alone(nights, monkeypatch):
    begun = nights(1)
    judge = judging.judge
    monkeypatch.setattr(
        judging, "judge", lambda layout, *rest: boom() if layout.site == "veeva" else judge(layout, *rest)
    )
    report = begun.night()
    assert {layout.site: layout.ruling for layout in report.layouts} == {
        "ctgov": "good",
        "inclinicaltrials": "good",
        "veeva": "quarantined",
    }
    [reason] = next(layout.reasons for layout in report.layouts if layout.site == "veeva")
    assert reason == "it could not be judged: a mistake in trialpages: ValueError: boom; please report it"
    assert (letters(begun), report.exit_code) == ([(None, "veeva", "ValueError")], 1)
    monkeypatch.undo()
    report = begun.night()
    assert {layout.ruling for layout in report.layouts} == {"good"}
    assert begun.one("SELECT count(*) FROM verdicts WHERE site = 'veeva' AND ruling = 'good'") == 1


@pytest.mark.one_database
def test_where_the_guard_cannot_look_at_a_run_at_all_nothing_of_it_counts(nights, monkeypatch):
    begun = nights(1)
    monkeypatch.setattr(judging, "page_profiles", boom)
    report = begun.night()
    assert ({layout.ruling for layout in report.layouts}, report.versions) == ({"quarantined"}, 0)
    assert letters(begun) == [(None, None, "ValueError")]
    monkeypatch.undo()
    report = begun.night()
    assert ({layout.ruling for layout in report.layouts}, report.resumed, report.exit_code) == ({"good"}, (), 0)


@pytest.mark.one_database
@pytest.mark.parametrize("step", ["scraper.jobs.run.report", "scraper.jobs.report.Report.as_json"])
def test_a_run_of_which_no_report_can_be_made_ends_all_the_same_and_says_so(nights, monkeypatch, step):
    begun = nights(1)
    monkeypatch.setattr(step, boom)
    with pytest.raises(InternalError) as caught:
        begun.night()
    assert str(caught.value) == (
        "run 1 has ended, and its report could not be made: a mistake in trialpages: ValueError: boom; please report"
        " it (trialpages runs show 1 --traceback)"
    )
    assert letters(begun) == [(None, None, "ValueError")]
    assert begun.ask("SELECT exit_code, report FROM reports") == [(1, None)]
    assert begun.one("SELECT count(*) FROM verdicts WHERE ruling = 'good'") == 3
    monkeypatch.undo()
    assert begun.night().resumed == ()


class Deaf(RunListener):
    begun = boom
    visited = boom
    wrong_clock = boom


@pytest.mark.one_database
def test_who_listens_in_vain_stops_nothing(nights):
    begun = nights(1)
    report = begun.night(listener=Deaf(), sites=["veeva"])
    assert begun.ask("SELECT result FROM visits") == [("kept",)]
    assert letters(begun) == [(None, None, "ValueError"), (number(1), "veeva", "ValueError")]
    assert (report.exit_code, report.versions) == (1, 1)


@pytest.mark.one_database
def test_where_nobody_reads_any_more_the_run_goes_on_and_notes_it_once(nights):
    begun = nights(1, 2, 3)

    class Gone(RunListener):
        def visited(self, _visit, _kept):
            raise BrokenPipeError

    begun.night(listener=Gone(), sites=["veeva"])
    assert begun.ask("SELECT result FROM visits") == [("kept",)] * 3
    assert letters(begun) == [(None, None, "BrokenPipeError")]


@pytest.mark.one_database
def test_a_site_whose_visits_cannot_be_planned_keeps_no_other_site_waiting(nights, monkeypatch):
    begun = nights(1)
    due = job.due_tasks
    monkeypatch.setattr(
        job,
        "due_tasks",
        lambda store, site, *rest, **more: boom() if site == "veeva" else due(store, site, *rest, **more),
    )
    report = begun.night()
    assert (sorted(report.sites), letters(begun)) == (
        ["ctgov", "inclinicaltrials", "trialx"],
        [(None, "veeva", "ValueError")],
    )


@pytest.mark.one_database
def test_of_a_list_of_trials_only_the_one_to_blame_fails_as_its_pages_are_looked_up(nights, monkeypatch):
    begun = nights(1, 2, 3)
    known = job.known_pages
    monkeypatch.setattr(
        job, "known_pages", lambda store, site, trials: boom() if number(2) in trials else known(store, site, trials)
    )
    begun.night(sites=["veeva"])
    assert begun.ask("SELECT nct_id, result FROM visits ORDER BY nct_id") == [
        (number(1), "kept"),
        (number(2), "failed"),
        (number(3), "kept"),
    ]


@pytest.mark.one_database
def test_a_mistake_of_the_registrys_does_not_take_along_what_another_site_shows(nights, monkeypatch):
    begun = nights(1)
    begun.night(sites=["inclinicaltrials"])
    begun.time.at += 30 * DAY  # so that its other page is looked for, with the registry's hints
    monkeypatch.setattr(job._QueueRunner, "_registry", boom)
    report = begun.night(sites=["inclinicaltrials"])
    assert (report.exit_code, letters(begun, 2)[0]) == (1, (number(1), "inclinicaltrials", "ValueError"))
    assert begun.one("SELECT count(*) FROM pages WHERE run_id = 2 AND reading_id IS NOT NULL") == 1


@pytest.mark.parametrize("step", ["scraper.jobs.ending.save_dead_letters", "scraper.store.runs.save_verdicts"])
def test_what_is_the_stores_fault_still_ends_the_run(nights, monkeypatch, step):
    begun = nights(1)

    def away(*_):
        raise sa.exc.OperationalError("INSERT", {}, OSError("the disk is full"))

    monkeypatch.setattr(step, away)
    with pytest.raises(Fatal, match="the disk is full"):
        begun.night()


@pytest.mark.one_database
def test_an_archived_page_at_which_the_program_fails_costs_itself_alone(well, monkeypatch):
    read_in_thread = reread.read_in_thread

    async def fails(page):
        if number(3).encode() in page.content and b"veeva" in (page.url or "").encode():
            boom()
        return await read_in_thread(page)

    monkeypatch.setattr(reread, "read_in_thread", fails)
    outcome, told = again(well)
    assert (outcome.refused, outcome.failures, outcome.exit_code) == (1, 1, 1)
    assert [str(reread.error) for reread in told if reread.error] == [
        "a mistake in trialpages: ValueError: boom; please report it"
    ]
    [letter] = past_failures(well.database, 3)
    assert (letter.nct_id, letter.error, "in fails" in letter.traceback) == (number(3), "ValueError", True)


def test_what_the_store_does_not_take_of_the_archive_is_left_as_it_was(well, monkeypatch):
    of = runs.NewReading.of

    def bad(record, *rest):
        reading = of(record, *rest)._replace(profile=f"{of(record, *rest).profile} ")  # so that all are written anew
        is_bad = (record.trial.nct_id, record.source.site) == (number(3), "veeva")
        return reading._replace(url="\ud800") if is_bad else reading

    monkeypatch.setattr(reread.NewReading, "of", bad)
    outcome, _ = again(well)
    assert outcome.exit_code == 1
    assert letters(well, 3) == [(number(3), "veeva", "UnicodeEncodeError")]
    assert well.one("SELECT count(*) FROM readings WHERE run_id = 3") == 23


@pytest.mark.one_database
def test_tracebacks_are_shown_on_request(nights, monkeypatch, capsys):
    begun = nights(1)
    monkeypatch.setattr(visit.PageProfile, "of", boom)
    begun.night(sites=["veeva"])
    run = command_line(monkeypatch, capsys, begun.settings.store_url, begun.settings.home)
    code, out, _ = run("runs", "show", "1", "--failures")
    assert (code, out.splitlines()) == (
        0,
        [
            f"{number(1)} veeva {veeva(1)}",
            "  a mistake in trialpages: ValueError: boom; please report it",
            "  what to do: report it with the page and its traceback: trialpages runs show N --traceback",
        ],
    )
    code, out, _ = run("runs", "show", "1", "--traceback")
    assert "\n  Traceback (most recent call last):\n" in out
    assert out.endswith("\n  ValueError: boom\n")


def test_a_run_of_any_other_number_is_not_known(nights):
    begun = nights()
    for run in (0, -1, 2**63 - 1, 2**63, 10**30):
        with pytest.raises(UnknownRun, match=f"there is no run {run};"):
            past_run(begun.database, FIRST, run)


@pytest.mark.parametrize(("arguments", "traceback"), [(["--debug"], True), ([], False)])
def test_a_file_at_which_the_program_fails_is_one_line_and_the_others_are_read(
    cli, monkeypatch, tmp_path, arguments, traceback
):
    for place in (1, 2):
        (tmp_path / f"{place}.txt").write_bytes(veeva_page(place))
    read_page = pipeline._read
    monkeypatch.setattr(
        pipeline, "_read", lambda page: boom() if number(1).encode() in page.content else read_page(page)
    )
    code, out, err = cli(*arguments, "extract", str(tmp_path), "--format", "jsonl", "--quiet")
    assert (code, number(2) in out) == (1, True)
    assert f"error: {tmp_path}/1.txt: a mistake in trialpages: ValueError: boom; please report it\n" in err
    assert ("Traceback (most recent call last):" in err) is traceback


def test_a_sitemap_at_which_the_program_fails_costs_itself_alone(tmp_path):
    class Fetches:
        async def fetch(self, url, **_):
            if "1" in url:
                boom()
            return Page(b"<urlset><url><loc>https://ctv.veeva.com/study/a</loc></url></urlset>", url)

    sitemaps = [f"https://ctv.veeva.com/{place}.xml" for place in (1, 2)]
    with PageIndex(tmp_path / "index.sqlite3") as pages:
        done = asyncio.run(refresh(Fetches(), pages, "veeva", sitemaps, clock=SystemClock()))
        assert (done.read, done.pages, pages.count("veeva")) == (1, 1, 1)
    [(url, mistake)] = done.mistakes
    assert (url, mistake.kind) == (sitemaps[0], "ValueError")


def test_a_failure_of_an_older_store_stays_as_it_is(database):
    from alembic import command

    engine = sa.create_engine(database)
    settings = config()
    with engine.begin() as connection:
        settings.attributes["connection"] = connection
        command.upgrade(settings, "0001")
        connection.execute(
            sa.text(
                "INSERT INTO runs (kind, started_at, holder, package_version, since, everything)"
                " VALUES ('scrape', '2026-11-01', 'here:1:1', '0', '2026-11-01', false)"
            )
        )
        connection.execute(
            sa.text(
                "INSERT INTO failures (run_id, nct_id, at, error, message, advice, refused)"
                " VALUES (1, 'NCT04000001', '2026-11-01', 'NotFound', 'it is not there', 'look', false)"
            )
        )
    engine.dispose()
    with Database(database) as store:
        [letter] = past_failures(store, 1)
    assert (letter.nct_id, letter.error, letter.message, letter.traceback) == (
        "NCT04000001",
        "NotFound",
        "it is not there",
        None,
    )


def test_what_has_no_end_has_its_middle_left_out():
    assert shortened("a" * 10, 10) == "a" * 10
    assert shortened("abcdefghij", 4) == "ab [6 characters left out] ij"


def test_text_that_a_database_refuses_is_written_as_escapes():
    random = Random(9)
    for _ in range(200):
        text = "".join(chr(random.choice([0, 10, 27, 65, 0xD800, 0xDFFF, 0x10FFFF])) for _ in range(9))
        kept = storable(text)
        assert ("\0" in kept, kept.encode().decode()) == (False, kept)
    assert storable("a\0\ud800\nü") == "a\\x00\\ud800\nü"


def test_a_mistake_of_a_mistake_is_the_first_one():
    first = internal_error(ValueError("boom"))
    assert internal_error(first) is first


def test_the_net_itself_calls_nothing_that_it_is_to_catch():
    assert not {"advice", "due_again", "package_version"} & set(ending.mistake_letter.__code__.co_names)
    assert not {"advice", "due_again", "package_version"} & set(visit.failed_visit.__code__.co_names)
