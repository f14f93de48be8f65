"""The command that reads pages from files into the store: import."""

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

import click

from scraper.cli.diagnostics import note, note_traceback
from scraper.cli.options import current_settings, settings_options
from scraper.cli.reading import Reading, captured_at_option, jobs_option
from scraper.cli.reports import count, print_report
from scraper.console.bars import can_draw_bars
from scraper.console.printing import out_json, tell
from scraper.console.tables import say
from scraper.fetch.clock import SystemClock
from scraper.imports.entries import records_passed_over
from scraper.jobs.importing import ReadPage, import_pages, read_pages
from scraper.store.database import Database


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, allow_dash=True))
@click.option("--url", help="The page's address, for one page.")
@captured_at_option
@jobs_option
@click.option("--dry-run", is_flag=True, help="Read all pages, tell what is refused, and save nothing.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option("--quiet", is_flag=True, help="No refused page, nothing that is passed over, and no progress is shown.")
@settings_options
def importing(
    paths: tuple[str, ...],
    url: str | None,
    form: str,
    *,
    captured_at: datetime | None,
    jobs: int,
    dry_run: bool,
    quiet: bool,
) -> None:
    """Read pages from files into the store, each dated as it was captured.

    PATHS are what `trialpages extract` reads: files, folders, WARC and WACZ files, downloads of the registry. A page
    that was captured before the one that is current adds to the history and replaces nothing. The same page a second
    time adds nothing, so that an import that was interrupted is begun again as it was.

    A time of capture is what the page or what holds it says; else --captured-at; else, of a page with a browser's mark
    "saved from", that of the file. A page without one counts as older than all others. Imported trials are not visited
    by runs: put them on the list with `trialpages watch add`.

    Exit code: 0 all well; 1 pages were refused, or another run is under way.
    """
    settings = current_settings()
    reading = Reading(quiet=quiet)
    inputs, _ = reading.inputs(paths, url, captured_at)

    def came(page: ReadPage) -> None:
        reading.came()
        if page.letter is not None and not quiet:
            tell(f"error: {page.letter.failure.message}")
            note_traceback(page.letter.failure.traceback)

    shown = not quiet and not settings.log_json and can_draw_bars()
    if dry_run:
        with reading.drawn(paths, shown=shown):
            tried = _tried(read_pages(inputs, SystemClock(), jobs), came)
        sys.exit(_print_tried(tried, reading.records, form))
    with Database(settings.store_url) as database, reading.drawn(paths, shown=shown):
        report = import_pages(
            database, inputs, settings, SystemClock(), jobs=jobs, passed_over=reading.records, on_page=came
        )
    if form == "json":
        out_json(report.as_json(), 2)
    else:
        print_report(report)
    sys.exit(report.exit_code)


def _tried(pages: Iterable[ReadPage], came: Callable[[ReadPage], None]) -> Counter[str]:
    """How many pages are refused, by reason, and under no reason how many are read."""
    tried: Counter[str] = Counter()
    for page in pages:
        came(page)
        tried[page.reason] += 1
    return tried


def _print_tried(tried: Counter[str], passed_over: Mapping[str, int], form: str) -> int:
    """Print what an import would read and refuse; its exit code."""
    refused = {reason: number for reason, number in tried.most_common() if reason}
    number = sum(refused.values())
    if form == "json":
        out_json({"read": tried[""], "refused": refused, "passed_over": passed_over}, 2)
    else:
        reasons = ", ".join(f"{number:,} {reason}" for reason, number in refused.items())
        say(
            f"{count(tried.total(), 'page')} in = {tried['']:,} read + {number:,} refused"
            f"{f' ({reasons})' if reasons else ''}{records_passed_over(passed_over)}"
        )
        note("nothing was saved: this was a dry run")
    return 1 if number else 0
