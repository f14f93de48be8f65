"""Where elements that matter to all text within begin and end."""

from itertools import islice

from selectolax.lexbor import LexborNode

from scraper.parse.html.rows import Rows
from scraper.parse.html.state import Outside
from scraper.parse.html.surroundings import DEEPEST

_new = tuple.__new__


class Nesting(Rows):
    """Keeps what is open around the innermost element."""

    def enter(self, node: LexborNode, *, is_shared: bool = False) -> bool:
        """Enter the element, unless too many are open."""
        if len(self.outside) == DEEPEST:
            return False
        outside = (self.end, self.end_tag, self.kind, self.depth, self.marker, self.is_pre, self.list, self.row)
        self.outside.append(_new(Outside, (*outside, self.span, is_shared)))
        following = _following(node)
        self.end, self.end_tag = (0, 0) if following is None else (following.mem_id, following.tag_id)
        return True

    def leave_innermost(self) -> None:
        """Go on with what was open around the innermost element."""
        outside = self.outside.pop()
        if self.row is not outside.row:
            self.end_row()
        if self.span and self.span is not outside.span:
            self.span.end = len(self.blocks)
        self.end = outside.end
        self.end_tag = outside.end_tag
        self.is_pre = outside.is_pre
        self.row = outside.row
        self.span = outside.span
        if not outside.is_shared:
            self.kind = outside.kind
            self.depth = outside.depth
            self.marker = outside.marker
            self.list = outside.list

    def skip(self, node: LexborNode) -> None:
        """Read nothing of an element."""
        rest = sum(1 for _ in node.traverse(include_text=True, skip_empty=True)) - 1
        next(islice(self.nodes, rest, rest), None)


def _following(node: LexborNode) -> LexborNode | None:
    """The first node behind an element that the walk comes to, None where the page ends with the element."""
    while (following := node.next) is None:
        parent = node.parent
        if parent is None:
            return None
        node = parent
    return _following(following) if following.is_empty_text_node else following
