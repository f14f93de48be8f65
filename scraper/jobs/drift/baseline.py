"""The good runs that a run is compared with."""

from collections.abc import Iterable

from scraper.jobs.drift.limits import BASELINE_PAGES
from scraper.jobs.drift.stats import RunStats


def baseline(entries: Iterable[tuple[str, bool]], runs: int) -> list[RunStats]:
    """The last good runs, and as many before them as make `BASELINE_PAGES` pages.

    A few small nights say little, and must not take the place of large ones. What a person accepted caps the runs
    before it, and does not replace them: else one accepted page would make the guard forget all of them.

    Args:
        entries: what good runs showed, as `RunStats.to_json` wrote it, the newest first, each with whether a person
            accepted the run.
        runs: how many runs are taken in any case, where there are so many.
    """
    chosen: list[RunStats] = []
    accepted_runs: list[RunStats] = []
    for text, is_accepted in entries:
        if len(chosen) >= runs and sum(stats.pages for stats in chosen) >= BASELINE_PAGES:
            break
        stats = RunStats.from_json(text)
        if not stats.pages:
            continue  # a run of which all pages were missing says nothing of pages that come
        for accepted in accepted_runs:
            stats = stats.cap_at(accepted)
        chosen.append(stats)
        if is_accepted:
            accepted_runs.append(stats)
    return chosen
