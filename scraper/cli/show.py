"""show: trials as all their pages together show them, or as each page does."""

import sys

import click

from scraper.batch import json_line, printable
from scraper.cli.diagnostics import note
from scraper.cli.notes import print_notes
from scraper.cli.options import current_settings, form_option, settings_options
from scraper.cli.trial_options import sites_option, some_trials
from scraper.cli.trial_tables import TrialRows, print_side_by_side, print_trial
from scraper.console import records as output
from scraper.store import current
from scraper.store.database import Database
from scraper.store.trials import trials


@click.command()
@some_trials
@click.option("--by-site", is_flag=True, help="The record of each page instead; a table has a column for each.")
@sites_option("The records of this site's pages alone.")
@form_option("table", "json", "jsonl", programs="json")
@settings_options
def show(numbers: tuple[str, ...], sites: tuple[str, ...], form: str, *, by_site: bool) -> None:
    """Print trials: each value, the pages that say so, and what other pages say.

    A conflict is marked with "!". Without numbers, of all trials. The table of one trial leaves out fields that no
    page shows, and shortens long texts; as JSON it is whole.

    Exit code: 0 every trial is there; 1 some are not; 3 none is.
    """
    with Database(current_settings().store_url, read_only=True) as database:
        print_them = _print_records if by_site or sites else _print_trials
        seen = print_them(database, numbers, sites, form)
        sys.stdout.flush()  # so that the diagnostics follow it on a terminal, too
        missing = [number for number in numbers if number not in seen]
        for number in missing:
            note(str(current.why_no_record(database, number, sites)), "error")
        print_notes(database, numbers, sites, seen)
    sys.exit(0 if not missing else 1 if seen else 3)


def _print_trials(database: Database, numbers: tuple[str, ...], _: tuple[str, ...], form: str) -> set[str]:
    """Print what all pages together show; the trials that are there."""
    seen: set[str] = set()
    found = trials(database, numbers or None)
    if form != "table":
        with output.json_writer(form, several=len(numbers) != 1) as write:
            for one in found:
                seen.add(one.trial.nct_id)
                write(json_line(one))
    elif len(numbers) == 1:
        for one in found:
            seen.add(one.trial.nct_id)
            print_trial(one, current.records(database, numbers))
    else:
        table = TrialRows()
        for one in found:
            seen.add(one.trial.nct_id)
            table.add(one)
        table.show()
    return seen


def _print_records(database: Database, numbers: tuple[str, ...], sites: tuple[str, ...], form: str) -> set[str]:
    """Print what each page shows; the trials that are there."""
    if form == "table" and len(numbers) == 1:
        found = list(current.records(database, numbers, sites))
        if found:
            print_side_by_side(found, current.last_confirmed(database, numbers[0]))
        return {record.trial.nct_id for record in found}
    seen: set[str] = set()
    with output.writer(form, several=True, save=None) as write:
        for record in current.records(database, numbers or None, sites):
            seen.add(record.trial.nct_id)
            write(printable(record.source.url or record.trial.nct_id, record))
    return seen
