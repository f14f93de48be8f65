"""Blocks without labels, written in one skin: lines, headings, tables and lists."""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from schemas.document import Block
from tests.reskin.elements import Elements

_BULLETS = frozenset("•◦▪‣·●○■–")
_NUMBERED = re.compile(r"\d+[.)]", re.ASCII)
_ORDERED = {"1": re.compile(r"\d+\.", re.ASCII), "a": re.compile(r"[a-z]\."), "A": re.compile(r"[A-Z]\.")}
"""Types of ordered lists, and the markers that they draw."""


@dataclass(slots=True)
class _Item:
    """An item of a list, with the lines and the lists that stand in it."""

    block: Block | None
    """None where a list stands in a list without an item around it."""
    parts: "list[Block | list[_Item]]" = field(default_factory=list)


class Blocks(Elements):
    """Writes blocks in one skin."""

    def heading(self, block: Block, words: str, *, is_label: bool = True) -> str:
        """A heading: labels have higher levels than headings within texts, or nobody could tell them apart.

        Of those that are no label only the page's own h1 and its title may be h1.
        """
        is_main = block.kind == "line" or block.depth == 1
        level = self.dice.randrange(1 if is_main else 2, 5) if is_label else self.dice.randrange(5, 7)
        form = self.dice.randrange(6)
        if form == 0:
            return self.element("div", words, f'role="heading" aria-level="{level}"')
        if form == 1:
            return self.element("header", self.element(f"h{level}", words))
        return self.element(f"h{level}", f"<a href='#{block.number}'>{words}</a>" if form == 2 else words)

    def row(self, cells: Sequence[str], first: str = "td") -> str:
        names = [first, *["td"] * (len(cells) - 1)]
        roles = {"td": 'role="cell"', "th": 'role="rowheader"'}
        if self.skin.shape == "roles":
            inner = [self.element("div", cell, roles[name]) for name, cell in zip(names, cells, strict=True)]
            return self.element("div", "".join(inner), 'role="row"')
        inner = [self.element(name, cell) + self.filler() for name, cell in zip(names, cells, strict=True)]
        return self.filler() + self.element("tr", "".join(inner))

    def table(self, rows: str) -> str:
        if self.skin.shape == "roles":
            inner = self.element("div", rows, 'role="rowgroup"') if self.chance(0.5) else rows
            return self.element("div", inner, 'role="table"')
        return self.element("table", self.element("tbody", rows) if self.chance(0.5) else rows)

    def cell(self, text: str) -> str:
        lines = [self.words(line) for line in text.split("\n")]
        if len(lines) == 1 or self.chance(0.5):
            return "<br>".join(lines)
        return "".join([self.element("div", line) for line in lines])

    def flow(self, body: Sequence[Block]) -> list[str]:
        """Blocks without labels, one part for each, lists and tables as a whole."""
        chunks: list[str] = []
        for kind, run in groupby(body, key=_written_with):
            blocks = list(run)
            if kind == "item":
                chunks += self.items(_tree(blocks))
            elif kind == "row":
                chunks.append(self.table("".join([self.row([*map(self.cell, block.cells)]) for block in blocks])))
            elif kind == "image":
                images = [f'<img src=x.png alt="{html.escape(block.text)}">' for block in blocks]
                chunks += [self.element("div", image) for image in images]
            elif kind == "heading":
                chunks += [self.heading(block, self.words(block.text), is_label=block.depth == 1) for block in blocks]
            elif blocks[0].number == self.title:
                chunks += [self.heading(blocks[0], self.words(blocks[0].text)), *self.flow(blocks[1:])]
            elif self.skin.shape == "breaks":
                chunks.append(self.broken(blocks, self.maybe_open()))
            else:
                chunks += [self.line(block) for block in blocks]
        return chunks

    def line(self, block: Block) -> str:
        words = self.words(block.text)
        # `Inclusion Criteria:` announces what stands below it, whether it is a heading or not; a wrapped line does not.
        if (
            block.text.endswith(":")
            and not block.text[0].islower()
            and len(block.text.split()) <= 4
            and self.chance(0.5)
        ):
            return self.element(f"h{self.dice.randrange(2, 7)}", words)
        if self.skin.shape in {"divs", "roles"}:
            return self.element("div", words, self.maybe_open())
        return self.element("p", words)

    def broken(self, blocks: Sequence[Block], attributes: str = "") -> str:
        """Lines of one element."""
        if self.chance(0.2):
            return self.element("pre", "\n".join([html.escape(block.words, quote=False) for block in blocks]))
        lines = [self.words(block.words) for block in blocks]
        return self.element("div", self.dice.choice(("<br>", "<BR/>", "<br>\n")).join(lines), attributes)

    # Lists

    def items(self, items: list[_Item]) -> list[str]:
        markers = set(_markers(items))
        can_break = markers <= _BULLETS or all(map(_NUMBERED.fullmatch, markers))
        if self.skin.shape == "breaks" and can_break and not any(item.parts for item in items):
            return [self.broken([item.block for item in items if item.block])]
        if self.skin.bullets == "characters" and markers <= _BULLETS:
            return [self.bulleted(item) for item in items]
        if all(marker == "•" or _style(marker) for marker in markers):
            return [self.listed(items)]
        return [self.bulleted(item) for item in items]  # markers that only text can show

    def bulleted(self, item: _Item) -> str:
        words = "" if item.block is None else self.words(item.block.words)
        return self.element("div", words + "".join(map(self.part, item.parts)))

    def listed(self, items: list[_Item]) -> str:
        lists: list[str] = []
        for style, run in groupby(items, key=lambda item: _style(item.block.marker) if item.block else ""):
            if style:
                lists.append(self.ordered(list(run), style))
            elif self.skin.bullets == "roles":
                inner = [self.item(item, "div", 'role="listitem"') for item in run]
                lists.append(self.element("div", "".join(inner), 'role="list"'))
            else:
                lists.append(self.element("ul", "".join([self.item(item) for item in run])))
        return "".join(lists)

    def ordered(self, items: list[_Item], style: str) -> str:
        numbers = [_number(item.block.marker, style) for item in items if item.block]
        expected = [numbers[0], *[number + 1 for number in numbers[:-1]]]
        inner = [
            self.item(item, attributes="" if number == due else f"value={number}")
            for item, number, due in zip(items, numbers, expected, strict=True)
        ]
        attributes = "" if style == "1" and numbers[0] == 1 else f"type={style} start={numbers[0]}"
        return self.element("ol", "".join(inner), attributes)

    def item(self, item: _Item, name: str = "li", attributes: str = "") -> str:
        parts = "".join(map(self.part, item.parts))
        if item.block is None:
            return parts
        words = self.words(item.block.text)
        if self.chance(0.2):
            words = self.element("p", words)
        if [type(part) for part in item.parts] == [list] and self.chance(0.2):
            return self.element(name, words, attributes) + parts  # not allowed and often seen: beside its item
        return self.filler() + self.element(name, words + parts, attributes)

    def part(self, part: "Block | list[_Item]") -> str:
        if isinstance(part, list):
            return "".join(self.items(part))
        words = self.words(part.text)
        return f"<br>{words}" if self.skin.closed and self.chance(0.5) else self.element("p", words)


def _written_with(block: Block) -> str:
    """What a block is written together with: a line that continues an item belongs to the list."""
    return "item" if block.kind == "line" and block.depth else block.kind


def _tree(blocks: Sequence[Block]) -> list[_Item]:
    """Items with the lines and lists that stand in them."""
    top: list[_Item] = []
    path = [top]
    for block in blocks:
        del path[block.depth :]
        if block.kind == "item":
            while len(path) < block.depth:
                if not path[-1]:
                    path[-1].append(_Item(None))
                inner: list[_Item] = []
                path[-1][-1].parts.append(inner)
                path.append(inner)
            path[-1].append(_Item(block))
        else:
            path[-1][-1].parts.append(block)
    return top


def _markers(items: Sequence[_Item]) -> Iterator[str]:
    for item in items:
        if item.block is not None:
            yield item.block.marker
        for part in item.parts:
            if isinstance(part, list):
                yield from _markers(part)


def _style(marker: str) -> str:
    """The `type` of an ordered list whose items have such markers, or nothing."""
    return next((style for style, numeral in _ORDERED.items() if numeral.fullmatch(marker)), "")


def _number(marker: str, style: str) -> int:
    return int(marker[:-1]) if style == "1" else ord(marker[0]) - ord(style) + 1
