"""The options that set settings, and the settings in force."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click
from pydantic import ValidationError

from normalizers.identifiers import nct_id
from scraper.console.printing import columns
from scraper.settings import Effective, Settings, explain

_Command = TypeVar("_Command", bound=Callable[..., None])
_Result = TypeVar("_Result")

_FLAGS = "trialpages.settings"


def settings_options(command: _Command) -> _Command:
    """Add the options that set settings; `current_settings` and `settings_in_force` read them."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def current_settings() -> Settings:
    """The settings in force for the command that runs.

    Raises:
        click.UsageError: a value is not allowed, wherever it was set.
    """
    return _checked(lambda: Settings.model_validate(_flags()))


def settings_in_force() -> list[Effective]:
    """Every setting with its value and its origin.

    Raises:
        click.UsageError: a value is not allowed, wherever it was set.
    """
    return _checked(lambda: explain(_flags()))


def numbers_of(_: click.Context, __: click.Parameter, text: str | tuple[str, ...]) -> str | tuple[str, ...]:
    """Check arguments and options that are NCT ids: the numbers in capitals, each once.

    Raises:
        click.UsageError: one is none.
    """
    words = (text,) if isinstance(text, str) else text
    numbers = {word: nct_id(word) for word in words}
    for word, number in numbers.items():
        if number is None:
            raise click.UsageError(f"{word!r} is no NCT id, which is NCT and eight digits")
    found = tuple(dict.fromkeys(number for number in numbers.values() if number is not None))
    return found[0] if isinstance(text, str) else found


def form_option(*forms: str, programs: str | None = None) -> Callable[[_Command], _Command]:
    """Add the option --format, whose default is the first form.

    Args:
        forms: what the command can print.
        programs: the default in files and pipes, where it is another one there.
    """

    def chosen(_: click.Context, __: click.Parameter, form: str | None) -> str:
        return form or (forms[0] if programs is None or columns(sys.stdout) is not None else programs)

    default = f"{forms[0]}; {programs} in files and pipes" if programs else forms[0]
    return click.option("--format", "form", type=click.Choice(forms), callback=chosen, help=f"[default: {default}]")


def _flags() -> dict[str, object]:
    flags: dict[str, object] = click.get_current_context().meta.setdefault(_FLAGS, {})
    return flags


def _note(context: click.Context, option: click.Parameter, value: object) -> None:
    if value is None or value is False:
        return
    name = str(option.name)
    negative = name.startswith("no_")
    context.meta.setdefault(_FLAGS, {})[name.removeprefix("no_")] = not negative if value is True else value


def _checked(read: Callable[[], _Result]) -> _Result:
    try:
        return read()
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        # An error without a location concerns a whole source: a file or a variable that cannot be read.
        name = f"the setting {'.'.join(map(str, first['loc']))}" if first["loc"] else "the settings"
        raise click.UsageError(f"{name}: {first['msg'].removeprefix('Value error, ')}") from error


_OPTIONS = (
    click.option(
        "--home",
        type=click.Path(file_okay=False, path_type=Path),
        expose_value=False,
        callback=_note,
        help="The folder in which archive and index lie.",
    ),
    click.option("--log-json", is_flag=True, expose_value=False, callback=_note, help="Log JSON lines."),
    click.option("--no-archive", is_flag=True, expose_value=False, callback=_note, help="Keep no copies of pages."),
    click.option("--contact", expose_value=False, callback=_note, help="Whom a site may write to about our visits."),
    click.option(
        "--pace", type=float, expose_value=False, callback=_note, help="Seconds from one request to a host to the next."
    ),
)
