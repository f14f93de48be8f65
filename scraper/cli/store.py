"""Commands over the store as a whole: store copy, prune, forget."""

import sys
from collections.abc import Mapping
from datetime import datetime

import click

from scraper.cli.diagnostics import note
from scraper.cli.options import current_settings, numbers_of, settings_options
from scraper.cli.reports import count
from scraper.console.bars import bars, can_draw_bars
from scraper.console.tables import Table
from scraper.errors import NotFound, TrialPagesError
from scraper.fetch.client import open_archive
from scraper.fetch.clock import SystemClock
from scraper.settings import Settings
from scraper.store.copy import copy as copy_all
from scraper.store.copy import size
from scraper.store.database import Database
from scraper.store.lease import Lease
from scraper.store.prune import addresses, compact, imported_files
from scraper.store.prune import forget as delete_trials
from scraper.store.prune import prune as delete_old
from scraper.store.watch import watched


@click.group()
def store() -> None:
    """Copy the store to another database, or delete old rows and whole trials."""


@store.command()
@click.option("--to", "target", required=True, metavar="URL", help="The other database, which must be empty.")
@settings_options
def copy(target: str) -> None:
    """Copy everything to another database, count it on both sides, and print the figures.

    The store stays as it is. To use the copy from then on, set TRIALPAGES_STORE to its URL.
    """
    settings = current_settings()
    with Database(settings.store_url) as source, Database(target, told_as="--to") as there:
        with Lease(source, SystemClock(), settings.lease).held():
            total = sum(size(source).values())
            with bars({"": total} if can_draw_bars() and not settings.log_json else {}) as step:

                def steps(rows: int) -> None:
                    for _ in range(rows):
                        step("")

                copied = copy_all(source, there, steps)
        _print_rows(copied)
        note(f"{count(total, 'row')} copied to {there.name}")


@store.command()
@click.option("--before", required=True, type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="As in 2025-11-01.")
@click.option("--dry-run", is_flag=True, help="Say what would be deleted, and delete nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@settings_options
def prune(before: datetime, *, dry_run: bool, yes: bool) -> None:
    """Delete exchanges, visits and failures before DATE (in UTC) that nothing depends on.

    Versions of records, readings, changes, runs and their reports stay, and so do the newest visits and exchanges.
    """
    settings = current_settings()
    clock = SystemClock()
    moment = before.replace(tzinfo=clock.now().tzinfo)
    with Database(settings.store_url, read_only=dry_run) as database:
        _print_rows(delete_old(database, moment, dry_run=True))
        if not dry_run and _agreed(yes=yes):
            with Lease(database, clock, settings.lease).held():
                deleted = delete_old(database, moment)
                compact(database)
            note(f"{count(sum(deleted.values()), 'row')} deleted")


@store.command()
@click.argument("numbers", nargs=-1, required=True, metavar="NCT_IDS...", callback=numbers_of)
@click.option("--dry-run", is_flag=True, help="Say what would be deleted, and delete nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@settings_options
def forget(numbers: tuple[str, ...], *, dry_run: bool, yes: bool) -> None:
    """Delete all that is stored of trials that are not on the watch list.

    The archive's files, and those that pages were imported from, still hold them: they are named, and may be deleted
    by hand.

    Exit code: 3 where nothing is stored of them.
    """
    settings = current_settings()
    with Database(settings.store_url, read_only=dry_run) as database:
        listed = sorted({trial.nct_id for trial in watched(database)}.intersection(numbers))
        if listed:
            names = " ".join(listed)
            raise TrialPagesError(f"still on the watch list: {names}; first: trialpages watch remove {names}")
        kept = delete_trials(database, numbers, dry_run=True)
        if not any(kept.values()):
            raise NotFound(f"nothing is kept of {', '.join(numbers)}")
        _print_rows(kept)
        files = _files(settings, addresses(database, numbers))
        imported = imported_files(database, numbers)
        if not dry_run and _agreed(yes=yes):
            with Lease(database, SystemClock(), settings.lease).held():
                deleted = delete_trials(database, numbers)
                compact(database)
            note(f"{count(sum(deleted.values()), 'row')} deleted")
        for file in files:
            note(f"the archive holds pages of them in {settings.archive_folder / file}")
        for file in imported:
            note(f"pages of them were imported from {file}")


def _files(settings: Settings, urls: list[str]) -> list[str]:
    """The archive's files in which pages of these addresses are."""
    with open_archive(settings) as archive:
        copies = [copy for url in urls for copy in archive.captures(url)]
    return sorted({file for copy in copies for file in (copy.file, copy.body_file) if file is not None})


def _print_rows(rows: Mapping[str, int]) -> None:
    lines = Table("table", "rows", words={"table"})
    for name, number in rows.items():
        lines.add(name, f"{number:,}")
    lines.show()


def _agreed(*, yes: bool) -> bool:
    """Whether the user agrees to the deletion."""
    if yes:
        return True
    if not sys.stdin.isatty():
        raise click.UsageError("nobody is there to be asked: --yes deletes without asking")
    return click.confirm("Delete these rows?", err=True)
