"""Candidate URLs: where a site may show a trial. Each site's file yields its own, from what the registry says of it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from re import Pattern
from typing import NamedTuple, Protocol


class Hints(NamedTuple):
    """What is known of a trial before its pages are looked for: what the registry says."""

    nct_id: str
    title: str | None = None
    """The registry's brief title."""
    conditions: tuple[str, ...] = ()
    """The registry's conditions."""
    now: str | None = None
    """The number by which the registry knows the trial today, where that is another one."""
    former: frozenset[str] = frozenset()
    """Numbers that the trial had before."""


class Lookup(Protocol):
    """Finds pages among those that the sites' sitemaps name."""

    def starting_with(self, site: str, prefix: str, /, *, limit: int = ...) -> Sequence[str]:
        """The URLs of a site that start with a prefix."""

    def containing(self, site: str, words: str, /, *, limit: int = ...) -> Sequence[str]:
        """The URLs of a site that contain some words, in any case."""


class NoPages:
    """The lookup where there is no index: it finds nothing."""

    def starting_with(self, *_: str, **__: int) -> Sequence[str]:
        """Nothing."""
        return ()

    def containing(self, *_: str, **__: int) -> Sequence[str]:
        """Nothing."""
        return ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A URL at which a site may show the trial."""

    url: str
    why: str
    """Why it may be there, in words that follow a URL."""
    layout: str | None = None
    """The layout that such a page has, as in `veeva/study`; None where only the page can tell."""
    follow: Callable[[Sequence[str]], Iterable["Candidate"]] | None = None
    """For a search page: the candidates among its links."""
    no_results: Pattern[str] | None = None
    """For a search page: the words by which it says that it found nothing. A page that lists nothing and does not say
    so was not filled in."""
    loader: bytes | None = None
    """For a search page: what stands in its markup where a script fills in the results."""


class MissingHint(NamedTuple):
    """Stands for candidates that cannot be named, because a hint is missing."""

    why: str


CandidateUrls = Callable[[Hints, Lookup, Mapping[str, str]], Iterator[Candidate | MissingHint]]
"""A site's candidates in the order in which to try them, from the hints, the lookup, and the URLs found by layout.

The URLs found are those of the moment: once a site has shown one page, a candidate can be made of that page's URL.
"""
