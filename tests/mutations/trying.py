"""Trying mutants: which ones there are of a page, and what the reader makes of each."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import NamedTuple
from zlib import crc32

from schemas.record import Record
from tests.mutations.bases import Base, base
from tests.mutations.kinds import KINDS
from tests.mutations.mutant import Mutant
from tests.mutations.outcomes import Difference, absorbed, differences, quiet
from tests.reskin import Dice


class Cell(NamedTuple):
    """What is counted together."""

    layout: str
    kind: str
    markup: str
    outcome: str
    """`same` · `error` · `told` · `absorbed`: told by a quotation, though not where a typed field is wrong · `crash` ·
    `no base`: the markup alone changes the record · `typed` or `prose` with the worst class: quiet, as `typed lost`."""


class Example(NamedTuple):
    """A mutant that is quietly different."""

    case: str
    layout: str
    markup: str
    kind: str
    what: str
    differences: tuple[Difference, ...]
    seed: str


class Job(NamedTuple):
    """One page in one markup."""

    case: str
    markup: str
    kinds: tuple[str, ...]
    every: int
    """Only each so-manyth mutant is tried, chosen by its own name."""


class Result(NamedTuple):
    counts: Counter[Cell]
    examples: list[Example]
    """The quiet mutants."""
    absorbed: list[Example]
    is_skipped: bool = False
    """The page does not give its record in this markup, without any mutation."""


def run(jobs: Iterable[Job], processes: int) -> Iterator[Result]:
    """Try the mutants of all jobs."""
    if processes == 1:
        yield from map(tried, jobs)
        return
    with ProcessPoolExecutor(processes) as pool:
        yield from pool.map(tried, jobs)


def tried(job: Job) -> Result:
    """Try the mutants of a page in a markup."""
    counts = Counter[Cell]()
    examples, misled = list[Example](), list[Example]()
    own = base(job.case, job.markup)
    if own is None:
        return Result(counts, examples, misled, is_skipped=True)
    for kind in job.kinds:
        for seed, mutant in mutants(own, kind, job.every):
            outcome, example = judged(own, kind, mutant, seed)
            counts[Cell(own.layout.key, kind, own.markup, outcome)] += 1
            if example is not None:
                (misled if outcome == "absorbed" else examples).append(example)
    return Result(counts, examples, misled)


def mutants(own: Base, kind: str, every: int = 1) -> Iterator[tuple[str, Mutant]]:
    """The mutants of a page of one kind, each with the seed that it is written with."""
    for mutant in KINDS[kind](own, Dice(f"{own.name} {kind}")):
        seed = f"{own.name} {own.markup} {kind} {mutant.what}"
        if every == 1 or crc32(seed.encode()) % every == 0:
            yield seed, mutant


def judged(own: Base, kind: str, mutant: Mutant, seed: str) -> tuple[str, Example | None]:
    """What became of a mutant: the outcome as a cell has it, and the example where a value is wrong."""

    def example(wrong: Sequence[Difference], why: str = "") -> Example:
        return Example(own.name, own.layout.key, own.markup, kind, mutant.what + why, tuple(wrong), seed)

    try:
        found = own.read(mutant.page, Dice(seed))
    except Exception as error:  # noqa: BLE001 - whatever it is, it is counted, and the run goes on
        return "crash", example((), f": {error!r}")
    if not isinstance(found, Record):
        return "error", None
    if found.trial == own.record.trial:
        return "same", None
    untold = quiet(own.record, found, mutant)
    if not untold:
        wrong = absorbed(own.record, found)
        return ("absorbed", example(wrong)) if wrong else ("told", None)
    unchanged = own.read(own.page, Dice(seed))
    if not isinstance(unchanged, Record) or differences(own.record.trial, unchanged.trial):
        return "no base", None  # it is the markup that changes the record, not the mutation
    typed = [difference for difference in untold if difference.is_typed]
    worst = max(typed or untold, key=lambda difference: difference.kind)
    outcome = f"{'typed' if typed else 'prose'} {worst.kind.name.lower()}"
    return outcome, example(untold)
