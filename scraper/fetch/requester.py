"""One URL, asked for in its host's turn until it answers or is given up; every exchange is archived and noted."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from typing import Final

import httpx
from structlog.typing import FilteringBoundLogger

from scraper.errors import Blocked, FetchError, TrialPagesError, UnsafeUrl
from scraper.fetch.breaker import CircuitBreaker, Resting
from scraper.fetch.captures import Captures
from scraper.fetch.challenges import challenge_vendor
from scraper.fetch.clock import Clock
from scraper.fetch.context import ExchangeSummary, FetchContext, Validators
from scraper.fetch.exchange import Answer, Damaged, Exchange, decoded
from scraper.fetch.pace import Pace
from scraper.fetch.retries import RETRIED_STATUSES, Budget, Transient, longest_retry_after, retrying, server_time
from scraper.fetch.sender import Sender
from scraper.settings import Settings

REFUSALS: Final = frozenset({401, 403, 451})
"""The statuses by which a site says that it does not want to be asked."""


@dataclass(slots=True)
class _Visit:
    """One URL that is asked for, once or several times."""

    url: httpx.URL
    budget: Budget
    context: FetchContext
    stored: Answer | None = None
    attempts: int = 0

    @property
    def conditions(self) -> dict[str, str]:
        """The headers that ask whether the page is still what we know."""
        known = self.context.known.get(str(self.url))
        if known is None and self.stored is not None:
            known = Validators.told_by(self.stored.exchange.headers)
        return known.conditions if known is not None else {}


class Requester:
    """Asks for URLs, paced and patient.

    Args:
        settings: how often, how long, how large.
        sender: sends a request.
        captures: keeps what comes, and may know it already.
        pace: the turns at hosts.
        interval: the seconds between requests that a URL's host asks for.
        site: the key of the site that a URL belongs to.
        log: one line per exchange goes there.
        clock: time.
        random: spreads waits.
        is_replay: nobody is asked, so no host need rest and nobody is waited for.
    """

    def __init__(
        self,
        settings: Settings,
        sender: Sender,
        captures: Captures,
        *,
        pace: Pace,
        interval: Callable[[httpx.URL], float],
        site: Callable[[str], str | None],
        log: FilteringBoundLogger,
        clock: Clock,
        random: Random,
        is_replay: bool,
    ) -> None:
        self._settings = settings
        self._sender = sender
        self._captures = captures
        self._pace = pace
        self._interval = interval
        self._site = site
        self._log = log
        self._clock = clock
        self._random = random
        self._is_replay = is_replay
        self._breaker = CircuitBreaker(clock, failures=settings.rest_after, rest=settings.rest)

    async def ask(self, url: httpx.URL, budget: Budget, context: FetchContext) -> Answer:
        """Ask for one URL until it answers or has to be given up.

        Raises:
            Blocked: the site does not want to be asked: a challenge, 429 to the last.
            FetchError: it did not arrive for another reason.
            TrialPagesError: as `Sender.send` does.
            OSError: the archive cannot be written.
        """
        recent = await self._captures.recent(str(url), context)
        if recent is not None:
            return recent
        visit = _Visit(url, budget, context)
        if str(url) not in context.known and not context.whole:
            visit.stored = await self._captures.confirmable(str(url))

        def before_wait(failure: Transient, attempt: int, wait: float) -> None:
            self._log.info("waiting", url=str(url), attempt=attempt, seconds=round(wait, 1), because=str(failure))

        tries = retrying(
            # A replay would bring the same answer, and waits for nobody.
            attempts=1 if self._is_replay else self._settings.attempts,
            longest_wait=self._settings.longest_wait,
            budget=budget,
            clock=self._clock,
            random=self._random,
            before_wait=before_wait,
        )
        try:
            answer: Answer = await tries(self._attempt, visit)
        except Transient as failure:
            raise self._given_up(visit, failure) from failure
        except (Resting, UnsafeUrl):
            raise
        except FetchError as error:
            error.attempts = visit.attempts
            self._failed(url.host, str(error))
            raise
        if answer.exchange.status in REFUSALS or answer.exchange.status >= 500:
            self._failed(url.host, answer.exchange.result)
        else:
            self._breaker.succeeded(url.host)
        return answer

    def _given_up(self, visit: _Visit, failure: Transient) -> FetchError:
        host, asked = visit.url.host, failure.retry_after
        message = f"{visit.url} did not arrive, attempts: {visit.attempts}, the last: {failure}"
        if asked is not None and asked > self._settings.longest_wait and not self._is_replay:
            message += f"; it asks to wait {asked:.10g} s, longest_wait allows {self._settings.longest_wait:g} s"
            self._breaker.rest(host, asked, f"it asked for {asked:.10g} s without requests ({failure})")
        else:
            self._failed(host, str(failure))
        kind = Blocked if failure.status == 429 else FetchError
        return kind(message, attempts=visit.attempts, status=failure.status)

    def _failed(self, host: str, why: str) -> None:
        if not self._is_replay and self._breaker.failed(host, why):
            self._log.warning("host rests", host=host, seconds=self._settings.rest, because=why)

    async def _attempt(self, visit: _Visit) -> Answer:
        """Ask once, in the host's turn; note, archive and judge the answer."""
        host = visit.url.host
        self._breaker.check(host)
        interval = 0.0 if self._is_replay else max(self._settings.pace, self._interval(visit.url))
        async with self._pace.turn(host, interval):
            # The host may have been sent to rest while this work waited.
            self._breaker.check(host)
            visit.attempts += 1
            started = self._clock.monotonic()
            deadline = min(self._settings.answer_deadline, max(visit.budget.left, 0.0))
            try:
                exchange = await self._sender.send(visit.url, visit.conditions, seconds=deadline)
                content = self._content(exchange)
            except Damaged as error:
                self._note(visit, started, error=str(error))
                raise Transient(str(error), status=exchange.status) from error
            except (TrialPagesError, Transient) as error:
                self._note(visit, started, error=str(error))
                raise
            finally:
                visit.budget.left -= self._clock.monotonic() - started
            seconds = longest_retry_after(
                exchange.values("retry-after"), server_time(exchange.values("date"), self._clock.now())
            )
            if exchange.status in RETRIED_STATUSES and seconds is not None and not self._is_replay:
                self._pace.hold(host, min(seconds, self._settings.longest_wait))
        capture = await self._captures.add(exchange)
        if capture is not None:
            self._note(visit, started, exchange, archived=f"{capture.file}:{capture.start}")
        else:
            self._note(visit, started, exchange)
        visit.context.exchanges.append(ExchangeSummary.of(exchange, capture))
        if exchange.status == 304 and visit.stored is not None:
            stored = visit.stored
            exchange, content = replace(stored.exchange, at=exchange.at), stored.content
        vendor = challenge_vendor(exchange, content)
        if vendor is not None:
            raise Blocked(
                f"{visit.url} is refused: {vendor} asks whether a person is there ({exchange.status})",
                status=exchange.status,
            )
        if exchange.status in RETRIED_STATUSES:
            raise Transient(exchange.result, status=exchange.status, retry_after=seconds)
        return Answer(exchange, content, visit.attempts)

    def _content(self, exchange: Exchange) -> bytes:
        """An answer's body without content encoding; where it is no page's, that need not be sound.

        Raises:
            Damaged, FetchError: as `decoded` does.
        """
        try:
            return decoded(exchange, self._settings.body_limit)
        except (Damaged, FetchError) as error:
            if 200 <= exchange.status < 300:
                if isinstance(error, FetchError):
                    error.status = exchange.status
                raise
            return exchange.body

    def _note(self, visit: _Visit, started: float, exchange: Exchange | None = None, **more: object) -> None:
        """The log's line on one exchange."""
        answer: dict[str, object] = {}
        if exchange is not None:
            answer = {"status": exchange.status, "bytes": len(exchange.body), "protocol": exchange.protocol}
        self._log.info(
            "exchange",
            url=str(visit.url),
            site=self._site(str(visit.url)),
            attempt=visit.attempts,
            seconds=round(self._clock.monotonic() - started, 3),
            **answer,
            **more,
        )
