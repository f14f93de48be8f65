"""The command line: arguments in, library call, output, exit code."""

import os
import sqlite3
import sys
import traceback
from importlib import import_module
from typing import NoReturn

import click

from scraper.errors import TrialPagesError

_COMMANDS = {
    "archive": "scraper.cli.archive",
    "clean": "scraper.cli.pages",
    "config": "scraper.cli.about",
    "extract": "scraper.cli.pages",
    "fetch": "scraper.cli.web",
    "find": "scraper.cli.web",
    "index": "scraper.cli.web",
    "schema": "scraper.cli.about",
    "sites": "scraper.cli.about",
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


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="trialpages")
@click.option("--debug", is_flag=True, help="Show tracebacks.")
@click.pass_context
def trialpages(context: click.Context, *, debug: bool) -> None:
    """Pages about clinical trials in, one canonical record per trial out."""
    context.obj = debug


def main() -> NoReturn:
    """Run the command; every failure is one line on standard error and an exit code."""
    debug = "--debug" in sys.argv[1:2]
    try:
        trialpages(standalone_mode=False)
        sys.stdout.flush()
        code = 0
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        code = 130
    except BrokenPipeError:
        # The reader of a pipe has gone, as `| head` does. Nothing more can be written, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 141
    except (TrialPagesError, OSError, sqlite3.Error) as error:
        if debug:
            traceback.print_exc()
        print(f"error: {error}", file=sys.stderr)
        code = error.exit_code if isinstance(error, TrialPagesError) else 1
    sys.exit(code)
