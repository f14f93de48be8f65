"""What is known while a page is read: blocks, the line in the making, what is open."""

from collections.abc import Container, Iterator
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from schemas.document import Block, Kind, Region
from scraper.parse.html.bounds import Unbounded
from scraper.parse.html.lists import OpenList
from scraper.parse.html.surroundings import DEEPEST, Begin, Surroundings
from scraper.parse.html.tags import BR, GONE, TEXT, WITHIN_LINES


class Row(NamedTuple):
    """An open table row: the block it begins with, the regions before it, where its cells and their tables begin."""

    start: int
    spans: int
    cells: list[int]
    tables: list[int]
    names: list[int]
    """Those of its cells that are marked as names of a column or a row."""
    node: LexborNode


class Span:
    """The blocks of a region."""

    __slots__ = ("end", "region", "start")

    def __init__(self, region: Region, start: int) -> None:
        self.region = region
        self.start = self.end = start


class Outside(NamedTuple):
    """What was open, and what lines were, before the innermost open element began."""

    end: int
    end_tag: int
    kind: Kind
    depth: int
    marker: str
    is_pre: bool
    list: OpenList | None
    row: Row | None
    span: Span | None
    is_shared: bool
    """The lines within are the lines around: a form in a list item goes on with the item."""


class State:
    """The blocks so far, the line that is being read, and what is open around it.

    Elements are known by their `mem_id`. Of an element that matters to all text within (a list, a table, a heading) the
    node that follows it is looked up when it begins: `end` and `end_tag` are the `mem_id` and the tag of the first node
    after the innermost such element.
    """

    def __init__(
        self,
        block_tags: Container[int],
        blocks_by_role: Container[int],
        rows_by_role: Container[int],
        raised_by_style: AbstractSet[int],
        most: int,
    ) -> None:
        """Begin a page.

        Args:
            block_tags: the tags that begin and end a line.
            blocks_by_role: elements that do so by their role.
            rows_by_role: those of them that are rows of a table.
            raised_by_style: elements whose style raises their text.
            most: how many blocks the page may have.
        """
        self.block_tags = block_tags
        self.most = most
        self.blocks: list[Block] = []
        self.begins: list[Begin] = []  # of each block
        self.blocks_by_role = blocks_by_role
        self.rows_by_role = rows_by_role
        self.raised_by_style = raised_by_style
        self.nodes: Iterator[LexborNode] = iter(())
        # The line that is being read: its first text, the texts after it with the white space before each, their nodes.
        self.line = ""
        self.rest: list[str] = []
        self.first: LexborNode
        self.others: list[LexborNode] = []
        # What the next line will be.
        self.kind: Kind = "line"
        self.depth = 0
        self.marker = ""
        # What is open, and whether the innermost of it ended within the line.
        self.end = self.end_tag = 0
        self.has_ended = False
        self.has_raised = bool(raised_by_style)
        self.is_pre = False
        self.list: OpenList | None = None
        self.row: Row | None = None
        self.has_names = False
        self.span: Span | None = None
        self.outside: list[Outside] = []
        self.spans: list[Span] = []

    def begin(self, begin: Begin) -> None:
        """Note where a block begins.

        Raises:
            Unbounded: the page has more blocks than it may.
        """
        if len(self.blocks) > self.most:
            raise Unbounded(f"it has more than {self.most:,} lines")
        self.begins.append(begin)

    @property
    def surroundings(self) -> Surroundings:
        """What stands around the words of each block, when the page was read."""
        return Surroundings(self.begins, self.is_block, self.rows_by_role)

    def between(self, node: LexborNode) -> str | None:
        """The white space between a node and the line before it; None where the line has ended."""
        space, stop, _ = self.before(node)
        return space if stop.tag_id in WITHIN_LINES else None

    def before(self, node: LexborNode) -> tuple[str, LexborNode, bool]:
        """What stands before a node: white space, and before that a text, an image, or the edge of a block.

        Returns:
            The white space, the node before it, and whether that is a block which holds the node.
        """
        space = ""
        while True:
            while (previous := node.prev) is None:
                parent = node.parent
                if parent is None or self.is_block(parent):
                    return space, parent or node, True
                node = parent
            node = previous
            while (tag := node.tag_id) not in GONE:
                if tag == TEXT and node.is_empty_text_node:
                    space = (node.text_content or "") + space
                elif tag == BR and self.is_title:
                    space = " " + space
                elif tag in WITHIN_LINES or self.is_block(node):
                    return space, node, False
                last = node.last_child
                if last is None:
                    break
                node = last

    @property
    def is_title(self) -> bool:
        """Whether the lines are those of a heading from h1 to h6: one title, however many lines it is broken into."""
        return self.kind == "heading" and self.depth > 0

    def is_block(self, node: LexborNode) -> bool:
        """Whether an element begins and ends a line."""
        return node.tag_id in self.block_tags or node.mem_id in self.blocks_by_role

    def block_around(self, node: LexborNode) -> LexborNode | None:
        """The block that a node stands in, None where that is not soon found."""
        parent = node.parent
        for _ in range(DEEPEST):
            if parent is None or self.is_block(parent):
                return parent
            parent = parent.parent
        return None

    def block_of_line(self) -> tuple[LexborNode | None, bool]:
        """The block that the line stands in, None where that is not soon found; and whether it is its first line."""
        _, stop, is_parent = self.before(self.first)
        if is_parent:
            return stop, True
        return self.block_around(self.first), False
