"""What the commands that ask sites have in common: who asks, where answers come from, what is told meanwhile."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import click
from structlog.typing import FilteringBoundLogger

from scraper.cli.diagnostics import note
from scraper.console.printing import Lines, tell
from scraper.discovery.find import NO_PAGES
from scraper.discovery.index import PageIndex
from scraper.fetch.archive.warc import Unreadable
from scraper.fetch.client import Fetcher
from scraper.layouts.candidate_urls import Lookup
from scraper.log import SILENT, logger
from scraper.settings import Settings
from scraper.sites import CANDIDATE_URLS, HOSTS

_Command = TypeVar("_Command", bound=Callable[..., None])


def network_options(command: _Command) -> _Command:
    """The options of commands that ask sites: which ones, where answers come from, how much is told."""
    for option in (
        click.option("--quiet", is_flag=True, help="Failures alone on standard error."),
        click.option(
            "--replay",
            multiple=True,
            type=click.Path(exists=True, path_type=Path),
            help="Answer from WARC files or folders of cases, without a network.",
        ),
        click.option(
            "--site",
            "only",
            multiple=True,
            type=click.Choice([site.value for site in CANDIDATE_URLS]),
            help="This site alone.",
        ),
    ):
        command = option(command)
    return command


class Reporter:
    """What people, or programs that read JSON lines, are told on standard error.

    Args:
        settings: the settings in force.
        quiet: the user wants to hear of errors alone.
        replays: nobody is asked.
        bars: they tell how far the work is.
    """

    def __init__(self, settings: Settings, *, quiet: bool, replays: bool = False, bars: bool = False) -> None:
        self._json = settings.log_json
        self._quiet = quiet
        # What a replay answers tells its user nothing that the findings do not tell.
        self._log = logger(Lines(), as_json=self._json, level=logging.WARNING if quiet or bars else logging.INFO)
        self.log = SILENT if replays else self._log

    def line(self, kind: str, sentence: str, *, event: str | None = None, **fields: object) -> None:
        """One line; all but errors are left out where the user wants quiet. In JSON, an event has one name always."""
        if self._quiet and kind != "error":
            return
        if self._json:
            level = logging.ERROR if kind == "error" else logging.INFO
            self._log.log(level, event or kind, message=sentence, **fields)
        else:
            tell(f"{kind}: {sentence}")


def fetcher_of(settings: Settings, replay: tuple[Path, ...], log: FilteringBoundLogger) -> Fetcher:
    """Who asks: the sites, or where something is to be replayed, that. What of it cannot be replayed is told."""
    if not replay:
        return Fetcher(settings, HOSTS, log=log)
    try:
        fetcher = Fetcher.replaying(settings, HOSTS, replay, log=log)
    except (ValueError, Unreadable) as error:
        raise click.BadParameter(str(error), param_hint="--replay") from error
    for line in fetcher.passed_over():
        note(line, "not replayed")
    return fetcher


@contextmanager
def page_index(settings: Settings, replay: tuple[Path, ...]) -> Iterator[Lookup]:
    """The pages that sitemaps name; none where nobody read them yet, and in a replay, which is the same everywhere."""
    if replay or not settings.index_file.exists():
        yield NO_PAGES
        return
    with PageIndex(settings.index_file) as pages:
        yield pages
