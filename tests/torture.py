"""Kills runs at random moments until they come to their end, and looks whether anything was lost or kept twice.

`make torture` does so 50 times on SQLite and 50 times on PostgreSQL, and prints what came of it; `make torture
KILLS=200` does so more often. Now and then the archive is damaged while nobody runs, and gone on with.
"""

import argparse
import asyncio
import multiprocessing
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from typing import NamedTuple

import sqlalchemy as sa
from rich.console import Console
from rich.table import Table

from scraper.fetch.archive.archive import Archive
from scraper.fetch.archive.seal import INDEX_FILE
from scraper.fetch.client import Fetcher
from scraper.fetch.clock import SystemClock
from scraper.fetch.environment import Environment
from scraper.fetch.pace import Pace
from scraper.jobs.report import Report
from scraper.jobs.run import scrape
from scraper.settings import Settings
from scraper.sites import HOSTS
from scraper.store import watch
from scraper.store.database import Database, StoreError
from scraper.store.tables import REPORTS
from tests.databases import Databases, Postgresql, Sqlite
from tests.nights import FIRST, number, with_tables
from tests.torture_sites import STATUSES, ToTheWeb, Web

LOST_STORE = 3
"""The exit code of a run whose database went away."""


def work(home: Path, url: str, port: int, begun: Connection) -> None:
    """One run over everything, in a process of its own."""
    force = Settings.model_validate({"home": home, "store": url, "pace": 0.0})
    clock = SystemClock()

    async def run() -> None:
        begun.send("begun")
        with Database(url) as database:
            async with Fetcher(
                force, HOSTS, Environment(transport=ToTheWeb(port), clock=clock, pace=Pace(clock))
            ) as fetcher:
                await scrape(database, fetcher, force, clock, everything=True)

    try:
        asyncio.run(run())
    except StoreError:
        sys.exit(LOST_STORE)


class Figures(NamedTuple):
    """What a torture came to."""

    nights: int
    runs: int
    kills: int
    crashes: int
    """Of the database's server."""
    damages: int
    """Bits that were flipped in the archive, each in another exchange."""
    served: int
    """Answers that were sent to their end."""
    archived: int
    """Those of them that the archive holds: what was on its way when a run was killed was asked for again."""
    visits: int
    versions: int
    readings: int
    seconds: float


class Torture:
    """One home and one store, in which runs are killed.

    Args:
        url: of a store with tables and without contents.
        home: where the archive lies.
        web: the sites.
        random: chance.
    """

    def __init__(self, url: str, home: Path, web: Web, random: Random) -> None:
        self._url = url
        self._home = home
        self._web = web
        self._random = random
        self._processes = multiprocessing.get_context("forkserver")
        self._processes.set_forkserver_preload(["tests.torture"])
        self._kills = self._crashes = self._runs = self._nights = self._served = 0
        self._damaged: set[tuple[str, int]] = set()
        """File and place of the exchanges that were damaged."""
        with Database(url) as database:
            watch.add(database, [number(place) for place in range(web.trials)], FIRST)

    def undisturbed(self) -> float:
        """One night without a kill; how many seconds it took."""
        self._web.night(self._nights)
        process, begun = self._start()
        begun.recv()
        start = time.monotonic()
        process.join()
        seconds = time.monotonic() - start
        self._end_of_night(0)
        return seconds

    def kill(self, times: int, life: float, crash: Callable[[], None] | None = None) -> Figures:
        """Kill runs until so many are dead, each at any moment of its life; go on with them, night after night.

        Args:
            times: how many.
            life: seconds that an undisturbed run takes.
            crash: kills the database's server; now and then that is killed in place of the run.
        """
        start = time.monotonic()
        while self._kills < times:
            self._web.night(self._nights)
            tonight = 0
            while self._reports() == self._nights:  # what is killed after its report has come to its end all the same
                process, begun = self._start()
                begun.recv()
                begin = time.monotonic()
                if self._kills < times:
                    process.join(self._random.uniform(0, life))
                    if not process.is_alive() and not tonight:
                        life = time.monotonic() - begin  # the computer is less busy by now
                    elif process.is_alive():
                        tonight += 1
                        if crash is not None and self._random.random() < 0.2:
                            crash()
                            self._crashes += 1
                        else:
                            process.kill()
                            self._kills += 1
                            process.join()
                            if self._kills == times // 2 or self._random.random() < DAMAGED:
                                self._damage()
                process.join()
                assert process.exitcode in ({0, -9} if crash is None else {0, -9, LOST_STORE}), process.exitcode
            self._end_of_night(tonight)
        return self._figures(time.monotonic() - start)

    def _damage(self) -> None:
        """Flip a bit in an archived exchange, and do away with the CDX index, or damage it as well."""
        folder = Settings(home=self._home).archive_folder
        with self._archive() as archive:
            places = {(capture.file, capture.start) for capture in archive.captures()} - self._damaged
        if not places:
            return
        name, start = self._random.choice(sorted(places))
        self._damaged.add((name, start))
        flip(folder / name, start + self._random.randrange(100), self._random.randrange(8))
        index_file = folder / INDEX_FILE
        if index_file.exists() and index_file.stat().st_size:  # else nobody has made it anew since the last damage
            match self._random.randrange(4):
                case 0:
                    index_file.unlink()
                case 1:
                    index_file.write_bytes(b"")
                case 2:
                    flip(index_file, self._random.randrange(16), self._random.randrange(8))

    def _start(self) -> tuple[multiprocessing.process.BaseProcess, Connection]:
        ours, theirs = self._processes.Pipe(duplex=False)
        process = self._processes.Process(target=work, args=(self._home, self._url, self._web.port, theirs))
        process.start()
        theirs.close()
        self._runs += 1
        return process, ours

    def _reports(self) -> int:
        with Database(self._url) as database, database.read_transaction() as connection:
            return connection.execute(sa.text("SELECT count(*) FROM reports")).scalar_one()

    def _end_of_night(self, kills: int) -> None:
        self._nights += 1
        self._served += self._web.sent.total()
        trials, nights = self._web.trials, self._nights
        with Database(self._url) as database, database.read_transaction() as connection:

            def ask(statement: str) -> Sequence[sa.Row[tuple[object, ...]]]:
                return connection.execute(sa.text(statement)).all()

            # The last run and those that it went on with have made each visit once, and the report adds up.
            kept = connection.execute(sa.select(REPORTS.c.report).order_by(REPORTS.c.run_id)).scalars().all()
            assert len(kept) == nights
            report = Report.from_json(kept[-1])
            run_ids = {report.run, *report.resumed}
            assert len(run_ids) <= kills + 1, (run_ids, kills)  # who is killed early enough has not begun
            visits = [(row.nct_id, row.site) for row in ask("SELECT * FROM visits") if row.run_id in run_ids]
            assert len(visits) == len(set(visits)) == 4 * trials, len(visits)
            assert (report.trials.visited, report.trials.kept, report.exit_code) == (trials, trials, 0), report
            # Every version of every trial is there, once.
            assert Counter(row.site for row in ask("SELECT site FROM readings")) == {
                "ctgov": trials,
                "inclinicaltrials": trials,
                "veeva": trials * nights,
            }
            assert Counter((row.site, row.nct_id) for row in ask("SELECT site, nct_id FROM records")) == {
                **{(site, number(place)): 1 for site in ("ctgov", "inclinicaltrials") for place in range(trials)},
                **{("veeva", number(place)): min(nights, len(STATUSES)) for place in range(trials)},
            }
            fields = Counter((row.nct_id, row.field) for row in ask("SELECT nct_id, field FROM changes"))
            assert fields == {(number(place), "status"): nights - 1 for place in range(trials) if nights > 1}
            entered = [tuple(row) for row in ask("SELECT file, start FROM pages")]
            if connection.dialect.name == "sqlite":
                assert ask("PRAGMA integrity_check") == [("ok",)]
        # Everything that was archived is entered once, nothing else is, and nothing that was archived was asked again.
        with self._archive() as archive:
            captures = [capture for capture in archive.captures() if not capture.url.endswith("/robots.txt")]
            assert len(entered) == len(set(entered))
            lost = ({(capture.file, capture.start) for capture in captures} ^ set(entered)) - self._damaged
            # The server's crash can take the last half second along, and the word that a run had begun with it.
            assert not lost or (self._crashes and not lost & set(entered)), lost
        again = {url: times for url, times in self._web.sent.items() if times > 1 + kills}
        assert again == {}, again
        assert self._crashes or self._web.sent.total() - len(self._web.sent) <= len(HOSTS_ASKED) * kills + len(
            self._damaged
        ), self._web.sent

    def _archive(self) -> closing[Archive]:
        return closing(Archive(Settings(home=self._home).archive_folder, clock=SystemClock()))

    def _figures(self, seconds: float) -> Figures:
        with self._archive() as archive:
            archived = len(archive.captures())
            assert {(damage.file, damage.start) for damage in archive.check()} == self._damaged
        with Database(self._url) as database, database.read_transaction() as connection:
            counts = {
                table: connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608 - ours
                for table in ("visits", "records", "readings")
            }
        return Figures(
            self._nights,
            self._runs,
            self._kills,
            self._crashes,
            len(self._damaged),
            self._served,
            archived,
            counts["visits"],
            counts["records"],
            counts["readings"],
            seconds,
        )


DAMAGED = 0.05
"""How often the archive is damaged after a kill, beside once half way."""


def flip(path: Path, place: int, bit: int) -> None:
    """Turn one bit of a file."""
    content = bytearray(path.read_bytes())
    content[place] ^= 1 << bit
    path.write_bytes(content)


HOSTS_ASKED = ("clinicaltrials.gov", "ctv.veeva.com", "inclinicaltrials.com", "www.trialx.com")
"""Of each, one page at a time is asked for, so one of each can be on its way when a run is killed."""


def torture(databases: Databases, home: Path, *, trials: int, kills: int, random: Random, crashes: bool) -> Figures:
    """Kill runs on a store of the given kind, and if the store's server shall crash, also that.

    Raises:
        AssertionError: something was lost, or is there twice.
    """
    crash = databases.crash if crashes and isinstance(databases, Postgresql) else None
    with Web(trials) as web:
        life = Torture(databases.copy_of(with_tables), home / "measured", web, random).undisturbed()
        return Torture(databases.copy_of(with_tables), home / "killed", web, random).kill(kills, life, crash)


def main(arguments: Iterable[str] | None = None) -> None:
    """Kill, and print what came of it."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--kills", type=int, default=50, help="on each database")
    parser.add_argument("--trials", type=int, default=60)
    parser.add_argument("--seed", type=int, default=None)
    asked = parser.parse_args(arguments if arguments is None else list(arguments))
    seed = Random().randrange(10_000) if asked.seed is None else asked.seed
    table = Table("", "SQLite", "PostgreSQL", title=f"{asked.kills} kills on each, {asked.trials} trials, seed {seed}")
    with tempfile.TemporaryDirectory() as folder, Postgresql.started() as postgresql:
        made = [
            torture(databases, home, trials=asked.trials, kills=asked.kills, random=Random(seed), crashes=True)
            for databases, home in ((Sqlite(Path(folder)), Path(folder, "s")), (postgresql, Path(folder, "p")))
        ]
    for name, *values in zip(Figures._fields, *made, strict=True):
        table.add_row(name, *(f"{value:,.0f}" for value in values))
    table.add_row("lost or kept twice", *("none" for _ in made))
    Console().print(table)
