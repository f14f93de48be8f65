"""Tables: the rows that become one block."""

from collections.abc import Sequence
from itertools import pairwise

from selectolax.lexbor import LexborNode

from schemas.document import Block
from scraper.parse.html.state import Row, State
from scraper.parse.html.tags import TH
from scraper.parse.html.text import words_in_cell

# Thousands of blocks are made; their own constructor reads names and fills in defaults, which takes twice as long.
_new = tuple.__new__


class Rows(State):
    """Reads the rows of tables."""

    def begin_row(self, node: LexborNode) -> None:
        """A row, which ends the one before."""
        self.end_row()
        self.level.row = Row(len(self.blocks), len(self.spans), [], [], [], node)

    def cell(self, node: LexborNode) -> None:
        """A cell of the open row."""
        row = self.level.row
        if row is not None:
            if node.tag_id == TH:
                row.names.append(len(row.cells))
            row.cells.append(len(self.blocks))

    def end_row(self) -> None:
        """Make one block of the row's lines, if they are a row's."""
        row, self.level.row = self.level.row, None
        if row is None or row.cells[:1] != [row.start]:
            return
        blocks = self.blocks
        new = blocks[row.start :]
        texts = [block for block in new if block.kind != "image"]
        images = [block for block in new if block.kind == "image"] if len(texts) < len(new) else []
        row.cells.append(len(blocks))
        bounds = list(pairwise(row.cells))
        is_plain = not row.tables and all(block.kind == "line" and not block.depth for block in texts)
        if not is_plain and not self.is_data(row, bounds):
            return
        cells = tuple(
            blocks[start].text
            if end == start + 1 and blocks[start].kind == "line"
            else "\n".join([words_in_cell(block) for block in blocks[start:end] if block.kind != "image"])
            for start, end in bounds
        )
        if len(cells) - cells.count("") < 2 and not (len(texts) == 1 and self.follows_row(row, len(cells))):
            return
        del blocks[row.start :], self.begins[row.start :], self.spans[row.spans :]
        blocks += (image._replace(number=number) for number, image in enumerate(images, row.start))
        words = " ".join([words_in_cell(block) for block in texts])
        blocks.append(_new(Block, (len(blocks), "row", words, 0, "", cells, "", "", False)))
        self.begins += [(row.node, "row")] * (len(blocks) - row.start)
        self.has_names = self.has_names or len(row.names) == len(cells)

    def is_data(self, row: Row, cells: Sequence[tuple[int, int]]) -> bool:
        """Whether a row with lists, headings or tables in its cells is one of values, not the layout of a page.

        It follows a row of as many cells, as values do below the names of their columns; no cell is a page with
        sections of its own. Of two cells the first is mostly a label of what stands in the second, unless the table
        begins with a row that is marked as names.
        """
        if len(self.spans) > row.spans or not self.follows_row(row, len(cells)):
            return False
        if len(cells) == 2 and not self.has_names:
            return False
        for start, end in cells:
            within = [block for block in self.blocks[start:end] if block.kind != "image"]
            headings = sum(block.kind == "heading" for block in within)
            tables = sum(start <= table < end for table in row.tables)
            if headings > 1 or tables > 1 or (headings and tables):
                return False
        return True

    def follows_row(self, row: Row, width: int) -> bool:
        """Whether a row of the same width stands right before: then blank cells say which column the words are in."""
        before = self.blocks[row.start - 1 : row.start]
        return width > 1 and any(block.kind == "row" and len(block.cells) == width for block in before)
