"""Elements by what the rules of HTML do where they begin and end."""

from collections.abc import Mapping
from typing import Final


def _names(names: str) -> frozenset[bytes]:
    return frozenset(names.encode().split())


FORMATTING: Final = _names("a b big code em font i nobr s small strike strong tt u")
ONCE: Final = _names("a nobr")
"""Formatting elements of which a second one ends the first, wherever that stands."""
ROOTS: Final = _names("body html")
COUNTED: Final = FORMATTING | ROOTS
DRAWINGS: Final = _names("math svg")
VOID: Final = _names(
    "area base basefont bgsound br col embed frame hr image img input keygen link meta param source track wbr"
)

CELLS: Final = _names("td th")
ROW: Final = _names("tr")
GROUPS: Final = _names("tbody tfoot thead")
PARAGRAPH: Final = _names("p")
ENDED: Final[Mapping[bytes, tuple[frozenset[bytes], ...]]] = {
    **dict.fromkeys(
        _names(
            "address article aside blockquote center details dialog dir div dl fieldset figcaption figure footer header"
            " hgroup hr listing main menu nav ol p plaintext pre search section summary ul"
        ),
        (PARAGRAPH,),
    ),
    b"li": (PARAGRAPH, _names("li")),
    **dict.fromkeys(_names("dd dt"), (PARAGRAPH, _names("dd dt"))),
    **dict.fromkeys(_names("option optgroup"), (_names("option"),)),
    **dict.fromkeys(CELLS, (CELLS,)),
    b"tr": (CELLS, ROW),
    **dict.fromkeys(GROUPS, (CELLS, ROW, GROUPS)),
    **{name: (frozenset((name,)),) for name in ONCE},
}
"""Elements that one which begins ends, the innermost first, if nothing is open in them."""
ENDABLE: Final = {name: frozenset().union(*kinds) for name, kinds in ENDED.items()}
ONLY_IN_PAGES: Final = CELLS | ROW | GROUPS | _names("a option optgroup table")
"""Elements that drawings and formulas can have, too, one within the other."""
OPTIONS: Final = _names("optgroup option")
END_OPTIONS: Final = _names("input keygen select")
"""What ends a list of options where it begins."""
ENDED_BY_END: Final[Mapping[bytes, tuple[frozenset[bytes], ...]]] = {
    b"tr": (CELLS,),
    b"table": (CELLS, ROW, GROUPS),
}
"""The same of end tags."""

COLUMNS: Final = _names("caption colgroup")
PARTS: Final = CELLS | ROW | GROUPS | COLUMNS | _names("col table")
BETWEEN_CELLS: Final = ROW | GROUPS | _names("colgroup table")
"""Parts of a table in which a text does not stay: it goes before the table, unless it is blank."""
WITHIN: Final[Mapping[bytes, frozenset[bytes]]] = {
    **dict.fromkeys(CELLS, ROW | GROUPS | _names("table")),
    b"tr": GROUPS | _names("table"),
    **dict.fromkeys(GROUPS | COLUMNS, _names("table")),
    b"col": _names("colgroup table"),
}
"""What each part of a table stands in at once; the parser adds those that are missing in between."""
IMPLYING: Final[Mapping[bytes, frozenset[bytes]]] = {b"tr": CELLS, b"tbody": CELLS | ROW}
"""Parts that may stand in one which nobody wrote."""
APART: Final = CELLS | _names("caption select template")
"""Places whose texts become no part of those around them."""
ODD: Final = DRAWINGS | _names("frameset select template")
"""Elements with rules of their own for what stands within; tables have theirs besides."""
NUMBERED: Final = DRAWINGS | _names("select table template")
MARKING: Final = CELLS | _names("applet caption marquee object")
"""Elements behind whose begin formatting elements are not known that began before."""
NEVER_ALONE: Final = ROOTS | PARTS | END_OPTIONS
"""Elements that can change what is open, even if they hold but a text."""
MERGING: Final = PARTS | _names(
    "base basefont bgsound body form frame frameset head html image input link meta noframes script style template"
    " title"
)
"""Elements that are passed over somewhere, or put where no text goes, so that the texts around them become one."""
WITHOUT_TEXT: Final = MERGING | VOID | _names("select")
"""Elements of which a text within may not stand in them."""

LEAVE_DRAWINGS: Final = _names(
    "b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li listing menu meta"
    " nobr ol p pre ruby s small span strong strike sub table tt u ul var"
)
"""Elements that end all drawings around them."""
END_DRAWINGS: Final = _names("br p")
"""The same of end tags."""
PAGES_IN_DRAWINGS: Final = _names("annotation-xml desc foreignobject mi mn mo ms mtext title")
"""Elements of drawings and formulas in which the rules of pages hold."""
