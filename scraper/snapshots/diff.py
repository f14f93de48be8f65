"""What of a page has changed since a case pinned it: blocks, fields, and labels that have another name now."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final, Literal, NamedTuple

from normalizers.text import fold
from scraper.cases import Case, Json
from scraper.errors import PageError
from scraper.layouts.labels import Unit, units
from scraper.layouts.layout import Layout
from scraper.parse.blocks import parse
from scraper.parse.page import Page
from scraper.pipeline import clean_page
from scraper.snapshots.comparing import PAGE, Row, is_empty, parts, quoted, text, unlike
from scraper.snapshots.outcome import is_failure, outcome_of
from scraper.snapshots.pruning import unplaced
from scraper.snapshots.refused import Refused
from scraper.snapshots.renamed import Renamed, known_label, renamed

MOST: Final = 4_000
"""Pieces of text of a page at the most: to compare all with all takes time, and no trial's page has half of them."""


class Block(NamedTuple):
    """A piece of a page that is gone, new or changed."""

    kind: Literal["gone", "new", "changed"]
    old: str
    new: str


class Diff(NamedTuple):
    """What has changed."""

    blocks: tuple[Block, ...]
    """Within the trial's part of the page, in its order; of another trial's page those that are labels."""
    fields: tuple[Row, ...]
    renamed: tuple[Renamed, ...]
    other_trial: str | None
    """The NCT id of the changed page where it shows another trial: of such a page values are not compared."""


def diff(case: Case, page: Page) -> Diff:
    """Compare a case's pinned page with a page of the same layout.

    Raises:
        NotATrialPage: one of them is no page at all.
        Refused: the page has too many pieces of text to compare.
        ValueError: the case's expectation cannot be read.
    """
    pinned = case.page(case.inputs[0])
    known = clean_page(pinned)
    layout, everything = known.layout, known.cleaned.page.blocks
    old, new = units(everything), units(parse(page).blocks)
    if len(new) > MOST:
        raise Refused(
            f"the page has {len(new):,} pieces of text, and {MOST:,} are compared: is it the page of one trial?"
        )
    matcher = SequenceMatcher(None, [_key(unit) for unit in old], [_key(unit) for unit in new], autojunk=False)
    content = (
        {block.number for block in known.cleaned.document.blocks} if layout else {block.number for block in everything}
    )
    before, now = unplaced(outcome_of(pinned)), unplaced(outcome_of(page))
    other = _other_trial(before, now)
    blocks = _blocks(old, new, matcher, content)
    if other and layout:
        blocks = (block for block in blocks if known_label(layout, block.old) or known_label(layout, block.new))
    return Diff(
        tuple(blocks),
        tuple(_presence(before, now) if other else _moved(before, now)),
        tuple(renamed(layout, old, new, matcher)) if layout else (),
        other,
    )


def site_file(layout: Layout) -> str:
    """Where a layout's table is."""
    return f"scraper/sites/{layout.site}.py"


def layout_of(case: Case) -> Layout | None:
    """The layout that reads a case's pinned page."""
    try:
        return clean_page(case.page(case.inputs[0])).layout
    except PageError:
        return None


def _key(unit: Unit) -> str:
    return fold(unit.text)


def _blocks(
    old: Sequence[Unit], new: Sequence[Unit], matcher: SequenceMatcher[str], content: set[int]
) -> Iterator[Block]:
    places = [place for place, unit in enumerate(old) if unit.block.number in content]
    if not places:
        return
    first, behind = places[0], places[-1] + 1
    for kind, start, end, begin, stop in matcher.get_opcodes():
        is_within = start < behind and end > first if start < end else first < start < behind
        if kind == "equal" or not is_within:
            continue
        gone, come = [unit.text for unit in old[start:end]], [unit.text for unit in new[begin:stop]]
        if len(gone) == len(come):
            yield from (Block("changed", before, after) for before, after in zip(gone, come, strict=True))
        else:
            yield from (Block("gone", before, "") for before in gone)
            yield from (Block("new", "", after) for after in come)


def _moved(before: Json, now: Json) -> list[Row]:
    """The fields with another value."""
    if is_failure(now):
        error = now if isinstance(now, dict) else {}
        return [Row("record", "a record", f"{error.get('error')}: {error.get('message')}", "")]
    old, new = _values(before), _values(now)
    return unlike(old, new, dict.fromkeys([*old, *new]))


def _presence(before: Json, now: Json) -> list[Row]:
    """The fields that one page has a value of and the other one has not."""
    old, new = _values(before), _values(now)
    rows = []
    for name in dict.fromkeys([*old, *new]):
        was, is_there = (not is_empty(value_of(part.get(name))) for part in (old, new))
        if was != is_there:
            words = quoted(new.get(name)) or quoted(old.get(name))
            rows.append(Row(name, "a value" if was else "none", "a value" if is_there else "none", words))
    return rows


def value_of(part: Json) -> Json:
    """The value in a part of an outcome."""
    return part.get("value") if isinstance(part, dict) else None


def _values(outcome: Json) -> dict[str, Json]:
    """The fields without what stands around them: where the page is from, and how its labels are written."""
    found: dict[str, Json] = {}
    for name, part in parts(outcome).items():
        if isinstance(part, dict):
            issues = {"issues": part.get("issues")} if part.get("issues") else {}
            found[name] = (
                dict(issues) if name == PAGE else {"value": part.get("value"), "words": part.get("words"), **issues}
            )
    return found


def _other_trial(before: Json, now: Json) -> str | None:
    old, new = (text(value_of(parts(outcome).get("nct_id"))) for outcome in (before, now))
    return new if is_failure(now) is False and old != new and not is_failure(before) else None
