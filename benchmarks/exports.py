"""What an export costs: each format's time, size and memory, against JSON lines; and the consensus by itself.

Run it with `python -m benchmarks.exports`, or with the number of trials: `python -m benchmarks.exports 20000`. They are
made of bundled cases, each with a number and a title of its own. Each format is written by a process of its own, first
for a tenth of the trials, then for all: memory must not grow with them.
"""

import json
import resource
import subprocess
import sys
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import NamedTuple

from normalizers.consensus import consensus
from schemas.consensus import Consensus, Observation
from schemas.record import Record
from scraper.exports.export import Export
from scraper.exports.formats import FORMATS, Format
from scraper.sites import ORIGINS

CASES = Path(__file__).parents[1] / "snapshots"

TRIALS = 2_000

GROWTH = 1.25
"""By how much ten times as many trials may raise the peak: buffers of the libraries fill up, and allocators vary."""

SETTLED = 20_000
"""Trials whose tenth part fills the buffers: fewer say nothing about growth."""

BASE = "jsonl"
"""The format that the others are compared with."""


class Cost(NamedTuple):
    """What one export took."""

    seconds: float
    size: int
    """Bytes of all its files."""
    megabytes: float
    """Peak of the process's memory."""


def groups() -> list[tuple[Record, ...]]:
    """Records that become those of one trial: each of the registry with some of other sites, of different layouts."""
    records = [Record.model_validate_json(path.read_text()) for path in sorted(CASES.glob("*/*/record.json"))]
    registry = [one for one in records if one.source.site == "ctgov"]
    by_layout: dict[tuple[str, str], list[Record]] = {}
    for one in records:
        if one.source.site != "ctgov":
            by_layout.setdefault((one.source.site, one.source.layout), []).append(one)
    others = [cycle(found) for found in by_layout.values()]
    return [(one, *(next(turn) for turn in others[place % 4 :: 4])) for place, one in enumerate(registry)]


def observations(count: int) -> Iterator[list[Observation]]:
    """The records of so many trials."""
    for number, group in enumerate(islice(cycle(groups()), count), 10_000_000):
        yield [Observation(record=_of(one, f"NCT{number}")) for one in group]


def trials(count: int) -> Iterator[Consensus]:
    """So many trials, made at next to no cost: what is measured is what the export makes of them."""
    made = []
    for group in groups():
        nct_id = group[0].trial.nct_id
        made.append(consensus([Observation(record=_of(one, nct_id)) for one in group], ORIGINS))
    for number, one in enumerate(islice(cycle(made), count), 10_000_000):
        values = {"nct_id": f"NCT{number}", "title": f"{one.trial.title} ({number})"}
        yield one.model_copy(update={"trial": one.trial.model_copy(update=values)})


def _of(record: Record, nct_id: str) -> Record:
    """The record as one of another trial."""
    return record.model_copy(update={"trial": record.trial.model_copy(update={"nct_id": nct_id})})


def write(form: Format, count: int, folder: Path) -> Cost:
    """Export so many trials in this process."""
    place = folder / f"trials{next(iter(form.endings), '')}"
    export = Export(trials(count), tell=lambda _: None)
    began = perf_counter()
    if form.place == "text":
        with place.open("w", encoding=form.encoding, newline="") as stream:
            form.load()(export, stream)
    else:
        form.load()(export, place)
    seconds = perf_counter() - began
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    if export.written != count:
        raise ValueError(f"{form.name} holds {export.written:,} of {count:,} trials")
    return Cost(seconds, size, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def measure(form: Format, count: int) -> Cost:
    """Export so many trials in a process of its own."""
    with TemporaryDirectory() as name:
        command = [sys.executable, "-m", "benchmarks.exports", form.name, str(count), name]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    return Cost(*json.loads(done.stdout))


def main() -> int:
    if len(sys.argv) == 4:  # in a process of its own
        form = next(one for one in FORMATS if one.name == sys.argv[1])
        print(json.dumps(write(form, int(sys.argv[2]), Path(sys.argv[3]))))
        return 0
    count = int(sys.argv[1]) if len(sys.argv) > 1 else TRIALS
    began = perf_counter()
    for group in observations(count):
        consensus(group, ORIGINS)
    seconds = perf_counter() - began
    print(f"consensus of {count:,} trials: {seconds:.1f} s, {count / seconds:,.0f} trials/s\n")
    costs = {form.name: (measure(form, count // 10), measure(form, count)) for form in FORMATS}
    base = costs[BASE][1]
    print(f"{'format':<14}{'seconds':>9}{'time':>7}{'MB':>9}{'size':>7}{'peak MB of a tenth':>20}{'peak MB':>9}")
    grown = []
    for name, (tenth, whole) in costs.items():
        print(
            f"{name:<14}{whole.seconds:>9.1f}{whole.seconds / base.seconds:>7.2f}"
            f"{whole.size / 1e6:>9.1f}{whole.size / base.size:>7.2f}{tenth.megabytes:>20.0f}{whole.megabytes:>9.0f}"
        )
        if count >= SETTLED and whole.megabytes > GROWTH * tenth.megabytes:
            grown.append(name)
    if grown:
        print(f"memory grows with the trials: {', '.join(grown)}")
    return 1 if grown else 0


if __name__ == "__main__":
    sys.exit(main())
