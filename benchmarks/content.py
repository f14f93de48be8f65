"""How well the trial's own text is parted from what stands around it, beside programs that do so for any page.

Run it with `python -m benchmarks.content`. The pages are the bundled cases, inflated; what belongs to the trial was
written down by whoever made the case (`content.txt`). Ours is scored twice: with the page's layout known, and by the
general rules alone, as on a page of a layout that nobody knows.
"""

import sys
from collections.abc import Callable
from functools import partial

from benchmarks.competitors import justext, readability, trafilatura
from benchmarks.pages import BenchPage, trial_pages
from benchmarks.scores import Score, label, score_numbers, score_text
from normalizers import boilerplate
from schemas.document import Document
from scraper.parse.blocks import parse
from scraper.parse.page import Page
from scraper.pipeline import clean_page

RECALL, PRECISION = 1.0, 0.99
"""What ours must reach on pages of known layouts."""

OURS = "trialpages, layout known"
OURS_WITHOUT_LAYOUT = "trialpages, general rules alone"

_OURS: dict[str, Callable[[Page, Document], Document]] = {
    OURS: lambda page, _: clean_page(page).cleaned.document,
    OURS_WITHOUT_LAYOUT: lambda _, document: boilerplate.clean(boilerplate.marked(document)).document,
}
_OTHERS: dict[str, Callable[[str], str]] = {
    "trafilatura": trafilatura,
    "trafilatura, favor_recall": partial(trafilatura, favor_recall=True),
    "readability-lxml": readability,
    "justext": justext,
}


def scores(pages: list[BenchPage]) -> dict[str, dict[str, Score]]:
    """Each extractor's score on each page that has a gold standard."""
    found: dict[str, dict[str, Score]] = {name: {} for name in (*_OURS, *_OTHERS)}
    for bench in pages:
        if bench.trial is None:
            continue
        page = Page(bench.content, bench.url)
        document = parse(page)
        trial = label(document.blocks, bench.trial)
        for name, clean in _OURS.items():
            kept = (block.number for block in clean(page, document).blocks)
            found[name][bench.name] = score_numbers(document.blocks, trial, kept)
        text = bench.text
        for name, extract in _OTHERS.items():
            found[name][bench.name] = score_text(document.blocks, trial, extract(text))
    return found


def main() -> int:
    found = scores(trial_pages())
    totals = {name: sum(pages.values(), Score()) for name, pages in found.items()}
    # Of trafilatura's two settings the better one counts.
    worse = min(("trafilatura", "trafilatura, favor_recall"), key=lambda name: totals[name].f1)
    ours = found[OURS]
    blocks = totals[OURS].kept + totals[OURS].lost
    print(f"{len(ours)} pages, {blocks:,} blocks of trials\n\n{'':34}{'recall':>9}{'precision':>11}{'F1':>9}")
    for name, total in totals.items():
        if name != worse:
            print(f"{name:34}{total.recall:9.2%}{total.precision:11.2%}{total.f1:9.2%}")
    print()
    reached = totals[OURS].recall >= RECALL and totals[OURS].precision > PRECISION
    for name, score in ours.items():
        if score.lost or score.boilerplate:
            print(f"{name}: {score.lost} blocks lost, {score.boilerplate} blocks of boilerplate kept")
    print(
        f"ours: to reach recall {RECALL:.0%} and precision above {PRECISION:.0%}: {'reached' if reached else 'MISSED'}"
    )
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())
