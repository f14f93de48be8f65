"""The state of reading a page: the blocks so far, the line that is being read, the stack of open elements."""

from collections.abc import Container, Iterator
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from schemas.document import Block, Kind, Region
from scraper.parse.html.cost.bounds import Unbounded
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


class Level:
    """What is open: the innermost element that matters to all text within, and what lines in it are.

    Such an element is a list, a table, a heading, a region. Of each the node that follows it is looked up when it
    begins: the walk says where an element begins, not where it ends.
    """

    __slots__ = ("depth", "end", "end_tag", "is_pre", "is_shared", "kind", "list", "marker", "row", "span")

    def __init__(self) -> None:
        """The level of the whole page."""
        self.end = self.end_tag = 0
        """The `mem_id` and the tag of the first node after the element; 0 where the page ends with it."""
        self.kind: Kind = "line"
        self.depth = 0
        self.marker = ""
        """What the next line will be."""
        self.is_pre = False
        """Whether line breaks are kept."""
        self.list: OpenList | None = None
        self.row: Row | None = None
        self.span: Span | None = None
        self.is_shared = False
        """Whether the lines within are the lines around: a form in a list item goes on with the item."""

    def within(self, following: LexborNode | None, *, is_shared: bool) -> "Level":
        """The level of an element that begins here, up to the node that follows it."""
        level = Level.__new__(Level)
        level.end, level.end_tag = (0, 0) if following is None else (following.mem_id, following.tag_id)
        level.kind = self.kind
        level.depth = self.depth
        level.marker = self.marker
        level.is_pre = self.is_pre
        level.list = self.list
        level.row = self.row
        level.span = self.span
        level.is_shared = is_shared
        return level

    def begin_lines(self, kind: Kind, depth: int, marker: str = "") -> None:
        """Say what the next line will be."""
        self.kind = kind
        self.depth = depth
        self.marker = marker

    def go_on(self, inner: "Level") -> None:
        """Go on behind an element; where that shares its lines, they are what they became within."""
        if inner.is_shared:
            self.kind = inner.kind
            self.depth = inner.depth
            self.marker = inner.marker
            self.list = inner.list


class Line:
    """The line that is being read: its texts, and where they stand."""

    __slots__ = ("first", "others", "rest", "text")

    def __init__(self) -> None:
        """No line is being read."""
        self.text = ""
        """Its first text; "" while no line is being read."""
        self.first: LexborNode
        self.rest: list[str] = []
        """The texts after it, with the white space before each."""
        self.others: list[LexborNode] = []
        """Their nodes."""

    def add(self, node: LexborNode, space: str) -> None:
        """Add a text behind some white space."""
        self.rest.append(space + (node.text_content or ""))
        self.others.append(node)

    def add_space(self, space: str) -> None:
        """Add white space at the end."""
        if self.rest:
            self.rest[-1] += space
        else:
            self.text += space


class State:
    """The blocks so far, the line that is being read, and what is open around it.

    Elements are known by their `mem_id`.
    """

    def __init__(
        self,
        block_tags: Container[int],
        blocks_by_role: Container[int],
        rows_by_role: Container[int],
        raised_by_style: AbstractSet[int],
        max_blocks: int,
    ) -> None:
        """Begin a page.

        Args:
            block_tags: the tags that begin and end a line.
            blocks_by_role: elements that do so by their role.
            rows_by_role: those of them that are rows of a table.
            raised_by_style: elements whose style raises their text.
            max_blocks: how many blocks the page may have.
        """
        # What is known of the page beforehand.
        self.block_tags = block_tags
        self.blocks_by_role = blocks_by_role
        self.rows_by_role = rows_by_role
        self.raised_by_style = raised_by_style
        self.max_blocks = max_blocks
        # What was read: the blocks, where each begins, and the regions that they stand in.
        self.blocks: list[Block] = []
        self.begins: list[Begin] = []
        self.spans: list[Span] = []
        # Where the walk is: the nodes that follow, the line that is being read, and what is open around it.
        self.nodes: Iterator[LexborNode] = iter(())
        self.line = Line()
        self.level = Level()
        self.outside: list[Level] = []
        # Whether the innermost level ended within the line.
        self.has_ended = False
        # Whether a text may stand higher than its line.
        self.has_raised = bool(raised_by_style)
        # Whether the open table began with a row of names.
        self.has_names = False

    def begin(self, begin: Begin) -> None:
        """Note where a block begins.

        Raises:
            Unbounded: the page has more blocks than it may.
        """
        if len(self.blocks) > self.max_blocks:
            raise Unbounded(f"it has more than {self.max_blocks:,} lines")
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
        return self.level.kind == "heading" and self.level.depth > 0

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
        _, stop, is_parent = self.before(self.line.first)
        if is_parent:
            return stop, True
        return self.block_around(self.line.first), False
