"""Printing the past of trials: versions, absences, changes."""

from collections.abc import Iterable
from itertools import groupby

from scraper.cli.values import differences, location, minute
from scraper.console.printing import out
from scraper.console.tables import pairs, say
from scraper.store.history import Absence, RecordedChange, Sighting, Standing, Version
from scraper.store.tables import Result
from scraper.store.timeline import NEW_PAGE, TrialVersion


def print_history(nct_id: str, entries: Iterable[Version | Absence]) -> None:
    """Print the history of a trial, entry by entry.

    Args:
        nct_id: the trial.
        entries: in the order in which they are printed.
    """
    out(nct_id)
    for entry in entries:
        if isinstance(entry, Absence):
            where = entry.site if entry.layout is None else f"{entry.site}/{entry.layout}"
            say(f"{minute(entry.since)}  {where}  {_away(entry)}")
            continue
        mark = "" if entry.standing is Standing.EFFECTIVE else f"  [{entry.standing}]"
        kind = "first version" if entry.cause is None else _CAUSES[entry.cause]
        say(f"{minute(entry.since)}  {entry.site}/{entry.layout}  {kind}{mark}")
        say(f"{_page(entry.page)}; last seen {minute(entry.confirmed_at)}", indent=2)
        pairs(differences((change.field, change.old, change.new, anomaly) for change, anomaly in entry.changes))


def print_timeline(nct_id: str, moments: Iterable[TrialVersion]) -> None:
    """Print the versions of a trial, moment by moment: which pages brought it, and what changed by each of them.

    Args:
        nct_id: the trial.
        moments: the oldest first.
    """
    out(nct_id)
    for moment in moments:
        for version in moment.versions:
            brought = [one for one in moment.changes if one.version is version]
            if brought or moment.is_first:
                kind = "first version" if moment.is_first else _CAUSES[version.cause or NEW_PAGE]
                say(f"{minute(version.since)}  {version.site}/{version.layout}  {kind}")
                say(_page(version.page), indent=2)
                pairs(differences((*one.change, one.anomaly) for one in brought))


def print_changes(changes: Iterable[RecordedChange]) -> int:
    """Print changes below the page that brought them; memory holds those of one page.

    Returns:
        How many there were.
    """
    number = 0
    for (at, nct_id, site, layout, cause), group in groupby(
        changes, lambda change: (change.seen_at, change.nct_id, change.site, change.layout, change.cause)
    ):
        several = list(group)
        number += len(several)
        kind = "" if cause == "page" else f"  {_CAUSES[cause]}"
        say(f"{minute(at)}  {nct_id}  {site}/{layout}{kind}")
        pairs(differences((change.field, change.old, change.new, change.anomaly) for change in several))
    return number


_CAUSES = {"code": "the same page, read differently", "page": "changed", NEW_PAGE: "a page not known before"}


def _away(entry: Absence) -> str:
    what = "gone: not shown any more" if entry.result is Result.GONE else "absent: not shown"
    return what if entry.visits == 1 else f"{what}, {entry.visits:,} visits, the last {minute(entry.until)}"


def _page(page: Sighting) -> str:
    where = location(page)
    return f"{page.url or 'address not known'} sha256 {page.sha256[:12]}{f' at {where}' if where else ''}"
