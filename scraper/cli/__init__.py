"""The command line: arguments in, library call, output, exit code."""

import signal
import sqlite3
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import FrameType
from typing import NoReturn

import click

from scraper.console import printing as terminal
from scraper.errors import TrialPagesError
from scraper.masking import masked

_COMMANDS = {
    "archive": "scraper.cli.archive",
    "changes": "scraper.cli.history",
    "clean": "scraper.cli.page",
    "config": "scraper.cli.about",
    "conflicts": "scraper.cli.conflicts",
    "explain": "scraper.cli.explain",
    "export": "scraper.cli.export",
    "extract": "scraper.cli.pages",
    "fetch": "scraper.cli.web",
    "find": "scraper.cli.web",
    "health": "scraper.cli.runs",
    "history": "scraper.cli.history",
    "import": "scraper.cli.importing",
    "index": "scraper.cli.web",
    "page": "scraper.cli.page",
    "reextract": "scraper.cli.runs",
    "runs": "scraper.cli.runs",
    "schedule": "scraper.cli.scraping",
    "schema": "scraper.cli.about",
    "scrape": "scraper.cli.scraping",
    "show": "scraper.cli.show",
    "site": "scraper.cli.site",
    "sites": "scraper.cli.about",
    "snapshot": "scraper.cli.snapshot",
    "store": "scraper.cli.store",
    "watch": "scraper.cli.watch",
}
"""The module of each command. It is imported when it is called: reading a file need not load the network."""


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click gives it
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click gives it
        if cmd_name not in _COMMANDS:
            return None
        commands = vars(import_module(_COMMANDS[cmd_name])).values()  # `import` can be no name in a module
        return next(found for found in commands if isinstance(found, click.Command) and found.name == cmd_name)

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
    terminal.begin()
    try:
        with _ended_by_signals():
            code = _run()
        sys.stdout.flush()  # a full disk or a closed pipe shows here at the latest
    except click.ClickException as error:
        _print_error(error)
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        code = 130
    except BrokenPipeError:
        code = 141  # the reader of a pipe has gone, as `| head` does
    except Exception as error:  # noqa: BLE001 - a user sees one line, not a traceback
        if debug:
            for line in masked(traceback.format_exc()).rstrip().split("\n"):
                terminal.tell(line)
        _print_error(error)
        code = error.exit_code if isinstance(error, TrialPagesError) else 1
    # Where messages could not be written, only the exit code can say so.
    if not terminal.end():
        code = code or 1
    sys.exit(code)


def _run() -> int:
    """Run the command; its exit code, which most commands raise as SystemExit."""
    try:
        trialpages(standalone_mode=False)
    except SystemExit as ended:
        if isinstance(ended.__context__, BrokenPipeError):
            raise ended.__context__ from None
        return ended.code if isinstance(ended.code, int) else int(bool(ended.code))
    return 0


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Let SIGTERM and SIGHUP end the command as Ctrl-C does, so that half-written files are removed."""
    heeded = [number for number in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(number) is signal.SIG_DFL]
    for number in heeded:  # `nohup` ignores one
        signal.signal(number, _end)
    try:
        yield
    finally:
        for number in heeded:
            signal.signal(number, signal.SIG_DFL)


def _end(number: int, _: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)


def _print_error(error: Exception) -> None:
    diagnostics = import_module("scraper.cli.diagnostics")
    if isinstance(error, click.ClickException):
        if not diagnostics.log_is_json():
            _print_usage(error)
            return
        message = error.format_message()
    elif isinstance(error, (TrialPagesError, OSError, sqlite3.Error)):
        message = str(error)
    else:
        message = f"a mistake in trialpages: {type(error).__name__}: {error}; please report it (--debug shows where)"
    diagnostics.note(message, "error")


def _print_usage(error: click.ClickException) -> None:
    """Print as click would, with control characters in the message escaped."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        for line in error.format_message().split("\n"):
            terminal.tell(line)
        return
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context is not None:
        for line in context.get_usage().split("\n"):
            terminal.tell(line)
        terminal.tell(f"Try '{context.command_path} {context.help_option_names[0]}' for help.")
        terminal.tell("")
    message = error.format_message()
    if isinstance(error, click.MissingParameter):  # click writes it in several lines where there is a choice
        message = " ".join(message.split())
    terminal.tell(f"Error: {message}")
