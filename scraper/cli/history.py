"""history and changes: what became of trials, and of the pages that show them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Final

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
from scraper.store.timeline import NEW_PAGE, TrialVersion, changed_trials, timeline


@click.command()
@one_trial
@click.option("--by-site", is_flag=True, help="Every version of each page instead, and when a site did not show it.")
@sites_option("Every version of this site's pages instead.")
@form_option("table", "jsonl")
@settings_options
def history(number: str, sites: tuple[str, ...], form: str, *, by_site: bool) -> None:
    """Print every version of a trial: since when, which page brought it, and what changed.

    A page that says what the trial said already makes no version. With --by-site a version that the drift guard
    quarantined is printed, too, and marked as such.

    Exit code: 0; 3 nothing is known of the trial.
    """
    with Database(current_settings().store_url, read_only=True) as database:
        if by_site or sites:
            entries = _in_order(versions(database, number, sites), absences(database, number, sites))
            moments = []
        else:
            entries, moments = [], timeline(database, number)
        if not entries and not moments:
            raise current.why_no_record(database, number, sites)
    if form == "jsonl":
        for moment in moments:
            out(dumps(_moment_as_json(number, moment)))
        for entry in entries:
            out(dumps(_away_as_json(number, entry) if isinstance(entry, Absence) else _version_as_json(number, entry)))
    elif moments:
        tables.print_timeline(number, moments)
    else:
        tables.print_history(number, entries)


@click.command()
@click.option(
    "--since",
    callback=moment_of,
    metavar="WHEN",
    help="Seen, or effective, only since: 2026-11-01, 2026-11-01T03:00Z, 7d.",
)
@click.option("--until", callback=moment_of, metavar="WHEN", help="Seen before that; of a day, to its end.")
@sites_option("What changed on this site's pages instead.")
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
    """Print what changed in trials, run by run: trial, field, old value, new value, when and on which page it was seen.

    That another page says what the trial said already is no change. With --site, what changed on that site's pages.
    Quarantined changes are left out. Changes that were accepted since then are included, whenever they were seen.
    """
    with Database(current_settings().store_url, read_only=True) as database:
        find = partial(recorded_changes, sites=sites) if sites else changed_trials
        found = find(
            database, since=since, until=until, nct_ids=numbers, anomalies_only=anomalies, now=SystemClock().now()
        )
        if form == "jsonl":
            for change in found:
                out(dumps(_change_as_json(change)))
        elif not tables.print_changes(found):
            note("nothing changed")


def _in_order(kept: Sequence[Version], missed: Sequence[Absence]) -> list[Version | Absence]:
    """By site, then by time; what has no date comes first, as it does in the order of observations."""
    entries: list[Version | Absence] = [*kept, *missed]
    return sorted(entries, key=lambda entry: (entry.site, entry.since or _BEFORE_ALL))


_BEFORE_ALL: Final = datetime.min.replace(tzinfo=UTC)


def _moment_as_json(number: str, moment: TrialVersion) -> dict[str, Json]:
    return {
        "event": "version",
        "nct_id": number,
        "since": iso(moment.since),
        "pages": [
            {
                "site": version.site,
                "layout": version.layout,
                "cause": version.cause or NEW_PAGE,
                "seen_at": iso(version.since),
                **page_as_json(version.page),
            }
            for version in moment.versions
        ],
        "changes": [
            {**change._asdict(), "page": f"{version.site}/{version.layout}", "anomaly": anomaly}
            for change, version, anomaly in moment.changes
        ],
    }


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
