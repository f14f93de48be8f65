"""The log's lines on exchanges: what was asked for, what came, how long it took, and where it is archived."""

from collections.abc import Callable

import httpx
from structlog.typing import FilteringBoundLogger

from scraper.fetch.archive.cdx_index import Capture
from scraper.fetch.exchange import Exchange


class ExchangeLog:
    """Writes a line for each exchange, and for each wait before a retry.

    Args:
        log: where the lines go.
        site: the key of the site that a URL belongs to.
    """

    def __init__(self, log: FilteringBoundLogger, site: Callable[[str], str | None]) -> None:
        self._log = log
        self._site = site

    def arrived(
        self, url: httpx.URL, attempt: int, seconds: float, exchange: Exchange, capture: Capture | None
    ) -> None:
        """An answer came; it is archived as the capture, if there is an archive."""
        self._line(
            url,
            attempt,
            seconds,
            status=exchange.status,
            bytes=len(exchange.body),
            protocol=exchange.protocol,
            **({} if capture is None else {"archived": f"{capture.file}:{capture.start}"}),
        )

    def failed(self, url: httpx.URL, attempt: int, seconds: float, error: Exception) -> None:
        """No answer came that can be used."""
        self._line(url, attempt, seconds, error=str(error))

    def waiting(self, url: httpx.URL, attempt: int, seconds: float, failure: Exception) -> None:
        """After a failed attempt, so many seconds pass before the next one."""
        self._log.info("waiting", url=str(url), attempt=attempt, seconds=round(seconds, 1), because=str(failure))

    def _line(self, url: httpx.URL, attempt: int, seconds: float, **answer: object) -> None:
        site = self._site(str(url))
        self._log.info("exchange", url=str(url), site=site, attempt=attempt, seconds=round(seconds, 3), **answer)
