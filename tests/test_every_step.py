"""Whatever is raised at whatever step of a visit costs that visit alone, and is kept with its traceback."""

import sqlite3

import pytest

from scraper.jobs import run as job
from scraper.store.past_runs import past_failures
from tests.nights import Nights, number, with_tables
from tests.steps import TRIAL, Steps


class Unspeakable(Exception):
    def __str__(self):
        raise ValueError


KINDS = (
    ValueError,
    KeyError,
    RecursionError,
    MemoryError,
    OverflowError,
    AssertionError,
    Unspeakable,
    lambda step: ExceptionGroup(step, [ValueError(step), ExceptionGroup(step, [TypeError(step)])]),
    lambda step: UnicodeDecodeError("utf-8", b"\xff", 0, 1, step),
    lambda step: UnicodeEncodeError("utf-8", "\ud800", 0, 1, step),
    lambda step: LookupError(f"{step} \0 \ud800 \x1b[31m"),
    lambda step: ArithmeticError(step * 100_000),
    TimeoutError,
    sqlite3.OperationalError,
    lambda step: OSError(28, "No space left on device", step),
)

OF_THE_DISK = (
    *(
        f"scraper.fetch.{module}."
        for module in ("archive", "cdx_index", "members", "reading", "seal", "warc", "warc_files", "writing")
    ),
    "scraper.jobs.run.RunListener.",
)
"""Where an OSError or an error of SQLite concerns no single page: the archive cannot be written, which ends the run, or
nobody reads the output any more, which is noted once."""

TRIALS = range(1, 241)
"""More than there are steps."""

LEFT_OUT = (
    "scraper.cli",
    "scraper.internal_errors.",  # what catches
    "scraper.jobs.ending.mistake_letter",
    "scraper.jobs.run._QueueRunner.noting",
    "scraper.store.dead_letters.",  # and keeps what it caught
    "scraper.fetch.pace.Pace._leave",  # it opens a lock, and calls nothing of ours
    "scraper.fetch.archive.records.",  # what cannot be read of the archive is damage, and is told as such
    "scraper.fetch.archive.warc._moment",
    "scraper.fetch.archive.warc._headers",
)

TRIED_AGAIN = {"scraper.fetch.sender._exchange", "scraper.fetch.exchange.read_body"}
"""What is raised while an answer is read costs that attempt: a server can break the libraries that read it."""

PURE = ("normalizers.", "scraper.layouts.", "scraper.parse.", "scraper.sites.")
"""What reads a page: all of it is called at one place, so that each fifth function does."""


def is_left_out(step):
    return step.startswith(LEFT_OUT) or (step.startswith(PURE) and sum(step.encode()) % 5 > 0)


def raising(step):
    place = sum(step.encode()) % (len(KINDS) - 3 if step.startswith(OF_THE_DISK) else len(KINDS))
    return KINDS[place](step)


@pytest.fixture
def steps(monkeypatch):
    steps = Steps(monkeypatch, is_left_out, raising)
    made = job._QueueRunner._visited

    async def in_the_name_of_the_trial(work, task, pages):
        TRIAL.set(task.nct_id)
        return await made(work, task, pages)

    monkeypatch.setattr(job._QueueRunner, "_visited", in_the_name_of_the_trial)
    return steps


@pytest.fixture
def begun(sqlite, tmp_path):
    sqlite.drop()
    begun = Nights(sqlite.copy_of(with_tables), tmp_path / "home", TRIALS)
    yield begun
    begun.close()


def told(steps, begun, report):
    """Each trial at which a step raised failed, by a row that says what and how; all others were visited as ever."""
    letters = {letter.nct_id: letter for letter in past_failures(begun.database, report.run) if letter.traceback}
    assert {
        step for step, trial in steps.raised.items() if trial in steps.errors.keys() - letters.keys()
    } <= TRIED_AGAIN
    for step, trial in steps.raised.items():
        if trial in letters:
            letter, kind = letters[trial], type(steps.errors[trial]).__name__
            assert letter.error in {kind, "BadValue"}, step  # the latter where the database calls the step
            assert letter.message.startswith(f"a mistake in trialpages: {letter.error}")
            assert "come_by" in letter.traceback, step
            assert len(letter.message) + len(letter.traceback) < 30_000
    return set(letters)


def fates(begun, run):
    return {row[0]: row[1] for row in begun.ask("SELECT nct_id, result FROM visits WHERE run_id = :run", run=run)}


def test_whatever_any_step_raises_is_that_visits_failure_alone(begun, steps):
    trials = {number(place) for place in TRIALS}
    report = begun.night(sites=["veeva"])
    failed = told(steps, begun, report)
    assert len(failed) > 120, "each step on the way to a record raised"
    assert {trial for trial, fate in fates(begun, 1).items() if fate == "kept"} >= trials - failed != set()
    # What could not even be kept as a failure has no visit, and a dead letter all the same.
    assert fates(begun, 1).keys() | failed == trials
    assert (report.exit_code, report.trials.failed) == (1, len(failed) - unvisited(begun))
    assert report.failures >= len(failed)
    # Once they are known, and at the other sites, visits come by further steps.
    some = sorted(trials - failed) + sorted(failed)[:40]
    steps.errors.clear()
    report = begun.night(sites=["veeva", "ctgov", "inclinicaltrials"], only=some)
    failed = told(steps, begun, report)
    assert len(failed) > 10
    assert {fate for trial, fate in fates(begun, 2).items() if trial not in failed} == {"kept", "unchanged"}
    # The next night nothing raises and all is in order: nothing was lost or kept twice.
    steps.errors |= dict.fromkeys(trials)
    some = sorted(trials)[::10]
    report = begun.night(sites=["veeva"], only=some)
    assert (report.exit_code, report.failures, [*fates(begun, 3)]) == (0, 0, some)
    assert begun.one("SELECT count(*) = count(DISTINCT nct_id) FROM records WHERE site = 'veeva'")


def unvisited(begun):
    return len(TRIALS) - len(fates(begun, 1))
