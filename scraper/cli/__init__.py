"""The command line: arguments in, library call, output, exit code."""

import codecs
import io
import os
import sqlite3
import sys
import traceback
from importlib import import_module
from typing import NoReturn

import click

from scraper.errors import TrialPagesError
from scraper.masking import masked

_COMMANDS = {
    "archive": "scraper.cli.archive",
    "changes": "scraper.cli.kept",
    "clean": "scraper.cli.pages",
    "config": "scraper.cli.about",
    "explain": "scraper.cli.kept",
    "extract": "scraper.cli.pages",
    "fetch": "scraper.cli.web",
    "find": "scraper.cli.web",
    "health": "scraper.cli.runs",
    "history": "scraper.cli.kept",
    "index": "scraper.cli.web",
    "reextract": "scraper.cli.runs",
    "runs": "scraper.cli.runs",
    "schedule": "scraper.cli.scraping",
    "schema": "scraper.cli.about",
    "scrape": "scraper.cli.scraping",
    "show": "scraper.cli.kept",
    "sites": "scraper.cli.about",
    "store": "scraper.cli.store",
    "watch": "scraper.cli.watch",
}
"""Where each command is. It loads when it is called: who reads a file need not wait for what uses the network."""


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click gives it
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click gives it
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = getattr(import_module(_COMMANDS[cmd_name]), cmd_name)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; click would end it with a code of its own where the reader of a pipe has gone."""
        try:
            result: object = super().invoke(ctx)
        except BrokenPipeError as error:
            raise SystemExit from error
        return result


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="trialpages")
@click.option("--debug", is_flag=True, expose_value=False, help="Show tracebacks.")  # `main` heeds it
def trialpages() -> None:
    """Pages about clinical trials in, one canonical record per trial out."""


def main() -> NoReturn:
    """Run the command; every failure is one line on standard error and an exit code."""
    debug = "--debug" in sys.argv[1:2]
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_ESCAPES)
    try:
        code = _run()
        sys.stdout.flush()  # what a full disk or a closed pipe did not take shows here at the latest
    except click.ClickException as error:
        _tell(error)
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        code = 130
    except BrokenPipeError:
        code = 141  # the reader of a pipe has gone, as `| head` does
    except (TrialPagesError, OSError, sqlite3.Error) as error:
        if debug:
            sys.stderr.write(masked(traceback.format_exc()))
        _tell(error)
        code = error.exit_code if isinstance(error, TrialPagesError) else 1
    _leave_nothing_unwritten()
    sys.exit(code)


_ESCAPES = "trialpages.escapes"
"""How what an output cannot hold is written, as where it is ASCII."""


def _escaped(error: UnicodeError) -> tuple[str, int]:
    """What cannot be encoded, as JSON writes it: a program that reads the output gets the same words."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    escapes = (f"\\u{units[place : place + 2].hex()}" for place in range(0, len(units), 2))
    return "".join(escapes), error.end


codecs.register_error(_ESCAPES, _escaped)


def _run() -> int:
    """Run the command; its exit code, which most commands raise as SystemExit."""
    try:
        trialpages(standalone_mode=False)
    except SystemExit as ended:
        if isinstance(ended.__context__, BrokenPipeError):  # rich ends the program for it as well, with another code
            raise ended.__context__ from None
        return ended.code if isinstance(ended.code, int) else int(bool(ended.code))
    return 0


def _tell(error: Exception) -> None:
    notes = import_module("scraper.cli.notes")
    if not isinstance(error, click.ClickException):
        notes.note(str(error), "error")
    elif notes.log_is_json():
        notes.note(error.format_message(), "error")
    else:
        shown = io.StringIO()
        error.show(file=shown)
        click.echo(masked(shown.getvalue()), err=True, nl=False)


def _leave_nothing_unwritten() -> None:
    """Write what is left, or let go of it where nothing can be written: Python would try once more and complain."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
