"""How long one trial takes of three pages, beside how long it takes to read their records.

Run it with `python -m benchmarks.consensus`. The trials are the bundled records of the registry under other numbers,
each with two copies made up from it: one with fewer fields, the sponsor respelled and white space set otherwise, and
one that has lost comparison signs and half of the description, too. So many comparisons have to look at the words.
Reading is what every use of the store does with a record: its JSON validated.
"""

import sys
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from time import process_time

from normalizers.consensus import consensus
from schemas.consensus import Observation
from schemas.record import Record, Source
from schemas.trial import Criterion, Eligibility, Trial
from scraper.sites import ORIGINS

TRIALS = 20_000

SLOWER = 2
"""How many times as long as the reading of its records a trial may take."""

SPACED = ("summary", "description", "title")
NEVER_COPIED = ("collaborators", "keywords", "locations", "outcomes")


def _criteria(criteria: tuple[Criterion, ...], *, damaged: bool) -> tuple[Criterion, ...]:
    """Criteria as a copy sets them: other markers, and signs lost where the site loses them."""
    return tuple(
        one.model_copy(
            update={
                "text": one.text.replace("≥", "=").replace("≤", "=") if damaged else f"{one.text} ",
                "marker": "•",
                "children": _criteria(one.children, damaged=damaged),
            }
        )
        for one in criteria
    )


def _copied(trial: Trial, *, damaged: bool) -> Trial:
    sides = {
        side: _criteria(getattr(trial.eligibility, side), damaged=damaged)
        for side in ("inclusion", "exclusion", "other")
    }
    eligibility: Eligibility = trial.eligibility.model_copy(update=sides)
    texts = {name: " ".join(text.split()) for name in SPACED if (text := getattr(trial, name)) is not None}
    if damaged and "description" in texts:
        texts["description"] = texts["description"][: len(texts["description"]) // 2]
    blank = dict.fromkeys(NEVER_COPIED, ())
    return trial.model_copy(update={**blank, **texts, "eligibility": eligibility, "sponsor": f"The {trial.sponsor}"})


def _page(record: Record, site: str, layout: str, trial: Trial, number: int) -> str:
    source: Source = record.source.model_copy(update={"site": site, "layout": layout})
    numbered = trial.model_copy(update={"nct_id": f"NCT{number:08}"})
    return record.model_copy(update={"source": source, "trial": numbered}).model_dump_json()


def trials(count: int) -> Iterator[tuple[str, str, str]]:
    """The records of three pages of each trial, as JSON."""
    bundled = sorted(Path("snapshots/ctgov").glob("*/record.json"))
    records = [Record.model_validate_json(path.read_bytes()) for path in bundled]
    for number, record in enumerate(islice(cycle(records), count), 1):
        yield (
            _page(record, "ctgov", "study", record.trial, number),
            _page(record, "veeva", "study", _copied(record.trial, damaged=False), number),
            _page(record, "inclinicaltrials", "details", _copied(record.trial, damaged=True), number),
        )


def main() -> None:
    reading = deciding = 0.0
    decisions = conflicts = 0
    for pages in trials(TRIALS):
        start = process_time()
        observations = [Observation(record=Record.model_validate_json(page)) for page in pages]
        read = process_time()
        found = consensus(observations, ORIGINS)
        deciding += process_time() - read
        reading += read - start
        decisions += len(found.decisions)
        conflicts += len(found.conflicts)
    print(f"{TRIALS:,} trials of 3 pages: {decisions:,} decisions, {conflicts:,} of them with a conflict")
    print(f"reading the records   {1000 * reading / TRIALS:.2f} ms a trial")
    print(
        f"consensus             {1000 * deciding / TRIALS:.2f} ms a trial, {deciding / reading:.1f} times the reading"
    )
    if deciding > SLOWER * reading:
        sys.exit(f"a consensus takes more than {SLOWER} times as long as to read its records")


if __name__ == "__main__":
    main()
