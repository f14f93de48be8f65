"""Pages a second into the store, what a second run costs where nothing changed, and how the database grows.

Run it with `python -m benchmarks.store`. It writes an archive of made-up trials once: each has a page of every layout
on the sites' own hosts, which is a registry record, a Veeva page, two pages of inClinicalTrials and a TrialX listing,
inflated and under ETags of their own. Then the scheduled job visits all of them over a replay of that archive, twice
for each database. The first run has only numbers: it finds every page, reads it, and keeps it. The second knows the
addresses and the ETags, and is told by the replay that every page is as it was.

A run is a process of its own; its start and its imports are not timed, and its judgement and its report are. What
counts is how long it takes and the processor time of the process, to which that of a PostgreSQL server does not belong.
PostgreSQL is a server on this computer that the benchmark starts, with the tests' settings: it never waits for the
disk. Memory is the most that the process had until then. Needs /proc, as Linux has it.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import sqlalchemy as sa

from benchmarks.store import trials
from benchmarks.store.run import Moment
from scraper.store import watch
from scraper.store.database import Database
from scraper.store.tables import METADATA
from tests.databases import Databases, Postgresql, Sqlite

PAGES = 20_000

FASTER = 5
"""How many times as fast a run should be where nothing changed."""

GROWTH = 1.1
"""By how much ten times the pages may raise the peak: the allocator varies by some percent."""

TABLES = ("records", "readings", "changes", "pages", "visits", "failures")


@dataclass(frozen=True, slots=True)
class Stored:
    """What a database holds."""

    rows: Mapping[str, int]
    """By table."""
    megabytes: float


@dataclass(frozen=True, slots=True)
class Run:
    """What one run took and came to."""

    moments: Sequence[Moment]
    trials: Mapping[str, int]
    """Of the report: how many were visited, kept, unchanged, failed."""
    failures: int
    stored: Stored
    """Afterwards."""

    @property
    def whole(self) -> Moment:
        """The run to its end."""
        return self.moments[-1]


Visits = Callable[[str, Path, Path], Mapping[str, Any]]
"""A run on the database of a URL, over an archive, with a home, and what `benchmarks.store.run` says of it."""


def in_a_process(url: str, archive: Path, home: Path) -> Mapping[str, Any]:
    """A run in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.store.run", url, str(archive), str(home)]
    said: Mapping[str, Any] = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    return said


def measure(
    databases: Databases, archive: Path, nct_ids: Sequence[str], visits: Visits = in_a_process
) -> tuple[Run, Run]:
    """Visit some trials twice, beginning with an empty store."""
    url = databases.fresh()
    with Database(url) as database:
        watch.add(database, nct_ids, datetime.now(UTC))
    first, second = (_run(url, archive, visits) for _ in range(2))
    databases.drop()
    return first, second


def _run(url: str, archive: Path, visits: Visits) -> Run:
    with TemporaryDirectory() as home:
        said = visits(url, archive, Path(home))
    report = said["report"]
    return Run([Moment(**moment) for moment in said["moments"]], report["trials"], report["failures"], _stored(url))


def _stored(url: str) -> Stored:
    with Database(url) as database, database.read_transaction() as connection:
        rows = {
            name: connection.execute(sa.select(sa.func.count()).select_from(METADATA.tables[name])).scalar_one()
            for name in TABLES
        }
        size = (
            "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
            if database.is_sqlite
            else "SELECT pg_database_size(current_database())"
        )
        return Stored(rows, connection.execute(sa.text(size)).scalar_one() / 1_000_000)


def complete(first: Run, second: Run, number: int) -> bool:
    """Whether the first run kept every page of so many trials, and the second saw every page again."""
    return (
        [run.whole.pages for run in (first, second)] == [trials.PAGES * number] * 2
        and first.stored.rows["records"] == first.stored.rows["readings"] == trials.PAGES * number
        and first.trials == {"visited": number, "kept": number, "unchanged": 0, "failed": 0}
        and second.trials == {"visited": number, "kept": 0, "unchanged": number, "failed": 0}
        and (first.failures, second.failures) == (0, 0)
    )


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pages", type=int, default=PAGES, help="how many there are (default %(default)s)")
    number = max(parser.parse_args(arguments).pages // trials.PAGES, 10)
    nct_ids = trials.nct_ids(number)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        load, _, _ = os.getloadavg()
        began = perf_counter()
        # Two processes write at once, as two that fetch would: what takes long is to compress the pages.
        with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
            list(pool.map(partial(trials.write, folder / "archive"), (nct_ids[0::2], nct_ids[1::2])))
        seconds = perf_counter() - began
        size = sum(file.stat().st_size for file in folder.rglob("*.warc.gz")) / 1_000_000
        packages = ", ".join(f"{name} {version(name)}" for name in ("SQLAlchemy", "psycopg", "httpx"))
        print(f"{trials.PAGES * number:,} pages of {number:,} trials, archived in {seconds:.0f} s as {size:.0f} MB")
        print(f"{os.cpu_count()} processors, load {load:.1f} before, Python {platform.python_version()}, {packages}")
        kinds: dict[str, Databases] = {
            "SQLite": Sqlite(folder),
            "PostgreSQL": stack.enter_context(Postgresql.started()),
        }
        measured = {}
        for kind, databases in kinds.items():
            measured[kind] = first, second = measure(databases, folder / "archive", nct_ids)
            _print(kind, first, second)
    print()
    for kind, (first, second) in measured.items():
        _print_verdicts(kind, first, second)
    whole = all(complete(first, second, number) for first, second in measured.values())
    print(f"\nevery page kept in the first run and seen in the second: {'yes' if whole else 'NO'}")
    return 0 if whole else 1


def _print(kind: str, first: Run, second: Run) -> None:
    columns = f"{'pages/s':>9}{'CPU ms':>8}{'peak MB':>9}"
    print(f"\n{kind:9}{'first run':^26}   {'second, nothing changed':^26}")
    print(f"{'pages':>9}{columns}   {columns}")
    for one, other in zip(_tenths(first), _tenths(second), strict=True):
        print(f"{one[0]:9,}" + "   ".join(f"{rate:9.0f}{used:8.2f}{peak:9.0f}" for _, rate, used, peak in (one, other)))
    for name, run in (("the first run", first), ("the second", second)):
        whole = run.whole
        judged = whole.seconds - run.moments[-2].seconds
        print(f"{name}: {whole.seconds:.1f} s, of which {judged:.1f} s to judge and report, {whole.megabytes:.0f} MB")
    print(f"{'rows':22}" + "".join(f"{name:>9}" for name in TABLES) + f"{'MB':>9}")
    for name, run in (("after the first run", first), ("after the second", second)):
        rows = "".join(f"{run.stored.rows[table]:9,}" for table in TABLES)
        print(f"{name:22}{rows}{run.stored.megabytes:9.1f}")


def _tenths(run: Run) -> Iterator[tuple[int, float, float, float]]:
    """For each tenth of the visits: pages up to its end, its rate and milliseconds a page, the peak up to its end."""
    for before, moment in pairwise([Moment(0, 0.0, 0.0, 0.0), *run.moments[:-1]]):
        pages, seconds = moment.pages - before.pages, moment.seconds - before.seconds
        used = 1000 * (moment.processor - before.processor) / max(pages, 1)
        yield moment.pages, pages / seconds, used, moment.megabytes


def _print_verdicts(kind: str, first: Run, second: Run) -> None:
    def verdict(*, reached: bool) -> str:
        return "reached" if reached else "MISSED"

    ratio = first.whole.seconds / second.whole.seconds
    used = first.whole.processor / second.whole.processor
    faster = verdict(reached=ratio >= FASTER)
    print(
        f"{kind}: a run without changes is {ratio:.1f} times as fast ({used:.1f} by CPU), to reach {FASTER}: {faster}"
    )
    rows = second.stored.rows["records"] - first.stored.rows["records"]
    grown = second.stored.megabytes - first.stored.megabytes
    print(f"{kind}: it adds {rows} records and {grown:.1f} MB, to reach no records: {verdict(reached=not rows)}")
    # The judgement at the end is code that has not run before: it takes some MB more, however few the pages.
    growth = max(run.moments[-2].megabytes / run.moments[0].megabytes for run in (first, second))
    flat = verdict(reached=growth <= GROWTH)
    print(f"{kind}: {growth:.2f} times the memory after ten times the visits, {GROWTH} at most: {flat}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
