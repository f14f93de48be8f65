"""Printing the report of a run as tables and sentences."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from scraper.console.tables import Table, say
from scraper.jobs.report import ImportedPages, Report, TrialPage


def print_report(report: Report) -> None:
    """Print a report on standard output: trials and visits by result, changes, and what a person must look at.

    Args:
        report: of a run that has ended.
    """
    resumed = ", ".join(map(str, report.resumed))
    if report.imported is not None:
        _print_import(report, report.imported)
        return
    trials = report.trials
    say(
        f"run {report.run} began {report.started_at:%Y-%m-%d %H:%M} UTC,"
        f" took {_took(report)}{f', resumed run {resumed}' if resumed else ''}"
    )
    if report.clock is not None:
        say(report.clock)
    say(
        f"{count(trials.visited, 'trial')} in = {trials.kept:,} kept + {trials.unchanged:,} unchanged"
        f" + {trials.failed:,} failed"
    )
    if report.sites:
        sites = Table("site", "visits", "kept", "unchanged", "absent", "gone", "failed", words={"site"})
        for site, line in report.sites.items():
            figures = (line.visits, line.kept, line.unchanged, line.absent, line.gone, line.failed)
            sites.add(site, *(f"{figure:,}" for figure in figures))
        sites.show()
    for layout in report.quarantined:
        refused = f", {layout.refused:,} not understood" if layout.refused else ""
        missing = f", {layout.missing:,} missing" if layout.missing else ""
        say(f"quarantined: {layout.site}/{layout.layout}, {count(layout.pages, 'page')} read{refused}{missing}")
        for reason in layout.reasons:
            say(reason, indent=2)
        well = "read as they should be" if layout.pages else "really gone"
        accept = f"; if they are {well}: trialpages health --accept {layout.site}"
        say(
            f"look at the pages (trialpages archive show URL){accept if layout.pages or layout.missing else ''}",
            indent=2,
        )
    _say_pages("gone, not shown any more", report.gone)
    _say_pages("there again", report.returned)
    anomalies = f", {report.anomalies:,} of them improbable" if report.anomalies else ""
    say(
        f"{count(report.versions, 'new version')}, {count(report.changes, 'change')}{anomalies},"
        f" {count(report.failures, 'failure')}"
    )
    if report.failures:
        say(f"failures: trialpages runs show {report.run} --failures", indent=2)
    if report.changes:
        say(f"changes: trialpages changes --since {report.first_started_at:%Y-%m-%dT%H:%MZ}", indent=2)


def _print_import(report: Report, pages: ImportedPages) -> None:
    """Print the report of an import; the line that adds up stands last."""
    say(f"run {report.run} began {report.started_at:%Y-%m-%d %H:%M} UTC, took {_took(report)}: an import")
    if report.clock is not None:
        say(report.clock)
    say(
        f"{count(report.trials.visited, 'trial')}, {count(report.versions, 'new version')},"
        f" {count(report.changes, 'change')} to what was current"
    )
    if report.failures:
        say(f"refused pages: trialpages runs show {report.run} --failures", indent=2)
    say(str(pages))


def _took(report: Report) -> str:
    return duration(report.ended_at - report.started_at if report.took is None else timedelta(seconds=report.took))


def _say_pages(what: str, pages: Sequence[TrialPage]) -> None:
    for page in pages[:_LISTED]:
        say(f"{what}: {page.nct_id} {page.site}/{page.layout}")
    if pages[_LISTED:]:
        say(f"{what}: {len(pages) - _LISTED:,} more, in the report as JSON")


_LISTED: Final = 20
"""Pages that are named one by one."""


def count(number: int, noun: str) -> str:
    """A number with its noun, as in `1 page` and `2,000 pages`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def duration(time: timedelta) -> str:
    """A duration in its two greatest units, as in `4 min 12 s`."""
    seconds = round(time.total_seconds())
    minutes, hours = seconds // 60, seconds // 3600
    if hours:
        return f"{hours:,} h {minutes % 60} min"
    return f"{minutes} min {seconds % 60} s" if minutes else f"{seconds} s"


def sparkline(shares: Sequence[float | None]) -> str:
    """Shares from 0 to 1 as bars, a full one only for all, and a dot where there is none."""
    return "".join("·" if share is None else "▁▂▃▄▅▆▇█"[int(share * 7 + 1e-9)] for share in shares)
