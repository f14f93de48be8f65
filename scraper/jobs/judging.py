"""The drift guard over one run: whether each layout that showed itself, or should have, is as it was before."""

from collections.abc import Callable, Mapping
from typing import Final

from scraper.errors import Fatal
from scraper.jobs import drift
from scraper.jobs.drift import RunStats
from scraper.jobs.ending import mistake_letter
from scraper.jobs.health import quarantines
from scraper.layouts.layout import Layout
from scraper.mistakes import internal, storable
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


def judge_layouts(database: Database, run: Run, settings: Settings) -> tuple[list[Verdict], list[DeadLetter]]:
    """The guard's word on each layout, and what went wrong as it judged.

    A layout that could not be judged is quarantined: what was not checked is not effective.

    Args:
        database: the store's.
        run: all its visits kept.
        settings: the limits.

    Raises:
        StoreError: the store cannot be read.
    """
    verdicts, letters = [], []
    try:
        judge: Callable[[Layout], Verdict | None] = _Guard(database, run, settings).verdict
    except Fatal:
        raise
    except Exception as error:  # noqa: BLE001 - a mistake of the guard's costs what it would have judged
        letters.append(mistake_letter(error))
        verdicts = [_unjudged(layout, error) for layout in LAYOUTS]
        return verdicts, letters
    for layout in LAYOUTS:
        try:
            verdict = judge(layout)
        except Fatal:
            raise
        except Exception as error:  # noqa: BLE001 - the same
            letters.append(mistake_letter(error, site=layout.site, layout=layout.key))
            verdict = _unjudged(layout, error)
        if verdict is not None:
            verdicts.append(verdict)
    return verdicts, letters


_NOTHING_SEEN: Final = RunStats().to_json()
"""Of a layout that was not judged."""


class _Guard:
    """What a run showed, and missed, of all layouts."""

    def __init__(self, database: Database, run: Run, settings: Settings) -> None:
        self._database = database
        self._run = run
        self._runs = settings.drift_runs
        self._limits = drift.Limits(points=settings.drift_points, pages=settings.drift_pages)
        self._quarantines: Mapping[str, int] = quarantines(database)
        self._pages, self._refused = page_profiles(database, run)
        self._lost, self._cut = missing_counts(database, run), truncated_pages(database, run)

    def verdict(self, layout: Layout) -> Verdict | None:
        """Whether a layout is as it was before; None where the run tells nothing of it."""
        groups = [(drift.load(seen), count) for seen, count in self._pages.get(layout.key, ())]
        refusals, message = self._refused.get(layout.key, (0, ""))
        arrived = sum(count for _, count in groups) + refusals
        broken, how = self._cut.get(layout.key, (0, ""))
        # A few pages that break off tell of the connection. Where most do, the site may have renamed the line.
        if broken >= self._limits.pages and broken > arrived:
            refusals, message = refusals + broken, how
        stats = RunStats.of(groups, refusals, self._lost.get(layout.key, 0))
        if not stats.asked:
            return None
        before = drift.baseline(good_run_figures(self._database, layout.site, layout.name), self._runs)
        wrong = drift.judge(layout, stats, before, self._limits)
        if wrong and before:
            # What most runs need not know is looked up where something seems wrong.
            same = earlier_profiles(self._database, self._run, layout.site, layout.name, good_runs=self._runs)
            then = RunStats.of((drift.load(seen), count) for seen, count in same)
            wrong = drift.judge(layout, stats, before, self._limits, then)
        reasons = [
            # Where no page was understood, the guard has seen no label: the refusals say what they lack.
            f"{reason.text}: {message}" if reason.rule == "nothing" else reason.text
            for reason in wrong
        ]
        # A few of the pages that were quarantined together may well pass by themselves, and those of other trials, too.
        asked = self._quarantines.get(layout.key, 0)
        if not reasons and 2 * stats.pages < asked:
            read = f"{stats.pages} page{'' if stats.pages == 1 else 's'}"
            reasons = [f"it is quarantined: that is lifted by half of its {asked} pages or more, not by {read}"]
        if not reasons and not stats.pages:
            return None  # a few pages that are missing say nothing of how the layout is read
        ruling = Ruling.QUARANTINED if reasons else Ruling.GOOD
        return Verdict(layout.site, layout.name, ruling, [*map(storable, reasons)], stats.to_json())


def _unjudged(layout: Layout, error: Exception) -> Verdict:
    reason = f"it could not be judged: {storable(str(internal(error)))}"
    return Verdict(layout.site, layout.name, Ruling.QUARANTINED, [reason], _NOTHING_SEEN)
