"""A page as its numbered blocks, each with what became of it: evidence that a person can look up."""

from enum import StrEnum
from typing import NamedTuple

from schemas.document import Block
from schemas.record import Evidence
from scraper.layouts.matches import is_label
from scraper.pipeline import InspectedPage


class Fate(StrEnum):
    """What became of a block. Every block has one."""

    READ = "read"
    """Some field has its value from it."""
    LABEL = "label"
    """It says what stands below or beside it."""
    KNOWN = "known"
    """The layout knows it, and it is no value of a field."""
    REMOVED = "removed"
    """It is no text of the trial, by a rule."""
    UNREAD = "unread"
    """It stands within the trial, and nobody reads it."""
    REFUSED = "not read"
    """The page as a whole was refused."""


class Use(NamedTuple):
    """A field that has its value, or a part of it, from a block."""

    path: str
    """The canonical path."""
    evidence: Evidence


class PageBlock(NamedTuple):
    """A block, and what became of it."""

    block: Block
    fate: Fate
    rule: str = ""
    """The name of the rule that removed it."""
    uses: tuple[Use, ...] = ()
    """The fields that were read from it."""


def page_blocks(page: InspectedPage) -> list[PageBlock]:
    """All blocks of a page in reading order, each with its fate."""
    removed = {block.number: rule for block, rule in page.cleaned.removed}
    uses: dict[int, list[Use]] = {}
    for path, quotes in page.record.evidence.items() if page.record is not None else ():
        for evidence in quotes:
            for number in range(*evidence.blocks):
                uses.setdefault(number, []).append(Use(path, evidence))
    unread = {block.number for block in page.unread}

    def fate_of(block: Block) -> PageBlock:
        number = block.number
        if number in removed:
            return PageBlock(block, Fate.REMOVED, rule=removed[number])
        if page.record is None or page.layout is None:
            return PageBlock(block, Fate.REFUSED)
        if number in uses:
            return PageBlock(block, Fate.READ, uses=tuple(uses[number]))
        if number in unread:
            return PageBlock(block, Fate.UNREAD)
        is_a_label = block.kind != "value" and is_label(page.layout.labels, block)
        return PageBlock(block, Fate.LABEL if is_a_label else Fate.KNOWN)

    return [fate_of(block) for block in page.cleaned.page.blocks]
