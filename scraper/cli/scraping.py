"""Commands that begin runs: scrape, schedule."""

import asyncio
import signal
import sqlite3
import sys
from collections.abc import Callable, Coroutine, Mapping
from contextlib import ExitStack
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click
from cronsim import CronSim, CronSimError

from scraper.atomic_write import atomic_write
from scraper.cli.network_options import Reporter, fetcher_of, network_options, page_index
from scraper.cli.options import current_settings, numbers_of, settings_options
from scraper.cli.reports import count, print_report
from scraper.console.bars import bars, can_draw_bars
from scraper.console.printing import as_json, out_json
from scraper.discovery.find import replayed_trials
from scraper.errors import TrialPagesError
from scraper.fetch.clock import Clock, SystemClock
from scraper.internal_errors import internal_error
from scraper.jobs.metrics import metrics as figures
from scraper.jobs.report import Report
from scraper.jobs.run import RunListener
from scraper.jobs.run import scrape as scrape_once
from scraper.settings import Settings
from scraper.sites import DEFAULT_SITES
from scraper.store import watch as watching
from scraper.store.database import Database
from scraper.store.lease import LeaseHeld
from scraper.store.runs import Run, SavedVisit, Visit

_Result = TypeVar("_Result")

_FILE: Final = click.Path(dir_okay=False, path_type=Path)

_WAIT: Final = 5.0
"""Seconds between two looks at another run that --wait waits for."""


class _RunOptions(NamedTuple):
    """The options of every run."""

    only: tuple[str, ...]
    replay: tuple[Path, ...]
    report: Path | None
    metrics: Path | None
    quiet: bool


def _run_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options of commands that begin runs; the command gets them as one argument, `run_options`."""

    @network_options
    @click.option("--report", type=_FILE, help="Also write the report here, as JSON.")
    @click.option("--metrics", type=_FILE, help="Also write the report's figures here, for Prometheus.")
    @settings_options
    @wraps(command)
    def gathering(**options: object) -> None:
        run_options = _RunOptions(**{name: options.pop(name) for name in _RunOptions._fields})  # type: ignore[arg-type] # click's
        command(run_options=run_options, **options)

    return gathering


@click.command()
@click.argument("numbers", nargs=-1, metavar="[NCT_IDS]...", callback=numbers_of)
@click.option(
    "--all", "everything", is_flag=True, help="Also trials that are not due; in a replay, every trial that it shows."
)
@click.option("--wait", is_flag=True, help="Wait for the end of another run.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@_run_options
def scrape(numbers: tuple[str, ...], form: str, *, run_options: _RunOptions, everything: bool, wait: bool) -> None:
    """Visit the due trials of the watch list, save what is new, and report.

    NCT_IDS are visited in place of the list, due or not. A run can be killed at any moment: the next one over the list
    resumes it. The report goes to standard output; under --quiet its table does so only where a person must look.

    Exit code: 0 all well; 1 something failed, or a site's pages were quarantined, or another run is under way.
    """
    if numbers and everything:
        raise click.UsageError("--all visits the whole list; give no NCT ids with it")
    job = _Job(current_settings(), run_options, numbers=list(numbers) or None, everything=everything, wait=wait)
    report = asyncio.run(_stoppable(job.run()))
    written = job.write(report)
    if form == "json":
        out_json(report.as_json(), 2)
    elif report.exit_code or not run_options.quiet:
        print_report(report)
    sys.exit(report.exit_code if written else 1)


@click.command()
@click.option("--cron", "expression", required=True, help='When to run, e.g. "0 3 * * *": every night at three.')
@click.option("--timezone", default="UTC", show_default=True, help="Of the expression, e.g. Europe/Berlin.")
@_run_options
def schedule(expression: str, timezone: str, run_options: _RunOptions) -> None:
    """Stay up, and begin a run whenever it is time.

    A run that fails is reported, and the next one begins when it is time. SIGTERM and Ctrl-C end a run at once; the
    next one resumes it.
    """
    try:
        zone = ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise click.BadParameter(
            f"{timezone!r} is no time zone such as Europe/Berlin", param_hint="--timezone"
        ) from error
    try:
        CronSim(expression, SystemClock().now())
    except CronSimError as error:
        raise click.BadParameter(f"{expression!r} is no cron expression: {error}", param_hint="--cron") from error
    job = _Job(current_settings(), run_options, numbers=None, everything=False, wait=True)
    asyncio.run(_stoppable(_keep_running(job, expression, zone, SystemClock())))


class _Job:
    """Runs with the settings and options of a command."""

    def __init__(
        self,
        settings: Settings,
        run_options: _RunOptions,
        *,
        numbers: list[str] | None,
        everything: bool,
        wait: bool,
    ) -> None:
        self._settings = settings
        self._options = run_options
        self._numbers = numbers
        self._everything = everything
        self._wait = wait
        self._bars = can_draw_bars() and not run_options.quiet and not settings.log_json
        self.reporter = Reporter(settings, quiet=run_options.quiet, replays=bool(run_options.replay), bars=self._bars)

    async def run(self) -> Report:
        """One run.

        Raises:
            TrialPagesError: as `scraper.jobs.run.scrape` does.
            OSError: the archive cannot be written.
        """
        with Database(self._settings.store_url) as database:
            while True:
                try:
                    return await self._once(database)
                except LeaseHeld as error:
                    if not self._wait:
                        raise
                    self.reporter.line("waiting", str(error))
                    await asyncio.sleep(_WAIT)

    def write(self, report: Report) -> bool:
        """Write the report of a run to --report and --metrics; whether all could be written."""
        written = True
        for name, path, text in (
            ("report", self._options.report, as_json(report.as_json(), 2) + "\n"),
            ("figures", self._options.metrics, figures(report)),
        ):
            if path is None:
                continue
            try:
                with atomic_write(path) as file:
                    file.write(text)
            except OSError as error:
                why = error.strerror or error
                self.reporter.line("error", f"the {name} of run {report.run} cannot be written to {path}: {why}")
                written = False
        return written

    async def _once(self, database: Database) -> Report:
        settings, replay = self._settings, self._options.replay
        async with fetcher_of(settings, replay, self.reporter.log) as fetcher:
            numbers = self._numbers
            if numbers is None and self._everything and replay:
                numbers = await replayed_trials(fetcher, self._options.only or DEFAULT_SITES)
            with page_index(settings, replay) as index, ExitStack() as drawn:
                return await scrape_once(
                    database,
                    fetcher,
                    settings,
                    SystemClock(),
                    sites=list(self._options.only or DEFAULT_SITES),
                    everything=self._everything,
                    only=numbers,
                    index=index,
                    listener=_CommandListener(database, self.reporter, drawn if self._bars else None),
                )


class _CommandListener(RunListener):
    """Reports while a run goes on: failures, and progress bars where they are drawn.

    Args:
        database: the store's.
        reporter: prints on standard error.
        drawn: ends the bars; None where there are none.
    """

    def __init__(self, database: Database, reporter: Reporter, drawn: ExitStack | None) -> None:
        self._database = database
        self._reporter = reporter
        self._drawn = drawn
        self._step: Callable[[str], None] = lambda _: None

    def begun(self, run: Run, planned: Mapping[str, int]) -> None:
        """Report which run is resumed, and draw a bar for each site."""
        if not any(planned.values()):
            listed = len(watching.watched(self._database))
            self._reporter.line(
                "nothing due",
                f"the list was visited in time ({count(listed, 'trial')}); --all visits it now"
                if listed
                else "the watch list is empty; trialpages watch add NCT… puts trials on it",
            )
        if len(run.run_ids) > 1:
            self._reporter.line("resumed", f"run {run.id} resumes run {run.run_ids[1]}, which was interrupted")
        if self._drawn is not None:
            self._step = self._drawn.enter_context(bars(planned))

    def wrong_clock(self, sentence: str) -> None:
        """Report that visits are dated in the future."""
        self._reporter.line("clock", sentence)

    def visited(self, visit: Visit, saved: SavedVisit) -> None:  # noqa: ARG002 - the listener's signature
        """Report failures, and advance the site's bar."""
        for letter in visit.dead_letters:
            self._reporter.line(
                "error",
                f"{visit.nct_id} {visit.site}: {letter.message}",
                event="failure",
                nct_id=visit.nct_id,
                site=visit.site,
                url=letter.url,
                error=letter.error,
                advice=letter.advice,
            )
        self._step(visit.site)


async def _keep_running(job: _Job, expression: str, zone: ZoneInfo, clock: Clock) -> None:
    while True:
        due = _next(expression, clock.now(), zone)
        job.reporter.line("next run", f"{due:%Y-%m-%d %H:%M %Z}", event="scheduled", at=due.isoformat())
        # The computer may sleep, or its clock be set, meanwhile: look at the clock every minute.
        while (left := (due - clock.now()).total_seconds()) > 0:
            await clock.sleep(min(left, 60.0))
            # Where the clock was set back, an earlier time comes next.
            due = min(due, _next(expression, clock.now(), zone))
        try:
            report = await job.run()
            job.write(report)
        except Exception as error:  # noqa: BLE001 - the next run begins on time whatever this one raised
            known = isinstance(error, (TrialPagesError, OSError, sqlite3.Error))
            why = error if known else internal_error(error)
            job.reporter.line("error", f"the run ended early: {why}; the next run resumes it")
        else:
            sentence = f"run {report.run} ended with exit code {report.exit_code}"
            job.reporter.line("run", sentence, event="run", **report.as_json())


def _next(expression: str, now: datetime, zone: ZoneInfo) -> datetime:
    return next(CronSim(expression, now.astimezone(zone)))


async def _stoppable(work: Coroutine[Any, Any, _Result]) -> _Result:
    """Let SIGTERM end the work as Ctrl-C does, so that the lease is released."""
    task = asyncio.ensure_future(work)
    stopped = False

    def stop() -> None:
        nonlocal stopped
        stopped = True
        task.cancel()

    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop)
    try:
        return await task
    except asyncio.CancelledError:
        if stopped:
            sys.exit(128 + signal.SIGTERM)
        raise
