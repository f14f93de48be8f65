"""One run of the scheduled job over an archive, in a process of its own.

Run it with `python -m benchmarks.store.run DATABASE ARCHIVE FOLDER`, where FOLDER is the home. Every watched trial is
visited. It prints a line of JSON: the run's report, how many pages there were after each tenth of the visits, with
seconds and memory, and what the whole took.
"""

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import perf_counter, process_time

from scraper.fetch.client import Fetcher
from scraper.fetch.clock import SystemClock
from scraper.jobs.run import RunListener, scrape
from scraper.settings import Settings
from scraper.sites import HOSTS
from scraper.store.database import Database
from scraper.store.runs import Run, SavedVisit, Visit


@dataclass(frozen=True, slots=True)
class Moment:
    """How far a run had come."""

    pages: int
    seconds: float
    processor: float
    """Seconds of processor time of this process."""
    megabytes: float
    """Of memory, at most, up to then."""


@dataclass(slots=True)
class Watch(RunListener):
    """Notes how a run goes on."""

    moments: list[Moment] = field(default_factory=list)
    pages: int = 0
    _visits: int = 0
    _planned: int = 0
    _began: float = 0.0
    _used: float = 0.0
    _peak: float = 0.0

    def begun(self, run: Run, planned: Mapping[str, int]) -> None:  # noqa: ARG002 - the run gives it
        self._planned = sum(planned.values())
        self._began, self._used = perf_counter(), process_time()

    def visited(self, visit: Visit, kept: SavedVisit) -> None:  # noqa: ARG002 - the run gives it
        before = 10 * self._visits // self._planned
        self._visits += 1
        self.pages += len(visit.pages)
        if 10 * self._visits // self._planned > before:
            self.note()

    def note(self) -> None:
        used = perf_counter() - self._began, process_time() - self._used
        self._peak = max(self._peak, _peak_megabytes())  # the kernel's own figure is rough, and can go back
        self.moments.append(Moment(self.pages, *used, self._peak))


def run(url: str, archive: Path, home: Path) -> dict[str, object]:
    """Visit every watched trial at every site, and tell what it took."""
    settings = Settings(home=home)
    watch = Watch()

    async def visits() -> dict[str, object]:
        async with Fetcher.replaying(settings, HOSTS, [archive]) as fetcher:
            report = await scrape(database, fetcher, settings, SystemClock(), everything=True, listener=watch)
        return report.model_dump(mode="json")

    with Database(url) as database:
        report = asyncio.run(visits())
    watch.note()  # the end is judged and reported, too
    return {"report": report, "moments": [asdict(moment) for moment in watch.moments]}


def _peak_megabytes() -> float:
    """The most memory that this process has had; what `getrusage` tells may be its parent's."""
    lines = Path(f"/proc/{os.getpid()}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1000


if __name__ == "__main__":
    print(json.dumps(run(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))))
