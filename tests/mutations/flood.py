"""The flood: issues on clean pages, and values that are lost or changed on them.

`python -m tests.mutations.flood` writes every registry record as a page of each layout in each markup, reads it, and
compares it with the record. `--save FILE` keeps what was found, `--against FILE` tells what is new since.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

from schemas.record import IssueCode, Record
from schemas.trial import Arm, Criterion, Trial
from scraper.sites import LAYOUTS
from tests import registry
from tests.mutations.bases import MARKUPS, SNAPSHOTS, TEXT, outcome, with_tables_apart, write
from tests.mutations.captures import without_lost_columns
from tests.mutations.clean_pages import address, pages, shown
from tests.mutations.clean_sheet import study
from tests.mutations.outcomes import Difference, differences
from tests.reskin import Dice, outline

_BY_KEY = {layout.key: layout for layout in LAYOUTS}


class Found(NamedTuple):
    """What a clean page gave."""

    page: str
    """The record's NCT id, the layout and the markup."""
    issues: tuple[str, ...]
    """`<code> <field or page>`, each once; an error as such."""
    values: tuple[str, ...]
    """`<field> <class>` of what is not as in the record."""
    texts: tuple[str, ...] = ()
    """The issues in full."""


def bundled() -> list[bytes]:
    """The registry records among the cases, without made-up ones: no page shows a trial that has no dates."""
    return [
        content
        for path in sorted(SNAPSHOTS.glob("ctgov/*/page.json"))
        if (path.parent / "record.json").is_file() and b'"startDateStruct"' in (content := path.read_bytes())
    ]


def kept_elsewhere() -> list[bytes]:
    """The registry records of the folder that the tests know, where there is one."""
    return [json.dumps({"protocolSection": protocol}).encode() for protocol in registry.protocols()]


def found(record: bytes, markups: Sequence[str] = MARKUPS) -> list[Found]:
    """What the pages of a record give."""
    one = study(record)
    results = []
    for key, document in pages(one):
        page = with_tables_apart(outline(document, _BY_KEY[key]))
        for markup in markups:
            printed = without_lost_columns(page) if markup == TEXT else page
            name = f"{one.trial.nct_id} {key} {markup}"
            content = write(printed, markup, Dice(name))
            lost = _IN_COLUMNS if markup == TEXT else frozenset[str]()
            results.append(_judged(name, key, one.trial, outcome(content, address(key, one.trial)), lost))
    return results


_IN_COLUMNS = frozenset({"collaborators", "location_count", "locations", "outcomes"})
"""Fields that a text capture of the aggregator does not show."""


def _judged(name: str, key: str, trial: Trial, record: object, lost: frozenset[str]) -> Found:
    if not isinstance(record, Record):
        return Found(name, (f"error {type(record).__name__}",), (), (str(record),))
    issues = [issue for issue in record.issues if issue.code is not IssueCode.UNTRUSTED]
    hidden = _BY_KEY[key].never_shows | (lost if key == "inclinicaltrials/details" else frozenset())
    values = [
        f"{difference.field} {difference.kind.name.lower()}"
        for difference in differences(shown(key, trial), record.trial)
        if difference.field not in hidden and not _same_letters(difference)
    ]
    keys = dict.fromkeys(f"{issue.code} {(issue.field or 'page').partition('[')[0]}" for issue in issues)
    return Found(name, tuple(keys), tuple(values), tuple(map(str, issues)))


def _same_letters(difference: Difference) -> bool:
    """Whether texts differ in nothing but bullets, numbers of items and white space."""
    holds_prose = not difference.is_typed or difference.field == "arms"
    return holds_prose and letters(difference.before) == letters(difference.after)


def letters(value: object) -> str:
    """The letters of a text, of criteria or of arms, without what a list puts before them."""
    if isinstance(value, tuple):
        return "".join(map(letters, value))
    if isinstance(value, Criterion):
        return letters(value.cohort) + letters(value.text) + letters(value.children)
    if isinstance(value, Arm):
        return letters(value.label) + letters(value.type) + letters(value.description) + letters(value.interventions)
    return "" if value is None else "".join(filter(str.isalpha, str(value)))


# --- The command line ---

Kept = Mapping[str, Sequence[str]]
"""What was wrong with each page, by the page's name."""


def wrong(pages_found: Iterable[Found]) -> Kept:
    """The pages that have an issue or a value that is not the record's, and what they have."""
    return {one.page: (*one.issues, *one.values) for one in pages_found if one.issues or one.values}


def report(pages_found: Sequence[Found], kept: Kept | None) -> Iterator[str]:
    """How many pages have what, and what is new."""
    with_issue = sum(bool(one.issues) for one in pages_found)
    share = 100 * with_issue / len(pages_found)
    yield f"{len(pages_found):,} clean pages, {with_issue:,} with an issue other than untrusted ({share:.2f}%)"
    for name, chosen in (("issue", "issues"), ("value not as in the record", "values")):
        times = Counter[str]()
        example: dict[str, Found] = {}
        for one in pages_found:
            for key in getattr(one, chosen):
                group = f"{one.page.split()[1]}: {key}"
                times[group] += 1
                example.setdefault(group, one)
        for group, count in times.most_common():
            yield f"  {name} · {group}: {count} pages, such as {example[group].page}"
            yield from [f"      {text}" for text in example[group].texts if chosen == "issues"][:2]
    if kept is not None:
        new = {one.page: fresh for one in pages_found if (fresh := _fresh(one, kept))}
        flooded = sum(any(key in one.issues for key in new.get(one.page, ())) for one in pages_found)
        share = 100 * flooded / len(pages_found)
        yield f"new since then: an issue on {flooded} pages ({share:.2f}%), a value on {len(new) - flooded} others"
        for page, keys in list(new.items())[:40]:
            yield f"  {page}: {', '.join(keys)}"


def _fresh(one: Found, kept: Kept) -> list[str]:
    return [key for key in (*one.issues, *one.values) if key not in kept.get(one.page, ())]


def main(arguments: Sequence[str] | None = None) -> int:
    """Write and read clean pages, print what is wrong with them."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutations.flood", description=__doc__)
    parser.add_argument("--skin", action="append", help="only this markup; may be given again")
    parser.add_argument("--bundled", action="store_true", help="only the records among the cases")
    parser.add_argument("--save", type=Path, metavar="FILE", help="keep what was found")
    parser.add_argument("--against", type=Path, metavar="FILE", help="tell what is new since it was kept")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args(arguments)
    records = bundled() if options.bundled else kept_elsewhere() or bundled()
    with ProcessPoolExecutor(options.processes) as pool:
        each = pool.map(partial(found, markups=options.skin or MARKUPS), records, chunksize=4)
        pages_found = [one for results in each for one in results]
    kept = json.loads(options.against.read_bytes()) if options.against else None
    print("\n".join(report(pages_found, kept)))
    if options.save:
        options.save.write_text(json.dumps(wrong(pages_found), indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
