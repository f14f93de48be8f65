"""When the share of pages that have something has fallen: by points, and by more than chance explains."""

from math import exp, lgamma
from typing import NamedTuple

from scraper.jobs.drift.limits import CHANCE_OF_STABLE_RATE, CHANCE_OF_VARYING_RATE, Limits, is_nearly_all


class Rate(NamedTuple):
    """How many of some pages have something: show a label, fill a field, are read at all."""

    hits: int
    pages: int

    @property
    def share(self) -> float:
        """The rate as a share from 0 to 1; there is at least one page."""
        return self.hits / self.pages


def points_lost(now: Rate, before: Rate) -> float:
    """By how many percentage points a rate is lower than before."""
    return 100 * (before.share - now.share)


def has_fallen(now: Rate, before: Rate, limits: Limits) -> bool:
    """Whether a rate is lower than before, by more than the limit and by more than chance explains."""
    if min(now.pages, before.pages) < limits.pages:
        return False
    if points_lost(now, before) <= limits.points:
        return False
    is_stable = is_nearly_all(before.hits, before.pages)
    return chance(now, before) < (CHANCE_OF_STABLE_RATE if is_stable else CHANCE_OF_VARYING_RATE)


def chance(now: Rate, before: Rate) -> float:
    """The probability that shuffling the pages of now and before leaves no more hits for now than there are.

    The hypergeometric distribution, as in Fisher's exact test: it holds for few pages, too.
    """
    hits, pages = now.hits + before.hits, now.pages + before.pages
    least = max(0, now.pages - (pages - hits))
    ways = _log_ways(pages, now.pages)
    return sum(
        exp(_log_ways(hits, drawn) + _log_ways(pages - hits, now.pages - drawn) - ways)
        for drawn in range(least, now.hits + 1)
    )


def percent(part: int, whole: int) -> str:
    """A share in percent; 0 and 100 only where it is none or all."""
    if part in (0, whole):
        return "100 %" if part else "0 %"
    return f"{min(99, max(1, round(100 * part / whole)))} %"


def _log_ways(things: int, taken: int) -> float:
    """The logarithm of the number of ways to take some of many things."""
    return lgamma(things + 1) - lgamma(taken + 1) - lgamma(things - taken + 1)
