"""The fetch context: what a caller knows of pages before it fetches them, and every exchange that followed."""

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
    """The validators by which a server tells versions of a page apart."""

    etag: str | None
    last_modified: str | None

    @property
    def conditions(self) -> dict[str, str]:
        """The headers that ask for the page only if it has changed."""
        named = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: sent for name, value in named.items() if (sent := sendable(value)) is not None}

    @classmethod
    def of(cls, headers: httpx.Headers) -> Self:
        """The validators in an answer's headers, as far as they can be sent back."""
        return cls(*(sendable(one_value(headers, name)) for name in ("etag", "last-modified")))


class ExchangeSummary(NamedTuple):
    """One exchange in short, and where the archive keeps it."""

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
        """The summary of an exchange with the site, or of a capture that stands in for one."""
        return cls(
            exchange.url,
            exchange.at if exchange.at > BEFORE_ALL else None,
            capture.status if capture is not None else exchange.status,  # the archive answers a 304 with the page
            Validators.of(exchange.headers),
            capture.file if capture is not None else None,
            capture.start if capture is not None else None,
        )


class NotModified(Exception):
    """The page is still the one that the context knows: there is nothing to read."""

    def __init__(self, url: str, at: datetime) -> None:
        super().__init__(f"{url} has not changed")
        self.url = url
        self.at = at


@dataclass(slots=True)
class FetchContext:
    """What is known before some fetches, and what was exchanged in them."""

    known: Mapping[str, Validators] = field(default_factory=lambda: MappingProxyType({}))
    """The validators of pages, by URL, that need not be read again while they are the same."""
    archived_since: datetime | None = None
    """An archived answer from this moment on counts as a new one, so that an interrupted run asks for nothing twice."""
    unconditional: bool = False
    """Whether the site must send pages whole, even where it could confirm our own capture."""
    exchanges: list[ExchangeSummary] = field(default_factory=list)
    """Every answer that came, in order."""
