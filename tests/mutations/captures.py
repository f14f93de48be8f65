"""A page written as a text capture, by the conventions of the captures that we have.

Labels stand between blank lines, their values one below the other, paragraphs apart. Rows of two columns are one line
each. Items are indented, with their marker.
"""

from collections.abc import Iterator

from schemas.document import Block
from tests.reskin import Group, Outline

_SHORT = 30
"""How many letters a chip has at the most: chips stand one below the other without a blank line."""


def capture(page: Outline) -> bytes:
    """Write a page as text."""
    is_captured = page.document.form == "text"
    lines: list[str] = []
    was_row = False
    for group in page.groups:
        is_row = _is_row(group)
        if not (is_row and was_row):
            _gap(lines)
        if is_row:
            lines.append(" ".join([block.words for block in (group.label, *group.body) if block is not None]))
        elif group.label is not None:
            lines += [group.label.words, ""]
        if group.design:
            lines += [f"{name}: {value}" for name, value in group.design]
        elif not is_row:
            for gap, block in _with_gaps(group, is_captured=is_captured):
                if gap:
                    _gap(lines)
                lines.append(_indent(block) + block.words.replace("\n", " "))
        was_row = is_row
    return ("\n".join(lines).strip("\n") + "\n").encode()


def _gap(lines: list[str]) -> None:
    """A blank line, if there is none yet."""
    if lines and lines[-1]:
        lines.append("")


def without_lost_columns(page: Outline) -> Outline:
    """The page without tables of several columns: a capture loses which words are which cell's."""
    groups = [
        group._replace(body=tuple(block for block in group.body if not _is_lost(group, block))) for group in page.groups
    ]
    return page._replace(groups=tuple(group for group in groups if group.label or group.body))


def _is_lost(group: Group, block: Block) -> bool:
    return block.kind == "row" and (group.known is None or len(block.cells) > 2)


def _is_row(group: Group) -> bool:
    """Whether it is a row of a two-column table, which a capture flattens to one line."""
    if group.label is None or group.label.kind == "heading" or group.holds != "one":
        return False
    return group.known is not None and group.known.inline and len(group.body) <= 1


def _with_gaps(group: Group, *, is_captured: bool) -> Iterator[tuple[bool, Block]]:
    """Each block of a group's body, and whether a blank line stands before it."""
    before: Block | None = None
    for block in group.body:
        if before is None or block.kind == "heading" or block.kind not in {"line", before.kind}:
            gap = True
        elif is_captured:
            gap = block.after_gap
        elif block.kind != "line" or block.depth:
            gap = False
        elif group.label is None:
            gap = len(block.text) > _SHORT or len(before.text) > _SHORT
        else:
            gap = group.holds == "prose"
        yield gap, block
        before = block


def _indent(block: Block) -> str:
    if block.kind == "item":
        return " " * (4 * block.depth - 2)
    return " " * (4 * block.depth if block.kind == "line" else 0)
