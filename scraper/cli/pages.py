"""extract: local pages into records."""

import sys
from datetime import datetime
from pathlib import Path

import click

from scraper.batch import PageResult, run
from scraper.cli.diagnostics import note_traceback
from scraper.cli.reading import Reading, captured_at_option, jobs_option
from scraper.console import records as output
from scraper.console.bars import can_draw_bars
from scraper.console.printing import out, tell
from scraper.imports.entries import records_passed_over


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, allow_dash=True))
@click.option("--url", help="The page's address, for one page.")
@click.option(
    "--format", "form", type=click.Choice(["json", "jsonl", "csv", "table"]), default="json", show_default=True
)
@click.option(
    "--save",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write the records here, as JSON lines.",
)
@captured_at_option
@jobs_option
@click.option("--quiet", is_flag=True, help="No issues and no progress on standard error.")
@click.option("--strict", is_flag=True, help="Exit with 1 where a record has issues.")
def extract(
    paths: tuple[str, ...],
    url: str | None,
    form: str,
    save: Path | None,
    *,
    captured_at: datetime | None,
    jobs: int,
    quiet: bool,
    strict: bool,
) -> None:
    """Read pages into records.

    PATHS are files, folders, or - for standard input. A file is one page (HTML, MHTML, the text of a page, a record of
    the registry), or holds several: WARC and WACZ, a list of studies, JSON Lines of studies or of objects with the
    html, url and fetched_at of a page. All may be gzipped. Folders are searched for files that are called so: .html,
    .htm, .mhtml, .mht, .txt, .json, .jsonl, .ndjson, .warc and .wacz, also with .gz; and for others that begin as HTML.
    Records go to standard output, as CSV one row for each page, without contacts; issues and failures go to standard
    error.
    """
    reading = Reading(quiet=quiet)
    inputs, several = reading.inputs(paths, url, captured_at)
    records = failures = with_issues = 0
    code = 0
    drawn = several and not quiet and can_draw_bars(beside_data=form != "table")
    with output.writer(form, several=several, save=save) as write, reading.drawn(paths, shown=drawn):
        for page in run(inputs, jobs):
            reading.came()
            if page.error is not None:
                failures += 1
                code = page.exit_code
                tell(f"error: {page.name}: {page.error}")
                note_traceback(page.traceback)
                continue
            records += 1
            with_issues += bool(page.issues)
            write(page)
            if not quiet:
                _echo_issues(page)
    if several:
        tell(f"{_summary(records, failures, with_issues)}{records_passed_over(reading.records)}")
        if save is not None:
            (out if form == "table" else tell)(f"records: {save}")
        code = 1 if failures else 0
    if not code and strict and with_issues:
        code = 1
    sys.exit(code)


def _echo_issues(page: PageResult) -> None:
    for issue in page.issues:
        tell(f"issue: {page.name}: {issue}")


def _summary(records: int, failures: int, with_issues: int) -> str:
    def count(number: int, noun: str) -> str:
        return f"{number:,} {noun}{'' if number == 1 else 's'}"

    read = count(records, "record")
    issues = f" ({with_issues:,} with issues)" if with_issues else ""
    return f"{count(records + failures, 'page')} in = {read}{issues} + {count(failures, 'failure')}"
