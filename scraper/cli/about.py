"""Commands about trialpages itself: the schema, the sites, the settings."""

import click

from schemas.trial import field_description
from scraper.cli.options import settings_in_force, settings_options
from scraper.console import records as output
from scraper.console.printing import out
from scraper.console.tables import pairs
from scraper.field_rules import field_path, where
from scraper.sites import LAYOUTS


@click.command()
def schema() -> None:
    """Print the JSON Schema of a record."""
    for line in output.json_schema().splitlines():
        out(line)


@click.command()
@click.argument("field", required=False)
def sites(field: str | None) -> None:
    """Print what each layout of each site shows and never shows, and the forms of its addresses.

    With FIELD, such as status or design.masking: what the field means, and where each layout shows it.
    """
    if field is None:
        output.print_sites()
        return
    try:
        path = field_path(field)
        meaning = field_description(field)
    except (KeyError, ValueError) as error:
        message = (
            str(error) if isinstance(error, ValueError) else f"{field} is a part: name the field that it is part of"
        )
        raise click.UsageError(message) from error
    out(f"{field}: {meaning}")
    pairs(
        [(layout.key, "never shown" if field in layout.never_shows else where(layout.key, path)) for layout in LAYOUTS]
    )


@click.command()
@settings_options
def config() -> None:
    """Print the settings in force and where each comes from.

    A flag beats the environment (TRIALPAGES_PACE and so on), which beats trialpages.toml in the working folder.
    """
    pairs([(name, f"{value!s:40} {origin}") for name, value, origin in settings_in_force()], indent=0)
