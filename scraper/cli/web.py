"""Commands that go to the web, or to a replay of it: fetch, find, index."""

import asyncio
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import click

from normalizers.identifiers import nct_id
from schemas.vocabulary import Site
from scraper.batch import Outcome, shown
from scraper.cli.diagnostics import note_traceback
from scraper.cli.network_options import Reporter, fetcher_of, network_options, page_index
from scraper.cli.options import current_settings, numbers_of, settings_options
from scraper.console import records as output
from scraper.console.printing import out
from scraper.discovery.find import ask_registry, look, planned, visit
from scraper.discovery.index import PageIndex, refresh
from scraper.errors import InternalError, NotFound, ObsoleteNumber
from scraper.fetch.clock import SystemClock
from scraper.layouts.candidate_urls import Gap
from scraper.masking import masked_address
from scraper.mistakes import internal
from scraper.settings import Settings
from scraper.sites import HOSTS, PLACES
from scraper.tried import Findings, Tried


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
    sites = [Site(site) for site in only or PLACES]
    several = len(targets) > 1 or nct_id(targets[0]) is not None
    codes: set[int] = set()
    have_issues = False

    async def run(write: Callable[[Outcome], None]) -> bool:
        with_issues = False
        async with fetcher_of(settings, replay, reporter.log) as fetcher:
            with page_index(settings, replay) as index:
                for target in targets:
                    number = nct_id(target)
                    if number is None:
                        findings = await visit(fetcher, target)
                    else:
                        findings = await look(fetcher, number, sites, index, follow=follow)
                    reporter.findings(target, findings)
                    for record in findings.records:
                        name = record.source.url or target
                        try:
                            outcome = shown(name, record)
                        except Exception as error:  # noqa: BLE001 - the others are printed all the same
                            reporter.mistake(name, internal(error))
                            codes.add(InternalError.exit_code)
                            continue
                        write(outcome)
                        reporter.issues(outcome)
                        with_issues |= bool(outcome.issues)
                    codes.add(findings.exit_code)
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
    sites = [Site(site) for site in only or PLACES]

    async def run() -> Findings:
        async with fetcher_of(settings, replay, reporter.log) as fetcher:
            with page_index(settings, replay) as index:
                if verify:
                    findings = await look(fetcher, number, sites, index)
                    _print_places((tried.site, _came_of(tried), tried.url, tried.why) for tried in findings.tried)
                    return findings
                findings = await ask_registry(fetcher, number)
                reporter.findings(number, findings)
                for site, place in planned(findings.hints, sites, index) if findings.hints else ():
                    url = None if isinstance(place, Gap) else place.url
                    _print_places([(site, "", url, place.why)])
                return findings

    sys.exit(asyncio.run(run()).exit_code)


@click.command()
@click.argument("site", type=click.Choice([site.value for site in PLACES]))
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
    """What people, or programs that read JSON lines, are told of what was looked for."""

    def findings(self, target: str, findings: Findings) -> None:
        """What was tried in vain, and what came of it all."""
        failures = findings.failures
        for tried in findings.tried:
            if tried.error is None:
                continue
            kind, sentence, event = "not there", _named(tried), None
            if isinstance(tried.error, ObsoleteNumber):
                event = "obsolete"
                kind = event if findings.records else "error"
                sentence += "" if findings.records else "; ask for that one (fetch --follow does so)"
            elif not isinstance(tried.error, NotFound):
                kind = "error" if tried in failures else "made good elsewhere"
            self.line(
                kind,
                sentence,
                event=event,
                error=type(tried.error).__name__,
                site=tried.site,
                url=tried.url,
                why=tried.why,
            )
            if isinstance(tried.error, InternalError):
                note_traceback(tried.error.traceback)
        self.line(target, _summary(findings), event="summary", target=target)

    def mistake(self, name: str, error: InternalError) -> None:
        """What nobody foresaw about a page, or a sitemap."""
        self.line("error", f"{name}: {error}")
        note_traceback(error.traceback)

    def issues(self, outcome: Outcome) -> None:
        """Print the issues of a record."""
        for issue in outcome.issues:
            self.line("issue", f"{outcome.name}: {issue}")


def _summary(findings: Findings) -> str:
    found = [f"{record.source.site}/{record.source.layout}" for record in findings.records]
    sites = list(dict.fromkeys(tried.site for tried in findings.tried))
    failed = {tried.site for tried in findings.failures}
    showing = {record.source.site for record in findings.records}
    without = [site for site in sites if site not in failed and site not in showing]
    parts = [f"{len(found)} {'record' if len(found) == 1 else 'records'}{': ' if found else ''}{', '.join(found)}"]
    if without:
        parts.append(f"not shown by {', '.join(without)}")
    if failed:
        parts.append(f"failed at {', '.join(site for site in sites if site in failed)}")
    return "; ".join(parts)


def _named(tried: Tried) -> str:
    """An error with the page that it is about, named once."""
    message = str(tried.error)
    return message if tried.url is not None and tried.url in message else f"{tried.url or tried.site}: {message}"


def _came_of(tried: Tried) -> str:
    if tried.error is not None:
        message = str(tried.error).removeprefix(f"{tried.url} ")
        return f"{'not there' if isinstance(tried.error, NotFound) else 'failed'}: {message}"
    return "searched" if tried.record is None else f"shows it: {tried.record.source.site}/{tried.record.source.layout}"


def _print_places(rows: Iterable[tuple[str, str, str | None, str]]) -> None:
    for site, came, url, why in rows:
        out(f"{site:16} {url or '-'} ({why}){f': {came}' if came else ''}")


def _target(word: str, settings: Settings) -> str:
    """An NCT id in capitals, or a URL on a host that is known."""
    number = nct_id(word)
    if number is not None:
        return number
    hosts = {host.lower() for host in (*HOSTS, *settings.hosts)}
    scheme, separator, rest = word.partition("://")
    if not separator or scheme.lower() not in {"http", "https"}:
        shown = masked_address(word)
        raise click.UsageError(f"{shown!r} is neither an NCT id nor an address that begins with https://")
    host = rest.partition("/")[0].partition("?")[0].rpartition("@")[2].partition(":")[0].lower()
    if host not in hosts:
        raise click.UsageError(f"{host!r} is no host of a known site: {', '.join(sorted(hosts))}")
    return word
