"""history and changes: what became of trials, and of the pages that show them."""

from collections.abc import Sequence
from datetime import datetime

import click

from scraper.cli import history_tables as tables
from scraper.cli.diagnostics import note
from scraper.cli.moments import moment_of
from scraper.cli.options import current_settings, form_option, numbers_of, settings_options
from scraper.cli.trial_options import one_trial, sites_option
from scraper.cli.values import iso, page_as_json
from scraper.console.printing import out
from scraper.fetch.clock import SystemClock
from scraper.store import current
from scraper.store.database import Database
from scraper.store.history import Absence, RecordedChange, Version, absences, recorded_changes, versions
from scraper.store.json import Json, dumps


@click.command()
@one_trial
@sites_option("This site alone.")
@form_option("table", "jsonl")
@settings_options
def history(number: str, sites: tuple[str, ...], form: str) -> None:
    """Print every version of a trial: when it was first seen, on which page, and what changed.

    A version that the drift guard quarantined is marked as such. Also printed is when a site did not show the trial.

    Exit code: 0; 3 nothing is known of the trial.
    """
    with Database(current_settings().store_url, read_only=True) as database:
        entries = _in_order(versions(database, number, sites), absences(database, number, sites))
        if not entries:
            raise current.why_no_record(database, number, sites)
    if form == "table":
        tables.print_history(number, entries)
    else:
        for entry in entries:
            out(dumps(_away_as_json(number, entry) if isinstance(entry, Absence) else _version_as_json(number, entry)))


@click.command()
@click.option(
    "--since",
    callback=moment_of,
    metavar="WHEN",
    help="Seen, or effective, only since: 2026-11-01, 2026-11-01T03:00Z, 7d.",
)
@click.option("--until", callback=moment_of, metavar="WHEN", help="Seen before that; of a day, to its end.")
@sites_option("This site alone.")
@click.option("--nct", "numbers", multiple=True, metavar="NCT_ID", callback=numbers_of, help="This trial alone.")
@click.option("--anomalies", is_flag=True, help="Only improbable changes.")
@form_option("table", "jsonl", programs="jsonl")
@settings_options
def changes(
    since: datetime | None,
    until: datetime | None,
    sites: tuple[str, ...],
    numbers: tuple[str, ...],
    form: str,
    *,
    anomalies: bool,
) -> None:
    """Print what changed, the oldest first: trial, field, old value, new value, when and where it was seen.

    Quarantined changes are left out. Changes that were accepted since then are included, whenever they were seen.
    """
    with Database(current_settings().store_url, read_only=True) as database:
        found = recorded_changes(
            database,
            since=since,
            until=until,
            nct_ids=numbers,
            sites=sites,
            anomalies_only=anomalies,
            now=SystemClock().now(),
        )
        if form == "jsonl":
            for change in found:
                out(dumps(_change_as_json(change)))
        elif not tables.print_changes(found):
            note("nothing changed")


def _in_order(kept: Sequence[Version], missed: Sequence[Absence]) -> list[Version | Absence]:
    """By site, then by time."""
    entries: list[Version | Absence] = [*kept, *missed]
    return sorted(entries, key=lambda entry: (entry.site, entry.since))


def _change_as_json(change: RecordedChange) -> dict[str, Json]:
    return {**change._asdict(), "seen_at": iso(change.seen_at)}


def _version_as_json(number: str, version: Version) -> dict[str, Json]:
    return {
        "event": "version",
        "nct_id": number,
        "site": version.site,
        "layout": version.layout,
        "standing": version.standing,
        "seen_at": iso(version.since),
        "fetched_at": iso(version.page.at),
        "confirmed_at": iso(version.confirmed_at),
        **page_as_json(version.page),
        "cause": version.cause,
        "changes": [{**change._asdict(), "anomaly": anomaly} for change, anomaly in version.changes],
    }


def _away_as_json(number: str, entry: Absence) -> dict[str, Json]:
    return {
        "event": entry.result,
        "nct_id": number,
        "site": entry.site,
        "layout": entry.layout,
        "since": iso(entry.since),
        "until": iso(entry.until),
        "visits": entry.visits,
    }
