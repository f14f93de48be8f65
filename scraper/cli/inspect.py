"""Commands that inspect the store: show, history, changes, explain."""

import sys
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final, TypeVar

import click

from scraper import provenance as explaining
from scraper.batch import printable
from scraper.cli import tables
from scraper.cli.diagnostics import note
from scraper.cli.options import current_settings, numbers_of, settings_options
from scraper.cli.reports import count
from scraper.console import records as output
from scraper.console.printing import out, out_json
from scraper.fetch.clock import SystemClock
from scraper.field_rules import FieldPath, field_path
from scraper.provenance import Explained
from scraper.sites import SITES
from scraper.store import current
from scraper.store.database import Database
from scraper.store.history import Absence, RecordedChange, Sighting, Version, absences, recorded_changes, versions
from scraper.store.json import Json, dumps

_Command = TypeVar("_Command", bound=Callable[..., None])


def _path(_: click.Context, __: click.Parameter, text: str) -> FieldPath:
    try:
        return field_path(text.strip())
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def _moment(_: click.Context, option: click.Parameter, text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return moment(text.strip(), SystemClock().now(), end=option.name == "until")
    except (ValueError, OverflowError) as error:
        raise click.BadParameter(
            f"{text!r} is no moment: write 2026-11-01, 2026-11-01T03:00Z, or 7d, 12h, 2w for so long ago"
        ) from error


def moment(text: str, now: datetime, *, end: bool = False) -> datetime:
    """The moment in UTC that a user names.

    Args:
        text: a day, a time (UTC unless it says otherwise), or how long ago in hours, days or weeks.
        now: the moment.
        end: whether a day means its end, not its beginning.

    Raises:
        ValueError: it is none of these.
        OverflowError: it is before or after all dates.
    """
    if text[-1:] in _HOURS and text[:-1].isdecimal():
        return now - timedelta(hours=int(text[:-1]) * _HOURS[text[-1]])
    try:
        day = date.fromisoformat(text)
    except ValueError:
        at = datetime.fromisoformat(text)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=int(end))


_HOURS: Final = {"d": 24, "h": 1, "w": 168}
"""Hours of each unit of a time ago."""

_one_trial = click.argument("number", metavar="NCT_ID", callback=numbers_of)

_sites = click.option("--site", "sites", multiple=True, type=click.Choice([*SITES]), help="This site alone.")


def _form(*forms: str) -> Callable[[_Command], _Command]:
    return click.option("--format", "form", type=click.Choice(forms), default=forms[0], show_default=True)


@click.command()
@click.argument("numbers", nargs=-1, metavar="[NCT_ID]...", callback=numbers_of)
@_sites
@_form("json", "jsonl", "table")
@settings_options
def show(numbers: tuple[str, ...], sites: tuple[str, ...], form: str) -> None:
    """Print what each site shows of trials now: the effective records.

    Without numbers, of all trials. A table of one trial has a column for each site.

    Exit code: 0 every trial is there; 1 some are not; 3 none is.
    """
    with Database(current_settings().store_url, read_only=True) as database:
        seen: set[str] = set()
        if form == "table" and len(numbers) == 1:
            found = list(current.records(database, numbers, sites))
            if found:
                tables.print_side_by_side(found, current.last_confirmed(database, numbers[0]))
            seen.update(record.trial.nct_id for record in found)
        else:
            with output.writer(form, several=True, save=None) as write:
                for record in current.records(database, numbers or None, sites):
                    seen.add(record.trial.nct_id)
                    write(printable(record.source.url or record.trial.nct_id, record))
        sys.stdout.flush()  # so that the diagnostics follow it on a terminal, too
        missing = [number for number in numbers if number not in seen]
        for number in missing:
            note(str(current.why_no_record(database, number, sites)), "error")
        _print_notes(database, numbers, sites, seen)
    sys.exit(0 if not missing else 1 if seen else 3)


@click.command()
@_one_trial
@_sites
@_form("table", "jsonl")
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
    callback=_moment,
    metavar="WHEN",
    help="Seen, or effective, only since: 2026-11-01, 2026-11-01T03:00Z, 7d.",
)
@click.option("--until", callback=_moment, metavar="WHEN", help="Seen before that; of a day, to its end.")
@_sites
@click.option("--nct", "numbers", multiple=True, metavar="NCT_ID", callback=numbers_of, help="This trial alone.")
@click.option("--anomalies", is_flag=True, help="Only improbable changes.")
@_form("jsonl", "table")
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


@click.command()
@_one_trial
@click.argument("path", metavar="FIELD", callback=_path)
@_sites
@_form("table", "json")
@settings_options
def explain(number: str, path: FieldPath, sites: tuple[str, ...], form: str) -> None:
    """Print why a field is what it is: value, words on the page, page, rule, and what it was before.

    FIELD is a canonical path: status, eligibility.minimum_age, arms[0].label, or as changes name it:
    "arms[Placebo].description".

    Exit code: 0; 2 there is no such field; 3 nothing is kept of the trial.
    """
    with Database(current_settings().store_url, read_only=True) as database:
        explained = explaining.explain(versions(database, number, sites), path)
        if not explained:
            raise current.why_no_record(database, number, sites)
        if form == "table":
            tables.print_explained(number, str(path), explained)
        else:
            told = {"nct_id": number, "field": str(path), "sites": [_explained_as_json(one) for one in explained]}
            out_json(told, 2)
        sys.stdout.flush()
        _print_notes(database, [number], sites, {number})


def _print_notes(database: Database, numbers: Sequence[str], sites: Sequence[str], seen: set[str]) -> None:
    """Print which trials are gone, not seen last, quarantined, not judged yet, or not visited yet."""
    wanted = numbers or None
    lines = [
        f"gone: {lost.nct_id} is not shown by {lost.site}/{lost.layout} any more, since {tables.minute(lost.since)} UTC"
        for lost in current.gone_pages(database, wanted, sites)
    ]
    lines += [
        f"not seen: {page.nct_id} {page.site}/{page.layout} since {tables.minute(page.seen_at)} UTC:"
        " the last visit failed; see trialpages runs"
        for page in current.stale_pages(database, wanted, sites)
    ]
    unjudged = Counter[int]()
    for page in current.pending_pages(database, wanted, sites):
        if not numbers and not page.is_quarantined:
            unjudged[page.run_id] += 1  # all of a run's pages wait for the same
        elif page.nct_id in seen or not numbers:
            what = "quarantined" if page.is_quarantined else "not judged yet"
            see = "see trialpages health" if page.layout_is_quarantined else "its next visit reads it again"
            see = see if page.is_quarantined else f"run {page.run_id} has not ended"
            layout = f"{page.site}/{page.layout}"
            lines.append(f"{what}: {page.nct_id} {layout} of {tables.minute(page.seen_at)} UTC: {see}")
    for run_id, pages in unjudged.items():
        lines.append(f"not judged yet: {count(pages, 'page')} of run {run_id}, which has not ended")
    if not numbers:
        unseen = current.trials_without_record(database)
        if not unseen and not seen and not lines:
            lines.append("nothing is kept yet: trialpages watch add NCT_ID, then trialpages scrape")
        lines += [f"not kept yet: {number}" for number in unseen]
    longest = len(lines) if numbers or len(lines) <= 20 else 20
    for line in lines[:longest]:
        note(line)
    if lines[longest:]:
        note(f"and {len(lines) - longest:,} more; see trialpages health, or name the trials")


def _in_order(kept: Sequence[Version], missed: Sequence[Absence]) -> list[Version | Absence]:
    """By site, then by time."""
    entries: list[Version | Absence] = [*kept, *missed]
    return sorted(entries, key=lambda entry: (entry.site, entry.since))


def _change_as_json(change: RecordedChange) -> dict[str, Json]:
    return {**change._asdict(), "seen_at": _iso(change.seen_at)}


def _version_as_json(number: str, version: Version) -> dict[str, Json]:
    return {
        "event": "version",
        "nct_id": number,
        "site": version.site,
        "layout": version.layout,
        "standing": version.standing,
        "seen_at": _iso(version.since),
        "fetched_at": _iso(version.page.at),
        "confirmed_at": _iso(version.confirmed_at),
        **_page_as_json(version.page),
        "cause": version.cause,
        "changes": [{**change._asdict(), "anomaly": anomaly} for change, anomaly in version.changes],
    }


def _away_as_json(number: str, entry: Absence) -> dict[str, Json]:
    return {
        "event": entry.result,
        "nct_id": number,
        "site": entry.site,
        "layout": entry.layout,
        "since": _iso(entry.since),
        "until": _iso(entry.until),
        "visits": entry.visits,
    }


def _explained_as_json(one: Explained) -> dict[str, Json]:
    return {
        "site": one.site,
        "layout": one.layout,
        "state": one.state,
        "value": one.value,
        "words": [{"path": path, **quote.model_dump(mode="json")} for path, quote in one.words],
        "rule": one.rule,
        "issues": [issue.model_dump(mode="json") for issue in one.issues],
        **_page_as_json(one.page),
        "seen_at": _iso(one.page.at),
        "since": _iso(one.since),
        "confirmed_at": _iso(one.confirmed_at),
        "earlier": [
            {"value": value, "since": _iso(since), "until": _iso(until)} for value, since, until in one.earlier
        ],
    }


def _page_as_json(page: Sighting) -> dict[str, Json]:
    location: Json = None if page.file is None else {"file": page.file, "start": page.start}
    return {"url": page.url, "sha256": page.sha256, "archive": location}


def _iso(at: datetime | None) -> str | None:
    return None if at is None else f"{at:%Y-%m-%dT%H:%M:%SZ}"
