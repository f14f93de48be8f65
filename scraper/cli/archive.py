"""Commands over the archive of fetched pages: archive list, show, check."""

import sys

import click

from scraper.cli.diagnostics import note
from scraper.cli.options import current_settings, settings_options
from scraper.console.printing import out
from scraper.errors import NotFound, TrialPagesError
from scraper.fetch.archive.archive import Archive
from scraper.fetch.archive.warc import Unreadable
from scraper.fetch.client import open_archive
from scraper.fetch.exchange import DamagedBody, decoded
from scraper.masking import masked


@click.group()
def archive() -> None:
    """List, show and check archived pages."""


@archive.command("list")
@click.argument("url", required=False)
@settings_options
def list_captures(url: str | None) -> None:
    """Print all captures, or those of one page, the newest first: time, status, type, file and position, URL."""
    with open_archive(current_settings()) as archived:
        _tell(archived)
        for capture in archived.captures(url):
            at, location = f"{capture.at:%Y-%m-%dT%H:%M:%SZ}", f"{capture.file}:{capture.start}"
            media_type = capture.content_type.partition(";")[0] or "-"
            out(f"{at} {capture.status} {media_type} {location} {masked(capture.url)}")


@archive.command()
@click.argument("url")
@settings_options
def show(url: str) -> None:
    """Print the newest capture of a page, byte for byte, without its compression.

    On a terminal, what it would obey is shown as an escape.
    """
    settings = current_settings()
    with open_archive(settings) as archived:
        _tell(archived)
        capture = archived.newest(url)
        if capture is None:
            raise NotFound(f"{url} is not in the archive at {settings.archive_folder}", url=url)
        try:
            content = decoded(archived.read(capture), settings.body_limit)
        except (Unreadable, DamagedBody) as error:
            raise TrialPagesError(f"{url} cannot be shown: {error}", url=url) from error
    if sys.stdout.isatty():
        for line in content.decode(errors="backslashreplace").split("\n"):
            out(line.removesuffix("\r"))
    else:
        sys.stdout.buffer.write(content)


@archive.command()
@settings_options
def check() -> None:
    """Read every byte of the archive, and compare it with its digests and the CDX index; nothing is changed."""
    settings = current_settings()
    damages = 0
    with open_archive(settings) as archived:
        number = len(archived.captures())
        for damage in archived.check():
            damages += 1
            note(str(damage), "error")
    note(f"{number:,} captures in {settings.archive_folder}, {damages or 'none'} damaged")
    sys.exit(bool(damages))


def _tell(archived: Archive) -> None:
    if archived.is_without_index:
        note("archive: there is no CDX index, so the files are read; the next fetch makes it again")
    for problem in archived.problems:
        note(f"archive: {problem}")
