"""Tables of a text capture that were written as Markdown: `| NCT number | NCT06393192 |`, or a cell on each line."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from schemas.document import Block

_PIPE = re.compile(r"(?<!\\)\|")
_BREAK = re.compile(r"\s*<br\s*/?>\s*", re.IGNORECASE)
_DASHES = re.compile(r":?-+:?")
_FEWEST_CELLS = 4
"""Cells on lines of their own that make a table: fewer are lines of prose that end in a bar."""
_FEWEST_PAIRS = 3
"""Pairs in one line, each with a blank between it and the next, that are told from one row with blank cells."""


def with_rows(blocks: Sequence[Block]) -> Sequence[Block]:
    """A text capture's blocks, its Markdown tables as rows of cells; without a table the blocks as they are.

    A row is a line that begins or ends with a bar and has another one, or any line with bars in a table whose heading
    row has a row of dashes below it. Where each cell has a line of its own, a row of dashes tells how many make a row;
    without one each cell is a line, since nothing tells where rows end.
    """
    if not any("|" in block.text for block in blocks):
        return blocks
    rows = list(_by_rows(blocks))
    cells = list(_by_cells(rows))
    if sum(isinstance(one, _Cell) for one in cells) >= _FEWEST_CELLS:
        rows = list(_in_rows(cells))
    return [block._replace(number=number) for number, block in enumerate(rows)]


def _by_rows(blocks: Sequence[Block]) -> Iterator[Block]:
    """Rows that stand in one line each, or all in one line."""
    in_table = False
    width = 0
    for place, block in enumerate(blocks):
        cells = _cells(block)
        if in_table and 0 < len(cells) == width - 1 and block.words[0] != "|" and _ends_in_bar(block.words):
            cells = (*cells, "")  # without a bar in front, the last bar has a blank cell behind it
        if len(cells) < 2:
            words = block.words
            if cells and in_table and words[0] == "|" and _ends_in_bar(words):
                yield block._replace(kind="line", text=cells[0], marker="")
                continue
            in_table = False
            yield block
            continue
        if _are_dashes(cells):
            in_table = True
            continue
        following = _cells(blocks[place + 1]) if place + 1 < len(blocks) else ()
        is_head = len(following) == len(cells) and _are_dashes(following)
        in_table = (in_table and not block.after_gap) or is_head or block.words[0] == "|" or _ends_in_bar(block.words)
        if not in_table:
            yield block
            continue
        width = len(cells) if is_head else width
        for row in _parted(cells):
            if any(row):  # Markdown has a heading row where the page's table has none
                yield _row(row, block)


def _parted(cells: Sequence[str]) -> list[Sequence[str]]:
    """The rows of a table that stands in one line: two bars with nothing between end a row."""
    dashes = [place for place, cell in enumerate(cells) if _DASHES.fullmatch(cell)]
    width = len(dashes) or 2
    rows = [cells[start : start + width] for start in range(0, len(cells), width + 1)]
    is_whole = len(cells) % (width + 1) == width and not any(cells[width :: width + 1])
    if is_whole and (len(rows) >= _FEWEST_PAIRS or (dashes and len(rows) > 1)):
        return [row for row in rows if not _are_dashes(row)]
    return [[cell for cell in cells if not _DASHES.fullmatch(cell)] if dashes else cells]


class _Cell(NamedTuple):
    """A cell that has a line of its own."""

    text: str
    line: Block


def _by_cells(blocks: Sequence[Block]) -> Iterator[Block | _Cell]:
    """Cells that have a line each: a bar ends a cell, behind its words or in a line of its own."""
    is_over = False
    for place, block in enumerate(blocks):
        words = block.words
        if block.kind == "row":
            yield block
        elif words == "|":
            if not is_over:
                yield _Cell("", block)
            is_over = False
            continue
        elif _ends_in_bar(words):
            yield _Cell(words[:-1].strip(), block)
        elif place + 1 < len(blocks) and blocks[place + 1].words == "|":
            yield _Cell(words, block)
            is_over = True
            continue
        else:
            yield block
        is_over = False


def _in_rows(found: Sequence[Block | _Cell]) -> Iterator[Block]:
    """Rows of as many cells as there are cells of dashes below the heading row; else a line for each cell."""
    place = 0
    while place < len(found):
        one = found[place]
        if isinstance(one, Block):
            yield one
            place += 1
            continue
        end = place
        while end < len(found) and isinstance(found[end], _Cell):
            end += 1
        run = [cell for cell in found[place:end] if isinstance(cell, _Cell)]
        place = end
        dashes = [index for index, cell in enumerate(run) if _DASHES.fullmatch(cell.text)]
        width = len(dashes)
        is_table = width > 1 and dashes[-1] - dashes[0] == width - 1 and dashes[0] >= width
        start = dashes[0] - width if is_table else len(run)
        for cell in run[:start]:
            text = cell.line.text.removesuffix("|").strip()
            if text and not _DASHES.fullmatch(text):
                yield cell.line._replace(text=text)
        kept = [cell for cell in run[start:] if not _DASHES.fullmatch(cell.text)]
        for first in range(0, len(kept), max(width, 1)):
            row = [_BREAK.sub("\n", cell.text) for cell in kept[first : first + width]]
            if any(row):
                yield _row(row, kept[first].line)


def _row(cells: Sequence[str], line: Block) -> Block:
    text = " ".join(" ".join(cells).split())
    return Block(line.number, "row", text, cells=tuple(cells), after_gap=line.after_gap)


def _cells(block: Block) -> tuple[str, ...]:
    """The words between the bars of a line; none where it has no bar."""
    words = block.words
    if "|" not in words:
        return ()
    cells = [_BREAK.sub("\n", cell.strip()) for cell in _PIPE.split(words)]
    if not cells[0]:
        cells.pop(0)
    if cells and not cells[-1]:
        cells.pop()
    return tuple(cells)


def _are_dashes(cells: Sequence[str]) -> bool:
    return bool(cells) and all(map(_DASHES.fullmatch, cells))


def _ends_in_bar(words: str) -> bool:
    return words.endswith("|") and not words.endswith("\\|")
