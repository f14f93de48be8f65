"""Where elements that matter to all text within begin and end."""

from itertools import islice

from selectolax.lexbor import LexborNode

from scraper.parse.html.rows import Rows
from scraper.parse.html.surroundings import DEEPEST


class Nesting(Rows):
    """Keeps what is open around the innermost element."""

    def enter(self, node: LexborNode, *, is_shared: bool = False) -> bool:
        """Enter the element, unless too many are open."""
        if len(self.outside) == DEEPEST:
            return False
        self.outside.append(self.level)
        self.level = self.level.within(_following(node), is_shared=is_shared)
        return True

    def leave_innermost(self) -> None:
        """Go on with what was open around the innermost element."""
        inner, outer = self.level, self.outside.pop()
        if inner.row is not outer.row:
            self.end_row()
        if inner.span and inner.span is not outer.span:
            inner.span.end = len(self.blocks)
        self.level = outer
        outer.go_on(inner)

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
