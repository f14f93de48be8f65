"""Commands over past runs: runs, health, reextract."""

import asyncio
import sys
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta

import click

from normalizers.changes import Change
from scraper.cli.diagnostics import note
from scraper.cli.options import current_settings, numbers_of, settings_options
from scraper.cli.reports import count, duration, print_report, sparkline
from scraper.console.bars import bars, can_draw_bars
from scraper.console.printing import as_json, out_json
from scraper.console.tables import Table, say
from scraper.fetch.client import open_archive
from scraper.fetch.clock import SystemClock
from scraper.jobs.health import LayoutHealth, accept
from scraper.jobs.health import health as health_of
from scraper.jobs.reextract import ReextractResult
from scraper.jobs.reextract import reextract as read_again
from scraper.jobs.report import Report
from scraper.jobs.reread import Comparison
from scraper.layouts.layout import Layout
from scraper.sites import CANDIDATE_URLS, LAYOUTS
from scraper.store.database import Database
from scraper.store.json import Json
from scraper.store.lease import Lease
from scraper.store.past_runs import PastFailure, PastRun, past_failures, past_run, past_runs
from scraper.store.tables import MAX_INTEGER, Ruling


@click.group(invoke_without_command=True)
@click.option("--limit", type=click.IntRange(1, MAX_INTEGER), default=20, show_default=True, help="How many runs.")
@click.option("--format", "form", type=click.Choice(["table", "jsonl"]), default="table", show_default=True)
@settings_options
@click.pass_context
def runs(context: click.Context, limit: int, form: str) -> None:
    """Print the last runs and their outcomes, the newest first."""
    if context.invoked_subcommand is not None:
        return
    with Database(current_settings().store_url, read_only=True) as database:
        found = past_runs(database, SystemClock().now(), limit)
    if form == "jsonl":
        for run in found:
            out_json(_as_json(run))
        return
    if not found:
        note("there was no run yet; begin one with: trialpages scrape")
        return
    lines = Table("run", "began (UTC)", "took", "kept", "unchanged", "failed", "outcome", words=_WORDS)
    for run in found:
        _add_run(lines, run)
    lines.show()


@runs.command("show")
@click.argument("number", type=int, metavar="N")
@click.option("--failures", is_flag=True, help="Print the failures, each with the page and what to do.")
@click.option("--traceback", is_flag=True, help="Also print the tracebacks of internal errors.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@settings_options
def show_run(number: int, form: str, *, failures: bool, traceback: bool) -> None:
    """Print the report of run N, or its failures.

    Exit code: 3 where there is no such run.
    """
    failures |= traceback
    with Database(current_settings().store_url, read_only=True) as database:
        run = past_run(database, SystemClock().now(), number)
        letters = past_failures(database, number) if failures else []
    if form == "json":
        told = [_letter_as_json(letter) for letter in letters] if failures else run.report or _as_json(run)
        out_json(told, 2)
    elif failures:
        for letter in letters:
            _print_letter(letter, traceback=traceback)
        note(f"{count(len(letters), 'failure')} in run {number}")
    elif run.report is not None:
        print_report(Report.from_json(run.report))
        if run.accepted:
            say(f"accepted since: {', '.join(run.accepted)}")
    else:
        say(f"run {run.number} began {run.started_at:%Y-%m-%d %H:%M} UTC and has no report: {run.fate}")
        results = " + ".join(f"{visits:,} {result}" for result, visits in run.visits.items())
        say(f"{count(sum(run.visits.values()), 'visit')} until then = {results}")


@click.command()
@click.argument("site", required=False, type=click.Choice(list(CANDIDATE_URLS)))
@click.option("--accept", "accepted", metavar="SITE[/LAYOUT]", help="Make a quarantined layout's pages effective.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@settings_options
def health(site: str | None, accepted: str | None, form: str) -> None:
    """Print for each layout how often each field is filled, in the last run against the good runs before.

    --accept says that the quarantined pages are read as they should be: what the last run read becomes effective, and
    later runs are compared with it. What runs before it quarantined stays so: the last run read the same trials again,
    and trials that it did not see are read at their next visit. Pages that the last run did not find are gone then.

    Exit code: 1 where a layout is quarantined; with --accept 3 where there is nothing to accept, or no page was
    understood.
    """
    settings = current_settings()
    clock = SystemClock()
    with Database(settings.store_url, read_only=accepted is None) as database:
        if accepted is not None:
            layouts = _layouts(accepted)
            with Lease(database, clock, settings.lease).held():
                for entry in accept(database, clock.now(), layouts):
                    say(
                        f"{entry.site}/{entry.layout}: {count(entry.pages, 'page')} of run {entry.run} effective now,"
                        f" with {count(entry.changes, 'change')}"
                    )
                    if entry.missing:
                        say(f"{count(entry.missing, 'page')} that it did not find any more: gone", indent=2)
                    if entry.quarantined_before:
                        numbers = ", ".join(map(str, entry.quarantined_before))
                        runs = f"run{'s' * (len(entry.quarantined_before) > 1)} {numbers}"
                        say(
                            f"what {runs} quarantined before stays quarantined: run {entry.run} read those pages again",
                            indent=2,
                        )
                    if entry.unseen:
                        trials = count(entry.unseen, "trial")
                        say(f"except those of {trials} that it did not see: their next visit reads them", indent=2)
            return
        found = health_of(database, settings.drift_runs, _layouts(site) if site is not None else LAYOUTS)
    if form == "json":
        out_json([layout.as_json() for layout in found], 2)
    else:
        for layout in found:
            _print_health(layout)
        if not found:
            note("no run has seen a page yet; begin one with: trialpages scrape")
    sys.exit(any(layout.is_quarantined for layout in found))


@click.command()
@click.argument("numbers", nargs=-1, metavar="[NCT_IDS]...", callback=numbers_of)
@click.option("--dry-run", is_flag=True, help="Print what would change, and change nothing.")
@click.option("--site", "only", multiple=True, type=click.Choice(list(CANDIDATE_URLS)), help="This site alone.")
@click.option("--format", "form", type=click.Choice(["table", "jsonl"]), default="table", show_default=True)
@settings_options
def reextract(numbers: tuple[str, ...], only: tuple[str, ...], form: str, *, dry_run: bool) -> None:
    """Read the archived pages with today's code, print what it reads differently, and make that effective.

    A layout that is read worse than before stays as it was. The changes, those of NCT_IDS or all, go to standard
    output; the number of pages by outcome goes to standard error.

    Exit code: 1 where a page is not understood, or a layout stays as it was.
    """
    settings = current_settings()
    with ExitStack() as stack:
        database = stack.enter_context(Database(settings.store_url, read_only=dry_run))
        archive = stack.enter_context(open_archive(settings))
        bar: list[Callable[[str], None]] = []

        def on_begin(pages: int) -> None:
            drawn = can_draw_bars(beside_data=True) and not settings.log_json
            bar.append(stack.enter_context(bars({"": pages} if drawn else {})))

        def on_page(comparison: Comparison) -> None:
            bar[0]("")
            if comparison.error is not None:
                note(f"{comparison.nct_id}: {comparison.site}/{comparison.layout}: {comparison.error}", "error")
            for change, anomaly in zip(comparison.changes, comparison.anomalies, strict=True):
                if form == "jsonl":
                    out_json(_change_as_json(comparison, change, anomaly))
                else:
                    why = f" (anomaly: {anomaly})" if anomaly is not None else ""
                    field = f"{comparison.nct_id} {comparison.site}/{comparison.layout} {change.field}"
                    say(f"{field}: {_short(change.old)} → {_short(change.new)}{why}")

        work = read_again(
            database,
            archive,
            settings,
            SystemClock(),
            dry_run=dry_run,
            sites=only,
            only=numbers,
            on_begin=on_begin,
            on_page=on_page,
        )
        result = asyncio.run(work)
    _print_outcome(result, report=form == "table")
    sys.exit(result.exit_code)


_WORDS = frozenset(
    {"began (UTC)", "field", "last runs", "took", "outcome", "NCT id", "page", "before", "now", "anomaly"}
)
"""The headings of columns that hold no figures."""


def _layouts(name: str) -> list[Layout]:
    """The layouts of a site, or the one of that name."""
    layouts = [layout for layout in LAYOUTS if name in {layout.site, layout.key}]
    if not layouts:
        known = ", ".join(layout.key for layout in LAYOUTS)
        raise click.UsageError(f"{name!r} is neither a site nor one of {known}")
    return layouts


def _change_as_json(comparison: Comparison, change: Change, anomaly: str | None) -> dict[str, object]:
    return {
        "nct_id": comparison.nct_id,
        "site": comparison.site,
        "layout": comparison.layout,
        **change._asdict(),
        "cause": comparison.cause,
        "anomaly": anomaly,
    }


def _short(value: Json) -> str:
    """A value in a few words."""
    words = value if isinstance(value, str) else "–" if value is None else as_json(value)
    return words if len(words) <= 40 else f"{words[:39]}…"


def _print_outcome(result: ReextractResult, *, report: bool) -> None:
    note(
        f"{count(result.pages, 'page')} in = {result.same:,} read the same + {result.different:,} read differently"
        f" + {result.refused:,} not understood + {result.missing:,} not in the archive"
    )
    if result.imported:
        note(f"{count(result.imported, 'page')} of those not in the archive came from files: import these again")
    for layout in result.layouts:
        if layout.ruling is Ruling.QUARANTINED:
            note(f"not changed: {layout.site}/{layout.layout}: {'; '.join(layout.reasons)}")
    if result.report is None:
        note("nothing was changed: this was a dry run")
    elif report:
        print_report(result.report)


def _as_json(run: PastRun) -> dict[str, object]:
    return {
        "run": run.number,
        "kind": run.kind,
        "started_at": _moment(run.started_at),
        "ended_at": None if run.ended_at is None else _moment(run.ended_at),
        "exit_code": run.exit_code,
        "holder": run.holder,
        "under_way": run.under_way,
        "resumed_by": run.resumed_by,
        "trials": None if run.report is None else run.report["trials"],
        "visits": run.visits,
        "quarantined": run.quarantined,
    }


def _add_run(lines: Table, run: PastRun) -> None:
    trials = ("–", "–", "–")
    took = "–" if run.ended_at is None else duration(run.ended_at - run.started_at)
    if run.report is not None:
        report = Report.from_json(run.report)
        told = report.trials
        trials = (f"{told.kept:,}", f"{told.unchanged:,}", f"{told.failed:,}")
        if report.imported is not None:
            trials = (f"{report.imported.kept:,}", f"{report.imported.unchanged:,}", f"{report.failures:,}")
        if report.took is not None:
            took = duration(timedelta(seconds=report.took))
    quarantined = f"; quarantined: {', '.join(run.quarantined)}" if run.quarantined else ""
    kind = "" if run.kind == "scrape" else f"{run.kind}: "
    lines.add(
        str(run.number),
        f"{run.started_at:%Y-%m-%d %H:%M}",
        took,
        *trials,
        f"{kind}{run.fate}{quarantined}",
    )


def _letter_as_json(letter: PastFailure) -> dict[str, object]:
    return {**letter._asdict(), "at": _moment(letter.at)}


def _print_letter(letter: PastFailure, *, traceback: bool) -> None:
    again = f", {letter.in_a_row} times in a row" if letter.in_a_row is not None and letter.in_a_row > 1 else ""
    say(f"{letter.nct_id or 'no single trial'} {letter.site or 'all sites'}{f' {letter.url}' if letter.url else ''}")
    # The message of an internal error names its kind.
    kind = f"{letter.error}: " if letter.traceback is None else ""
    say(f"{kind}{letter.message}{again}", indent=2)
    say(f"what to do: {letter.advice}", indent=2)
    if traceback and letter.traceback is not None:
        for line in letter.traceback.rstrip().split("\n"):
            say(line, indent=2)


def _print_health(layout: LayoutHealth) -> None:
    state = layout.ruling.value
    if layout.quarantined_since is not None and layout.quarantined_since != layout.run:
        state = f"{state} since run {layout.quarantined_since}"
    say(
        f"{layout.site}/{layout.layout}: {state}; run {layout.run}, {layout.at:%Y-%m-%d %H:%M} UTC:"
        f" {count(layout.pages, 'page')}, {layout.refused:,} refused"
        f"{f', {layout.missing:,} missing' if layout.missing else ''}"
    )
    for reason in layout.reasons:
        say(reason, indent=2)
    if layout.is_quarantined:
        well = "read as they should be" if layout.pages else "really gone"
        if layout.pages or layout.missing:
            say(f"if the pages are {well}: trialpages health --accept {layout.site}", indent=2)
    lines = Table("field", "now", "before", "last runs", words=_WORDS)
    for line in layout.fields:
        lines.add(line.field, _percent(line.now), _percent(line.before), sparkline(line.runs))
    lines.show()


def _percent(share: float | None) -> str:
    """A share in percent; 0 and 100 only where it is none or all."""
    if share is None:
        return "–"
    return f"{round(100 * share) if share in {0, 1} else min(99, max(1, round(100 * share)))} %"


def _moment(time: datetime) -> str:
    return f"{time:%Y-%m-%dT%H:%M:%SZ}"
