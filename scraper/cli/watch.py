"""Commands over the watch list: watch add, remove, list."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import click

from normalizers.identifiers import nct_id
from scraper.cli.diagnostics import note
from scraper.cli.options import current_settings, numbers_of, settings_options
from scraper.console.printing import out_json
from scraper.console.tables import Table
from scraper.fetch.clock import SystemClock
from scraper.store import watch as watching
from scraper.store.database import Database
from scraper.store.tables import MAX_INTEGER


@click.group()
def watch() -> None:
    """Edit and print the watch list: the trials that runs visit."""


@watch.command()
@click.argument("ids", nargs=-1, metavar="[NCT_IDS]...", callback=numbers_of)
@click.option(
    "--file", "files", multiple=True, type=click.File(encoding="utf-8-sig"), help="One id a line; - is standard input."
)
@click.option(
    "--priority",
    type=click.IntRange(-MAX_INTEGER, MAX_INTEGER),
    help="The greater, the earlier in a run; 0 by default.",
)
@settings_options
def add(ids: tuple[str, ...], files: tuple[Iterable[str], ...], priority: int | None) -> None:
    """Put trials on the list; they are visited in the next run.

    Files hold one NCT id a line; what follows it after a blank or a comma, and what follows a #, is passed over.
    """
    numbers = _with_files(ids, files)
    with Database(current_settings().store_url) as database:
        added = watching.add(database, numbers, SystemClock().now(), priority=priority)
        note(f"{added:,} added, {len(watching.watched(database)):,} on the list")


@watch.command()
@click.argument("ids", nargs=-1, metavar="[NCT_IDS]...", callback=numbers_of)
@click.option(
    "--file", "files", multiple=True, type=click.File(encoding="utf-8-sig"), help="One id a line; - is standard input."
)
@settings_options
def remove(ids: tuple[str, ...], files: tuple[Iterable[str], ...]) -> None:
    """Take trials off the list; their records stay."""
    numbers = _with_files(ids, files)
    with Database(current_settings().store_url) as database:
        removed = watching.remove(database, numbers, SystemClock().now())
        note(f"{removed:,} removed, {len(watching.watched(database)):,} on the list")


@watch.command("list")
@click.option("--format", "form", type=click.Choice(["table", "jsonl"]), default="table", show_default=True)
@settings_options
def list_watched(form: str) -> None:
    """Print the trials on the list: priority, since when, when last visited and when due again."""
    with Database(current_settings().store_url, read_only=True) as database:
        trials = watching.watched(database)
    if form == "jsonl":
        for trial in trials:
            moments = {
                name: moment and f"{moment:%Y-%m-%dT%H:%M:%SZ}"
                for name, moment in trial._asdict().items()
                if isinstance(moment, datetime | None)
            }
            out_json({**trial._asdict(), **moments})
        return
    if not trials:
        note("the watch list is empty; trialpages watch add NCT… puts trials on it")
        return
    headings = ("NCT id", "priority", "on the list since", "last visited", "due")
    table = Table(*headings, words=set(headings) - {"priority"})
    for trial in trials:
        due = "now" if trial.due_at is None else f"{trial.due_at:%Y-%m-%d %H:%M}"
        visited = "" if trial.visited_at is None else f"{trial.visited_at:%Y-%m-%d %H:%M}"
        table.add(trial.nct_id, str(trial.priority), f"{trial.since:%Y-%m-%d %H:%M}", visited, due)
    table.show()


def _with_files(ids: Sequence[str], files: Iterable[Iterable[str]]) -> list[str]:
    """NCT ids from arguments and files, each once.

    Raises:
        click.UsageError: something is none, or there is nothing; the message names the first few.
    """
    numbers = dict.fromkeys(ids)
    wrong = []
    for file in files:
        name = getattr(file, "name", "a file")
        try:
            lines = list(file)
        except UnicodeDecodeError as error:
            raise click.UsageError(f"{name} is no UTF-8 text; nothing was done") from error
        for number_of_line, line in enumerate(lines, 1):
            word = next(iter(line.partition("#")[0].replace(",", " ").split()), None)
            if word is None:
                continue
            number = nct_id(word)
            if number is None:
                wrong.append(f"{word!r} in line {number_of_line} of {name}")
            else:
                numbers[number] = None
    if wrong:
        more = f" and {len(wrong) - 3:,} more" if len(wrong) > 3 else ""
        raise click.UsageError(
            f"no NCT id, which is NCT and eight digits: {', '.join(wrong[:3])}{more}; nothing was done"
        )
    if not numbers:
        raise click.UsageError("give NCT ids, or files of them with --file")
    return list(numbers)
