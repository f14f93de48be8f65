"""The elements that are open behind the tags of a page so far, and what they ask of the parser.

Whatever is open to the parser is open here. An element counts as closed only where nothing can keep it open: its end
tag follows with nothing open in between, the next of its kind ends it, or it is in a place (see `element_stack`) whose
rules are certain.
"""

from collections.abc import Sequence

from scraper.parse.html.cost.element_stack import ElementStack
from scraper.parse.html.cost.formatting import Copied
from scraper.parse.html.cost.kinds import (
    APART,
    BETWEEN_CELLS,
    CELLS,
    COUNTED,
    DRAWINGS,
    END_DRAWINGS,
    END_OPTIONS,
    ENDABLE,
    ENDED,
    ENDED_BY_END,
    FORMATTING,
    GROUPS,
    IMPLYING,
    LEAVE_DRAWINGS,
    MERGING,
    NEVER_ALONE,
    ODD,
    ONCE,
    ONLY_IN_PAGES,
    OPTIONS,
    PAGES_IN_DRAWINGS,
    PARTS,
    ROOTS,
    VOID,
    WITHIN,
    WITHOUT_TEXT,
)
from scraper.parse.html.cost.texts import Texts
from scraper.parse.html.cost.tokens import ATTRIBUTE, BOTH_WAYS, FEW, MAX_ATTRIBUTES, Unbounded, is_self_closing


class OpenElements(ElementStack):
    """The elements that are open behind the tags so far, and what was asked of the parser for them.

    Attributes:
        steps: open elements that the parser looks through.
        texts: texts that grow, and what that takes.
    """

    __slots__ = ("_has_frames", "_has_odd_template", "_on_root", "steps", "texts")

    def __init__(self) -> None:
        super().__init__()
        self.steps = 0
        self.texts = Texts()
        # Attributes that are written on the page's root.
        self._on_root = 0
        self._has_frames = self._has_odd_template = False

    def begin(self, name: bytes, attributes: bytes, *, is_closed: bool = False) -> None:
        """A tag that begins an element, and ends it at once where nothing but a text stands in it."""
        elements = self.elements
        self.steps += len(elements) + 1
        self.formatting.copies += self.formatting.load
        is_counted = attributes and (name in COUNTED or len(attributes) > FEW)
        number = self._attributes(name, attributes) if is_counted else 0
        if self._drawn and not self._leaves_drawing(name, attributes, is_closed=is_closed):
            self.texts.apart = 0
            if not is_closed and not is_self_closing(attributes):
                self._push(name, None, -1)
                self._drawn += 1
            return
        is_closed = is_closed or (name in VOID and not self._is_drawn)
        place = self._places[-1]
        if name in PARTS:
            place = self._part(name)
        elif name in END_OPTIONS and self._place == b"select":
            self._end_options()
            if name == b"select":
                return
            place = self._places[-1]
        if elements and elements[-1] in ENDABLE.get(name, ()):
            self._end_kinds(ENDED[name], name)
        if name not in MERGING:
            self._part_texts()
        if is_closed:
            return
        copied = self._format(name, attributes, number) if name in FORMATTING else None
        if name in ODD:
            self._begin_odd(name, attributes, place)
        else:
            self._push(name, copied, place)

    def _begin_odd(self, name: bytes, attributes: bytes, place: int) -> None:
        """Begin an element with rules of its own for what stands within."""
        if name in DRAWINGS:
            if not is_self_closing(attributes):
                self._push(name, None, -1)
                self._drawn = int(not self._has_frames and not self._has_odd_template)
        elif name == b"frameset":
            self._has_frames = True
            self._forget()
            self._push(name, None, -1)
        elif self._is_foreign or self._has_frames or self._open[name]:
            self._push(name, None, -1 if name == b"template" else place)
        else:
            self._push(name, None, len(self.elements))

    def leaf(self, name: bytes, attributes: bytes, text: bytes) -> None:
        """An element that holds but a text."""
        elements = self.elements
        if (self._drawn or name in DRAWINGS) and is_self_closing(attributes):
            self.begin(name, attributes)
            self.words(text)
            self.end(name, b"")
            return
        if (
            self._drawn
            or name in NEVER_ALONE
            or len(attributes) > FEW
            or (elements and elements[-1] in ENDABLE.get(name, ()))
        ):
            self.begin(name, attributes, is_closed=True)
        else:
            self.steps += len(elements) + 1
            self.formatting.copies += self.formatting.load
            if name not in MERGING:
                self._part_texts()
        holds_text = name not in WITHOUT_TEXT and not self._has_frames and not self._has_odd_template
        if text and not holds_text and not (name in CELLS and self._place in PARTS):
            self.words(text)

    def end(self, name: bytes, attributes: bytes) -> None:
        """A tag that ends an element."""
        self.steps += len(self.elements) + 1
        self.formatting.copies += self.formatting.load
        if len(attributes) > FEW:
            self._attributes(name, attributes)
        if self._drawn and self._ends_drawn(name):
            return
        place = self._place
        if place in PARTS and name in PARTS:
            self._end_part(name)
        elif place == name == b"select":
            self._end_options()
        elif name == b"template" and self._open[name] and not self._is_drawn and not self._has_frames:
            self._pop(self._height(name))
            self._has_odd_template = self._has_odd_template and self._open[name] > 0
        else:
            self._end_other(name)

    def words(self, text: bytes) -> None:
        """A text behind a tag."""
        place = self._place
        if self._drawn or place in APART or (place in PARTS and text.isspace()):
            self.texts.grow_apart(len(text))
        else:
            self.texts.grow(len(text))

    def text(self, name: bytes, text: bytes) -> None:
        """A text that is none in drawings, frames and odd templates."""
        is_lost = (self._has_frames and name != b"noframes") or self._has_odd_template
        if is_lost:
            self.words(text)
        if b"<" in text and (is_lost or self._is_drawn) and BOTH_WAYS.fullmatch(text) is None:
            raise Unbounded(f"the text of a <{name.decode()}> can be read as tags, too")

    def data(self, data: bytes) -> None:
        """A section that is data in a drawing and a comment elsewhere."""
        if self._is_drawn:
            self.words(data)
            if not data.endswith(b"]]>"):
                raise Unbounded("a CDATA section can be read as tags, too")

    def _end_kinds(self, kinds: Sequence[frozenset[bytes]], name: bytes) -> None:
        """End the innermost elements that are of these kinds, as a tag of that name does."""
        if self._has_strays or (name in ONLY_IN_PAGES and self._is_foreign):
            return
        for kind in kinds:
            if self.elements and self.elements[-1] in kind:
                self._pop(1, is_ended=True)

    def _leaves_drawing(self, name: bytes, attributes: bytes, *, is_closed: bool) -> bool:
        """Whether the rules of drawings do not hold, or not surely, for an element that begins in one."""
        if name in LEAVE_DRAWINGS:
            self._pop(self._drawn)
            return True
        if (name in PAGES_IN_DRAWINGS and not is_closed) or name == b"sup" or (name == b"font" and attributes):
            self._forget()
            return True
        return False

    def _ends_drawn(self, name: bytes) -> bool:
        """End what a tag ends in a drawing; False where it can end more."""
        if name in END_DRAWINGS:
            self._pop(self._drawn)
            return False
        number = self._height(name, self._drawn)
        if not number:
            self._forget()
            return False
        self._pop(number)
        return True

    def _end_other(self, name: bytes) -> None:
        """End an element that is in no known place and is none."""
        elements = self.elements
        if name in PARTS and self._place == b"select":
            self._forget()
        if name in ENDED_BY_END and elements:
            self._end_kinds(ENDED_BY_END[name], name)
        if elements and elements[-1] == name:
            self._pop(1, is_ended=True)
        elif name in FORMATTING:
            self._repair()

    def _part(self, name: bytes) -> int:
        """End what a table's part ends where it begins; its place, -1 where it is not known to be one."""
        kind = self._place
        if kind == b"select":
            self._forget()
            kind = b""
        if kind in PARTS:
            if name == b"table":
                if kind in BETWEEN_CELLS:
                    self._end_part(name)
            else:
                within = WITHIN[name]
                while self._place not in within:
                    self._pop(len(self.elements) - self._places[-1])
                self._pop(len(self.elements) - self._places[-1] - 1)
            self.texts.apart = 0
            return len(self.elements)
        if name != b"table":
            self._has_odd_template = self._has_odd_template or self._open[b"template"] > 0
            return -1
        if self._has_odd_template or self._has_frames:
            return -1
        self._part_texts()
        return len(self.elements)

    def _end_part(self, name: bytes) -> None:
        """End a table or a part of it, within a known one, with the parts in it; some of them nobody wrote."""
        elements, last = self.elements, -1
        place = self._places[-1]
        while (kind := elements[place]) not in (name, b"table"):
            if kind in IMPLYING.get(name, ()):
                last = place
            elif kind in GROUPS and name in GROUPS:
                last = -1
            place = self._places[place]
        if kind == name:
            last = place
        if last >= 0:
            self._pop(len(elements) - last)
            self.texts.apart = 0

    def _end_options(self) -> None:
        """End a known list of options, if nothing else is open in it."""
        inner = self.elements[self._places[-1] + 1 :]
        if OPTIONS.issuperset(inner):
            self._pop(len(inner) + 1)
        else:
            self._forget()

    def _part_texts(self) -> None:
        """An element that stands between the texts before it and behind it."""
        if self._has_frames or self._has_odd_template:
            return
        place = self._place
        if place in APART:
            self.texts.apart = 0
        elif not (tables := self._open[b"table"]) or (tables == 1 and place in BETWEEN_CELLS):
            self.texts.together = 0

    def _format(self, name: bytes, attributes: bytes, number: int) -> Copied:
        """Begin a formatting element with so many attributes."""
        copied = self.formatting.begin(name, attributes, number)
        if name in ONCE:
            self._repair()
        return copied

    def _repair(self) -> None:
        """End a formatting element whose end does not follow its own begin."""
        self.steps += self.formatting.repair(len(self.elements))

    def _attributes(self, name: bytes, attributes: bytes) -> int:
        """How many a tag has, or the element that it adds its own to."""
        number = sum(map(bool, ATTRIBUTE.findall(attributes)))
        if name in ROOTS:
            number = self._on_root = self._on_root + number
        if number > MAX_ATTRIBUTES:
            raise Unbounded(f"a tag <{name[:20].decode('utf-8', 'replace')}> has {number:,} attributes")
        return number
