"""The floors: how many mutants of the bounded part are quietly different, which may only become fewer.

The bounded part is a fixed sample of the mutants of a few pages, two or three of each layout, small enough for every
test run. Its pages are named here, so that a new case moves no floor.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tests.mutations.bases import MARKUPS, is_telling, trials
from tests.mutations.kinds import KINDS
from tests.mutations.trying import Example, Job

FLOORS = Path(__file__).with_name("floors.json")

PAGES = (
    "ctgov_pages/NCT99990011-old-complete",
    "ctgov_pages/NCT99990012-old-observational",
    "ctgov_pages/NCT99990015-classic-sparse-withdrawn",
    "ctgov_pages/NCT99990016-modern-complete",
    "ichgcp/NCT99990023-lines-complete",
    "ichgcp/NCT99990026-rows-sparse",
    "ichgcp/NCT99990021-sections-complete",
    "inclinicaltrials/NCT00448838-glued-ids-unknown-seam",
    "inclinicaltrials/NCT05664230-criteria-joined-by-hyphens",
    "inclinicaltrials/NCT04953572-seed-summary",
    "inclinicaltrials/NCT05282459-design-items-condition-links",
    "clinicaltrialexchange/NCT04660643-target-enrollment-zero",
    "clinicaltrialexchange/NCT99990112-date-in-two-readings",
    "meddatax/NCT02721732-labels-lost-cards-inside",
    "meddatax/NCT99990121-complete",
    "trialstoday/NCT04657016-print-form",
    "trialstoday/NCT99990101-three-arms-in-a-table",
    "trialx/NCT06570291-seed",
    "trialx/NCT05049538-six-conditions",
    "trialx/NCT05682924-observational-phase-not-applicable",
    "trialx/NCT06171568-white-label-ai-prose",
    "trialx/NCT03873311-white-label-other-form",
    "veeva/NCT05160831-seed",
    "veeva/NCT04265963-conditions-with-commas-unsorted-phases",
    "veeva/NCT05911841-identifiers-of-many-kinds",
)
"""The cases whose mutants are tried in every test run."""

EVERY = 23
"""Each so-manyth of their mutants is tried: some 1,500, in a few seconds."""

Floors = Mapping[str, int]
"""Quiet mutants by `<layout> · <kind> · telling or plain · typed or prose`; what is not named has none."""


def jobs(layout: str | None = None) -> list[Job]:
    """The bounded part, or the part of it that belongs to one layout."""
    layouts = {case.name: case.layout for case in trials()}
    if missing := sorted(set(PAGES) - set(layouts)):
        raise LookupError(f"no such case: {', '.join(missing)}; tests/mutations/floors.py names the pages")
    pages = [name for name in PAGES if layout in (None, layouts[name])]
    return [Job(name, markup, tuple(KINDS), EVERY) for name in pages for markup in MARKUPS]


def quiet(examples: Iterable[Example]) -> Floors:
    """The quiet mutants as floors count them, sorted by name; one with typed fields and prose counts for both."""
    floors = Counter[str]()
    for example in examples:
        groups = {"typed" if difference.is_typed else "prose" for difference in example.differences} or {"crash"}
        markups = "telling" if is_telling(example.markup) else "plain"
        floors.update(f"{example.layout} · {example.kind} · {markups} · {group}" for group in groups)
    return dict(sorted(floors.items()))


def load(layout: str | None = None) -> Floors:
    """The floors as they are kept, or those of one layout; none where there is no such file yet."""
    kept: Floors = json.loads(FLOORS.read_bytes()) if FLOORS.is_file() else {}
    return {name: floor for name, floor in kept.items() if layout is None or name.startswith(f"{layout} ·")}


def save(found: Floors) -> None:
    """Keep new floors."""
    FLOORS.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def worse(kept: Floors, found: Floors) -> Iterator[str]:
    """A line for each count that is above its floor."""
    for name, count in found.items():
        if count > kept.get(name, 0):
            yield f"{name}: {count} quietly different, the floor is {kept.get(name, 0)}"


def better(kept: Floors, found: Floors) -> Iterator[str]:
    """A line for each count that is below its floor."""
    for name, floor in kept.items():
        if found.get(name, 0) < floor:
            yield f"{name}: {found.get(name, 0)}, the floor is {floor}"


def accept(found: Floors) -> list[str]:
    """Keep new floors if no count is worse.

    Returns:
        What is worse; nothing was kept then. Who changes the mutations themselves deletes the file first, so that
        the review shows it.
    """
    if FLOORS.is_file() and (complaints := list(worse(load(), found))):
        return complaints
    save(found)
    return []
