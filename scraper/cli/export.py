"""The command that writes what the store holds into files of other programs: export."""

import sys
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import click

from scraper.atomic_write import atomic_path, atomic_write
from scraper.cli.diagnostics import note
from scraper.cli.options import current_settings, settings_options
from scraper.cli.reports import count
from scraper.console.bars import bars, can_draw_bars, goes_to_a_file
from scraper.console.printing import data_stream
from scraper.errors import NotFound, TrialPagesError
from scraper.exports.export import Export
from scraper.exports.formats import FORMATS, LEVELS, Entry, Format, Level, format_of
from scraper.exports.where import condition
from scraper.store import current
from scraper.store.database import Database
from scraper.store.history import recorded_changes
from scraper.store.timeline import changed_trials
from scraper.store.trials import number_of, trials


@click.command()
@click.option("--to", required=True, metavar="PATH", help="The file or folder; - is standard output.")
@click.option("--format", "name", type=click.Choice([one.name for one in FORMATS]), help="Else the ending says it.")
@click.option("--level", type=click.Choice(LEVELS), default="trial", show_default=True, help="A row for each of these.")
@click.option("--where", "wheres", multiple=True, metavar="CONDITION", help="As status=RECRUITING; all must hold.")
@click.option("--with-contacts", is_flag=True, help="Contacts, too; else they are left out, in free text as well.")
@settings_options
def export(to: str, name: str | None, level: Level, wheres: tuple[str, ...], *, with_contacts: bool) -> None:
    """Write trials into a file for a spreadsheet, a database or another program.

    A file appears whole or not at all. Without --with-contacts there are no contacts in it, and e-mail addresses and
    phone numbers in free text are masked.

    A condition is a field, one of = != < <= > >= ~ and a value: status=RECRUITING, start_date>=2024,
    locations.country=France, minimum_age>=18, title~knee. FIELD= asks for those where it is not known.

    Exit code: 0 all is written; 1 some trials could not be expressed; 3 nothing is kept.
    """
    try:
        form = format_of(to, name)
        conditions = [condition(text, level, with_contacts=with_contacts) for text in wheres]
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    if level not in form.levels:
        raise click.UsageError(f"{form.name} has one entry for each {form.levels[0]}: leave --level out")
    write = form.load()
    settings = current_settings()
    with Database(settings.store_url, read_only=True) as database:
        if database.is_in(Path(to)):
            raise click.UsageError(f"{to} is the store itself: name another file")
        total = number_of(database, level)
        if not total:
            raise NotFound("nothing is kept: trialpages import, or trialpages watch add and trialpages scrape")
        drawn = can_draw_bars(beside_data=to == "-") and not settings.log_json
        with bars({"": total} if drawn else {}) as step:
            work = Export(
                (),
                level,
                conditions,
                with_contacts=with_contacts,
                history=partial(changed_trials if level == "trial" else recorded_changes, database),
                tell=lambda line: note(line, "warning"),
            )
            entries = trials(database, failed=work.leave_out) if level == "trial" else current.records(database)
            work.source = _stepping(entries, step)
            try:
                with _place(form, to) as place:
                    write(work, place)
            except BrokenPipeError:
                raise
            except OSError as error:
                where = "standard output" if to == "-" else to
                raise TrialPagesError(f"{where} cannot be written: {error.strerror or error}") from error
    if to != "-":
        note(f"{count(work.written, level)} written to {to}")
    sys.exit(1 if work.failed else 0)


def _stepping(entries: Iterator[Entry], step: Callable[[str], None]) -> Iterator[Entry]:
    for entry in entries:
        yield entry
        step("")


@contextmanager
def _place(form: Format, to: str) -> Iterator[Any]:
    """What the format's writer writes to: see `Place`."""
    if form.place == "folder":
        made: Any = nullcontext(Path(to))
    elif form.place == "file":
        made = atomic_path(Path(to))
    elif to == "-":
        stream = data_stream()
        if form.encoding == "utf-8-sig" and goes_to_a_file():
            stream.write(BOM_UTF8.decode())
        made = nullcontext(stream)
    else:
        made = atomic_write(Path(to), form.encoding)
    with made as place:
        yield place
