"""The pages that are mutated: each bundled trial's page as an outline, in one markup or as a text capture."""

import os
from functools import cache
from pathlib import Path
from typing import NamedTuple

from normalizers.boilerplate import marked
from schemas.record import IssueCode, Record
from scraper.cases import Case, cases
from scraper.errors import PageError
from scraper.layouts.layout import Layout
from scraper.parse.blocks import parse
from scraper.parse.page import Page
from scraper.pipeline import read
from scraper.sites import LAYOUTS
from tests.mutations.captures import capture, without_lost_columns
from tests.reskin import LABELS, SKINS, Dice, Group, Outline, outline, render

SNAPSHOTS = Path(os.environ.get("TRIALPAGES_SNAPSHOTS") or Path(__file__).parents[2] / "snapshots")

TEXT = "text capture"
"""The name of the one markup that is none."""

TELLING = ("semantic", "definition lists", "tables")
"""Markups whose labels differ in form from prose."""

PLAIN = ("bare divs", "breaks", TEXT)
"""Those where nothing tells a label from prose."""

MARKUPS = (*TELLING, *PLAIN)
"""What stands for all markups where there is no time for all."""

EVERY_MARKUP = (*SKINS, TEXT)

_PLAIN_SHAPES = frozenset({"divs", "breaks"})


def is_telling(markup: str) -> bool:
    """Whether labels differ in form from prose in it."""
    return markup != TEXT and SKINS[markup].shape not in _PLAIN_SHAPES


class Base(NamedTuple):
    """A page before it is mutated, in one markup."""

    name: str
    """Site and folder of the case."""
    layout: Layout
    url: str | None
    markup: str
    page: Outline
    record: Record
    end: int
    """The place of the first group behind the content."""

    def write(self, page: Outline, dice: Dice) -> bytes:
        """A page in this base's markup."""
        return write(page, self.markup, dice)

    def read(self, page: Outline, dice: Dice) -> Record | PageError:
        """What the reader makes of a page in this base's markup."""
        return outcome(self.write(page, dice), self.url)


def with_tables_apart(page: Outline) -> Outline:
    """The page with tables of several columns as groups of their own: they belong to no text above them."""
    groups: list[Group] = []
    for group in page.groups:
        first = next((place for place, block in enumerate(group.body) if block.kind == "row"), None)
        if group.known is None or group.holds != "prose" or first is None:
            groups.append(group)
        else:
            above, table = group.body[:first], group.body[first:]
            groups += [group._replace(body=above), Group(None, "prose", table)]
    return page._replace(groups=tuple(groups))


def write(page: Outline, markup: str, dice: Dice) -> bytes:
    """A page in a markup, or as a text capture."""
    return capture(page) if markup == TEXT else render(page, [SKINS[markup]], dice)


def outcome(content: bytes, url: str | None) -> Record | PageError:
    """What the reader makes of a page."""
    try:
        return read(Page(content, url))
    except PageError as error:
        return error


@cache
def trials() -> tuple[Case, ...]:
    """The cases whose page can be dressed anew and gives a record."""
    return tuple(case for case in cases(SNAPSHOTS) if case.layout in LABELS and (case.folder / "record.json").is_file())


@cache
def base(name: str, markup: str) -> Base | None:
    """A case's page in a markup; None where it does not give the same record there without any change.

    In a plain markup the labels that the layout knows are no headings, if the page can be read without them.
    """
    url, record, layout, page = _undressed(name)
    pages = [page]
    if markup == TEXT:
        # Columns cannot be written as text: the page is taken without them.
        pages = [without_lost_columns(page)]
        lesser = outcome(render(pages[0], [SKINS["semantic"]], Dice(0)), url)
        if not isinstance(lesser, Record):
            return None
        record = lesser
    elif not is_telling(markup):
        pages.insert(0, _without_headings(page))
    for candidate in pages:
        found = outcome(write(candidate, markup, Dice(0)), url)
        if isinstance(found, Record) and found.trial == record.trial:
            return Base(name, layout, url, markup, candidate, found, end(candidate, layout))
    return None


def end(page: Outline, layout: Layout) -> int:
    """The place of the first group behind a page's content."""
    blocks = page.document.blocks
    stop = layout.content(marked(page.document)).stop
    first = blocks[stop].number if stop < len(blocks) else len(blocks)
    for place, group in enumerate(page.groups):
        if (group.label or group.body[0]).number >= first:
            return place
    return len(page.groups)


class _Undressed(NamedTuple):
    url: str | None
    record: Record
    layout: Layout
    page: Outline


@cache
def _undressed(name: str) -> _Undressed:
    """A case's page as its site wrote it."""
    case = next(case for case in trials() if case.name == name)
    content = Page(case.inputs[0].read_bytes(), case.url)
    record = read(content)
    layout = next(known for known in LAYOUTS if (known.site, known.name) == (record.source.site, record.source.layout))
    new_labels = [issue.text for issue in record.issues if issue.code is IssueCode.UNREAD_LABEL]
    return _Undressed(case.url, record, layout, with_tables_apart(outline(parse(content), layout, new_labels)))


def _without_headings(page: Outline) -> Outline:
    groups = [
        group._replace(label=group.label._replace(kind="line", depth=0)) if group.label and group.known else group
        for group in page.groups
    ]
    return page._replace(groups=tuple(groups))
