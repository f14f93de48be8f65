"""Asks for one URL until it answers or has to be given up; every exchange is logged and archived."""

from dataclasses import dataclass, replace
from typing import Final

import httpx

from scraper.errors import Blocked, FetchError, TrialPagesError, UnsafeUrl
from scraper.fetch.breaker import HostResting
from scraper.fetch.captures import Captures
from scraper.fetch.challenges import challenge_vendor
from scraper.fetch.context import ExchangeSummary, FetchContext, Validators
from scraper.fetch.environment import Environment
from scraper.fetch.exchange import Answer, DamagedBody, Exchange, decoded
from scraper.fetch.exchange_log import ExchangeLog
from scraper.fetch.politeness import NoPoliteness, Politeness
from scraper.fetch.retries import RETRIED_STATUSES, Budget, Transient, longest_retry_after, retrying, server_time
from scraper.fetch.sender import Sender
from scraper.settings import Settings

REFUSALS: Final = frozenset({401, 403, 451})
"""The statuses by which a site says that it does not want to be asked."""


@dataclass(slots=True)
class _Request:
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
            known = Validators.of(self.stored.exchange.headers)
        return known.conditions if known is not None else {}


class Requester:
    """Asks for URLs, politely and with retries.

    Args:
        settings: how often, how long, how large.
        environment: time, and the chance that spreads waits.
        sender: sends a request.
        captures: keep what comes, and may know it already.
        politeness: lets requests pass to their hosts.
        log: gets a line for each exchange.
    """

    def __init__(
        self,
        settings: Settings,
        environment: Environment,
        sender: Sender,
        captures: Captures,
        *,
        politeness: Politeness | NoPoliteness,
        log: ExchangeLog,
    ) -> None:
        self._settings = settings
        self._clock = environment.clock
        self._random = environment.random
        self._sender = sender
        self._captures = captures
        self._politeness = politeness
        self._log = log

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
        request = _Request(url, budget, context)
        if str(url) not in context.known and not context.unconditional:
            request.stored = await self._captures.revalidatable(str(url))
        tries = retrying(
            attempts=self._settings.attempts,
            longest_wait=self._settings.longest_wait,
            budget=budget,
            clock=self._clock,
            random=self._random,
            before_wait=lambda failure, attempt, wait: self._log.waiting(url, attempt, wait, failure),
        )
        try:
            answer: Answer = await tries(self._attempt, request)
        except Transient as failure:
            raise self._given_up(request, failure) from failure
        except (HostResting, UnsafeUrl):
            raise
        except FetchError as error:
            error.attempts = request.attempts
            self._politeness.failed(url.host, str(error))
            raise
        if answer.exchange.status in REFUSALS or answer.exchange.status >= 500:
            self._politeness.failed(url.host, answer.exchange.result)
        else:
            self._politeness.succeeded(url.host)
        return answer

    def _given_up(self, request: _Request, failure: Transient) -> FetchError:
        """The error that says why a URL is given up; its host rests, if that asked for more than we wait."""
        host, asked = request.url.host, failure.retry_after
        message = f"{request.url} did not arrive, attempts: {request.attempts}, the last: {failure}"
        if asked is not None and asked > self._settings.longest_wait:
            message += f"; it asks to wait {asked:.10g} s, longest_wait allows {self._settings.longest_wait:g} s"
            self._politeness.rest(host, asked, f"it asked for {asked:.10g} s without requests ({failure})")
        else:
            self._politeness.failed(host, str(failure))
        kind = Blocked if failure.status == 429 else FetchError
        return kind(message, attempts=request.attempts, status=failure.status)

    async def _attempt(self, request: _Request) -> Answer:
        """Ask once, in the host's turn; log, archive and judge the answer."""
        host = request.url.host
        async with self._politeness.turn(request.url):
            request.attempts += 1
            started = self._clock.monotonic()
            deadline = min(self._settings.answer_deadline, max(request.budget.left, 0.0))
            try:
                exchange = await self._sender.send(request.url, request.conditions, seconds=deadline)
                content = self._content(exchange)
            except DamagedBody as error:
                self._log.failed(request.url, request.attempts, self._clock.monotonic() - started, error)
                raise Transient(str(error), status=exchange.status) from error
            except (TrialPagesError, Transient) as error:
                self._log.failed(request.url, request.attempts, self._clock.monotonic() - started, error)
                raise
            finally:
                request.budget.left -= self._clock.monotonic() - started
            wanted = longest_retry_after(
                exchange.values("retry-after"), server_time(exchange.values("date"), self._clock.now())
            )
            if exchange.status in RETRIED_STATUSES and wanted is not None:
                self._politeness.hold(host, wanted)
        capture = await self._captures.add(exchange)
        self._log.arrived(request.url, request.attempts, self._clock.monotonic() - started, exchange, capture)
        request.context.exchanges.append(ExchangeSummary.of(exchange, capture))
        if exchange.status == 304 and request.stored is not None:
            stored = request.stored
            exchange, content = replace(stored.exchange, at=exchange.at), stored.content
        vendor = challenge_vendor(exchange, content)
        if vendor is not None:
            raise Blocked(
                f"{request.url} is refused: {vendor} asks whether a person is there ({exchange.status})",
                status=exchange.status,
            )
        if exchange.status in RETRIED_STATUSES:
            raise Transient(exchange.result, status=exchange.status, retry_after=wanted)
        return Answer(exchange, content, request.attempts)

    def _content(self, exchange: Exchange) -> bytes:
        """An answer's body without content encoding; where it is no page's, that need not be sound.

        Raises:
            DamagedBody, FetchError: as `decoded` does.
        """
        try:
            return decoded(exchange, self._settings.body_limit)
        except (DamagedBody, FetchError) as error:
            if 200 <= exchange.status < 300:
                if isinstance(error, FetchError):
                    error.status = exchange.status
                raise
            return exchange.body
