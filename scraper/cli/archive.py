"""The command that shows what was fetched: archive list, show, check."""

import sys

import click

from scraper.cli.diagnostics import note
from scraper.cli.options import current_settings, settings_options
from scraper.console.printing import out
from scraper.errors import NotFound, TrialPagesError
from scraper.fetch.archive import Archive
from scraper.fetch.client import open_archive
from scraper.fetch.exchange import Damaged, decoded
from scraper.fetch.warc import Unreadable
from scraper.masking import masked


@click.group()
def archive() -> None:
    """Show what was fetched, when, with which answer."""


@archive.command("list")
@click.argument("url", required=False)
@settings_options
def list_copies(url: str | None) -> None:
    """Print all copies, or those of one page, the newest first: time, status, type, file and place, URL."""
    with open_archive(current_settings()) as copies:
        _tell(copies)
        for copy in copies.copies(url):
            at, place = f"{copy.at:%Y-%m-%dT%H:%M:%SZ}", f"{copy.file}:{copy.start}"
            out(f"{at} {copy.status} {copy.content_type.partition(';')[0] or '-'} {place} {masked(copy.url)}")


@archive.command()
@click.argument("url")
@settings_options
def show(url: str) -> None:
    """Print the newest copy of a page, byte for byte, without its compression.

    On a terminal, what it would obey is shown as an escape.
    """
    settings = current_settings()
    with open_archive(settings) as copies:
        _tell(copies)
        copy = copies.newest(url)
        if copy is None:
            raise NotFound(f"{url} is not in the archive at {settings.archive_folder}", url=url)
        try:
            content = decoded(copies.read(copy), settings.body_limit)
        except (Unreadable, Damaged) as error:
            raise TrialPagesError(f"{url} cannot be shown: {error}", url=url) from error
    if sys.stdout.isatty():
        for line in content.decode(errors="backslashreplace").split("\n"):
            out(line.removesuffix("\r"))
    else:
        sys.stdout.buffer.write(content)


@archive.command()
@settings_options
def check() -> None:
    """Read every byte of the archive, and compare it with its digests and the catalogue; nothing is changed."""
    settings = current_settings()
    damages = 0
    with open_archive(settings) as copies:
        number = len(copies.copies())
        for damage in copies.check():
            damages += 1
            note(str(damage), "error")
    note(f"{number:,} copies in {settings.archive_folder}, {damages or 'none'} damaged")
    sys.exit(bool(damages))


def _tell(copies: Archive) -> None:
    if copies.is_without_catalogue:
        note("archive: there is no catalogue, so the files are read; the next fetch makes it anew")
    for problem in copies.problems:
        note(f"archive: {problem}")
