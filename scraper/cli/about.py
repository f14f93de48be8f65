"""Commands about trialpages itself: the schema, the sites, the settings."""

import click

from scraper.cli.options import settings_in_force, settings_options
from scraper.console import records as output
from scraper.console.printing import out
from scraper.console.tables import pairs


@click.command()
def schema() -> None:
    """Print the JSON Schema of a record."""
    for line in output.json_schema().splitlines():
        out(line)


@click.command()
def sites() -> None:
    """Print what each layout of each site shows and never shows, and the forms of its addresses."""
    output.print_sites()


@click.command()
@settings_options
def config() -> None:
    """Print the settings in force and where each comes from.

    A flag beats the environment (TRIALPAGES_PACE and so on), which beats trialpages.toml in the working folder.
    """
    pairs([(name, f"{value!s:40} {origin}") for name, value, origin in settings_in_force()], indent=0)
