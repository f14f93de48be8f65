"""What markup asks of its parser, counted from its tags before the parser sees them.

HTML's rules repair any markup, and some repairs take time or memory that grows with the square of the page: a tag is
compared with the elements that are open, a formatting element that nobody closes is made anew in each block behind it,
an attribute is compared with those before it. Less than a megabyte can so take gigabytes within the parser, where
nothing of ours is asked.

The count errs on the safe side: whatever is open to the parser is open here. An element counts as closed only where
nothing can keep it open: its end tag follows with nothing open in between, or the next of its kind ends it. So pages
that leave elements open by mistake count for more than they take, and the bounds are far above them.
"""

import re
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

if sys.version_info < (3, 11, 5):  # there, groups that give nothing back lose what they hold (CPython's gh-106052)
    import regex as possessive
else:
    import re as possessive


class Unbounded(ValueError):
    """The parser could take too long or too much memory for the markup; the message says for what."""


MAX_ATTRIBUTES: Final = 500
"""Of one tag, and of all tags `html` and `body` together, whose attributes become those of one element."""
FREE_TAGS: Final = 10_000
BYTES_PER_TAG: Final = 6
"""Markup may have so many tags however short it is, and one more for each so many bytes: all of them become nodes."""
FREE_LINES: Final = 10_000
BYTES_PER_LINE: Final = 24
"""The same of the lines of any page: each takes some kilobytes until it is in a record."""
STEPS_PER_BYTE: Final = 100
"""Open elements that the parser looks through for each byte of markup; a million take some 5 milliseconds."""
COPIES_PER_BYTE: Final = 50
"""Bytes of formatting elements made anew for each byte of markup."""
FREE_STEPS: Final = 5_000_000
FREE_COPIES: Final = 16_000_000
"""What markup may take however short it is."""


def check(content: bytes, *, scripting: bool) -> None:
    """See that a parser can read the markup in time and memory that are bounded by its length.

    Args:
        content: markup in UTF-8.
        scripting: whether the parser takes `noscript` for a text, as browsers that run scripts do.

    Raises:
        Unbounded: it cannot.
    """
    tags = content.count(b"<")
    if tags > FREE_TAGS + len(content) // BYTES_PER_TAG:
        raise Unbounded(f"it has {tags:,} tags in {len(content):,} bytes")
    cost = count(content, scripting=scripting)
    if cost.copies > FREE_COPIES + COPIES_PER_BYTE * len(content):
        raise Unbounded(f"{cost.repeated:,} elements such as <b> stay open, which each block behind them repeats")
    if cost.steps > FREE_STEPS + STEPS_PER_BYTE * len(content):
        raise Unbounded(f"{cost.depth:,} elements are open in each other")


def most_lines(size: int) -> int:
    """How many lines a page of so many bytes may have. Pages with more than the first thousands have longer ones."""
    return FREE_LINES + size // BYTES_PER_LINE


class Cost(NamedTuple):
    """What a parser takes for markup at the most."""

    steps: int
    """Open elements that it looks through."""
    copies: int
    """Bytes of formatting elements made anew."""
    depth: int
    """Elements of the markup that are open at a time."""
    repeated: int
    """Formatting elements that are open at a time."""


def count(content: bytes, *, scripting: bool) -> Cost:
    """What a parser takes for the markup.

    Raises:
        Unbounded: a tag has too many attributes, or it is not certain what is a tag.
    """
    seen = _Seen()
    begin, elements = seen.begin, seen.elements
    for token in _TOKENS[scripting].findall(content):
        script, of_script, script_text, raw, of_raw, text, data, leaf, of_leaf, end, name, attributes = token
        if leaf:
            leaf = leaf.lower()
            if len(of_leaf) > _FEW or leaf in _ROOTS or (elements and elements[-1] in _ENDABLE.get(leaf, ())):
                begin(leaf, of_leaf, is_closed=True)
            else:
                seen.steps += len(elements) + 1
                seen.copies += seen.load
        elif name:
            if end:
                seen.end(name.lower(), attributes)
            else:
                begin(name.lower(), attributes)
        elif data:
            seen.data(data)
        elif raw or script:
            seen.text(raw or script, text or script_text)
            begin((raw or script).lower(), of_raw or of_script, is_closed=True)
    return Cost(seen.steps, seen.copies, seen.depth, seen.alike.total())


class _Seen:
    """The elements that are open behind the tags so far."""

    __slots__ = ("alike", "copied", "copies", "depth", "elements", "has_frames", "load", "on_root", "steps", "strange")

    def __init__(self) -> None:
        self.steps = self.copies = self.depth = 0
        self.elements: list[bytes] = []
        # Of each open element, if it is copied, what tells it from others, and what a copy takes; and of all together.
        self.copied: list[tuple[tuple[bytes, bytes], int] | None] = []
        self.alike = Counter[tuple[bytes, bytes]]()
        self.load = 0
        self.on_root = 0
        # How many of the open elements have rules of their own for what stands within.
        self.strange = dict.fromkeys(_STRANGE, 0)
        self.has_frames = False

    def begin(self, name: bytes, attributes: bytes, *, is_closed: bool = False) -> None:
        """A tag that begins an element, and ends it at once where nothing but a text stands in it."""
        elements = self.elements
        self.steps += len(elements) + 1
        self.copies += self.load
        number = self.attributes(name, attributes) if attributes and (name in _COUNTED or len(attributes) > _FEW) else 0
        if elements and elements[-1] in _ENDABLE.get(name, ()):
            self.pop(_ENDED[name], name)
        if is_closed:
            return
        if (name in _VOID and not self.is_foreign) or (name in _FOREIGN and _is_self_closing(attributes)):
            return
        if name in _STRANGE:
            self.strange[name] += 1
        self.has_frames = self.has_frames or name == b"frameset"
        elements.append(name)
        self.copied.append(self.copy(name, attributes, number) if name in _FORMATTING else None)
        self.depth = max(self.depth, len(elements))

    def copy(self, name: bytes, attributes: bytes, number: int) -> tuple[tuple[bytes, bytes], int]:
        """What tells a formatting element from others, and what a copy of it takes with so many attributes."""
        key = (name, attributes)
        # Of elements that are alike the last three are copied, no more.
        load = _COPY + _COPIED_ATTRIBUTE * number + len(attributes) if self.alike[key] < _MOST_ALIKE else 0
        self.alike[key] += 1
        self.load += load
        if name in _ONCE:
            self.repair()
        return key, load

    def end(self, name: bytes, attributes: bytes) -> None:
        """A tag that ends an element."""
        elements = self.elements
        self.steps += len(elements) + 1
        self.copies += self.load
        if len(attributes) > _FEW:
            self.attributes(name, attributes)
        if name in _ENDED_BY_END and elements:
            self.pop(_ENDED_BY_END[name], name)
        if elements and elements[-1] == name:
            self.pop_one()
            if name in _STRANGE:
                self.strange[name] -= 1
        elif name in _FORMATTING:
            self.repair()

    def pop(self, kinds: Sequence[frozenset[bytes]], name: bytes) -> None:
        """End the innermost elements that are of these kinds, as a tag of that name does."""
        if name in _ONLY_IN_PAGES and self.is_foreign:
            return
        for kind in kinds:
            if self.elements and self.elements[-1] in kind:
                self.pop_one()

    def pop_one(self) -> None:
        """End the innermost element."""
        self.elements.pop()
        if (copied := self.copied.pop()) is not None:
            key, load = copied
            self.alike[key] -= 1
            self.load -= load

    def repair(self) -> None:
        """What the end of a formatting element can ask for, where it does not follow its own begin."""
        self.steps += _ROUNDS * len(self.elements)
        self.copies += _ROUNDS * self.load

    def attributes(self, name: bytes, attributes: bytes) -> int:
        """How many a tag has, or the element that it adds its own to."""
        number = sum(map(bool, _ATTRIBUTE.findall(attributes)))
        if name in _ROOTS:
            number = self.on_root = self.on_root + number
        if number > MAX_ATTRIBUTES:
            raise Unbounded(f"a tag <{name[:20].decode('utf-8', 'replace')}> has {number:,} attributes")
        return number

    @property
    def is_foreign(self) -> bool:
        """Whether the rules of pages may not hold."""
        return any(map(self.strange.__getitem__, _FOREIGN))

    def data(self, data: bytes) -> None:
        """A section that is data in a drawing and a comment elsewhere."""
        if self.is_foreign and not data.endswith(b"]]>"):
            raise Unbounded("a CDATA section can be read as tags, too")

    def text(self, name: bytes, text: bytes) -> None:
        """A text that is none in drawings, lists of options and frames."""
        if b"<" not in text or not (self.has_frames or any(self.strange.values())):
            return
        if _BOTH_WAYS.fullmatch(text) is None:
            raise Unbounded(f"the text of a <{name.decode().lower()}> can be read as tags, too")


def _is_self_closing(attributes: bytes) -> bool:
    """Whether a tag's last sign is a slash that is no value's: `<svg/>`, not `<svg a=b/>`."""
    return attributes.endswith(b"/") and not _ATTRIBUTE.findall(attributes)[-1]


# Blanks are those of HTML, which are not those of `\s`. No quantifier gives back what it took: time is linear.
_BLANK: Final = rb"[\t\n\f\r ]"
_END: Final = rb"[\t\n\f\r />]"
_VALUE: Final = rb"""(?:"[^"]*+"?|'[^']*+'?|[^\t\n\f\r >"'][^\t\n\f\r >]*+|)"""
_NAMED: Final = rb"[^\t\n\f\r />][^\t\n\f\r />=]*+(?:" + _BLANK + rb"*+=" + _BLANK + rb"*+" + _VALUE + rb")?+"
_ATTRIBUTES: Final = rb"(?:[\t\n\f\r /]++|" + _NAMED + rb")*+"
_ATTRIBUTE: Final = possessive.compile(rb"[\t\n\f\r /]++|(" + _NAMED + rb")")

# A script may hold a comment, and in it a script with its end.
_SCRIPT: Final = (
    rb"(?:[^<]++|<!--(?:-*+>|"
    rb"(?:[^<-]++|-(?!->)|<(?!/?script" + _END + rb")|<script(?=" + _END + rb")"
    rb"(?:[^<-]++|-(?!->)|<(?!/script" + _END + rb"))*+(?:</script(?=" + _END + rb"))?+)*+(?:-->)?+"
    rb")|<(?!!--|/script" + _END + rb"))*+"
)


def _tokens(texts: bytes) -> re.Pattern[bytes]:
    """The tokens of markup in which elements of these names hold a text."""
    tokens: re.Pattern[bytes] = possessive.compile(
        rb"<(?:!--(?:-?>|(?:[^-]++|-(?!-!?>))*+(?:--!?>)?+)"
        rb"|(script)(?=" + _END + rb")(" + _ATTRIBUTES + rb")>(" + _SCRIPT + rb")(?:</script" + _ATTRIBUTES + rb">?+)?+"
        rb"|(" + texts + rb")(?=" + _END + rb")(" + _ATTRIBUTES + rb")>([^<]*+(?:<(?!/\4" + _END + rb")[^<]*+)*+)"
        rb"(?:</\4" + _ATTRIBUTES + rb">?+)?+"
        rb"|(!\[CDATA\[[^>]*+>?+)"
        rb"|(?:[!?]|/(?![a-zA-Z]))[^>]*+>?+"
        # An element that holds but a text: most do, and one step passes over it. The last tag of a page may be cut.
        rb"|([a-zA-Z][^\t\n\f\r />]*+)(" + _ATTRIBUTES + rb")>[^<]*+</\8" + _BLANK + rb"*+>"
        rb"|(/?+)([a-zA-Z][^\t\n\f\r />]*+)(" + _ATTRIBUTES + rb")>?+)",
        possessive.IGNORECASE,
    )
    return tokens


_TEXTS: Final = rb"style|textarea|title|xmp|iframe|noembed|noframes"
_TOKENS: Final = {True: _tokens(_TEXTS + rb"|noscript"), False: _tokens(_TEXTS)}
_BOTH_WAYS: Final = re.compile(rb"\s*(?:<!\[CDATA\[[^<]*?\]\]>|<!--[^<>]*?-->)?\s*[^<]*")
"""A text of style sheets within a drawing that ends at the same place whether it is read as tags or not."""


def _names(names: str) -> frozenset[bytes]:
    return frozenset(names.encode().split())


_FORMATTING: Final = _names("a b big code em font i nobr s small strike strong tt u")
_ONCE: Final = _names("a nobr")
"""Formatting elements of which a second one ends the first, wherever that stands."""
_ROOTS: Final = _names("body html")
_COUNTED: Final = _FORMATTING | _ROOTS
_FEW: Final = 2 * MAX_ATTRIBUTES
"""Bytes in which no more attributes than that can stand."""
_FOREIGN: Final = _names("math svg template")
_STRANGE: Final = _FOREIGN | _names("select")
"""Within these other rules hold: those of drawings and formulas, of rows without a table, of options."""
_VOID: Final = _names(
    "area base basefont bgsound br col embed frame hr image img input keygen link meta param source track wbr"
)

_CELLS: Final = _names("td th")
_ROW: Final = _names("tr")
_GROUPS: Final = _names("tbody tfoot thead")
_PARAGRAPH: Final = _names("p")
_ENDED: Final[Mapping[bytes, tuple[frozenset[bytes], ...]]] = {
    **dict.fromkeys(
        _names(
            "address article aside blockquote center details dialog dir div dl fieldset figcaption figure footer header"
            " hgroup hr listing main menu nav ol p plaintext pre search section summary ul"
        ),
        (_PARAGRAPH,),
    ),
    b"li": (_PARAGRAPH, _names("li")),
    **dict.fromkeys(_names("dd dt"), (_PARAGRAPH, _names("dd dt"))),
    **dict.fromkeys(_names("option optgroup"), (_names("option"),)),
    **dict.fromkeys(_CELLS, (_CELLS,)),
    b"tr": (_CELLS, _ROW),
    **dict.fromkeys(_GROUPS, (_CELLS, _ROW, _GROUPS)),
    **{name: (frozenset((name,)),) for name in _ONCE},
}
"""Elements that one which begins ends, the innermost first, if nothing is open in them."""
_ENDABLE: Final = {name: frozenset().union(*kinds) for name, kinds in _ENDED.items()}
_ONLY_IN_PAGES: Final = _CELLS | _ROW | _GROUPS | _names("a option optgroup table")
"""Elements that drawings and formulas can have, too, one within the other."""
_ENDED_BY_END: Final[Mapping[bytes, tuple[frozenset[bytes], ...]]] = {
    b"tr": (_CELLS,),
    b"table": (_CELLS, _ROW, _GROUPS),
}
"""The same of end tags."""

_ROUNDS: Final = 8
"""How often a formatting element's end may go through what is open, by HTML's adoption agency."""
_MOST_ALIKE: Final = 3
_COPY: Final = 160
_COPIED_ATTRIBUTE: Final = 200
"""Bytes of an element without its attributes, and of an attribute without its words."""
