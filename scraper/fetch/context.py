"""An context: what a caller of several fetches knows beforehand, and a note of everything that was exchanged."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple, Self

import httpx

from scraper.fetch.archive.cdx_index import Capture
from scraper.fetch.archive.warc import BEFORE_ALL
from scraper.fetch.exchange import Exchange
from scraper.fetch.headers import one_value, sendable


class Validators(NamedTuple):
    """What a server told of a page's version."""

    etag: str | None
    last_modified: str | None

    @property
    def conditions(self) -> dict[str, str]:
        """The headers that ask for the page only if it is another by now."""
        named = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: sent for name, value in named.items() if (sent := sendable(value)) is not None}

    @classmethod
    def told_by(cls, headers: httpx.Headers) -> Self:
        """What an answer's headers tell, as far as it can be sent back."""
        return cls(*(sendable(one_value(headers, name)) for name in ("etag", "last-modified")))


class ExchangeSummary(NamedTuple):
    """One exchange, and where the archive keeps it."""

    url: str
    at: datetime | None
    """None in a replay of a page of which it is not known when it was fetched."""
    status: int
    validators: Validators
    file: str | None
    """None where there is no archive."""
    start: int | None

    @classmethod
    def of(cls, exchange: Exchange, capture: Capture | None) -> Self:
        """The note of an exchange, be it one that the archive answers in place of the site."""
        return cls(
            exchange.url,
            exchange.at if exchange.at > BEFORE_ALL else None,
            capture.status if capture is not None else exchange.status,  # the archive answers a 304 with the page
            Validators.told_by(exchange.headers),
            capture.file if capture is not None else None,
            capture.start if capture is not None else None,
        )


class NotModified(Exception):
    """The page is still the one that the context knows: nothing needs to be read."""

    def __init__(self, url: str, at: datetime) -> None:
        super().__init__(f"{url} has not changed")
        self.url = url
        self.at = at


@dataclass(slots=True)
class FetchContext:
    """What is known before some fetches, and what came of them."""

    known: Mapping[str, Validators] = field(default_factory=lambda: MappingProxyType({}))
    """Pages by URL that need no second look while they are the same."""
    since: datetime | None = None
    """An archived answer from then on is as good as a new one: what was interrupted since is not asked for again."""
    whole: bool = False
    """Pages are to be sent whole: our own captures do not do."""
    exchanges: list[ExchangeSummary] = field(default_factory=list)
    """Every answer that came, in order."""
