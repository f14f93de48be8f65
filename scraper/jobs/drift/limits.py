"""The numbers by which the drift guard decides: each with its unit and its reason."""

from typing import Final, NamedTuple

from scraper.settings import Settings


class Limits(NamedTuple):
    """The limits that are settings. The defaults are those of the settings."""

    points: float = 20.0
    """Percentage points by which a rate may fall (`drift_points`): a smaller fall is not worth a person's time."""
    pages: int = 5
    """Pages that both sides need for their rates to be compared, at least 1 (`drift_pages`). Of fewer pages a rate that
    falls by 20 points is a single page."""

    @classmethod
    def of(cls, settings: Settings) -> "Limits":
        """The limits that a user set."""
        return cls(points=settings.drift_points, pages=settings.drift_pages)


BASELINE_PAGES: Final = 100
"""Pages that the baseline holds at least, where the store has so many: their rates are known to ten points."""

UNKNOWN_LABELS: Final = 20
"""Unknown labels of a run that are counted, the most frequent ones: a renamed label stands on most pages, so it is
among them, and a row of the store stays short."""

NEARLY_ALL: Final = 0.95
"""The share of pages from which on a label or a value belongs to the layout, not to the trial: a page without it is
odd."""

CHANCE_OF_STABLE_RATE: Final = 1e-3
"""Probability below which chance does not explain that a rate fell which was nearly all: fewer than one shuffle in
1,000 of the pages of now and before leaves so few for now."""

CHANCE_OF_VARYING_RATE: Final = 1e-4
"""The same for all other rates. They vary from trial to trial, and trials that are due in the same night are often of
one kind, which a shuffle does not know."""

RARE_ONE_IN: Final = 10
"""A kind of issue on fewer than one in so many pages of the baseline was rare: on most pages now, it is new."""

NEW_NAME_PAGES: Final = 2
"""Pages that must show an unknown label before it may be a new name: on a single page it may be a misprint."""

LIFTING_SHARE: Final = 0.5
"""The share of the quarantined pages that one run must find in order to lift the quarantine: a few of them may pass by
themselves, and those of other trials, too."""


def is_most(part: int, whole: int) -> bool:
    """Whether something holds for more than half of the pages, as a change of the site does."""
    return 2 * part > whole


def is_rare(part: int, whole: int) -> bool:
    """Whether something holds for hardly any page."""
    return RARE_ONE_IN * part < whole


def is_nearly_all(part: int, whole: int) -> bool:
    """Whether something holds for so many pages that one without it is odd."""
    return part >= NEARLY_ALL * whole
