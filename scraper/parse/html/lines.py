"""Lines: which texts stand in one, what it says, and where it ends."""

from collections.abc import Sequence

from selectolax.lexbor import LexborNode

from schemas.document import Block
from scraper.parse.exponents import Piece, with_superscripts
from scraper.parse.html.lists import OpenList
from scraper.parse.html.nesting import Nesting
from scraper.parse.html.surroundings import DEEPEST, Begin
from scraper.parse.html.tags import SUP, A
from scraper.parse.html.text import BULLETS, UNNUMBERED, folded

_new = tuple.__new__


class Lines(Nesting):
    """Makes lines of texts and blocks of lines.

    Two texts with no block's begin between them may still have a block's end there, so the way back from the one to the
    other is looked at.
    """

    def is_continued(self, node: LexborNode) -> bool:
        """Add a text to the line if it belongs there; if not, end the line."""
        between = self.between(node)
        if between is None:
            self.end_line(node)
            return False
        self.line.add(node, between)
        return True

    def end_line(self, node: LexborNode) -> None:
        """Add the line that was read, if one was, before that node."""
        line, level = self.line, self.level
        text = line.text
        if not text:
            return
        line.text = ""
        lines: Sequence[str] = (text,)
        links: tuple[str, ...] = ()
        begin: Begin = (line.first, "mixed" if line.rest else "line")
        if line.rest:
            lines, links = self.joined(text)
        if level.is_pre:
            lines = "".join(lines).split("\n")
        for shown in lines:
            words = shown.strip()
            if "  " in words or not words.isascii() or not words.isprintable():
                words = folded(words)  # seldom: most pages are written without a blank too many
            if not words:
                continue
            level = self.level
            marker = level.marker
            if words[0] in BULLETS and words[1:2] == " " and level.kind != "heading" and marker in UNNUMBERED:
                self.add_bulleted(words[0], words[2:], node)
                self.begin(begin)
                continue
            blocks = self.blocks
            blocks.append(_new(Block, (len(blocks), level.kind, words, level.depth, marker, links, "", "", False)))
            self.begin(begin)
            if marker:
                level.kind = "line"
                level.marker = ""
        if self.has_ended:
            self.has_ended = False
            self.leave_innermost()

    def leave(self, node: LexborNode) -> None:
        """Leave what ends before that node."""
        self.end_line(node)
        end = node.mem_id
        while self.level.end == end:
            self.leave_innermost()

    def break_line(self, node: LexborNode) -> None:
        """A line break, which ends the line unless it is a title."""
        if not self.is_title:
            self.end_line(node)

    def joined(self, text: str) -> tuple[Sequence[str], tuple[str, ...]]:
        """The line that several texts make, or the lines; and where it is made of links, the words of each."""
        line = self.line
        if self.has_raised:
            nodes = (line.first, *line.others)
            pieces = [Piece(words, self.height(node)) for words, node in zip((text, *line.rest), nodes, strict=True)]
            line.rest = with_superscripts(pieces)[1:]
        links, are_apart = self.links(text)
        lines, links = (links, ()) if are_apart else ((text + "".join(line.rest),), links)
        line.rest.clear()
        line.others.clear()
        return lines, links

    def raised(self, _: LexborNode) -> None:
        """An element whose text stands higher than its line."""
        self.has_raised = True

    def height(self, node: LexborNode) -> int:
        """How many such elements stand around a text of a line."""
        height = 0
        parent = node.parent
        for _ in range(DEEPEST):
            if parent is None or self.is_block(parent):
                break
            height += parent.tag_id == SUP or parent.mem_id in self.raised_by_style
            parent = parent.parent
        return height

    def links(self, text: str) -> tuple[tuple[str, ...], bool]:
        """The words of each link, where a line is made of several links and nothing but commas or the like.

        Returns:
            The words, and whether nothing at all stands between the links. No sentence is made so: they are values
            side by side, which a style sets apart. What commas part can be values, too, or the authors of a book.
        """
        if self.level.kind == "heading" or self.level.is_pre:
            return (), False
        links: dict[int, str] = {}
        are_apart = True
        for node, words in zip((self.line.first, *self.line.others), (text, *self.line.rest), strict=True):
            if not (shown := folded(words)):
                continue
            link = self.link_around(node)
            if link is not None:
                links[link.mem_id] = links.get(link.mem_id, "") + words
            elif shown in _SEPARATORS:
                are_apart = False
            else:
                return (), False
        return (tuple(map(folded, links.values())), are_apart) if len(links) > 1 else ((), False)

    def link_around(self, node: LexborNode) -> LexborNode | None:
        """The link that a text of a line stands in, None where that is not soon found."""
        parent = node.parent
        for _ in range(DEEPEST):
            if parent is None or self.is_block(parent):
                return None
            if parent.tag_id == A:
                return parent
            parent = parent.parent
        return None

    def add_bulleted(self, marker: str, words: str, node: LexborNode) -> None:
        """Add a line that opens with a bullet character; what else its block holds belongs to the item."""
        level = self.level
        around = level.list
        depth = around.depth if around else 1
        if level.marker:  # an item of a list: the page draws its bullets itself
            level.kind = "line"
            level.marker = ""
        else:
            block, is_first = self.block_of_line()
            if block is not None and (around is None or around.block != block.mem_id):
                depth = around.depth + 1 if around else 1
                if is_first and self.enter(block):
                    self.level.kind = "line"
                    self.level.depth = depth
                    self.level.list = OpenList(depth, block.mem_id)
                    outer = self.block_around(node)
                    self.has_ended = outer is None or outer.mem_id != block.mem_id
        self.blocks.append(Block(len(self.blocks), "item", words, depth, marker))


_SEPARATORS = frozenset(",;|·")
