"""Where a trial's page may be on a site: each site's file names the places, with what the registry says as a hint."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from re import Pattern
from typing import NamedTuple, Protocol


class Hints(NamedTuple):
    """What is known of a trial before its pages are looked for."""

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
    """The pages that the sites' sitemaps name."""

    def starting_with(self, site: str, prefix: str, /, *, limit: int = ...) -> Sequence[str]:
        """The URLs of a site that start with a prefix."""

    def containing(self, site: str, words: str, /, *, limit: int = ...) -> Sequence[str]:
        """The URLs of a site that hold some words, whatever their case."""


class NoPages:
    """The lookup of those who have no index."""

    def starting_with(self, *_: str, **__: int) -> Sequence[str]:
        """Nothing."""
        return ()

    def containing(self, *_: str, **__: int) -> Sequence[str]:
        """Nothing."""
        return ()


@dataclass(frozen=True, slots=True)
class Place:
    """A URL at which a page of the trial may be."""

    url: str
    why: str
    """Why it may be there, in words that follow a URL."""
    layout: str | None = None
    """The layout that such a page has, as in `veeva/study`; None where only the page can tell."""
    follow: Callable[[Sequence[str]], Iterable["Place"]] | None = None
    """For a search page: the places that its links lead to."""
    none: Pattern[str] | None = None
    """For a search page: the words by which it says that there are none. A page that lists nothing and does not say so
    was not filled in."""
    loader: bytes | None = None
    """For a search page: what stands in its markup where a script fills in the results."""


class Gap(NamedTuple):
    """Places that cannot be named, because a hint is missing."""

    why: str


Places = Callable[[Hints, Lookup, Mapping[str, str]], Iterator[Place | Gap]]
"""A site's places in the order in which to try them, from the hints, the lookup, and the URLs found so far by layout.

The URLs found are those of the moment: a site that has shown one page can be asked for the next one beside it.
"""
