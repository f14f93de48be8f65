"""The same page in other clothes: a page's blocks written as HTML in many markups that keep its text and order.

What a markup shows by its elements alone is kept where a reader needs it: which blocks are headings, the depth and
the marker of items, the cells of rows. Only labels that a layout knows may lose their element, since their words
tell them.
"""

import html
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from html.entities import codepoint2name
from itertools import groupby
from random import Random
from typing import Literal, NamedTuple

from normalizers import boilerplate
from normalizers.phrases import DESIGN_LABELS
from normalizers.text import fold
from schemas.document import Block, Document, Region
from scraper.layouts.labels import Kind, Label
from scraper.layouts.layout import Layout
from scraper.layouts.matches import is_label
from scraper.layouts.sections import Sections
from scraper.sites import LAYOUTS, trialx

Shape = Literal["headings", "divs", "terms", "table", "roles", "breaks", "details"]
"""How a label and its values stand: heading and paragraphs · two divs · dt and dd · cells of a table · the same with
`role` · lines between breaks in one element · summary and content."""

Bullets = Literal["elements", "roles", "characters"]
"""How lists are written: ul, ol and li · `role=list` · divs that begin with a bullet, an item's own list within it."""

Words = Literal["plain", "entities", "split"]
"""How text is written: as it is · with entities · in pieces, with comments, inline elements and `wbr` between."""

Around = Literal["body", "form", "table"]
"""What the whole page stands in."""


@dataclass(frozen=True, slots=True)
class Skin:
    """A markup; each of its parts can be chosen apart from the others."""

    shape: Shape = "headings"
    bullets: Bullets = "elements"
    words: Words = "plain"
    around: Around = "body"
    closed: bool = True
    """Lower-case tags, each with its end; else upper-case tags, often without."""
    noise: bool = False
    """Scripts, styles, comments and hidden elements with misleading words between the parts."""
    loose: bool = False
    """White space wherever a browser folds it."""
    nesting: int = 0
    """How many wrapping elements are put around random parts of the page."""


SKINS: Mapping[str, Skin] = {
    "bare divs": Skin("divs", bullets="characters"),
    "breaks": Skin("breaks", bullets="characters"),
    "definition lists": Skin("terms"),
    "details": Skin("details", loose=True),
    "div soup": Skin("divs", bullets="roles", words="split", nesting=30, loose=True),
    "entities": Skin(words="entities", loose=True),
    "layout table": Skin("table", around="table"),
    "nested wrappers": Skin(nesting=80),
    "roles": Skin("roles", bullets="roles", nesting=5),
    "scripts between": Skin(noise=True),
    "semantic": Skin(),
    "split text": Skin("terms", words="split"),
    "tables": Skin("table", noise=True, loose=True),
    "upper case without end tags": Skin("terms", closed=False),
    "upper-case divs": Skin("divs", closed=False, noise=True, loose=True),
    "upper-case tables": Skin("table", words="entities", around="form", closed=False),
}
"""The markups that every page is dressed in."""

LABELS: Mapping[str, Sequence[Label]] = {
    **{layout.key: layout.labels for layout in LAYOUTS if not layout.labels[0].name.startswith("/")},
    # Pages of white labels hold those of listings within their prose.
    trialx.WHITE_LABEL.key: trialx.LISTING.labels,
}
"""The labels of each layout that is read by labels."""


class Dice(Random):
    """Choices at random that are the same for the same seed."""


class Group(NamedTuple):
    """A label and what stands below it, or blocks without a label."""

    label: Block | None
    holds: Kind
    body: tuple[Block, ...]
    known: Label | None = None
    """What the layout knows of the label."""
    is_label: bool = True
    """Whether the heading stands for a label, not for a part of a text."""

    @property
    def is_line(self) -> bool:
        """Whether its one value may follow on the label's line, or the label may end in a colon."""
        if self.known is None or len(self.body) != 1 or not _is_plain(self.body[0]):
            return False
        return self.known.inline or (
            self.known.telling is not None and self.known.telling(self.body[0].text) is not None
        )

    @property
    def design(self) -> list[tuple[str, str]]:
        """Labels and values of a study's design, where each part stands by itself and is known."""
        if self.known is None or "design.masking" not in self.known.fields or len(self.known.fields) == 1:
            return []
        # Several parts in one line have several colons.
        parts = [block.cells or tuple(block.text.split(": ")) for block in self.body]
        is_known = all(len(part) == 2 and fold(part[0]) in DESIGN_LABELS for part in parts)
        return [(part[0], part[1]) for part in parts] if is_known else []

    @property
    def region(self) -> Region:
        """The region that its blocks stand in."""
        return (self.label or self.body[0]).region


class Outline(NamedTuple):
    """A page as a skin sees it."""

    document: Document
    groups: tuple[Group, ...]
    title: int | None
    """The number of the block that is the title, where that is known by its place."""


def outline(document: Document, layout: Layout | None, headings: Sequence[str] = ()) -> Outline:
    """Part a page into its labels and what stands below each.

    Args:
        document: the page.
        layout: whose labels stand on it; None where no layout knows the page.
        headings: further texts that the page shows as headings in a way that its blocks do not tell.
    """
    marks = _marks(document, layout)
    groups: list[Group] = []
    for block in document.blocks:
        number = block.number
        if number in marks.labelled:
            groups.append(marks.labelled[number])
        elif block.text in headings:
            groups.append(Group(block._replace(kind="heading"), "prose", ()))
        elif block.kind == "heading" and number != marks.title and not _is_within(groups, block, marks):
            groups.append(Group(block, "prose", (), is_label=False))
        elif not groups or number in marks.edges or groups[-1].region != block.region:
            groups.append(Group(None, "prose", (block,)))
        else:
            groups[-1] = groups[-1]._replace(body=(*groups[-1].body, block))
    return Outline(document, tuple(groups), marks.title)


def _is_within(groups: Sequence[Group], heading: Block, marks: "_Marks") -> bool:
    """Whether a heading belongs to the text below a known label, and so into what holds that text."""
    if not groups or heading.number in marks.edges or groups[-1].region != heading.region:
        return False
    return groups[-1].known is not None and groups[-1].holds == "prose"


def render(page: Outline, skins: Sequence[Skin], dice: Dice) -> bytes:
    """Write a page as HTML.

    Args:
        page: what it shows.
        skins: the markups that its groups are dressed in, each group in one of them at random; the first one
            decides about the page as a whole.
        dice: for all that a skin leaves open, such as class names, levels of headings and where text is split.
    """
    title = page.title if dice.random() < 0.5 else None
    whole = _Writer(skins[0], dice, title)
    chunks: list[str] = []
    for region, groups in groupby(page.groups, key=lambda group: group.region):
        inside = [
            chunk
            for skin, run in groupby(groups, key=lambda _: dice.choice(skins))
            for chunk in _Writer(skin, dice, title).groups(list(run))
        ]
        chunks += [whole.in_region(region, inside)] if region else inside
    body = whole.noisy(whole.nested(chunks))
    if skins[0].around == "form":
        body = f'<form method="post" action="./">{body}<input type="hidden" name="state" value="Status"></form>'
    elif skins[0].around == "table":
        spacer = "<td></td>" if dice.random() < 0.5 else ""
        body = f"<table width=100%><tr>{spacer}<td>{body}</td></tr></table>"
    doctype = dice.choice(("<!doctype html>", "", '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN">'))
    address = page.document.address
    canonical = f'<link rel="canonical" href="{html.escape(address)}">' if address else ""
    name = html.escape(page.document.title, quote=False)
    head = f'<head><meta charset="utf-8"><title>{name}</title>{canonical}</head>'
    return f"{doctype}<html lang=en>{head}<body>{body}</body></html>".encode()


# --- Labels ---


class _Marks(NamedTuple):
    """Where on a page a layout sees what."""

    title: int | None
    edges: frozenset[int]
    """The first block of the content, and the first one after it."""
    labelled: Mapping[int, Group]
    """By the number of the label's block: the label, and the value that stands in the same block."""


def _marks(document: Document, layout: Layout | None) -> _Marks:
    if layout is None:
        return _Marks(None, frozenset(), {})
    marked = boilerplate.marked(document)
    content = layout.content(marked)
    rules = layout.boilerplate and layout.boilerplate(marked, content)
    cleaned = boilerplate.clean(marked, content, rules, partial(is_label, layout.labels)).document
    narrow = tuple(block for block in cleaned.blocks if len(block.cells) < 3)
    found = list(_labels(Sections(replace(cleaned, blocks=narrow), LABELS[layout.key]), LABELS[layout.key]))
    places = [block.number for _, block in found]
    # Several labels in one row are the headings of a table's columns.
    single = ((block.number, known) for known, block in found if places.count(block.number) == 1)
    # The page's own block: of a row of the cleaned page some lines are gone.
    labelled = {number: _parted(document.blocks[number], known) for number, known in single}
    title = None if content.start in labelled else content.start
    return _Marks(title, frozenset((content.start, content.stop)), labelled)


def _labels(sections: Sections, labels: Sequence[Label]) -> Iterator[tuple[Label, Block]]:
    """The labels that a page shows, each with its block."""
    for known in {label.name: label for label in labels}.values():
        occurrence = 0
        while below := sections.between(known.name, occurrence).start:
            yield known, sections.units[below - 1].block
            occurrence += 1


def _parted(block: Block, known: Label) -> Group:
    """A label and the value in its own block, apart: the cells of a row, or `NCT number NCT05160831`."""
    if block.kind == "row":
        first, *others = block.cells
        plain = block._replace(kind="line", cells=())
        values = [plain._replace(text=line) for cell in others for line in cell.split("\n") if line]
        return Group(plain._replace(text=first), known.kind, tuple(values), known)
    for form in known.aliases if known.inline else ():
        if match := re.match(rf"{re.escape(form)}(?: ?:)? (?=.)", block.text, re.IGNORECASE):
            value = block._replace(text=block.text[match.end() :])
            return Group(block._replace(text=match[0].rstrip()), known.kind, (value,), known)
    return Group(block, known.kind, (), known)


# --- Writing ---

_WRAPPERS = (
    "article",
    "aside",
    "blockquote",
    "center",
    "details open",
    "div",
    "div",
    "div",
    "fieldset",
    "figure",
    "main",
    "section",
    "span",
    "x-card",
)
# No `a`: no page parts a value into several links.
_INLINE = ("abbr", "b", "bdi", "cite", "em", "font", "i", "mark", "span", "span", "strong", "sub", "u", "x-text")
_BLANKS = ("\n", "\t", " \n  ", "&nbsp;", "&#32;", "<!-- --> <!-- -->", " <wbr>", "<span> </span>", "<b> </b> ")
_SEAMS = (
    "&#8203;",
    "&shy;",
    "</span><span>",
    "<!-- -->",
    "<!-- </p><h2>Status</h2> -->",
    "<b></b>",
    "<script>'Status'</script>",
    '<span aria-hidden="true">Conditions</span>',
    '<span style="display: none">Status</span>',
    "<wbr>",
)
_NOISE = (
    "",
    "",
    "",
    "<!-- <h2>Status</h2><p>Recruiting</p> -->",
    "<!--[if IE]><h2>Phase</h2><![endif]-->",
    "<dialog><h2>Status</h2>Completed</dialog>",
    "<div hidden><h2>Status</h2><p>Completed</p></div>",
    '<div style="color:red; DISPLAY : none">Study type</div>',
    '<input type="hidden" value="Conditions">',
    "<noscript><h2>Eligibility</h2></noscript>",
    '<p aria-hidden="true">Exclusion criteria</p>',
    "<script>document.write('<h2>Status</h2><p>Terminated</p>')</script>",
    "<style>.Status::before { content: 'Conditions' }</style>",
    "<svg><title>Status</title><text>Inclusion criteria</text></svg>",
    "<template><h2>Conditions</h2><p>Asthma</p></template>",
)
_FILLERS = (
    "",
    "",
    "<!-- Status -->",
    "<script>'</table><h2>Status</h2>'</script>",
    "<template><td>Status</td></template>",
)
"""What may stand in a table or a list, too."""
_CLASSES = ("MuiBox-", "_", "css-", "sc-")
_ATTRIBUTES = ("data-label='</p><h2>Status</h2>'", 'id="conditions"', "lang=en", 'title="Phase 1 > Phase 2"')
_MAY_STAY_OPEN = frozenset({"dd", "dt", "li", "p", "td", "th", "tr"})
_OPEN = 'class="open"'
"""The attribute of a div that is never closed where tags need not be: all that follows stands in it."""

_BULLETS = frozenset("•◦▪‣·●○■–")
_NUMBERED = re.compile(r"\d+[.)]", re.ASCII)
_ORDERED = {"1": re.compile(r"\d+\.", re.ASCII), "a": re.compile(r"[a-z]\."), "A": re.compile(r"[A-Z]\.")}
"""Types of ordered lists, and the markers that they draw."""
_SIGN = re.compile(r"[<&](?=([\d=]|$)?)")
"""A sign that HTML may read as markup; the group is what it may stand before as it is."""


@dataclass(slots=True)
class _Item:
    """An item of a list, with the lines and the lists that stand in it."""

    block: Block | None
    """None where a list stands in a list without an item around it."""
    parts: "list[Block | list[_Item]]" = field(default_factory=list)


class _Writer:
    """Writes groups in one skin."""

    def __init__(self, skin: Skin, dice: Dice, title: int | None) -> None:
        self.skin = skin
        self.dice = dice
        self.title = title
        """The number of a line that is shown as a heading."""

    def chance(self, share: float) -> bool:
        return self.dice.random() < share

    # Words

    def words(self, text: str) -> str:
        words = text.split(" ")
        if self.skin.words in {"split", "entities"} or "<" in text or "&" in text:
            words = [self.letters(word) for word in words]
        if self.skin.words == "split":
            tokens = [words[0]]
            for word in words[1:]:
                tokens += [" " if self.chance(0.8) else self.dice.choice(_BLANKS), word]
            return f"<span>{self.spans(tokens)}</span>"
        if self.skin.loose:
            return "".join([word + self.dice.choice(("\n", " ", "\n      ")) for word in words[:-1]]) + words[-1]
        return " ".join(words)

    def letters(self, word: str) -> str:
        if self.skin.words == "split" and len(word) > 1 and self.chance(0.15):
            cut = self.dice.randrange(1, len(word))
            return self.escaped(word[:cut]) + self.dice.choice(_SEAMS) + self.escaped(word[cut:])
        if self.skin.words == "entities":
            return "".join(map(self.entity, word))
        return self.escaped(word)

    def escaped(self, text: str) -> str:
        """The text with entities where HTML needs them; a sign before a digit or a blank may stand as it is."""
        if "<" not in text and "&" not in text:
            return text
        may_stay = self.chance(0.5)
        return _SIGN.sub(lambda sign: sign[0] if may_stay and sign[1] is not None else html.escape(sign[0]), text)

    def entity(self, letter: str) -> str:
        code = ord(letter)
        if self.chance(0.1):
            return self.dice.choice((f"&#{code};", f"&#x{code:X};"))
        return f"&{codepoint2name[code]};" if code in codepoint2name else letter

    def spans(self, tokens: Sequence[str]) -> str:
        """Inline elements around random stretches of the words, nested."""
        if len(tokens) < 3 or self.chance(0.5):
            return "".join(tokens)
        start, end = sorted(self.dice.sample(range(len(tokens) + 1), 2))
        name = self.dice.choice(_INLINE)
        inside = f"<{name}>{self.spans(tokens[start:end])}</{name}>"
        return "".join(tokens[:start]) + inside + self.spans(tokens[end:])

    # Elements

    def element(self, name: str, inner: str, attributes: str = "") -> str:
        if name in {"div", "section"} and not attributes and self.chance(0.7):
            attributes = f'class="{self.dice.choice(_CLASSES)}{self.dice.randrange(16**6):x}"'
            if self.chance(0.1):
                attributes = self.dice.choice(_ATTRIBUTES)
        space = self.dice.choice(("", " ", "\n    ")) if self.skin.loose else ""
        if self.skin.closed:
            start = f"{name} {attributes}".strip()
            return f"<{start}>{space}{inner}{space}</{name}>{space}"
        start = f"{name.upper()} {attributes}".strip()
        end = "" if name in _MAY_STAY_OPEN or attributes == _OPEN else f"</{name.upper()}>"
        return f"<{start}>{space}{inner}{end}\n"

    def maybe_open(self) -> str:
        return "" if self.skin.closed or self.skin.shape == "roles" or self.chance(0.5) else _OPEN

    def noisy(self, chunks: Sequence[str]) -> str:
        if not self.skin.noise:
            return "".join(chunks)
        return "".join([chunk + self.dice.choice(_NOISE) for chunk in chunks])

    def filler(self) -> str:
        return self.dice.choice(_FILLERS) if self.skin.noise else ""

    def nested(self, chunks: Sequence[str]) -> Sequence[str]:
        """The parts with wrapping elements around random stretches of them."""
        nested = list(chunks)
        for _ in range(self.skin.nesting):
            start = self.dice.randrange(len(nested) + 1)
            end = self.dice.randrange(start, len(nested) + 1)
            name, _, attributes = self.dice.choice(_WRAPPERS).partition(" ")
            nested[start:end] = [self.element(name, self.noisy(nested[start:end]), attributes)]
        return nested

    def in_region(self, region: Region, chunks: Sequence[str]) -> str:
        inner = self.noisy(chunks)
        if region == "form":
            return self.element("form", inner)
        name, role = {"navigation": ("nav", "navigation"), "footer": ("footer", "contentinfo")}.get(
            region, ("dialog", "dialog")
        )
        if _OPEN not in inner and self.chance(0.5):
            return self.element("div", inner, f"role={role}")
        return self.element(name, inner, "open" if name == "dialog" else "")

    # Groups

    def groups(self, groups: Sequence[Group]) -> list[str]:
        """Each group as a part of the page; neighbours can share a table or a list of terms."""
        chunks: list[str] = []
        shared: list[str] = []
        for group in groups:
            inside = self.inside(group)
            if shared and (inside is None or self.chance(0.3)):
                chunks.append(self.holder()("".join(shared)))
                shared = []
            if inside is None:
                chunks += self.group(group)
            else:
                shared.append(inside)
        return [*chunks, self.holder()("".join(shared))] if shared else chunks

    def holder(self) -> Callable[[str], str]:
        """The element that holds several groups."""
        if self.skin.shape == "terms":
            return lambda inner: self.element("dl", inner)
        return self.table

    def inside(self, group: Group) -> str | None:
        """A group as part of an element that holds several; None where it stands for itself."""
        label, body = group.label, group.body
        if label is None or group.design or not group.is_label or self.skin.shape not in {"terms", "table", "roles"}:
            return None
        if self.skin.shape != "terms":
            return self.labelled_rows(label, body)
        terms = self.element("dt", self.words(label.text)) + self.described(body)
        return self.element("div", terms) if self.skin.closed and self.chance(0.3) else terms

    def group(self, group: Group) -> Sequence[str]:
        """A group that stands for itself, in one or several parts."""
        label, holds, body = group.label, group.holds, group.body
        if label is None:
            return self.flow(body)
        if not group.is_label:
            return [self.heading(label, self.words(label.text), is_label=label.depth == 1), *self.flow(body)]
        if group.design:
            return [self.label(label), self.design(group.design)]
        if group.is_line and label.kind != "heading" and self.chance(0.3):
            return [self.one_line(label, body[0])]
        plain = all(map(_is_plain, body))
        if self.skin.shape == "details":
            summary = self.element("summary", self.words(label.text))
            return [self.element("details", summary + "".join(self.flow(body)))]
        if self.skin.shape == "breaks" and plain and label.kind != "heading":
            return [self.broken((label, *body), self.maybe_open())]
        below = self.flow(body)
        if plain and body and holds in {"one", "many"} and self.chance(0.3):
            below = [self.element("ul", "".join([self.element("li", self.words(block.text)) for block in body]))]
        elif plain and len(body) > 1 and holds == "many" and self.chance(0.2):
            # What no field takes, such as the columns of a grid, is counted line by line.
            is_list = group.known is not None and "conditions" in group.known.fields
            gap = self.dice.choice(("", " ", "&nbsp;", *((", ", " | ") if is_list else ())))
            below = [self.element("div", gap.join([f"<a href=x>{self.words(block.text)}</a>" for block in body]))]
        if label.kind != "heading" and self.chance(0.1):
            return [self.element("fieldset", self.element("legend", self.words(label.text)) + "".join(below))]
        parts = [self.label(label), *below]
        return [self.element("section", "".join(parts))] if self.chance(0.5) else parts

    def one_line(self, label: Block, value: Block) -> str:
        """A label and its value side by side, apart by a blank, a colon or both."""
        name = self.dice.choice(("b", "span", "strong"))
        colon = self.dice.choice(("", ":"))
        gap = self.dice.choice((" ", "&nbsp;", "\n"))
        inner = f"<{name}>{self.words(label.text)}{colon}</{name}>{gap}<span>{self.words(value.text)}</span>"
        return self.element("div", inner, self.maybe_open())

    def design(self, parts: Sequence[tuple[str, str]]) -> str:
        """Parts of a design: terms, pairs of elements, rows, or lines of a label, a colon and a value."""
        form = self.dice.choice(("dl", "div", "p", "table", "line"))
        colon = ":" if form == "line" else self.dice.choice(("", ":"))
        pairs = [(self.words(name) + colon, self.words(words)) for name, words in parts]
        if form == "table":
            return self.table("".join(map(self.row, pairs)))
        if form == "line":
            return "".join([self.element("li", f"<b>{name}</b> {words}") for name, words in pairs])
        names = {"dl": ("dt", "dd")}.get(form, (form, form))
        inner = "".join([self.element(names[0], name) + self.element(names[1], words) for name, words in pairs])
        return self.element("dl", inner) if form == "dl" else inner

    def label(self, label: Block) -> str:
        words = self.words(label.text)
        if label.kind == "heading":
            return self.heading(label, words)
        if self.skin.shape in {"divs", "breaks"}:
            return self.element("div", words, self.maybe_open())
        if self.chance(0.1):
            return self.element("p", self.element("strong", words))
        if self.chance(0.1):
            return self.element("h3", self.element("button", words))
        return self.heading(label, words)

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

    def described(self, body: Sequence[Block]) -> str:
        """What a term is described by: one dd in all or one for each line."""
        if all(map(_is_plain, body)) and self.chance(0.7):
            return "".join([self.filler() + self.element("dd", self.words(block.text)) for block in body])
        return self.element("dd", "".join(self.flow(body)))

    # Tables

    def labelled_rows(self, label: Block, body: Sequence[Block]) -> str:
        """A row of a label and its values, or one row for each value."""
        words = self.words(label.text)
        if label.kind == "heading":  # a cell is no heading by itself
            words = self.heading(label, words)
        if not all(map(_is_plain, body)):
            return self.row([words, "".join(self.flow(body))], first="th")
        lines = [self.words(block.text) for block in body]
        is_table = self.skin.shape == "table"
        if is_table and not lines and self.chance(0.3):
            return self.element("tr", self.element("th", words, "colspan=2"))
        if is_table and len(lines) > 1 and self.chance(0.2):
            spanning = self.element("th", words, f"rowspan={len(lines)}") + self.element("td", lines[0])
            return self.element("tr", spanning) + "".join([self.row([line]) for line in lines[1:]])
        if len(lines) > 1 and self.chance(0.3):
            return "".join([self.row([words if place == 0 else "", line]) for place, line in enumerate(lines)])
        if self.chance(0.5):
            return self.row([words, "<br>".join(lines)], first="th")
        return self.row([words, "".join([self.element("p", line) for line in lines])])

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

    # Blocks

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


def _is_plain(block: Block) -> bool:
    return block.kind == "line" and not block.depth


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
