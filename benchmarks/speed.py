"""How long a page takes from bytes to JSON, beside the least that it can take and beside other extractors.

Run it with `python -m benchmarks.speed`. In one process, each candidate in turn reads all pages one after the other, as
in a batch, and that many times over, so that whatever slows the machine for a while slows all of them. What counts is
processor time. Python's garbage collector stays as Python sets it; what one candidate left behind is collected before
the next begins.
"""

import argparse
import gc
import json
import os
import platform
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import process_time

from bs4 import BeautifulSoup
from selectolax.lexbor import LexborHTMLParser

from benchmarks.competitors import readability, trafilatura
from benchmarks.pages import BenchPage, trial_pages
from schemas.record import Record
from scraper.pipeline import extract_page

ROUNDS = 10

TARGETS = {"floor": 1 / 2.5, "BeautifulSoup (html.parser), parse only": 10, "trafilatura": 10}
"""How many times our time each candidate should take at least."""

PACKAGES = ("selectolax", "pydantic", "beautifulsoup4", "trafilatura", "readability-lxml", "lxml")


@dataclass(frozen=True, slots=True)
class Result:
    """What was measured of one candidate."""

    name: str
    milliseconds: float
    """Median over the pages of each page's median time."""
    ratio: float
    """Median over the pages of its time divided by ours on the same page."""
    target: float | None
    """The ratio to reach, where there is one."""


def floor(page: bytes, record: object) -> str:
    """The least that any program does that reads a page into such a record with these libraries.

    Args:
        page: the page's bytes.
        record: the record that the page gives, as plain Python values.
    """
    tree = LexborHTMLParser(page)
    if tree.root is not None:
        for node in tree.root.traverse(include_text=True):
            if node.is_text_node:
                node.text_content  # noqa: B018 - reading it is what is timed
    return Record.model_validate(record).model_dump_json()


def measure(pages: list[BenchPage], rounds: int = ROUNDS) -> list[Result]:
    """Time all candidates on all pages."""
    candidates = [_candidates(page) for page in pages]
    names = list(candidates[0])
    times: list[dict[str, list[float]]] = [{name: [] for name in names} for _ in pages]
    for turn in range(-1, rounds):  # the first turn warms up and is not counted
        for name in names:
            gc.collect()
            for page, timed in zip(candidates, times, strict=True):
                read = page[name]
                began = process_time()
                read()
                taken = process_time() - began
                if turn >= 0:
                    timed[name].append(taken)
    medians = [{name: median(found) for name, found in timed.items()} for timed in times]
    return [
        Result(
            name,
            1000 * median(page[name] for page in medians),
            median(page[name] / page[OURS] for page in medians),
            TARGETS.get(name),
        )
        for name in names
    ]


OURS = "trialpages, bytes to JSON"


def _candidates(page: BenchPage) -> dict[str, Callable[[], object]]:
    content, url = page.content, page.url
    text = page.text
    record = extract_page(content, url).model_dump(mode="json")
    return {
        "floor": lambda: floor(content, record),
        OURS: lambda: extract_page(content, url).model_dump_json(),
        "BeautifulSoup (html.parser), parse only": lambda: BeautifulSoup(content, "html.parser"),
        "trafilatura": lambda: trafilatura(text),
        "readability-lxml": lambda: readability(text),
    }


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the results here")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="how often each page is read (default %(default)s)")
    options = parser.parse_args(arguments)
    pages = trial_pages()
    results = measure(pages, options.rounds)
    sizes = [len(page.content) for page in pages]
    machine = {
        "processor": _processor(),
        "processors": os.cpu_count(),
        "python": platform.python_version(),
        **{name: version(name) for name in PACKAGES},
    }
    print(f"{len(pages)} pages of {min(sizes) / 1000:.0f} to {max(sizes) / 1000:.0f} kB, {options.rounds} rounds")
    print(", ".join(f"{name} {value}" for name, value in machine.items()))
    print(f"\n{'':42}{'ms a page':>10}{'ours = 1':>10}")
    for result in results:
        print(f"{result.name:42}{result.milliseconds:10.2f}{result.ratio:10.2f}")
    print()
    for result in results:
        if result.target is not None:
            print(_verdict(result))
    if options.json:
        written = {"machine": machine, "pages": len(pages), "results": [asdict(result) for result in results]}
        options.json.write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")


def _verdict(result: Result) -> str:
    if result.target is None or result.target >= 1:
        said, wanted, reached = result.ratio, result.target, result.ratio >= (result.target or 0)
        return f"{result.name}: {said:.1f} times our time, to reach {wanted}: {'reached' if reached else 'MISSED'}"
    said, wanted = 1 / result.ratio, 1 / result.target
    return f"ours: {said:.2f} times the floor, to reach {wanted}: {'reached' if said <= wanted else 'MISSED'}"


def _processor() -> str:
    """The processor's name, where the system tells it."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


if __name__ == "__main__":
    main(sys.argv[1:])
