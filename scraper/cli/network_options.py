"""What commands over the network share: their options, the fetcher or replay, and the reporter on standard error."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import click
from structlog.typing import FilteringBoundLogger

from scraper.cli.diagnostics import note
from scraper.console.printing import LogStream, tell
from scraper.discovery.index import PageIndex
from scraper.discovery.site_search import NO_PAGES
from scraper.fetch.archive.warc import Unreadable
from scraper.fetch.client import Fetcher
from scraper.layouts.candidate_urls import Lookup
from scraper.log import SILENT, logger
from scraper.settings import Settings
from scraper.sites import CANDIDATE_URLS, HOSTS

_Command = TypeVar("_Command", bound=Callable[..., None])


def network_options(command: _Command) -> _Command:
    """Add the options of commands over the network: which sites, which replay, how much is reported."""
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
            type=click.Choice(list(CANDIDATE_URLS)),
            help="This site alone.",
        ),
    ):
        command = option(command)
    return command


class Reporter:
    """Reports on standard error while a command runs: lines for people, or JSON lines.

    Args:
        settings: the settings in force.
        quiet: whether only errors are reported.
        replays: whether answers come from a replay.
        bars: whether progress bars are drawn.
    """

    def __init__(self, settings: Settings, *, quiet: bool, replays: bool = False, bars: bool = False) -> None:
        self._json = settings.log_json
        self._quiet = quiet
        # The requests of a replay are not logged: the results say all that a user needs.
        self._log = logger(LogStream(), as_json=self._json, level=logging.WARNING if quiet or bars else logging.INFO)
        self.log = SILENT if replays else self._log

    def line(self, kind: str, sentence: str, *, event: str | None = None, **fields: object) -> None:
        """Report one line; under --quiet only errors are. In JSON, `event` is the constant name of the kind of line."""
        if self._quiet and kind != "error":
            return
        if self._json:
            level = logging.ERROR if kind == "error" else logging.INFO
            self._log.log(level, event or kind, message=sentence, **fields)
        else:
            tell(f"{kind}: {sentence}")


def fetcher_of(settings: Settings, replay: tuple[Path, ...], log: FilteringBoundLogger) -> Fetcher:
    """The fetcher of a command: over the network, or over a replay, whose unusable parts are reported."""
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
    """The index of pages; empty where there is none, and in a replay, whose result must be the same everywhere."""
    if replay or not settings.index_file.exists():
        yield NO_PAGES
        return
    with PageIndex(settings.index_file) as pages:
        yield pages
