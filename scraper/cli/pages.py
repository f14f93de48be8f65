"""extract: local pages into records."""

import sys
from pathlib import Path

import click

from scraper.batch import PageResult, run
from scraper.cli.diagnostics import note_traceback
from scraper.console import records as output
from scraper.console.bars import bars, can_draw_bars
from scraper.console.printing import out, tell
from scraper.inputs import inputs_below


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, allow_dash=True))
@click.option("--url", help="The page's address, for one page.")
@click.option("--format", "form", type=click.Choice(["json", "jsonl", "table"]), default="json", show_default=True)
@click.option(
    "--save",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write the records here, as JSON lines.",
)
@click.option("--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes that read pages.")
@click.option("--quiet", is_flag=True, help="No issues and no progress on standard error.")
@click.option("--strict", is_flag=True, help="Exit with 1 where a record has issues.")
def extract(
    paths: tuple[str, ...],
    url: str | None,
    form: str,
    save: Path | None,
    jobs: int,
    *,
    quiet: bool,
    strict: bool,
) -> None:
    """Read pages into records.

    PATHS are files, folders, or - for standard input. Folders are searched for .html, .htm, .mhtml, .mht, .txt and
    .json files, each also as .gz. Records go to standard output, issues and failures to standard error.
    """
    several = len(paths) > 1 or Path(paths[0]).is_dir()
    if url is not None and several:
        raise click.UsageError("--url is the address of one page; give one file with it")
    totals = {}
    if several and not quiet and can_draw_bars(beside_data=form != "table"):
        totals[""] = sum(1 for _ in inputs_below(paths))
    records = failures = with_issues = 0
    code = 0
    with output.writer(form, several=several, save=save) as write, bars(totals) as step:
        for page in run(inputs_below(paths, url), jobs):
            step("")
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
        tell(_summary(records, failures, with_issues))
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
    return f"{count(records + failures, 'file')} in = {read}{issues} + {count(failures, 'failure')}"
