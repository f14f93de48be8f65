"""The drift guard over one run: a verdict on each layout that the run saw, or should have seen."""

from collections.abc import Mapping
from typing import Final

from scraper.errors import Fatal
from scraper.internal_errors import internal_error, storable
from scraper.jobs.drift.baseline import baseline
from scraper.jobs.drift.limits import LIFTING_SHARE, Limits
from scraper.jobs.drift.profile import PageProfile
from scraper.jobs.drift.stats import RunStats
from scraper.jobs.drift.verdict import Reason, judge
from scraper.jobs.ending import mistake_letter
from scraper.jobs.health import quarantines
from scraper.layouts.layout import Layout
from scraper.settings import Settings
from scraper.sites import LAYOUTS
from scraper.store.database import Database
from scraper.store.dead_letters import DeadLetter
from scraper.store.run_statistics import (
    earlier_profiles,
    good_run_figures,
    missing_counts,
    page_profiles,
    truncated_pages,
)
from scraper.store.runs import Run, Verdict
from scraper.store.tables import Ruling

_NOTHING_SEEN: Final = RunStats().to_json()
"""Stored with the verdict on a layout that could not be judged."""


def judge_layouts(database: Database, run: Run, settings: Settings) -> tuple[list[Verdict], list[DeadLetter]]:
    """The guard's verdict on each layout, and what failed while it judged.

    A layout that cannot be judged is quarantined: what was not checked is not effective.

    Args:
        database: the store's.
        run: all its visits are saved.
        settings: the limits.

    Raises:
        StoreError: the store cannot be read.
    """
    verdicts, letters = [], []
    try:
        guard = _Guard(database, run, settings)
    except Fatal:
        raise
    except Exception as error:  # noqa: BLE001 - a mistake of the guard costs the layouts that it would have judged
        return [_unjudged(layout, error) for layout in LAYOUTS], [mistake_letter(error)]
    for layout in LAYOUTS:
        try:
            verdict = guard.verdict(layout)
        except Fatal:
            raise
        except Exception as error:  # noqa: BLE001 - the same, for one layout
            letters.append(mistake_letter(error, site=layout.site, layout=layout.key))
            verdict = _unjudged(layout, error)
        if verdict is not None:
            verdicts.append(verdict)
    return verdicts, letters


class _Guard:
    """What a run saw, and missed, of all layouts."""

    def __init__(self, database: Database, run: Run, settings: Settings) -> None:
        self._database = database
        self._run = run
        self._runs = settings.drift_runs
        self._limits = Limits.of(settings)
        self._quarantines: Mapping[str, int] = quarantines(database)
        self._profiles, self._refused = page_profiles(database, run)
        self._missing, self._truncated = missing_counts(database, run), truncated_pages(database, run)

    def verdict(self, layout: Layout) -> Verdict | None:
        """The verdict on a layout; None where the run says nothing about it."""
        stats, message = self._stats(layout)
        if not stats.requested:
            return None
        reasons = [
            # Where no page was understood, the guard knows no label: the refusal says what the page lacks.
            f"{reason.text}: {message}" if reason.rule == "nothing" else reason.text
            for reason in self._wrong(layout, stats)
        ]
        quarantined = self._quarantines.get(layout.key, 0)
        if not reasons and stats.pages < LIFTING_SHARE * quarantined:
            read = f"{stats.pages} page{'' if stats.pages == 1 else 's'}"
            reasons = [f"it is quarantined: that is lifted by half of its {quarantined} pages or more, not by {read}"]
        if not reasons and not stats.pages:
            return None  # a few missing pages say nothing about how the layout is read
        ruling = Ruling.QUARANTINED if reasons else Ruling.GOOD
        return Verdict(layout.site, layout.name, ruling, [*map(storable, reasons)], stats.to_json())

    def _stats(self, layout: Layout) -> tuple[RunStats, str]:
        """What the run's pages of a layout showed, and why one of them was refused."""
        groups = [(PageProfile.from_json(text), count) for text, count in self._profiles.get(layout.key, ())]
        refused, message = self._refused.get(layout.key, (0, ""))
        arrived = sum(count for _, count in groups) + refused
        truncated, how = self._truncated.get(layout.key, (0, ""))
        # A few truncated pages are due to the connection. Where most are, the site may have renamed their last line.
        if truncated >= self._limits.pages and truncated > arrived:
            refused, message = refused + truncated, how
        return RunStats.of(groups, refused, self._missing.get(layout.key, 0)), message

    def _wrong(self, layout: Layout, stats: RunStats) -> list[Reason]:
        """What is wrong with a layout's pages."""
        before = baseline(good_run_figures(self._database, layout.site, layout.name), self._runs)
        reasons = judge(layout, stats, before, self._limits)
        if not reasons or not before:
            return reasons
        # Most runs need not know what the same trials showed: it is looked up only where something seems wrong.
        same = earlier_profiles(self._database, self._run, layout.site, layout.name, good_runs=self._runs)
        then = RunStats.of((PageProfile.from_json(text), count) for text, count in same)
        return judge(layout, stats, before, self._limits, then)


def _unjudged(layout: Layout, error: Exception) -> Verdict:
    reason = f"it could not be judged: {storable(str(internal_error(error)))}"
    return Verdict(layout.site, layout.name, Ruling.QUARANTINED, [reason], _NOTHING_SEEN)
