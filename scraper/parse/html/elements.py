"""What elements do where they begin."""

from selectolax.lexbor import LexborNode

from schemas.document import Block, Region
from scraper.parse.html.lines import Lines
from scraper.parse.html.lists import OpenList, integer
from scraper.parse.html.state import Span
from scraper.parse.html.surroundings import DEEPEST
from scraper.parse.html.tags import LEVELS, LI, SECTIONS, SVG, TEXT
from scraper.parse.html.text import alternative, folded

_new = tuple.__new__


class Elements(Lines):
    """What begins with an element: a heading, a list, a region and the like."""

    def heading(self, node: LexborNode) -> None:
        """A heading: of most the one text is read at once."""
        level = LEVELS.get(node.tag_id, 0)
        child = node.first_child
        if child is None or child.is_empty_text_node:
            is_simple = False
        else:
            is_simple = child.tag_id == TEXT and child.next is None and not self.level.is_pre
        if child is not None and is_simple:  # most headings hold one text: that needs no counting of nodes
            next(self.nodes)
            if words := folded(child.text_content or ""):
                self.blocks.append(_new(Block, (len(self.blocks), "heading", words, level, "", (), "", "", False)))
                self.begin((child, "line"))
        elif self.enter(node):
            self.level.begin_lines("heading", level)

    def heading_by_role(self, node: LexborNode) -> None:
        """A heading by its role, of the level that it states."""
        if self.enter(node):
            self.level.begin_lines("heading", min(max(integer(node.attributes.get("aria-level"), 2), 1), 6))

    def caption(self, node: LexborNode) -> None:
        """The caption of a table: a heading that is in no row."""
        self.end_row()
        self.heading(node)

    def preformatted(self, node: LexborNode) -> None:
        """Text whose line breaks are kept."""
        if self.enter(node, is_shared=True):
            self.level.is_pre = True

    def region(self, name: Region, node: LexborNode) -> None:
        """A part of the page of another kind than its main text."""
        if self.enter(node, is_shared=True):
            span = self.level.span = Span(name, len(self.blocks))
            self.spans.append(span)

    def footer(self, node: LexborNode) -> None:
        """The footer of the page, not one of a section."""
        if not _is_within_section(node):
            self.region("footer", node)

    def dialog(self, node: LexborNode) -> None:
        """A dialog, which is shown only while it is open."""
        if "open" in node.attributes:
            self.region("dialog", node)
        else:
            self.skip(node)

    def bullets(self, node: LexborNode) -> None:
        """A list with bullets."""
        self.enter_list(node)

    def numbers(self, node: LexborNode) -> None:
        """A list with numbers."""
        opened = self.enter_list(node)
        if opened is None:
            return
        attributes = node.attributes
        style = attributes.get("type") or ""
        start = 1
        opened.style = style if style in _NUMERALS else "1"
        if "reversed" in attributes:
            opened.step = -1
            start = sum(child.tag_id == LI for child in node.iter())
        opened.number = integer(attributes.get("start"), start)

    def enter_list(self, node: LexborNode) -> OpenList | None:
        """Enter a list, unless too many elements are open."""
        around = self.level.list
        depth = around.depth + 1 if around else 1
        if not self.enter(node):
            return None
        self.level.begin_lines("line", depth)
        opened = self.level.list = OpenList(depth)
        return opened

    def item(self, node: LexborNode) -> None:
        """An item of a list; its marker stands before the first line."""
        if self.level.list is None or self.level.kind == "heading":  # an item of no list is a list of one
            self.enter_list(node)
        opened = self.level.list
        if opened is not None:
            self.level.begin_lines("item", opened.depth, opened.marker(node) if opened.style else "•")

    def table(self, node: LexborNode) -> None:
        """A table: what stands in it is in no list and no heading."""
        if self.level.row is not None:
            self.level.row.tables.append(len(self.blocks))
        self.has_names = False
        if self.enter(node):
            self.level.row = None
            self.level.begin_lines("line", 0)
            self.level.list = None

    def row_by_role(self, node: LexborNode) -> None:
        """A row by its role, which need not stand in a table."""
        self.table(node)
        self.begin_row(node)

    def image(self, node: LexborNode) -> None:
        """Add the words that stand for an image; in the middle of a line, before that line."""
        if self.line.text:
            between = self.between(node)
            if between is None:
                self.end_line(node)
            else:
                self.line.add_space(between)
        if words := folded(alternative(node)):
            self.blocks.append(Block(len(self.blocks), "image", words))
            self.begin((node, "image"))
        if node.tag_id == SVG:
            self.skip(node)


def _is_within_section(node: LexborNode) -> bool:
    parent = node.parent
    for _ in range(DEEPEST):
        if parent is None:
            return False
        if parent.tag_id in SECTIONS:
            return True
        parent = parent.parent
    return False


_NUMERALS = frozenset("1aAiI")
