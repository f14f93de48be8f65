"""The table of a run: kinds by layouts, and the sums that are judged."""

from collections import Counter
from collections.abc import Iterator, Sequence

from tests.mutations.bases import is_telling
from tests.mutations.kinds import KINDS
from tests.mutations.outcomes import Difference
from tests.mutations.trying import Cell, Example

OUTCOMES = ("same", "error", "told", "absorbed", "no base", "crash")
CLASSES = ("grew", "lost", "more", "other", "invented")


def table(counts: Counter[Cell]) -> Iterator[str]:
    """The lines of the table."""
    layouts = sorted({cell.layout for cell in counts})
    short = [layout.replace("inclinicaltrials", "incl") for layout in layouts]
    yield f"{'quiet of all, per kind':28}" + "".join(f"{name:>24}" for name in (*short, "all"))
    yield f"{'':28}" + f"{'mutants  typed  prose':>24}" * (len(layouts) + 1)
    for kind in (*KINDS, None):
        chosen = [{**_chosen(counts, kind=kind, layout=layout)} for layout in (*layouts, None)]
        if any(chosen):
            yield f"{kind or 'all':28}" + "".join(f"{_cell(Counter(cells)):>24}" for cells in chosen)
    yield ""
    yield "quiet per markup"
    for markup in sorted({cell.markup for cell in counts}, key=lambda markup: (not is_telling(markup), markup)):
        yield f"  {markup:26}{_cell(Counter(_chosen(counts, markup=markup))):>24}"
    yield ""
    for telling, name in ((True, "labels differ in form from prose"), (False, "nothing tells a label from prose")):
        cells = Counter({cell: count for cell, count in counts.items() if is_telling(cell.markup) == telling})
        if cells:
            yield from _sums(name, cells)
    yield from _sums("all markups", counts)


def worst(examples: Sequence[Example], number: int) -> Iterator[str]:
    """The worst examples: crashes, quiet typed fields, then no two that look alike before all others are shown."""
    times = Counter[tuple[str, ...]]()
    ranked = []
    for example in examples:
        if not example.differences:
            yield from shown(example)
            continue
        likeness = (example.layout, example.kind, _worst(example).field)
        times[likeness] += 1
        ranked.append((not _worst(example).is_typed, times[likeness], -_worst(example).kind, example))
    for *_, example in sorted(ranked, key=lambda rank: rank[:3])[:number]:
        yield from shown(example)


def shown(example: Example) -> Iterator[str]:
    """An example in full: the page, its markup, what was changed, and each field before and after."""
    yield f"{example.case} · {example.markup} · {example.kind}: {example.what}"
    for difference in example.differences:
        yield f"    {difference.field} {difference.kind.name.lower()}"
        before, after = _shortened(difference.before, difference.after)
        yield f"      before: {before}"
        yield f"      after:  {after}"


def _worst(example: Example) -> Difference:
    return max(example.differences, key=lambda difference: (difference.is_typed, difference.kind))


def _shortened(before: object, after: object) -> tuple[str, str]:
    """Two values from where they differ."""
    old, new = repr(before), repr(after)
    same = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    start = max(0, same - 60)
    dots = "…" if start else ""
    return dots + old[start : start + _SHOWN], dots + new[start : start + _SHOWN]


_SHOWN = 260
"""Characters of a value that are printed at the most."""


def _chosen(
    counts: Counter[Cell], *, kind: str | None = None, layout: str | None = None, markup: str | None = None
) -> dict[Cell, int]:
    return {
        cell: count
        for cell, count in counts.items()
        if kind in (None, cell.kind) and layout in (None, cell.layout) and markup in (None, cell.markup)
    }


def quiet_counts(counts: Counter[Cell]) -> tuple[int, int, int]:
    """All mutants, those with a quiet typed field, those with quiet prose only."""
    total = sum(count for cell, count in counts.items() if cell.outcome != "no base")
    typed = sum(count for cell, count in counts.items() if cell.outcome.startswith("typed"))
    prose = sum(count for cell, count in counts.items() if cell.outcome.startswith("prose"))
    return total, typed, prose


def _cell(counts: Counter[Cell]) -> str:
    total, typed, prose = quiet_counts(counts)
    return f"{total:6} {_share(typed, total):>7} {_share(prose, total):>7}" if total else "-"


def _share(part: int, total: int) -> str:
    return "-" if part == 0 else f"{100 * part / total:.2f}%" if part / total < 0.1 else f"{100 * part / total:.1f}%"


def _sums(name: str, counts: Counter[Cell]) -> Iterator[str]:
    total, typed, prose = quiet_counts(counts)
    by_outcome = Counter[str]()
    for cell, count in counts.items():
        by_outcome[cell.outcome] += count
    told = " · ".join(f"{outcome} {100 * by_outcome[outcome] / total:.1f}%" for outcome in OUTCOMES)
    quiet = " · ".join(
        f"quiet {group} {count:,} ({100 * count / total:.2f}%)" for group, count in (("typed", typed), ("prose", prose))
    )
    yield f"{name}: {total:,} mutants: {told} · {quiet}"
    for group in ("typed", "prose"):
        classes = [f"{name} {by_outcome[f'{group} {name}']:,}" for name in CLASSES if by_outcome[f"{group} {name}"]]
        if classes:
            yield f"    {group}: {', '.join(classes)}"
