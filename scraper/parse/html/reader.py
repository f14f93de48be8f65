"""The walk through a page's nodes."""

from selectolax.lexbor import LexborNode

from schemas.document import Block
from scraper.parse.html.elements import Elements
from scraper.parse.html.handlers import BLOCK_HANDLERS, HANDLERS, KEEP_LINE, by_role, plain
from scraper.parse.html.roles import Roles
from scraper.parse.html.state import Span
from scraper.parse.html.tags import TEXT

_new = tuple.__new__


class Reader(Elements):
    """Reads a page's nodes in document order and collects its blocks.

    The walk says where an element begins, not where it ends; `Nesting` and `Lines` find that out.
    """

    def __init__(self, roles: Roles, max_blocks: int) -> None:
        rows = {number for number, handler in roles.handlers.items() if handler is Elements.row_by_role}
        super().__init__(BLOCK_HANDLERS, roles.handlers, rows, roles.raised, max_blocks)
        self.roles = roles.handlers
        self.handlers = {**HANDLERS, **dict.fromkeys(roles.tags, by_role)}

    def read(self, root: LexborNode) -> None:
        """Add the blocks of an element."""
        self.nodes = root.traverse(include_text=True, skip_empty=True)
        roles = self.roles
        text_tag = TEXT
        handler_of = self.handlers.get
        line = self.line
        for node in self.nodes:
            tag = node.tag_id
            level = self.level
            if tag == level.end_tag and node.mem_id == level.end:
                self.leave(node)
            if tag == text_tag:
                if not line.text or not self.is_continued(node):
                    line.text = node.text_content or ""
                    line.first = node
                continue
            handler = handler_of(tag)
            if handler is by_role:
                handler = roles.get(node.mem_id) or HANDLERS.get(tag)
            if handler is None:
                continue
            if line.text and handler not in KEEP_LINE:
                self.end_line(node)
            if handler is not plain:
                handler(self, node)
        self.end_line(root)
        while self.outside:
            self.leave_innermost()
        self.end_row()
        self.name_regions()

    def name_regions(self) -> None:
        """Write the regions into their blocks; those within others come later and win."""
        for span in self.spans:
            if span.region == "form" and self.is_page(span):
                continue
            within = slice(span.start, span.end)
            region = span.region
            self.blocks[within] = [_new(Block, (*block[:-2], region, False)) for block in self.blocks[within]]

    def is_page(self, form: Span) -> bool:
        """Whether a form is wrapped around the page: it holds the main heading, or most of the text."""
        within = self.blocks[form.start : form.end]
        if any(block.kind == "heading" and block.depth == 1 for block in within):
            return True
        missing = 2 * sum(len(block.text) for block in within)
        for block in self.blocks:
            missing -= len(block.text)
            if missing <= 0:
                return False
        return True
