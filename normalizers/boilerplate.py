"""What stands on a trial's page and is not the trial: named rules that find it.

Every removed block is given back with the name of its rule, so that nothing vanishes without a reason. There are three
kinds of rules:

- `marked` knows blocks wherever they stand: by their whole text (`Loading...`), by a placeholder (`{{SITE_NAME}}`), or
  by the region that the markup names. It runs once, right after a page is parsed.
- A layout knows what only its own site shows (`Layout.boilerplate`).
- `clean` applies both. It also finds what follows a heading (`FAQs`, `See also`), and on pages of unknown layout what
  looks like a form, a footer or a menu.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from normalizers.boilerplate_parts import OTHER_TRIALS, other_trials, parts_around
from normalizers.boilerplate_words import WIDGET, explains, sentence_rule
from schemas.document import Block, Document

__all__ = ["AFTER", "BEFORE", "OTHER_TRIALS", "Cleaned", "Removed", "clean", "marked"]

BEFORE: Final = "before the trial"
AFTER: Final = "after the trial"


class Removed(NamedTuple):
    """A block that is not the trial, and why."""

    block: Block
    rule: str


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A page parted into the trial and everything around it."""

    document: Document
    """The trial's own blocks, with their numbers on the page."""
    page: Document
    """All blocks."""
    content: range
    """The numbers of those between the trial's start and end."""
    rules: Mapping[int, str]
    """The numbers of those among them that are no text of the trial, each with its rule."""

    @property
    def removed(self) -> tuple[Removed, ...]:
        """All blocks that are not the trial's own: those before it, within, and after."""
        blocks = self.page.blocks
        return (
            *(Removed(block, BEFORE) for block in blocks[: self.content.start]),
            *(Removed(blocks[number], rule) for number, rule in self.rules.items()),
            *(Removed(block, AFTER) for block in blocks[max(self.content.start, self.content.stop) :]),
        )


def marked(document: Document) -> Document:
    """Say which blocks are boilerplate wherever they stand, and clear the cells of the others of such lines.

    Each block is judged here and nowhere else: what looks for the trial among them goes by `Document.boilerplate`.
    """
    if document.form == "json":
        return document  # nothing stands around its values: `SHARE` is an acronym there
    rules: dict[int, str] = {}
    blocks: list[Block] = []
    for number, block in enumerate(document.blocks):
        own = _cleared(block) if block.kind == "row" else block
        if rule := _block_rule(block) or (WIDGET if _is_emptied(block, own) else ""):
            rules[number] = rule
        blocks.append(own)
    return replace(document, blocks=tuple(blocks), boilerplate=rules)


def _is_emptied(row: Block, cleared: Block) -> bool:
    """Whether a row held nothing but lines of boilerplate."""
    return cleared is not row and any(row.cells) and not any(cleared.cells)


def _cleared(row: Block) -> Block:
    """A row without the lines of boilerplate in its cells; its text still has all words."""
    before = ""
    cells: list[str] = []
    for cell in row.cells:
        kept: list[str] = []
        for line in cell.split("\n"):
            if not (sentence_rule(line) or explains(line, before)):
                kept.append(line)
                before = line or before
        cells.append("\n".join(kept))
    return row._replace(cells=tuple(cells))


def _block_rule(block: Block) -> str:
    """The rule that knows a block as boilerplate wherever it stands; blank where none does."""
    if block.kind == "image":
        return "image"
    if block.region in ("navigation", "dialog"):
        return block.region
    return sentence_rule(block.text)


def clean(
    document: Document,
    content: range | None = None,
    known: Mapping[int, str] | None = None,
    labels: Callable[[Block], bool] | None = None,
) -> Cleaned:
    """Part a page into the trial and everything around it.

    Args:
        document: the page, as `marked` gives it.
        content: the numbers of the blocks between a known layout's start and end of content; then only rules that
            cannot touch a trial's own words work inside it. None on pages of unknown layout: all rules work.
        known: numbers that the layout itself knows as boilerplate, each with the name of its rule.
        labels: tells the layout's own labels, which no list of other trials goes on over.
    """
    blocks = document.blocks
    rules = dict(known or {})
    if document.form != "json":  # nothing stands around its values
        for rule, numbers in parts_around(document) if content is None else other_trials(document, content, labels):
            for number in numbers:
                rules.setdefault(number, rule)
    if content is None:
        content = range(len(blocks))
    kept: list[Block] = []
    within: dict[int, str] = {}
    before = ""
    for number in content:
        block = blocks[number]
        text = block.text
        if name := rules.get(number) or document.boilerplate.get(number):
            within[number] = name
        elif block.kind != "value" and explains(text, before):
            within[number] = "explainer"
        else:
            kept.append(block)
            before = text
    return Cleaned(replace(document, blocks=tuple(kept), boilerplate={}), document, content, within)
