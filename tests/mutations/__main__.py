"""The command line: `python -m tests.mutations`, or `make mutate`."""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from time import monotonic

from tests.mutations import floors
from tests.mutations.bases import EVERY_MARKUP, MARKUPS, PLAIN, TELLING, trials
from tests.mutations.kinds import KINDS
from tests.mutations.tables import table, worst
from tests.mutations.trying import Cell, Example, Job, run

FULL_EVERY = 1
"""Of all mutants each so-manyth is tried if nothing else is said."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Try mutants, print the table and examples."""
    options = _parser().parse_args(arguments)
    if options.accept:
        return _accept(options.processes)
    kinds = tuple(kind for kind in KINDS if not options.kind or any(part in kind for part in options.kind))
    jobs = [
        Job(case.name, markup, kinds, options.every)
        for case in trials()
        for markup in _markups(options.skin)
        if (not options.layout or options.layout in str(case.layout))
        and (not options.case or options.case in case.name)
    ]
    counts, examples, skipped, start = Counter[Cell](), list[Example](), list[str](), monotonic()
    for done, (job, result) in enumerate(zip(jobs, run(jobs, options.processes), strict=True), start=1):
        counts += result.counts
        examples += result.absorbed if options.absorbed else result.examples
        skipped += [f"{job.case} as {job.markup}"] * result.is_skipped
        if sys.stderr.isatty():
            print(f"\r{done}/{len(jobs)} pages", end="", file=sys.stderr)
    if not counts:
        print("no mutants: no page, kind or markup has such a name", file=sys.stderr)
        return 2
    print("\n".join(table(counts)))
    if skipped:
        print(f"not the same record there without a mutation, left out: {', '.join(skipped)}")
    print(f"{sum(counts.values()):,} mutants in {monotonic() - start:.0f} s\n")
    chosen = [example for example in examples if options.show is None or options.show in example.kind]
    if options.only:
        chosen = [e for e in chosen if any(d.is_typed for d in e.differences) == (options.only == "typed")]
    if options.field:
        chosen = [e for e in chosen if any(options.field in d.field for d in e.differences)]
    for text in worst(chosen, options.examples):
        print(text)
    return 0


def _accept(processes: int) -> int:
    """Write the floors anew from the bounded part."""
    examples, tried = list[Example](), 0
    for result in run(floors.jobs(), processes):
        examples += result.examples
        tried += sum(result.counts.values())
    found, kept = floors.quiet(examples), floors.load()
    if complaints := floors.accept(found):
        print("refused, these are worse:\n  " + "\n  ".join(complaints), file=sys.stderr)
        return 1
    print(f"{len(examples)} of {tried} are quietly different")
    print("".join(f"  {line}\n" for line in floors.better(kept, found)), end="")
    return 0


def _markups(names: Sequence[str]) -> Sequence[str]:
    groups = {"all": EVERY_MARKUP, "telling": TELLING, "plain": PLAIN}
    return [markup for name in names for markup in groups.get(name, (name,))] or MARKUPS


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.mutations", description=__doc__)
    parser.add_argument("--layout", help="only pages of layouts with this in their name, such as veeva/study")
    parser.add_argument("--case", help="only cases with this in their name")
    parser.add_argument("--kind", action="append", help="only kinds with this in their name; may be given again")
    parser.add_argument(
        "--skin", action="append", default=[], help=f"all, telling, plain, or one of: {', '.join(EVERY_MARKUP)}"
    )
    parser.add_argument("--every", type=int, default=FULL_EVERY, help="try each so-manyth mutant (1: all)")
    parser.add_argument("--show", help="examples only of kinds with this in their name")
    parser.add_argument("--only", choices=("typed", "prose"), help="examples only with these fields")
    parser.add_argument("--field", help="examples only with this in a field's name")
    parser.add_argument("--examples", type=int, default=20, help="how many examples are printed")
    parser.add_argument(
        "--absorbed", action="store_true", help="examples of what is told by a quotation, but not where it is wrong"
    )
    parser.add_argument("--accept", action="store_true", help="write floors.json anew if no count is worse")
    parser.add_argument("--processes", type=int, default=2)
    return parser


if __name__ == "__main__":
    sys.exit(main())
