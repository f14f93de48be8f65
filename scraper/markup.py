"""Markup into blocks of text in reading order, as a browser would show them; the one file that knows an HTML parser.

The rules are HTML's own: which elements are blocks, which are part of a line, which are never shown. No class name,
no id and no style sheet is looked at, so that a page reads the same after its next re-skin.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from itertools import islice, pairwise
from typing import Final, NamedTuple, TypeAlias
from urllib.parse import urldefrag, urljoin

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, LexborNode

from normalizers.text import INVISIBLE, composed
from schemas.document import Block, Document, Kind, Region
from scraper.addresses import page_address
from scraper.exponents import Piece, marked


def blocks(content: bytes) -> Document:
    """The page that markup in UTF-8 shows, with its title and its own statement of its address."""
    # With scripting on, `noscript` holds one text, as in a browser, and cannot break the head open.
    tree = LexborHTMLParser(content, options=LexborDocumentOptions.WO_EVENTS, scripting=True)
    title, address = _head(tree, content)
    reader = _Reader(*_roles(tree))
    if tree.body is not None:  # a page of frames has none
        reader.read(tree.body)
    return Document("html", tuple(reader.blocks), title, address, tuple(reader.shapes), tuple(reader.paths))


def links(content: bytes, address: str) -> list[str]:
    """Where the links of markup in UTF-8 lead: whole URLs without fragments, in the page's order, each once."""
    tree = LexborHTMLParser(content)
    base = tree.css_first("base[href]")
    if base is not None:
        address = urljoin(address, base.attributes.get("href") or "")
    found: dict[str, None] = {}
    for node in tree.css("a[href]"):
        with suppress(ValueError):  # what is no URL at all leads nowhere
            found.setdefault(urldefrag(urljoin(address, (node.attributes.get("href") or "").strip())).url)
    return list(found)


def _head(tree: LexborHTMLParser, content: bytes) -> tuple[str, str | None]:
    """The page's title, and its own statement of its address: of several the first that is one, the link's before."""
    title = ""
    links: list[str | None] = []
    shared: list[str | None] = []
    query = 'title:not(svg title), link[rel~="canonical" i], meta[property="og:url" i]'
    for node in (tree.head and tree.head.css(query)) or tree.css(query):
        if node.tag_id == _TITLE:
            title = title or _folded(node.text())
        elif node.tag_id == _LINK:
            links.append(node.attributes.get("href"))
        else:
            shared.append(node.attributes.get("content"))
    saved = _SAVED.search(content, 0, _SAVED_WITHIN)
    from_file = (saved[1] or saved[2]).decode("utf-8", "replace") if saved else None
    stated = map(page_address, (*links, *shared, from_file))
    return title, next((address for address in stated if address is not None), None)


# What browsers and the extension SingleFile write into pages that they save.
_SAVED = re.compile(
    rb"<!--\s*saved from url=\(\d+\)(\S+)\s*-->|<!--\s*Page saved with SingleFile\s+url:\s*(\S+)", re.IGNORECASE
)
_SAVED_WITHIN: Final = 4096
"""Bytes: the mark stands before the head or right within."""


def _roles(tree: LexborHTMLParser) -> "tuple[dict[int, _Part], frozenset[int], set[int]]":
    """What attributes say: elements with a role, by their `mem_id`, and their tags. Hidden elements leave the tree.

    The third are elements, by their `mem_id`, whose style raises their text.
    """
    parts: dict[int, _Part] = {}
    raised: set[int] = set()
    tags: set[int] = set()
    for node in tree.css("[hidden], [aria-hidden], [role], [style]"):
        if node.tag_id in _ROOTS:  # a script will show what is hidden as a whole
            continue
        attributes = node.attributes
        if _is_hidden(attributes):
            node.decompose()
            continue
        if _RAISED.search(attributes.get("style") or "") is not None:
            raised.add(node.mem_id)
        role = _ROLES.get((attributes.get("role") or "").strip().lower())
        if role is not None and node.tag_id not in role.tags and node.tag_id not in _WITHOUT_ROLE:
            parts[node.mem_id] = role.part
            tags.add(node.tag_id)
    return parts, frozenset(tags), raised


_RAISED = re.compile(r"vertical-align\s*:\s*super\b", re.IGNORECASE)


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    if "hidden" in attributes or (attributes.get("aria-hidden") or "").lower() == "true":
        return True
    if (attributes.get("role") or "").lower() == "tooltip":  # shown only while the pointer rests on what it explains
        return True
    style = (attributes.get("style") or "").lower()
    if "none" not in style and "hidden" not in style and "collapse" not in style:
        return False
    return not _HIDING.isdisjoint("".join(style.replace("!important", "").split()).split(";"))


_HIDING = frozenset({"display:none", "visibility:collapse", "visibility:hidden"})


def _folded(text: str) -> str:
    """The text as a browser shows it: white space folded, characters that nobody sees removed."""
    if not text.isprintable():
        text = text.translate(INVISIBLE)
    elif "  " not in text:
        return composed(text.strip())
    return composed(" ".join(text.split()))


# Thousands of blocks are made; their own constructor reads names and fills in defaults, which takes twice as long.
_new = tuple.__new__

_ROW_SHAPE: Final = "tr"

_DEEPEST: Final = 32
"""How deep lists, tables, headings and regions are told apart: no real page nests so deep, and time stays linear."""


class _List:
    """An open list: how deep it stands, and the marker of its next item."""

    __slots__ = ("block", "depth", "number", "step", "style")

    def __init__(self, depth: int, block: int = 0) -> None:
        """Open a list.

        Args:
            depth: from 1.
            block: of a list that is written with bullet characters, the `mem_id` of the block it stands in.
        """
        self.depth = depth
        self.block = block
        self.style = ""
        self.number = self.step = 1

    def marker(self, item: LexborNode) -> str:
        number = _integer(item.attributes.get("value"), self.number)
        self.number = number + self.step
        return f"{_numeral(number, self.style)}."


class _Row(NamedTuple):
    """An open table row: the block it begins with, the regions before it, where its cells and their tables begin."""

    start: int
    spans: int
    cells: list[int]
    tables: list[int]
    names: list[int]
    """Those of its cells that are marked as names of a column or a row."""
    path: tuple[str, ...]
    """The elements that the row stands in."""


class _Span:
    """The blocks of a region."""

    __slots__ = ("end", "region", "start")

    def __init__(self, region: Region, start: int) -> None:
        self.region = region
        self.start = self.end = start


class _Outside(NamedTuple):
    """What was open, and what lines were, before the innermost open element began."""

    end: int
    end_tag: int
    kind: Kind
    depth: int
    marker: str
    is_pre: bool
    list: _List | None
    row: _Row | None
    span: _Span | None
    is_shared: bool
    """The lines within are the lines around: a form in a list item goes on with the item."""


class _Reader:
    """Reads a page's nodes in document order and collects its blocks.

    The walk says where an element begins, not where it ends. Two texts with no block's begin between them may still
    have a block's end there, so the way back from the one to the other is looked at. Of an element that matters to all
    text within (a list, a table, a heading) the node that follows it is looked up when it begins: `end` and `end_tag`
    are the `mem_id` and the tag of the first node after the innermost such element.
    """

    def __init__(
        self, roles: "dict[int, _Part]", tags_with_roles: frozenset[int], raised_by_style: AbstractSet[int]
    ) -> None:
        self.blocks: list[Block] = []
        # Of each block, as `Document` has them, and of each element that blocks stand in.
        self.shapes: list[str] = []
        self.paths: list[tuple[str, ...]] = []
        self.known_paths: dict[int, tuple[str, ...]] = {}
        self.names: dict[int, str] = {}
        self.roles = roles
        self.raised_by_style = raised_by_style
        self.parts = {**_PARTS, **dict.fromkeys(tags_with_roles, _by_role)}
        self.nodes: Iterator[LexborNode] = iter(())
        # The line that is being read: its first text, the texts after it with the white space before each, their nodes.
        self.line = ""
        self.rest: list[str] = []
        self.first: LexborNode
        self.others: list[LexborNode] = []
        # What the next line will be.
        self.kind: Kind = "line"
        self.depth = 0
        self.marker = ""
        # What is open, and whether the innermost of it ended within the line.
        self.end = self.end_tag = 0
        self.has_ended = False
        self.has_raised = bool(raised_by_style)
        self.is_pre = False
        self.list: _List | None = None
        self.row: _Row | None = None
        self.has_names = False
        self.span: _Span | None = None
        self.outside: list[_Outside] = []
        self.spans: list[_Span] = []

    def read(self, root: LexborNode) -> None:
        """Add the blocks of an element."""
        self.nodes = root.traverse(include_text=True, skip_empty=True)
        roles = self.roles
        text_tag = _TEXT
        part_of = self.parts.get
        plain, by_role = _plain, _by_role
        for node in self.nodes:
            tag = node.tag_id
            if tag == self.end_tag and node.mem_id == self.end:
                self.leave(node)
            if tag == text_tag:
                if not self.line or not self.is_continued(node):
                    self.line = node.text_content or ""
                    self.first = node
                continue
            part = part_of(tag)
            if part is by_role:
                part = roles.get(node.mem_id) or _PARTS.get(tag)
            if part is None:
                continue
            if self.line and part not in _KEEP_LINE:
                self.end_line(node)
            if part is not plain:
                part(self, node)
        self.end_line(root)
        while self.outside:
            self.leave_innermost()
        self.end_row()
        self.name_regions()

    # --- lines ---

    def is_continued(self, node: LexborNode) -> bool:
        """Add a text to the line if it belongs there; if not, end the line."""
        between = self.between(node)
        if between is None:
            self.end_line(node)
            return False
        self.rest.append(between + (node.text_content or ""))
        self.others.append(node)
        return True

    def end_line(self, node: LexborNode) -> None:
        """Add the line that was read, if one was, before that node."""
        text = self.line
        if not text:
            return
        self.line = ""
        lines: Sequence[str] = (text,)
        links: tuple[str, ...] = ()
        is_mixed = bool(self.rest)
        if is_mixed:
            lines, links = self.joined(text)
        if self.is_pre:
            lines = "".join(lines).split("\n")
        for line in lines:
            words = line.strip()
            if "  " in words or not words.isascii() or not words.isprintable():
                words = _folded(words)  # seldom: most pages are written without a blank too many
            if not words:
                continue
            marker = self.marker
            if words[0] in _BULLETS and words[1:2] == " " and self.kind != "heading" and marker in _UNNUMBERED:
                self.add_bulleted(words[0], words[2:], node)
                self.place(self.first, is_mixed=is_mixed)
                continue
            blocks = self.blocks
            blocks.append(_new(Block, (len(blocks), self.kind, words, self.depth, marker, links, "", "", False)))
            self.place(self.first, is_mixed=is_mixed)
            if marker:
                self.kind = "line"
                self.marker = ""
        if self.has_ended:
            self.has_ended = False
            self.leave_innermost()

    def place(self, node: LexborNode, *, is_mixed: bool = False) -> None:
        """Note where in the markup the line of a block stands that begins with this text.

        Args:
            node: the text.
            is_mixed: whether the line has further texts.
        """
        inside = "+" if is_mixed else ""
        parent = node.parent
        for _ in range(_DEEPEST):
            if parent is None or self.is_block(parent):
                break
            inside = f"{self.named(parent)} {inside}"
            parent = parent.parent
        self.shapes.append(f"{self.named(parent)} {inside}".rstrip() if parent is not None else inside)
        self.paths.append(self.path(parent))

    def named(self, element: LexborNode) -> str:
        """An element's tag with its classes, as in `div.label`."""
        number = element.mem_id
        name = self.names.get(number)
        if name is None:
            classes = element.attributes.get("class")
            name = f"{element.tag}.{'.'.join(classes.split())}" if classes else element.tag or ""
            self.names[number] = name
        return name

    def path(self, node: LexborNode | None) -> tuple[str, ...]:
        """The elements around a line, outermost first; without rows of tables, since cells can span them."""
        new: list[LexborNode] = []
        while node is not None and node.mem_id not in self.known_paths:
            new.append(node)
            node = node.parent
        path = () if node is None else self.known_paths[node.mem_id]
        for node in reversed(new):
            number = node.mem_id
            is_row = node.tag_id == _TR or self.roles.get(number) is _Reader.row_by_role
            if len(path) < _DEEPEST and not is_row:
                path = (*path, f"{self.named(node)} {number}")
            self.known_paths[number] = path
        return path

    def joined(self, text: str) -> tuple[Sequence[str], tuple[str, ...]]:
        """The line that several texts make, or the lines; and where it is made of links, the words of each."""
        if self.has_raised:
            nodes = (self.first, *self.others)
            pieces = [Piece(words, self.height(node)) for words, node in zip((text, *self.rest), nodes, strict=True)]
            self.rest = marked(pieces)[1:]
        links, are_apart = self.links(text)
        lines, links = (links, ()) if are_apart else ((text + "".join(self.rest),), links)
        self.rest.clear()
        self.others.clear()
        return lines, links

    def raised(self, _: LexborNode) -> None:
        """An element whose text stands higher than its line."""
        self.has_raised = True

    def height(self, node: LexborNode) -> int:
        """How many such elements stand around a text of a line."""
        height = 0
        parent = node.parent
        while parent is not None and not self.is_block(parent):
            height += parent.tag_id == _SUP or parent.mem_id in self.raised_by_style
            parent = parent.parent
        return height

    def links(self, text: str) -> tuple[tuple[str, ...], bool]:
        """The words of each link, where a line is made of several links and nothing but commas or the like.

        Returns:
            The words, and whether nothing at all stands between the links. No sentence is made so: they are values
            side by side, which a style sets apart. What commas part can be values, too, or the authors of a book.
        """
        if self.kind == "heading" or self.is_pre:
            return (), False
        links: dict[int, str] = {}
        are_apart = True
        for node, words in zip((self.first, *self.others), (text, *self.rest), strict=True):
            if not (folded := _folded(words)):
                continue
            link = self.link_around(node)
            if link is not None:
                links[link.mem_id] = links.get(link.mem_id, "") + words
            elif folded in _SEPARATORS:
                are_apart = False
            else:
                return (), False
        return (tuple(map(_folded, links.values())), are_apart) if len(links) > 1 else ((), False)

    def link_around(self, node: LexborNode) -> LexborNode | None:
        """The link that a text of a line stands in."""
        parent = node.parent
        while parent is not None and not self.is_block(parent):
            if parent.tag_id == _A:
                return parent
            parent = parent.parent
        return None

    def add_bulleted(self, marker: str, words: str, node: LexborNode) -> None:
        """Add a line that opens with a bullet character; what else its block holds belongs to the item."""
        depth = self.list.depth if self.list else 1
        if self.marker:  # an item of a list: the page draws its bullets itself
            self.kind = "line"
            self.marker = ""
        else:
            block, is_first = self.block_of_line()
            if block is not None and (self.list is None or self.list.block != block.mem_id):
                depth = self.list.depth + 1 if self.list else 1
                if is_first and self.enter(block):
                    self.kind = "line"
                    self.depth = depth
                    self.list = _List(depth, block.mem_id)
                    around = self.block_around(node)
                    self.has_ended = around is None or around.mem_id != block.mem_id
        self.blocks.append(Block(len(self.blocks), "item", words, depth, marker))

    def block_of_line(self) -> tuple[LexborNode | None, bool]:
        """The block that the line stands in, None where that is not soon found; and whether it is its first line."""
        _, stop, is_parent = self.before(self.first)
        if is_parent:
            return stop, True
        return self.block_around(self.first), False

    def block_around(self, node: LexborNode) -> LexborNode | None:
        """The block that a node stands in, None where that is not soon found."""
        parent = node.parent
        for _ in range(_DEEPEST):
            if parent is None or self.is_block(parent):
                return parent
            parent = parent.parent
        return None

    def between(self, node: LexborNode) -> str | None:
        """The white space between a node and the line before it; None where the line has ended."""
        space, stop, _ = self.before(node)
        return space if stop.tag_id in _WITHIN_LINES else None

    def before(self, node: LexborNode) -> tuple[str, LexborNode, bool]:
        """What stands before a node: white space, and before that a text, an image, or the edge of a block.

        Returns:
            The white space, the node before it, and whether that is a block which holds the node.
        """
        space = ""
        while True:
            while (previous := node.prev) is None:
                parent = node.parent
                if parent is None or self.is_block(parent):
                    return space, parent or node, True
                node = parent
            node = previous
            while (tag := node.tag_id) not in _GONE:
                if tag == _TEXT and node.is_empty_text_node:
                    space = (node.text_content or "") + space
                elif tag == _BR and self.is_title:
                    space = " " + space
                elif tag in _WITHIN_LINES or self.is_block(node):
                    return space, node, False
                last = node.last_child
                if last is None:
                    break
                node = last

    @property
    def is_title(self) -> bool:
        """Whether the lines are those of a heading from h1 to h6: one title, however many lines it is broken into."""
        return self.kind == "heading" and self.depth > 0

    def break_line(self, node: LexborNode) -> None:
        if not self.is_title:
            self.end_line(node)

    def is_block(self, node: LexborNode) -> bool:
        return node.tag_id in _BLOCK_PARTS or node.mem_id in self.roles

    # --- elements that matter to the text within ---

    def enter(self, node: LexborNode, *, is_shared: bool = False) -> bool:
        """Enter the element, unless too many are open."""
        if len(self.outside) == _DEEPEST:
            return False
        outside = (self.end, self.end_tag, self.kind, self.depth, self.marker, self.is_pre, self.list, self.row)
        self.outside.append(_new(_Outside, (*outside, self.span, is_shared)))
        following = _following(node)
        self.end, self.end_tag = (0, 0) if following is None else (following.mem_id, following.tag_id)
        return True

    def leave(self, node: LexborNode) -> None:
        """Leave what ends before that node."""
        self.end_line(node)
        end = node.mem_id
        while self.end == end:
            self.leave_innermost()

    def leave_innermost(self) -> None:
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
        rest = sum(1 for _ in node.traverse(include_text=True, skip_empty=True)) - 1
        next(islice(self.nodes, rest, rest), None)

    def heading(self, node: LexborNode) -> None:
        level = _LEVELS.get(node.tag_id, 0)
        child = node.first_child
        if child is None or child.is_empty_text_node:
            is_simple = False
        else:
            is_simple = child.tag_id == _TEXT and child.next is None and not self.is_pre
        if child is not None and is_simple:  # most headings hold one text: that needs no counting of nodes
            next(self.nodes)
            if words := _folded(child.text_content or ""):
                self.blocks.append(_new(Block, (len(self.blocks), "heading", words, level, "", (), "", "", False)))
                self.place(child)
        elif self.enter(node):
            self.kind = "heading"
            self.depth = level
            self.marker = ""

    def heading_by_role(self, node: LexborNode) -> None:
        if self.enter(node):
            self.kind = "heading"
            self.depth = min(max(_integer(node.attributes.get("aria-level"), 2), 1), 6)
            self.marker = ""

    def caption(self, node: LexborNode) -> None:
        self.end_row()
        self.heading(node)

    def preformatted(self, node: LexborNode) -> None:
        if self.enter(node, is_shared=True):
            self.is_pre = True

    def region(self, name: Region, node: LexborNode) -> None:
        if self.enter(node, is_shared=True):
            self.span = _Span(name, len(self.blocks))
            self.spans.append(self.span)

    def footer(self, node: LexborNode) -> None:
        if not _is_within_section(node):
            self.region("footer", node)

    def dialog(self, node: LexborNode) -> None:
        if "open" in node.attributes:
            self.region("dialog", node)
        else:
            self.skip(node)

    # --- lists ---

    def bullets(self, node: LexborNode) -> None:
        self.enter_list(node)

    def numbers(self, node: LexborNode) -> None:
        opened = self.enter_list(node)
        if opened is None:
            return
        attributes = node.attributes
        style = attributes.get("type") or ""
        start = 1
        opened.style = style if style in _NUMERALS else "1"
        if "reversed" in attributes:
            opened.step = -1
            start = sum(child.tag_id == _LI for child in node.iter())
        opened.number = _integer(attributes.get("start"), start)

    def enter_list(self, node: LexborNode) -> _List | None:
        depth = self.list.depth + 1 if self.list else 1
        if not self.enter(node):
            return None
        self.kind = "line"
        self.depth = depth
        self.marker = ""
        self.list = _List(depth)
        return self.list

    def item(self, node: LexborNode) -> None:
        if self.list is None or self.kind == "heading":  # an item of no list is a list of one
            self.enter_list(node)
        opened = self.list
        if opened is not None:
            self.kind = "item"
            self.depth = opened.depth
            self.marker = opened.marker(node) if opened.style else "•"

    # --- tables ---

    def table(self, node: LexborNode) -> None:
        if self.row is not None:
            self.row.tables.append(len(self.blocks))
        self.has_names = False
        if self.enter(node):
            self.row = None
            self.kind = "line"
            self.depth = 0
            self.marker = ""
            self.list = None

    def begin_row(self, node: LexborNode) -> None:
        self.end_row()
        self.row = _Row(len(self.blocks), len(self.spans), [], [], [], self.path(node.parent))

    def row_by_role(self, node: LexborNode) -> None:
        self.table(node)
        self.begin_row(node)

    def cell(self, node: LexborNode) -> None:
        if self.row is not None:
            if node.tag_id == _TH:
                self.row.names.append(len(self.row.cells))
            self.row.cells.append(len(self.blocks))

    def end_row(self) -> None:
        """Make one block of the row's lines, if they are a row's."""
        row, self.row = self.row, None
        if row is None or row.cells[:1] != [row.start]:
            return
        blocks = self.blocks
        new = blocks[row.start :]
        texts = [block for block in new if block.kind != "image"]
        images = [block for block in new if block.kind == "image"] if len(texts) < len(new) else []
        row.cells.append(len(blocks))
        bounds = list(pairwise(row.cells))
        is_plain = not row.tables and all(block.kind == "line" and not block.depth for block in texts)
        if not is_plain and not self.is_data(row, bounds):
            return
        cells = tuple(
            blocks[start].text
            if end == start + 1 and blocks[start].kind == "line"
            else "\n".join([_words(block) for block in blocks[start:end] if block.kind != "image"])
            for start, end in bounds
        )
        if len(cells) - cells.count("") < 2 and not (len(texts) == 1 and self.follows_row(row, len(cells))):
            return
        del blocks[row.start :], self.shapes[row.start :], self.paths[row.start :], self.spans[row.spans :]
        blocks += (image._replace(number=number) for number, image in enumerate(images, row.start))
        words = " ".join([_words(block) for block in texts])
        blocks.append(_new(Block, (len(blocks), "row", words, 0, "", cells, "", "", False)))
        self.shapes += [_ROW_SHAPE] * (len(blocks) - row.start)
        self.paths += [row.path] * (len(blocks) - row.start)
        self.has_names = self.has_names or len(row.names) == len(cells)

    def is_data(self, row: _Row, cells: Sequence[tuple[int, int]]) -> bool:
        """Whether a row with lists, headings or tables in its cells is one of values, not the layout of a page.

        It follows a row of as many cells, as values do below the names of their columns; no cell is a page with
        sections of its own. Of two cells the first is mostly a label of what stands in the second, unless the table
        begins with a row that is marked as names.
        """
        if len(self.spans) > row.spans or not self.follows_row(row, len(cells)):
            return False
        if len(cells) == 2 and not self.has_names:
            return False
        for start, end in cells:
            within = [block for block in self.blocks[start:end] if block.kind != "image"]
            headings = sum(block.kind == "heading" for block in within)
            tables = sum(start <= table < end for table in row.tables)
            if headings > 1 or tables > 1 or (headings and tables):
                return False
        return True

    def follows_row(self, row: _Row, width: int) -> bool:
        """Whether a row of the same width stands right before: then blank cells say which column the words are in."""
        before = self.blocks[row.start - 1 : row.start]
        return width > 1 and any(block.kind == "row" and len(block.cells) == width for block in before)

    # --- images ---

    def image(self, node: LexborNode) -> None:
        """Add the words that stand for an image; in the middle of a line, before that line."""
        if self.line:
            between = self.between(node)
            if between is None:
                self.end_line(node)
            elif self.rest:
                self.rest[-1] += between
            else:
                self.line += between
        if words := _folded(_alternative(node)):
            self.blocks.append(Block(len(self.blocks), "image", words))
            self.shapes.append("")
            self.paths.append(self.path(node.parent))
        if node.tag_id == _SVG:
            self.skip(node)

    # --- regions ---

    def name_regions(self) -> None:
        """Write the regions into their blocks; those within others come later and win."""
        for span in self.spans:
            if span.region == "form" and self.is_page(span):
                continue
            within = slice(span.start, span.end)
            region = span.region
            self.blocks[within] = [_new(Block, (*block[:-2], region, False)) for block in self.blocks[within]]

    def is_page(self, form: _Span) -> bool:
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


_Part: TypeAlias = Callable[[_Reader, LexborNode], None]


class _Role(NamedTuple):
    """What an ARIA role makes of an element, and the tags that are that by themselves."""

    part: _Part
    tags: frozenset[int]


def _words(block: Block) -> str:
    """A block's words within a cell: numbers are words, bullets only show where an item begins."""
    return block.text if block.marker in _UNNUMBERED or block.marker in _BULLETS else block.words


def _following(node: LexborNode) -> LexborNode | None:
    """The first node behind an element that the walk comes to, None where the page ends with the element."""
    while (following := node.next) is None:
        parent = node.parent
        if parent is None:
            return None
        node = parent
    return _following(following) if following.is_empty_text_node else following


def _is_within_section(node: LexborNode) -> bool:
    parent = node.parent
    for _ in range(_DEEPEST):
        if parent is None:
            return False
        if parent.tag_id in _SECTIONS:
            return True
        parent = parent.parent
    return False


def _alternative(node: LexborNode) -> str:
    """The words that stand for an image."""
    attributes = node.attributes
    if node.tag_id == _SVG:
        if attributes.get("role") != "img":
            return ""
        title = node.css_first("title")
        return attributes.get("aria-label") or (title.text() if title else "")
    if node.tag_id == _INPUT and (attributes.get("type") or "").lower() != "image":
        return ""
    return attributes.get("alt") or ""


def _integer(text: str | None, default: int) -> int:
    match = _INTEGER.match((text or "").strip())
    return int(match[0]) if match else default


def _numeral(number: int, style: str) -> str:
    """The number as `ol` with this `type` writes it."""
    written = ""
    if style in "aA" and number > 0:
        while number:
            number, letter = divmod(number - 1, 26)
            written = chr(97 + letter) + written
    elif style in "iI" and 0 < number < 4000:
        for value, roman in _ROMAN:
            written += roman * (number // value)
            number %= value
    else:
        return str(number)
    return written.upper() if style.isupper() else written


_ROMAN = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)

_INTEGER = re.compile(r"[+-]?[0-9]{1,9}")

_BULLETS = frozenset("•◦▪‣·●○■–")

_SEPARATORS = frozenset(",;|·")

_UNNUMBERED = frozenset(("", "•"))

_NUMERALS = frozenset("1aAiI")

_blank_page = LexborHTMLParser("")


def _id(name: str) -> int:
    """Lexbor's number of a tag: comparing numbers takes half the time of comparing names."""
    return _blank_page.create_node(name).tag_id


def _ids(names: str) -> frozenset[int]:
    return frozenset(map(_id, names.split()))


_A: Final = _id("a")
_BR: Final = _id("br")
_INPUT: Final = _id("input")
_LI: Final = _id("li")
_LINK: Final = _id("link")
_SUP: Final = _id("sup")
_SVG: Final = _id("svg")
_TEXT: Final = _id("#text")
_TH: Final = _id("th")
_TITLE: Final = _id("title")
_TR: Final = _id("tr")

_LEVELS = {_id(f"h{level}"): level for level in range(1, 7)}
_ROOTS = _ids("html body")
_SECTIONS = _ids("article section")

_BLOCKS = _ids(
    "address article aside blockquote body button center dd details div dl fieldset figcaption figure frameset"
    " header hgroup hr html main optgroup option p search section select tbody tfoot thead"
)
"""What begins and ends a line and does no more. Buttons and options have frames of their own."""

_GONE = _ids(
    "applet audio canvas datalist embed head iframe meter noembed noframes noscript object progress rp script style"
    " template textarea title video"
)
"""What browsers show none of, or something else than the text within."""

_WITHIN_LINES = _ids("#text area img input svg")
"""What a line goes on after."""


def _region(name: Region) -> _Part:
    return lambda reader, node: reader.region(name, node)


# The reader compares with these two; it does not call them.
def _plain(_: _Reader, __: LexborNode) -> None:
    """A block that matters to its own lines only."""


def _by_role(_: _Reader, __: LexborNode) -> None:
    """An element whose role can say more than its tag."""


_BLOCK_PARTS: dict[int, _Part] = {
    **dict.fromkeys(_BLOCKS, _plain),
    _BR: _Reader.break_line,
    **dict.fromkeys(_ids("caption"), _Reader.caption),
    **dict.fromkeys(_ids("dialog"), _Reader.dialog),
    **dict.fromkeys(_ids("dir menu ul"), _Reader.bullets),
    **dict.fromkeys(_ids("dt h1 h2 h3 h4 h5 h6 legend summary"), _Reader.heading),
    **dict.fromkeys(_ids("footer"), _Reader.footer),
    **dict.fromkeys(_ids("form"), _region("form")),
    **dict.fromkeys(_ids("li"), _Reader.item),
    **dict.fromkeys(_ids("listing plaintext pre xmp"), _Reader.preformatted),
    **dict.fromkeys(_ids("nav"), _region("navigation")),
    **dict.fromkeys(_ids("ol"), _Reader.numbers),
    **dict.fromkeys(_ids("table"), _Reader.table),
    **dict.fromkeys(_ids("td th"), _Reader.cell),
    **dict.fromkeys(_ids("tr"), _Reader.begin_row),
}
"""What begins and ends a line, and what more it does."""

_INLINE_PARTS: dict[int, _Part] = {
    **dict.fromkeys(_GONE, _Reader.skip),
    **dict.fromkeys(_ids("area img input svg"), _Reader.image),
    **dict.fromkeys(_ids("sup"), _Reader.raised),
}

_PARTS = _BLOCK_PARTS | _INLINE_PARTS

_KEEP_LINE = frozenset((_Reader.break_line, _Reader.image, _Reader.raised, _Reader.skip))

# A closed dialog and an image stay what they are.
_WITHOUT_ROLE = frozenset(_INLINE_PARTS) - {_SUP} | _ids("dialog")

_ROLES = {
    "alertdialog": _Role(_region("dialog"), _ids("dialog")),
    "button": _Role(_plain, _ids("button")),
    "cell": _Role(_Reader.cell, _ids("td th")),
    "columnheader": _Role(_Reader.cell, _ids("td th")),
    "contentinfo": _Role(_Reader.footer, _ids("footer")),
    "dialog": _Role(_region("dialog"), _ids("dialog")),
    "gridcell": _Role(_Reader.cell, _ids("td th")),
    "heading": _Role(_Reader.heading_by_role, frozenset(_LEVELS)),
    "list": _Role(_Reader.bullets, _ids("dir menu ol ul")),
    "listitem": _Role(_Reader.item, _ids("li")),
    "navigation": _Role(_region("navigation"), _ids("nav")),
    "row": _Role(_Reader.row_by_role, _ids("tr")),
    "rowheader": _Role(_Reader.cell, _ids("td th")),
}
