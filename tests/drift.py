"""What tests of the drift guard share: the bundled pages, and the figures of made runs."""

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from scraper.cases import cases
from scraper.errors import PageError
from scraper.jobs.drift.profile import PageProfile
from scraper.jobs.drift.stats import RunStats
from scraper.jobs.drift.verdict import Reason
from scraper.parse.page import Page
from scraper.pipeline import ReadPage, read_page
from scraper.sites import veeva

TRIALS = [case for case in cases(Path(__file__).parent.parent / "snapshots") if (case.folder / "record.json").is_file()]
AS_EVER = [case for case in TRIALS if "redesigned" not in case.name]
"""Pages of sites that are as they were: of the others some lack a label, which is what the guard is there to tell."""


def read_page_of(text: str) -> ReadPage:
    return read_page(Page(text.encode()))


def is_good(page: ReadPage) -> bool:
    """Whether a run would keep it: what breaks off is a failed visit."""
    return page.truncation is None


@cache
def pages(layout: str) -> tuple[Page, ...]:
    """The bundled pages of a layout that a run would keep, one form of each, and none of a site that changed."""
    found = (case.page(case.inputs[0]) for case in AS_EVER if case.layout == layout)
    return tuple(page for page in found if is_good(read_page(page)))


def stats(among: Iterable[Page], times: int = 1) -> RunStats:
    """What a run over these pages sees, each read so many times."""
    groups, refused = [], 0
    for page in among:
        try:
            groups.append((PageProfile.of(read_page(page)), times))
        except PageError:
            refused += times
    return RunStats.of(groups, refused)


def told(reasons: Sequence[Reason]) -> list[str]:
    return [reason.text for reason in reasons]


def figures(pages: int, refused: int = 0, **fills: int) -> RunStats:
    """A run in which each required field is filled on all pages, unless it is said otherwise."""
    filled = {**dict.fromkeys(veeva.STUDY.required, pages), **fills}
    return RunStats(pages, refused, {name: count for name, count in filled.items() if count})


counts = st.dictionaries(st.text(max_size=3), st.integers(1, 9), max_size=3)
some_stats = st.builds(RunStats, st.integers(0, 9), st.integers(0, 9), counts, counts, counts, counts)
