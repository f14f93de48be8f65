"""Commands over the network, or a replay: fetch, find, index."""

import asyncio
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import click

from normalizers.identifiers import nct_id
from scraper.batch import PageResult, printable
from scraper.cli.diagnostics import note_traceback
from scraper.cli.network_options import Reporter, fetcher_of, network_options, page_index
from scraper.cli.options import current_settings, numbers_of, settings_options
from scraper.console import records as output
from scraper.console.printing import out
from scraper.discovery.find import ask_registry, find_trial, planned_candidates, read_url
from scraper.discovery.index import PageIndex, refresh
from scraper.discovery.result import Attempt, DiscoveryResult
from scraper.errors import InternalError, NotFound, ObsoleteNumber
from scraper.fetch.clock import SystemClock
from scraper.internal_errors import internal_error
from scraper.layouts.candidate_urls import MissingHint
from scraper.masking import masked_address
from scraper.settings import Settings
from scraper.sites import CANDIDATE_URLS, DEFAULT_SITES, HOSTS, number_of_registry_page, registry_record


@click.command()
@click.argument("what", nargs=-1, required=True, metavar="IDS_OR_URLS...")
@network_options
@click.option("--format", "form", type=click.Choice(["json", "jsonl", "table"]), default="json", show_default=True)
@click.option(
    "--save",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write the records here, as JSON lines.",
)
@click.option("--strict", is_flag=True, help="Exit with 1 where a record has issues.")
@click.option("--follow", is_flag=True, help="Of a number that is obsolete, fetch the trial by the one it has now.")
@settings_options
def fetch(
    what: tuple[str, ...],
    only: tuple[str, ...],
    replay: tuple[Path, ...],
    form: str,
    save: Path | None,
    *,
    quiet: bool,
    strict: bool,
    follow: bool,
) -> None:
    """Fetch the pages that show a trial, and read them into records.

    IDS_OR_URLS are NCT ids, which are looked for on all sites, and addresses of pages. Records go to standard output,
    everything else to standard error.

    Exit code: 0 something was found and nothing failed; 1 something failed, or has issues under --strict; 3 no site
    shows it; 4 blocked; 5 what came was not understood.
    """
    settings = current_settings()
    targets = [_target(word, settings) for word in what]
    reporter = _FetchReporter(settings, quiet=quiet, replays=bool(replay))
    sites = list(only or DEFAULT_SITES)
    several = len(targets) > 1 or nct_id(targets[0]) is not None
    codes: set[int] = set()
    have_issues = False

    async def run(write: Callable[[PageResult], None]) -> bool:
        with_issues = False
        async with fetcher_of(settings, replay, reporter.log) as fetcher:
            with page_index(settings, replay) as index:
                for target in targets:
                    if not replay and (known := number_of_registry_page(target)) is not None:
                        asked, target = target, registry_record(known)  # noqa: PLW2901 - all that follows is of it
                        reporter.line("instead", f"{masked_address(asked)} is a page for people; its record: {target}")
                    number = nct_id(target)
                    if number is None:
                        result = await read_url(fetcher, target)
                    else:
                        result = await find_trial(fetcher, number, sites, index, follow=follow)
                    reporter.discovered(target, result)
                    for record in result.records:
                        name = record.source.url or target
                        try:
                            page = printable(name, record)
                        except Exception as error:  # noqa: BLE001 - the others are printed all the same
                            reporter.mistake(name, internal_error(error))
                            codes.add(InternalError.exit_code)
                            continue
                        write(page)
                        reporter.issues(page)
                        with_issues |= bool(page.issues)
                    codes.add(result.exit_code)
        return with_issues

    with output.writer(form, several=several, save=save) as write:
        have_issues = asyncio.run(run(write))
    code = codes.pop() if len(codes) == 1 else 1
    sys.exit(1 if not code and strict and have_issues else code)


@click.command()
@click.argument("number", metavar="NCT_ID", callback=numbers_of)
@click.option("--verify", is_flag=True, help="Fetch the pages, and say what is there.")
@network_options
@settings_options
def find(number: str, only: tuple[str, ...], replay: tuple[Path, ...], *, verify: bool, quiet: bool) -> None:
    """Print where a trial's pages would be looked for, and why.

    Without --verify only the registry is asked, for the trial's title and conditions.
    """
    settings = current_settings()
    reporter = _FetchReporter(settings, quiet=quiet, replays=bool(replay))
    sites = list(only or DEFAULT_SITES)

    async def run() -> DiscoveryResult:
        async with fetcher_of(settings, replay, reporter.log) as fetcher:
            with page_index(settings, replay) as index:
                if verify:
                    result = await find_trial(fetcher, number, sites, index)
                    _print_candidates(
                        (attempt.site, _came_of(attempt), attempt.url, attempt.why) for attempt in result.attempts
                    )
                    return result
                result = await ask_registry(fetcher, number)
                reporter.discovered(number, result)
                for site, candidate in planned_candidates(result.hints, sites, index) if result.hints else ():
                    url = None if isinstance(candidate, MissingHint) else candidate.url
                    _print_candidates([(site, "", url, candidate.why)])
                return result

    sys.exit(asyncio.run(run()).exit_code)


@click.command()
@click.argument("site", type=click.Choice(list(CANDIDATE_URLS)))
@click.option("--quiet", is_flag=True, help="Failures alone on standard error.")
@settings_options
def index(site: str, *, quiet: bool) -> None:
    """Read a site's sitemaps into the local index of pages.

    The sitemaps are those that the site's robots.txt names. What was read within a day and has not changed is passed
    over, so that a run that was interrupted is taken up where it stopped.
    """
    settings = current_settings()
    reporter = _FetchReporter(settings, quiet=quiet)
    host = next(host for host, owner in HOSTS.items() if owner == site)

    async def run() -> bool:
        async with fetcher_of(settings, (), reporter.log) as fetcher:
            sitemaps = await fetcher.sitemaps(f"https://{host}/")
            if not sitemaps:
                raise NotFound(f"the robots.txt of {host} names no sitemap", site=site)
            with PageIndex(settings.index_file) as pages:
                done = await refresh(fetcher, pages, site, sitemaps, clock=SystemClock())
                for problem in done.problems:
                    reporter.line("error", problem)
                for url, mistake in done.mistakes:
                    reporter.mistake(url, mistake)
                sentence = f"{done.read:,} sitemaps read, {done.skipped:,} unchanged, {pages.count(site):,} pages known"
                reporter.line(site, sentence, event="summary", site=site)
        return bool(done.problems or done.mistakes)

    sys.exit(asyncio.run(run()))


class _FetchReporter(Reporter):
    """Reports the attempts and results of a command."""

    def discovered(self, target: str, result: DiscoveryResult) -> None:
        """Report the failed attempts, and the summary."""
        failures = result.failures
        for attempt in result.attempts:
            if attempt.error is None:
                continue
            kind, sentence, event = "not there", _named(attempt), None
            if isinstance(attempt.error, ObsoleteNumber):
                event = "obsolete"
                kind = event if result.records else "error"
                sentence += "" if result.records else "; ask for that one (fetch --follow does so)"
            elif not isinstance(attempt.error, NotFound):
                kind = "error" if attempt in failures else "found elsewhere"
            self.line(
                kind,
                sentence,
                event=event,
                error=type(attempt.error).__name__,
                site=attempt.site,
                url=attempt.url,
                why=attempt.why,
            )
            if isinstance(attempt.error, InternalError):
                note_traceback(attempt.error.traceback)
        self.line(target, _summary(result), event="summary", target=target)

    def mistake(self, name: str, error: InternalError) -> None:
        """Report an internal error at a page, or at a sitemap."""
        self.line("error", f"{name}: {error}")
        note_traceback(error.traceback)

    def issues(self, page: PageResult) -> None:
        """Print the issues of a record."""
        for issue in page.issues:
            self.line("issue", f"{page.name}: {issue}")


def _summary(result: DiscoveryResult) -> str:
    found = [f"{record.source.site}/{record.source.layout}" for record in result.records]
    sites = list(dict.fromkeys(attempt.site for attempt in result.attempts))
    failed = {attempt.site for attempt in result.failures}
    showing = {record.source.site for record in result.records}
    without = [site for site in sites if site not in failed and site not in showing]
    parts = [f"{len(found)} {'record' if len(found) == 1 else 'records'}{': ' if found else ''}{', '.join(found)}"]
    if without:
        parts.append(f"not shown by {', '.join(without)}")
    if failed:
        parts.append(f"failed at {', '.join(site for site in sites if site in failed)}")
    return "; ".join(parts)


def _named(attempt: Attempt) -> str:
    """An error with its page, named once."""
    message = str(attempt.error)
    url = attempt.url
    return message if url is not None and url in message else f"{url or attempt.site}: {message}"


def _came_of(attempt: Attempt) -> str:
    if attempt.error is not None:
        message = str(attempt.error).removeprefix(f"{attempt.url} ")
        return f"{'not there' if isinstance(attempt.error, NotFound) else 'failed'}: {message}"
    record = attempt.record
    return "searched" if record is None else f"shows it: {record.source.site}/{record.source.layout}"


def _print_candidates(rows: Iterable[tuple[str, str, str | None, str]]) -> None:
    for site, came, url, why in rows:
        out(f"{site:16} {url or '-'} ({why}){f': {came}' if came else ''}")


def _target(word: str, settings: Settings) -> str:
    """An NCT id in capitals, or a URL on a known host."""
    number = nct_id(word)
    if number is not None:
        return number
    hosts = {host.lower() for host in (*HOSTS, *settings.hosts)}
    scheme, separator, rest = word.partition("://")
    if not separator or scheme.lower() not in {"http", "https"}:
        shown = masked_address(word)
        raise click.UsageError(f"{shown!r} is neither an NCT id nor an address that begins with https://")
    host = rest.partition("/")[0].partition("?")[0].rpartition("@")[2].partition(":")[0].lower()
    if host not in hosts and number_of_registry_page(word) is None:
        raise click.UsageError(f"{host!r} is no host of a known site: {', '.join(sorted(hosts))}")
    return word
