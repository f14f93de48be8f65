"""A page without what a case does not need: it gives the same record, and a person can read it."""

import json
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import replace
from itertools import groupby
from typing import Final, NamedTuple

from normalizers.boilerplate import AFTER, BEFORE, OTHER_TRIALS
from schemas.document import Document
from scraper.cases import Json
from scraper.errors import NotATrialPage
from scraper.parse.blocks import parse
from scraper.parse.encoding import decode
from scraper.parse.html.prune import pruned as pruned_markup
from scraper.parse.mhtml import is_mhtml, unpack
from scraper.parse.page import Page
from scraper.pipeline import clean_page
from scraper.snapshots.outcome import outcome_of

NEAR: Final = (5, 40)
"""Blocks before and behind the trial that are kept: enough to try that cleaning tells them from it. Where fewer change
the record, more are kept."""

CARDS: Final = 6
"""Blocks that are kept of a list of other trials: two or three trials."""

LARGEST_RECORD: Final = 16_000
"""Bytes of a registry record down to which sections are taken away that no field is read from."""

FORMS: Final = {"html": "page.html", "text": "capture.txt", "json": "page.json"}
"""The file names of a page in a case, by the form in which it was parsed."""


class Pruned(NamedTuple):
    """A page as a case holds it."""

    page: Page
    form: str
    """The name of its file."""
    outcome: dict[str, Json]


def prune(page: Page) -> Pruned:
    """The shortest page that gives the same record, or the same error, as a page does."""
    wanted = outcome_of(page)
    document = readable(page)
    if document is None:
        return Pruned(page, FORMS["html"], wanted)
    for content in _shorter(page, document):
        shorter = replace(page, content=content, charset=None)
        now = outcome_of(shorter)
        if unplaced(now) == unplaced(wanted):
            return Pruned(shorter, FORMS[document.form], now)
    return Pruned(page, FORMS[document.form], wanted)


def readable(page: Page) -> Document | None:
    """The page in blocks; None where it is no text at all."""
    try:
        return parse(page)
    except NotATrialPage:
        return None


def unplaced(outcome: Json) -> Json:
    """An outcome without what changes with the page's bytes: its hash, and the places of words on it."""
    if isinstance(outcome, dict):
        return {key: unplaced(value) for key, value in outcome.items() if key not in ("blocks", "sha256")}
    return [unplaced(value) for value in outcome] if isinstance(outcome, list) else outcome


def _shorter(page: Page, document: Document) -> Iterator[bytes]:
    """Pages with less and less taken away, the shortest first."""
    content, charset = page.content, page.charset
    if is_mhtml(content):
        archived = unpack(content)
        content, charset = archived.content, archived.charset
    content, _ = decode(content, charset)
    if document.form == "json":
        yield from _records(content, page)
    for near in NEAR:
        if document.form == "html":
            yield pruned_markup(content, _far(page, near))
        elif document.form == "text":
            yield _lines(content, *_around(page, near))
    if document.form == "html":
        yield pruned_markup(content)
    yield content


def _far(page: Page, near: int) -> AbstractSet[int]:
    """The numbers of blocks that stand far from the trial, or behind the first ones of a list of other trials."""
    cleaned = clean_page(page)
    if cleaned.layout is None:
        return frozenset()
    rules = [(removed.block.number, removed.rule) for removed in cleaned.cleaned.removed]
    before = [number for number, rule in rules if rule == BEFORE]
    after = [number for number, rule in rules if rule == AFTER]
    others = sorted(number for number, rule in rules if rule == OTHER_TRIALS)
    far = {*before[: max(len(before) - near, 0)], *after[near:]}
    for _, run in groupby(enumerate(others), lambda numbered: numbered[1] - numbered[0]):
        far.update(number for _, number in list(run)[CARDS:])
    return far


def _around(page: Page, near: int) -> tuple[int, int]:
    """How many blocks of a capture may go at its beginning and at its end."""
    cleaned = clean_page(page)
    if cleaned.layout is None:
        return 0, 0
    rules = [removed.rule for removed in cleaned.cleaned.removed]
    return max(rules.count(BEFORE) - near, 0), max(rules.count(AFTER) - near, 0)


def _lines(content: bytes, before: int, after: int) -> bytes:
    """A capture without the lines of so many blocks at its beginning and at its end."""
    if not before and not after:
        return content
    lines = content.splitlines(keepends=True)
    number = len(parse(Page(content)).blocks)

    def left(start: int, end: int) -> int:
        rest = b"".join(lines[start:end])
        return len(parse(Page(rest)).blocks) if rest.strip() else 0

    start = _last(len(lines), lambda place: left(place, len(lines)) >= number - before)
    rest = left(start, len(lines))
    end = len(lines) - _last(len(lines) - start, lambda place: left(start, len(lines) - place) >= rest - after)
    return b"".join(lines[start:end])


def _last(end: int, holds: Callable[[int], bool]) -> int:
    """The last number from 0 to `end` of which something holds that holds of 0 and, once it does not, no more."""
    low, high = 0, end
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if holds(middle) else (low, middle - 1)
    return low


def _records(content: bytes, page: Page) -> Iterator[bytes]:
    """A registry record without the largest sections that no field is read from, until it is small."""
    record: Json = json.loads(content)
    wanted = unplaced(outcome_of(page))
    written = _written(record)
    for path in _sections(record):
        if len(written) <= LARGEST_RECORD:
            break
        without = _without(record, path)
        shorter = _written(without)
        if unplaced(outcome_of(replace(page, content=shorter, charset=None))) == wanted:
            record, written = without, shorter
    yield written


def _written(record: Json) -> bytes:
    return (json.dumps(record, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "surrogatepass")


def _sections(record: Json) -> list[tuple[str, ...]]:
    """The sections of a record down to the third level, each by its names, the largest first."""
    found: list[tuple[int, tuple[str, ...]]] = []

    def walk(value: Json, path: tuple[str, ...]) -> None:
        if isinstance(value, dict) and len(path) < 3:
            for name, inner in value.items():
                found.append((len(_written(inner)), (*path, name)))
                walk(inner, (*path, name))

    walk(record, ())
    return [path for _, path in sorted(found, key=lambda sized: (-sized[0], len(sized[1])))][:_MOST_SECTIONS]


_MOST_SECTIONS: Final = 60
"""Sections that are tried: each costs a reading of the record."""


def _without(record: Json, path: tuple[str, ...]) -> Json:
    if not isinstance(record, dict) or path[0] not in record:
        return record
    if len(path) == 1:
        return {name: value for name, value in record.items() if name != path[0]}
    return {**record, path[0]: _without(record[path[0]], path[1:])}
