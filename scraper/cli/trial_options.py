"""Arguments and options of the commands that inspect trials of the store."""

from collections.abc import Callable
from typing import TypeVar

import click

from scraper.cli.options import numbers_of
from scraper.field_rules import FieldPath, field_path
from scraper.sites import SITES

_Command = TypeVar("_Command", bound=Callable[..., None])

one_trial = click.argument("number", metavar="NCT_ID", callback=numbers_of)

some_trials = click.argument("numbers", nargs=-1, metavar="[NCT_ID]...", callback=numbers_of)


def sites_option(what: str) -> Callable[[_Command], _Command]:
    """Add the option --site, which can be given several times.

    Args:
        what: what the command prints where it is given.
    """
    return click.option("--site", "sites", multiple=True, type=click.Choice([*SITES]), help=what)


def path_of(_: click.Context, __: click.Parameter, text: str) -> FieldPath:
    """Check an argument that is a canonical path.

    Raises:
        click.UsageError: the schema has no such field.
    """
    try:
        return field_path(text.strip())
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def fields_of(_: click.Context, __: click.Parameter, texts: tuple[str, ...]) -> tuple[str, ...]:
    """Check options that are canonical paths: the fields that they are, or are part of, each once.

    Raises:
        click.UsageError: the schema has no such field.
    """
    try:
        return tuple(dict.fromkeys(field for text in texts for field in field_path(text.strip()).decided_fields))
    except ValueError as error:
        raise click.UsageError(str(error)) from error
