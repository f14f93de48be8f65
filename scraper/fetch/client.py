"""The one way from a URL to its page: safe, polite, patient, archived."""

import asyncio
import ssl
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib.metadata import version
from pathlib import Path
from random import Random, SystemRandom
from types import TracebackType
from typing import Final, Self

import httpx
from structlog.typing import FilteringBoundLogger

from scraper.errors import Blocked, FetchError, NotATrialPage, NotFound, TrialPagesError, UnsafeUrl
from scraper.fetch import robots
from scraper.fetch.archive import Archive
from scraper.fetch.breaker import Breaker, Resting
from scraper.fetch.catalogue import Copy
from scraper.fetch.challenges import challenger
from scraper.fetch.clock import Clock, SystemClock
from scraper.fetch.errand import Errand, Exchanged, Unchanged, Validators
from scraper.fetch.exchange import ACCEPT_ENCODING, Damaged, Exchange, decoded, read_body
from scraper.fetch.pace import PACE, Pace
from scraper.fetch.replay import FETCHED_AT, ReplayTransport
from scraper.fetch.retries import RETRIED_STATUSES, Budget, Transient, retry_after, retrying
from scraper.fetch.robots import Rules
from scraper.fetch.safety import Policy, Resolver, resolve
from scraper.fetch.transport import CheckedTransport
from scraper.fetch.warc import BEFORE_ALL, Unreadable
from scraper.log import SILENT
from scraper.page import Page
from scraper.settings import Settings

PAGES: Final = frozenset({"text/html", "application/xhtml+xml", "application/json", "text/plain"})
"""The media types that pages about trials come in."""

MAX_REDIRECTS: Final = 5

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})

_REFUSALS: Final = frozenset({401, 403, 451})

_AT_ONCE: Final = 262_144
"""Bytes of a body that are archived before anything else goes on: that takes 2.5 ms at most."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """An answer, and its body without content encoding."""

    exchange: Exchange
    content: bytes
    attempts: int = 0


@dataclass(slots=True)
class _Visit:
    """One URL that is asked for, once or several times."""

    url: httpx.URL
    budget: Budget
    errand: Errand
    stored: _Answer | None = None
    attempts: int = 0

    @property
    def conditions(self) -> dict[str, str]:
        """The headers that ask whether the page is still what we know."""
        known = self.errand.known.get(str(self.url))
        if known is None and self.stored is not None:
            headers = self.stored.exchange.headers
            known = Validators(headers.get("etag"), headers.get("last-modified"))
        return known.conditions if known is not None else {}


class Fetcher:
    """Fetches pages; everything it does to a host is paced, checked, and archived.

    Use it as `async with Fetcher(settings, hosts) as fetcher: page = await fetcher.fetch(url)`.

    Args:
        settings: what the user set.
        hosts: every host that may be asked, with the key of its site; `settings.hosts` adds to them.
        log: one line per exchange goes there.
        transport: in place of the network, e.g. for a replay.
        clock: time, for tests.
        random: chance, for tests.
        resolver: names to addresses, for tests.
        pace: the turns at hosts; by default those that the whole process shares.
        context: which certificates are trusted; by default those of certifi, or what `SSL_CERT_FILE` names.
        loopback: for tests and benchmarks: lets http, any port and the computer's own addresses pass.
    """

    def __init__(
        self,
        settings: Settings,
        hosts: Mapping[str, str],
        *,
        log: FilteringBoundLogger = SILENT,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Clock | None = None,
        random: Random | None = None,
        resolver: Resolver = resolve,
        pace: Pace = PACE,
        context: ssl.SSLContext | None = None,
        loopback: bool = False,
    ) -> None:
        self._settings = settings
        known = {host.lower(): site for host, site in {**hosts, **settings.hosts}.items()}
        # A replay asks nobody: it waits for no turns, obeys no delays, lets no host rest, and no wire is tapped.
        self._replay = transport if isinstance(transport, ReplayTransport) else None
        self._policy = Policy(known, http=settings.http or self._replay is not None, loopback=loopback)
        self._archive: Archive | None = None
        self._log = log
        self._clock = clock or SystemClock()
        self._random = random or SystemRandom()
        self._breaker = Breaker(self._clock, failures=settings.rest_after, rest=settings.rest)
        self._rules: dict[str, tuple[Rules, datetime]] = {}
        self._asking: dict[str, asyncio.Lock] = {}
        self._pace = Pace(self._clock) if self._replay is not None else pace
        self._client = httpx.AsyncClient(
            transport=transport or CheckedTransport(self._policy, resolver, context or httpx.create_ssl_context()),
            headers={
                "user-agent": user_agent(settings.contact),
                "accept": "text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.5",
                "accept-encoding": ACCEPT_ENCODING,
            },
            timeout=httpx.Timeout(
                connect=settings.connect_timeout,
                read=settings.read_timeout,
                write=settings.write_timeout,
                pool=settings.pool_timeout,
            ),
            # What a page is must not depend on what was fetched before it.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            follow_redirects=False,
            trust_env=False,
        )

    @classmethod
    def replaying(
        cls,
        settings: Settings,
        hosts: Mapping[str, str],
        sources: Iterable[Path],
        *,
        log: FilteringBoundLogger = SILENT,
    ) -> Self:
        """A fetcher that answers from WARC files and snapshot cases, by the same code, without a network.

        Raises:
            FileNotFoundError: a source does not exist.
            ValueError: a source holds nothing to replay.
        """
        return cls(settings, hosts, log=log, transport=ReplayTransport(sources, {**hosts, **settings.hosts}))

    async def __aenter__(self) -> Self:
        if self._settings.archive and self._replay is None:
            self._archive = open_archive(self._settings, self._clock, self._log)
        await self._client.__aenter__()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            await self._client.__aexit__(exc_type, exc_value, traceback)
        finally:
            if self._archive is not None:
                self._archive.close()

    async def fetch(self, url: str, *, media_types: frozenset[str] = PAGES, errand: Errand | None = None) -> Page:
        """The page at a URL, after redirects; in a replay, a page whose own URL is not known has none.

        Args:
            url: an https URL on one of the known hosts.
            media_types: the types that are of use; a page that names no type passes.
            errand: what is known already, and where to note what is exchanged.

        Raises:
            Unchanged: the page is still what the errand knows.
            NotFound: the site says so (404, 410); in a replay: there is no copy.
            Blocked: robots.txt forbids it, or the site does (401, 403, 451, a challenge, 429 to the last).
            UnsafeUrl: the URL, a redirect or an address is not allowed.
            FetchError: it did not arrive for another reason.
            NotATrialPage: what arrived is empty, or of a type that no trial's page has.
            OSError: the archive cannot be written.
        """
        with self._telling(url):
            answer = await self._follow(url, Budget(self._settings.page_deadline), errand or Errand(), obey=True)
            if answer.exchange.status == 304 and errand is not None and answer.exchange.url in errand.known:
                raise Unchanged(answer.exchange.url, answer.exchange.at)
            page = _page(answer, media_types)
            return replace(page, url=None) if self._replay is not None and self._replay.invented(url) else page

    def site(self, url: str) -> str | None:
        """The key of the site that a URL belongs to, if it belongs to one."""
        return self._policy.site(url)

    def mentioning(self, words: str) -> Sequence[str]:
        """In a replay of cases: the URLs of known hosts at which a case holds some words; else none."""
        if self._replay is None:
            return ()
        return [url for url in self._replay.mentioning(words) if self._policy.site(url) is not None]

    def replayed(self) -> Sequence[str]:
        """In a replay: the URLs of known hosts at which there is a page; else none."""
        if self._replay is None:
            return ()
        return [url for url in self._replay.urls() if self._policy.site(url) is not None]

    async def sitemaps(self, url: str) -> Sequence[str]:
        """The sitemaps that the robots.txt of a URL's host names.

        Raises:
            UnsafeUrl: the URL is not allowed.
            FetchError: the host does not answer.
        """
        with self._telling(url):
            rules = await self._rules_for(self._policy.check(url))
        return rules.sitemaps

    @contextmanager
    def _telling(self, url: str) -> Iterator[None]:
        """Let every error say which page and site it is about."""
        try:
            yield
        except TrialPagesError as error:
            error.url = error.url or url
            error.site = self._policy.site(error.url)
            raise

    async def _follow(self, url: str, budget: Budget, errand: Errand, *, obey: bool) -> _Answer:
        """Ask for a URL and for what it redirects to; every hop passes the same checks."""
        target = self._policy.check(url)
        hops = [str(target)]
        while True:
            if obey:
                await self._obey(target)
            answer = await self._ask(target, budget, errand)
            location = answer.exchange.headers.get("location")
            if answer.exchange.status not in _REDIRECTS or location is None:
                return answer
            target = self._redirect(target, location)
            hops.append(str(target))
            way = " -> ".join(hops)
            if hops.index(str(target)) < len(hops) - 1:
                raise FetchError(f"redirects run in a circle: {way}", attempts=len(hops) - 1)
            if len(hops) > MAX_REDIRECTS + 1:
                raise FetchError(f"more than {MAX_REDIRECTS} redirects: {way}", attempts=len(hops) - 1)

    def _redirect(self, source: httpx.URL, location: str) -> httpx.URL:
        try:
            return self._policy.check(str(source.join(location)))
        except UnsafeUrl as error:
            raise UnsafeUrl(f"{source} redirects to where we do not go: {error}") from error

    async def _obey(self, url: httpx.URL) -> None:
        """Let a URL pass that the host's robots.txt allows."""
        rules = await self._rules_for(url)
        refusal = rules.refusal(str(url))
        if refusal is not None:
            raise Blocked(f"{url} is refused by the robots.txt of {url.host}: {refusal}")
        if rules.interval > self._settings.longest_wait and self._replay is None:
            raise Blocked(
                f"{url} is left alone: the robots.txt of {url.host} asks for {rules.interval:g} s between"
                f" requests, longest_wait allows {self._settings.longest_wait:g} s",
            )

    async def _rules_for(self, url: httpx.URL) -> Rules:
        origin = _origin(url)
        # One asks, the others wait for what it learns.
        async with self._asking.setdefault(origin, asyncio.Lock()):
            known = self._rules.get(origin)
            if known is None or self._clock.now() >= known[1]:
                address = f"{origin}/robots.txt"
                known = self._archived_rules(address) or await self._fetched_rules(address)
                self._rules[origin] = known
        return known[0]

    def _archived_rules(self, address: str) -> tuple[Rules, datetime] | None:
        """What our archive knows of a host's rules, if it is fresh enough to stand for the file itself."""
        copy = self._archive.newest(address) if self._archive is not None else None
        if self._archive is None or copy is None or self._clock.now() >= copy.at + robots.FRESH:
            return None
        if 400 <= copy.status < 500:
            return Rules.none(), copy.at + robots.FRESH
        if copy.status not in {200, 304}:
            return None
        try:
            content = decoded(self._archive.read(copy), self._settings.body_limit)
        except (Unreadable, Damaged, FetchError):
            return None
        return Rules.of(content), copy.at + robots.FRESH

    async def _fetched_rules(self, address: str) -> tuple[Rules, datetime]:
        try:
            answer = await self._follow(address, Budget(self._settings.page_deadline), Errand(), obey=False)
        except FetchError as error:
            if error.status is None:
                # The host does not answer at all: that is what is wrong with the page, too.
                raise
            return Rules.unreachable(f"it cannot be read ({error})"), self._clock.now() + robots.FRESH_FAILURE
        status = answer.exchange.status
        if 200 <= status < 300:
            return Rules.of(answer.content), self._clock.now() + robots.FRESH
        if 400 <= status < 500:
            return Rules.none(), self._clock.now() + robots.FRESH
        why = f"it cannot be read ({status} {answer.exchange.reason})"
        return Rules.unreachable(why), self._clock.now() + robots.FRESH_FAILURE

    async def _ask(self, url: httpx.URL, budget: Budget, errand: Errand) -> _Answer:
        """Ask for one URL until it answers or has to be given up."""
        recent = await self._recent(str(url), errand)
        if recent is not None:
            return recent
        visit = _Visit(url, budget, errand)
        if str(url) not in errand.known and not errand.whole:
            visit.stored = await self._stored(str(url))

        def before_wait(failure: Transient, attempt: int, wait: float) -> None:
            self._log.info("waiting", url=str(url), attempt=attempt, seconds=round(wait, 1), because=str(failure))

        tries = retrying(
            attempts=self._settings.attempts,
            longest_wait=self._settings.longest_wait,
            budget=budget,
            clock=self._clock,
            random=self._random,
            before_wait=before_wait,
        )
        try:
            answer: _Answer = await tries(self._attempt, visit)
        except Transient as failure:
            raise self._given_up(visit, failure) from failure
        except (Resting, UnsafeUrl):
            raise
        except FetchError as error:
            error.attempts = visit.attempts
            if isinstance(error, Blocked):
                self._failed(url.host, str(error))
            raise
        if answer.exchange.status in _REFUSALS:
            self._failed(url.host, f"{answer.exchange.status} {answer.exchange.reason}")
        else:
            self._breaker.succeeded(url.host)
        return answer

    def _given_up(self, visit: _Visit, failure: Transient) -> FetchError:
        host, asked = visit.url.host, failure.retry_after
        message = f"{visit.url} did not arrive, attempts: {visit.attempts}, the last: {failure}"
        if asked is not None and asked > self._settings.longest_wait:
            message += f"; it asks to wait {asked:g} s, longest_wait allows {self._settings.longest_wait:g} s"
            self._breaker.rest(host, asked, f"it asked for {asked:g} s without requests ({failure})")
        else:
            self._failed(host, str(failure))
        kind = Blocked if failure.status == 429 else FetchError
        return kind(message, attempts=visit.attempts, status=failure.status)

    def _failed(self, host: str, why: str) -> None:
        if self._replay is None and self._breaker.failed(host, why):
            self._log.warning("host rests", host=host, seconds=self._settings.rest, because=why)

    async def _attempt(self, visit: _Visit) -> _Answer:
        """Ask once, in the host's turn; note, archive and judge the answer."""
        self._breaker.check(visit.url.host)
        async with self._pace.turn(visit.url.host, self._interval(visit.url)):
            # The host may have been sent to rest while this work waited.
            self._breaker.check(visit.url.host)
            visit.attempts += 1
            started = self._clock.monotonic()
            try:
                exchange = await self._exchange(visit)
                content = decoded(exchange, self._settings.body_limit)
            except Damaged as error:
                self._note(visit, started, error=str(error))
                raise Transient(str(error)) from error
            except (TrialPagesError, Transient) as error:
                self._note(visit, started, error=str(error))
                raise
            finally:
                visit.budget.left -= self._clock.monotonic() - started
            seconds = retry_after(exchange.headers.get("retry-after"), self._clock.now())
            if exchange.status in RETRIED_STATUSES and seconds is not None:
                self._pace.hold(visit.url.host, min(seconds, self._settings.longest_wait))
        copy = None
        if self._archive is not None:
            copy = await _appended(self._archive, exchange)
            self._note(visit, started, exchange, archived=f"{copy.file}:{copy.start}")
        else:
            self._note(visit, started, exchange)
        visit.errand.exchanges.append(Exchanged.of(exchange, copy))
        if exchange.status == 304 and visit.stored is not None:
            stored = visit.stored
            exchange, content = replace(stored.exchange, at=exchange.at), stored.content
        vendor = challenger(exchange, content)
        if vendor is not None:
            raise Blocked(
                f"{visit.url} is refused: {vendor} asks whether a person is there ({exchange.status})",
                status=exchange.status,
            )
        if exchange.status in RETRIED_STATUSES:
            raise Transient(f"{exchange.status} {exchange.reason}", status=exchange.status, retry_after=seconds)
        return _Answer(exchange, content, visit.attempts)

    async def _exchange(self, visit: _Visit) -> Exchange:
        """Send one request and read its answer to the end."""
        url, at = str(visit.url), self._clock.now()
        deadline = min(self._settings.answer_deadline, max(visit.budget.left, 0.0))
        request = self._request(visit)
        try:
            async with asyncio.timeout(deadline):
                response = await self._answered(request)
                try:
                    body = await read_body(response.aiter_raw(), self._settings.body_limit, url)
                finally:
                    await response.aclose()
        except TimeoutError as error:
            raise Transient(f"the answer was not complete after {deadline:g} s") from error
        except httpx.TransportError as error:
            certificate = _certificate_problem(error)
            if certificate is not None:
                message = f"{url} did not arrive: the certificate of {visit.url.host} is not valid ({certificate})"
                raise FetchError(message) from error
            raise Transient(self._reason(error)) from error
        stream = response.extensions.get("network_stream")
        peer = stream.get_extra_info("server_addr") if stream is not None else None
        return Exchange(
            url,
            response.extensions.get(FETCHED_AT) or at,
            response.status_code,
            response.reason_phrase,
            response.headers,
            body,
            request.headers,
            response.http_version,
            peer[0] if peer else None,
        )

    def _request(self, visit: _Visit) -> httpx.Request:
        if self._replay is not None:
            # Nobody reads how we introduce ourselves, and no wire has limits.
            return httpx.Request("GET", visit.url, headers=visit.conditions)
        return self._client.build_request("GET", visit.url, headers=visit.conditions)

    async def _answered(self, request: httpx.Request) -> httpx.Response:
        if self._replay is not None:
            return await self._replay.handle_async_request(request)
        return await self._client.send(request, stream=True)

    def _reason(self, error: httpx.TransportError) -> str:
        settings = self._settings
        match error:
            case httpx.ConnectTimeout():
                return f"no connection within {settings.connect_timeout:g} s"
            case httpx.ReadTimeout():
                return f"nothing came for {settings.read_timeout:g} s"
            case httpx.WriteTimeout():
                return f"the request was not taken within {settings.write_timeout:g} s"
            case httpx.PoolTimeout():
                return f"no connection was free within {settings.pool_timeout:g} s"
            case httpx.ConnectError():
                return f"no connection ({error})"
        return f"the connection broke ({str(error) or type(error).__name__})"

    async def _stored(self, url: str) -> _Answer | None:
        """Our copy of the page, if the site can be asked whether it is still the same."""
        if self._archive is None:
            return None
        copy = self._archive.newest(url)
        if copy is None or copy.status not in {200, 304} or not (copy.etag or copy.last_modified):
            return None
        try:
            exchange = await asyncio.to_thread(self._archive.read, copy)
            stored = _Answer(exchange, decoded(exchange, self._settings.body_limit))
        except (Unreadable, Damaged, FetchError) as error:
            self._log.warning("archived copy not usable", url=url, because=str(error))
            return None
        # A 304 that nobody asked for stands for nothing.
        return stored if exchange.status == 200 else None

    async def _recent(self, url: str, errand: Errand) -> _Answer | None:
        """An archived answer that is as good as a new one to the errand: its work was cut off after it came."""
        if self._archive is None or errand.since is None:
            return None
        copy = self._archive.newest(url)
        if copy is None or copy.at < errand.since:
            return None
        try:
            exchange = await asyncio.to_thread(self._archive.read, copy)
            answer = _Answer(exchange, decoded(exchange, self._settings.body_limit))
        except (Unreadable, Damaged, FetchError) as error:
            self._log.warning("archived copy not usable", url=url, because=str(error))
            return None
        if challenger(answer.exchange, answer.content) is not None:
            return None
        self._log.info("from the archive", url=url, archived=f"{copy.file}:{copy.start}")
        errand.exchanges.append(Exchanged.of(exchange, copy))
        return answer

    def _interval(self, url: httpx.URL) -> float:
        if self._replay is not None:
            return 0.0
        known = self._rules.get(_origin(url))
        return max(self._settings.pace, known[0].interval if known else 0.0)

    def _note(self, visit: _Visit, started: float, exchange: Exchange | None = None, **more: object) -> None:
        """The log's line on one exchange."""
        answer: dict[str, object] = {}
        if exchange is not None:
            answer = {"status": exchange.status, "bytes": len(exchange.body), "protocol": exchange.protocol}
        self._log.info(
            "exchange",
            url=str(visit.url),
            site=self._policy.hosts[visit.url.host],
            attempt=visit.attempts,
            seconds=round(self._clock.monotonic() - started, 3),
            **answer,
            **more,
        )


def fetch(url: str, settings: Settings, hosts: Mapping[str, str]) -> Page:
    """Fetch one page, for callers that are not asynchronous.

    Raises:
        scraper.errors.TrialPagesError: as `Fetcher.fetch` does.
    """

    async def one() -> Page:
        async with Fetcher(settings, hosts) as fetcher:
            return await fetcher.fetch(url)

    return asyncio.run(one())


def open_archive(settings: Settings, clock: Clock | None = None, log: FilteringBoundLogger = SILENT) -> Archive:
    """The archive in the home that the settings name."""
    fields = {"software": user_agent(None), "robots": "obey"}
    if settings.contact is not None:
        fields["operator"] = settings.contact
    return Archive(
        settings.archive_folder,
        clock=clock or SystemClock(),
        file_size=settings.archive_file_size,
        fields=fields,
        log=log,
    )


def user_agent(contact: str | None) -> str:
    """How we introduce ourselves: name, version, and whom to write to."""
    name = f"{robots.AGENT}/{version('trialpages')}"
    return f"{name} ({contact})" if contact else name


def _page(answer: _Answer, media_types: frozenset[str]) -> Page:
    """The page in an answer, if it is one."""
    exchange = answer.exchange
    url, status = exchange.url, f"{exchange.status} {exchange.reason}".rstrip()
    if exchange.status in {404, 410}:
        raise NotFound(f"{url} does not exist ({status})")
    if exchange.status in _REFUSALS:
        raise Blocked(f"{url} is refused by the site ({status})", attempts=answer.attempts, status=exchange.status)
    if exchange.status not in {200, 203}:
        raise FetchError(f"{url} answered {status}, which is no page", attempts=answer.attempts, status=exchange.status)
    if exchange.content_type and exchange.content_type not in media_types:
        raise NotATrialPage(
            f"{url} is no page of a trial: it is of the type {exchange.content_type}",
        )
    if not answer.content.strip():
        raise NotATrialPage(f"{url} is no page of a trial: it is empty")
    fetched_at = exchange.at if exchange.at > BEFORE_ALL else None
    return Page(answer.content, url, fetched_at, exchange.charset)


async def _appended(archive: Archive, exchange: Exchange) -> Copy:
    # A thread and the loop take the interpreter from each other: that costs more than archiving an ordinary page.
    if len(exchange.body) <= _AT_ONCE:
        return archive.append(exchange)
    return await asyncio.to_thread(archive.append, exchange)


def _origin(url: httpx.URL) -> str:
    return f"{url.scheme}://{url.netloc.decode('ascii')}"


def _certificate_problem(error: BaseException | None) -> str | None:
    """What is wrong with a certificate, if that is why a connection failed."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return error.verify_message
        error = error.__cause__ or error.__context__
    return None
