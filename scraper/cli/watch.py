"""Commands over the watch list: watch add, remove, list."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, BinaryIO, Final

import click

from scraper.cli.diagnostics import note
from scraper.cli.options import current_settings, numbers_of, settings_options
from scraper.cli.reports import count
from scraper.console.printing import out_json
from scraper.console.tables import Table
from scraper.fetch.clock import SystemClock
from scraper.id_lists.found import find
from scraper.id_lists.rows import UnreadableList
from scraper.store import watch as watching
from scraper.store.database import Database
from scraper.store.tables import MAX_INTEGER


@click.group()
def watch() -> None:
    """Edit and print the watch list: the trials that runs visit."""


_files_option: Callable[[Callable[..., Any]], Callable[..., Any]] = click.option(
    "--file",
    "files",
    multiple=True,
    type=click.File("rb"),
    help="A spreadsheet, a table as text, or a plain list that holds NCT ids; - is standard input.",
)


@watch.command()
@click.argument("ids", nargs=-1, metavar="[NCT_IDS]...", callback=numbers_of)
@_files_option
@click.option(
    "--priority",
    type=click.IntRange(-MAX_INTEGER, MAX_INTEGER),
    help="The greater, the earlier in a run; 0 by default.",
)
@settings_options
def add(ids: tuple[str, ...], files: tuple[BinaryIO, ...], priority: int | None) -> None:
    """Put trials on the list; they are visited in the next run.

    Every NCT id in a file is taken, in whatever sheet, column or text it stands; rows without one are told. Files are
    .xlsx, .xlsm, .xlsb, .xls, .ods, or text in any encoding and with any separator. In text, what follows a # is passed
    over.
    """
    numbers = _with_files(ids, files)
    with Database(current_settings().store_url) as database:
        added = watching.add(database, numbers, SystemClock().now(), priority=priority)
        note(f"{added:,} added, {len(watching.watched(database)):,} on the list")


@watch.command()
@click.argument("ids", nargs=-1, metavar="[NCT_IDS]...", callback=numbers_of)
@_files_option
@settings_options
def remove(ids: tuple[str, ...], files: tuple[BinaryIO, ...]) -> None:
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


def _with_files(ids: Sequence[str], files: Iterable[BinaryIO]) -> list[str]:
    """NCT ids from arguments and files, each once; what stands in the files without being one is told.

    Raises:
        UnreadableList: a file cannot be read; nothing is done.
        click.UsageError: there is no id.
    """
    numbers = dict.fromkeys(ids)
    for file in files:
        name = "standard input" if file.name == "<stdin>" else file.name
        try:
            found = find(file.read())
        except UnreadableList as error:
            raise UnreadableList(f"{name} {error}; nothing was done") from error
        if found.without:
            more = f", and {len(found.without) - _NAMED:,} more" if len(found.without) > _NAMED else ""
            named = ", ".join(map(str, found.without[:_NAMED]))
            note(f"{name}: no NCT id, which is NCT and eight digits, in {named}{more}", "warning")
        if found.repeated:
            note(f"{name}: {count(found.repeated, 'id')} more than once")
        if not found.numbers:
            raise click.UsageError(f"{name} holds no NCT id; nothing was done")
        numbers.update(dict.fromkeys(found.numbers))
    if not numbers:
        raise click.UsageError("give NCT ids, or files of them with --file")
    return list(numbers)


_NAMED: Final = 3
"""Rows that a warning shows at most."""
