"""A slow page reader that is told where elements end, to compare the page reader with."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from schemas.document import Block


def words(text: str) -> list[str]:
    return text.split()


BLOCK_TAGS = words("""
    address article aside blockquote body br button caption center dd details dialog dir div dl dt fieldset figcaption
    figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li listing main menu nav ol optgroup option p
    plaintext pre search section select summary table tbody td tfoot th thead tr ul xmp
    """)
GONE_TAGS = words("""
    applet audio canvas datalist embed head iframe meter noembed noframes noscript object progress rp script style svg
    template textarea title video
    """)
NATIVE = {
    "button": {"button"},
    "heading": {"h1", "h2", "h3", "h4", "h5", "h6"},
    "list": {"dir", "menu", "ol", "ul"},
    "listitem": {"li"},
    "row": {"tr"},
    "cell": {"td", "th"},
    "gridcell": {"td", "th"},
    "columnheader": {"td", "th"},
    "rowheader": {"td", "th"},
    "navigation": {"nav"},
    "contentinfo": {"footer"},
    "dialog": {"dialog"},
    "alertdialog": {"dialog"},
}


@dataclass
class OpenList:
    depth: int
    owner: object = None
    next_number: int | None = None
    pending: str = ""


@dataclass
class Frame:
    """An open block element."""

    outer: "Frame | None"
    heading: int | None = None
    opened: OpenList | None = None
    soup: OpenList | None = None
    is_table: bool = False
    is_pre: bool = False
    region: str = ""
    is_row: bool = False
    row_start: int = 0
    regions_before: int = 0
    cells: list[int] = field(default_factory=list)
    tables: list[int] = field(default_factory=list)
    names: int = 0
    is_fresh: bool = True

    def chain(self) -> "Iterator[Frame]":
        frame: Frame | None = self
        while frame is not None:
            yield frame
            frame = frame.outer

    def lines(self) -> "OpenList | int | None":
        """What lines are here: of a list, of a heading of that level, or neither."""
        for frame in self.chain():
            if frame.soup is not None:
                return frame.soup
            if frame.opened is not None:
                return frame.opened
            if frame.heading is not None:
                return frame.heading
            if frame.is_table:
                return None
        return None

    def is_title(self) -> bool:
        level = self.lines()
        return isinstance(level, int) and level > 0

    def next_depth(self) -> int:
        opened = self.list()
        return opened.depth + 1 if opened else 1

    def list(self) -> OpenList | None:
        for frame in self.chain():
            if frame.soup is not None:
                return frame.soup
            if frame.opened is not None:
                return frame.opened
            if frame.is_table:
                return None
        return None


@dataclass
class Found:
    kind: str
    text: str
    depth: int
    marker: str
    cells: tuple[str, ...]
    frame: Frame


class Reference:
    """Reads a tree with a beginning and an end for each element."""

    def __init__(self) -> None:
        self.found: list[Found] = []
        self.pieces: list[tuple[str, int]] = []
        self.link = 0
        self.began_fresh = False
        self.regions = 0
        self.has_names = False

    def read(self, node: LexborNode, frame: Frame) -> None:
        child = node.first_child
        while child is not None:
            self.read_one(child, frame)
            child = child.next

    def read_one(self, node: LexborNode, frame: Frame) -> None:
        tag = node.tag or ""
        if tag == "-text":
            self.read_text(node.text_content or "", frame)
        if tag.startswith("-") or is_hidden(node):
            return
        if tag in {"area", "img", "input"}:
            self.read_image(node, frame)
        elif tag == "br" and frame.is_title():
            self.pieces.append((" ", self.link))
        elif tag in GONE_TAGS:
            frame.is_fresh = frame.is_fresh and tag != "svg"
        elif not is_block(node):
            link = self.link
            self.link = node.mem_id if tag == "a" else link
            self.read(node, frame)
            self.link = link
        else:
            self.end_line(frame)
            frame.is_fresh = False
            inner = Frame(frame)
            link = self.link
            self.link = 0
            if self.enter(node, inner, frame):
                self.read(node, inner)
                self.end_line(inner)
                if inner.is_row:
                    self.end_row(inner)
            self.link = link

    def read_text(self, text: str, frame: Frame) -> None:
        if text.strip(" \t\n\f\r"):
            if not any(piece.strip(" \t\n\f\r") for piece, _ in self.pieces):
                self.began_fresh = frame.is_fresh
            frame.is_fresh = False
        self.pieces.append((text, self.link))

    def read_image(self, node: LexborNode, frame: Frame) -> None:
        frame.is_fresh = False
        alternative = fold(node.attributes.get("alt") or "")
        if alternative and (node.tag != "input" or node.attributes.get("type") == "image"):
            self.found.append(Found("image", alternative, 0, "", (), frame))

    def enter(self, node: LexborNode, frame: Frame, outer: Frame) -> bool:
        """Whether the element is shown; what it is goes into its frame."""
        tag = role_of(node) or node.tag or ""
        attributes = node.attributes
        frame.heading = heading_level(tag, attributes)
        frame.is_pre = tag in {"pre", "listing", "xmp", "plaintext"}
        frame.region = region(node, tag)
        if tag in {"ul", "menu", "dir", "list"}:
            frame.opened = OpenList(outer.next_depth())
        elif tag == "ol":
            frame.opened = OpenList(outer.next_depth(), next_number=int(attributes.get("start") or 1))
        elif tag in {"li", "listitem"}:
            self.enter_item(node, frame, outer)
        elif tag in {"table", "tr", "row"}:
            self.enter_table(tag, frame, outer)
        elif tag in {"td", "th", "cell", "columnheader", "gridcell", "rowheader"}:
            row = next((each for each in outer.chain() if each.is_row), None)
            if row is not None:
                row.names += node.tag == "th"
                row.cells.append(len(self.found))
        is_shown = node.tag != "dialog" or "open" in attributes
        self.regions += is_shown and frame.region != ""
        return is_shown

    def enter_item(self, node: LexborNode, frame: Frame, outer: Frame) -> None:
        if not isinstance(outer.lines(), OpenList):
            frame.opened = OpenList(outer.next_depth())
        items = frame.list()
        assert items is not None
        items.pending = "•"
        if items.next_number is not None:
            number = int(node.attributes.get("value") or items.next_number)
            items.pending = f"{number}."
            items.next_number = number + 1

    def enter_table(self, tag: str, frame: Frame, outer: Frame) -> None:
        if tag != "tr":
            self.has_names = False
            around = next((each for each in outer.chain() if each.is_row or each.is_table), None)
            if around is not None and around.is_row:
                around.tables.append(len(self.found))
            frame.is_table = True
        if tag != "table":
            frame.is_row = True
            frame.row_start = len(self.found)
            frame.regions_before = self.regions

    def end_line(self, frame: Frame) -> None:
        text = "".join(piece for piece, _ in self.pieces)
        pieces = [(fold(piece), link) for piece, link in self.pieces if fold(piece)]
        names = list(dict.fromkeys(link for _, link in pieces if link))
        links = [fold("".join(piece for piece, of in self.pieces if of == link)) for link in names]
        between = {piece for piece, link in pieces if not link}
        lines = [text]
        cells: tuple[str, ...] = ()
        if any(each.is_pre for each in frame.chain()):
            lines = text.split("\n")
        elif len(links) > 1 and between <= {",", ";", "|", "·"} and not isinstance(frame.lines(), int):
            lines, cells = ([text], tuple(links)) if between else (links, ())
        self.pieces = []
        for line in lines:
            if words := fold(line):
                self.add(words, frame, cells)

    def add(self, text: str, frame: Frame, cells: tuple[str, ...]) -> None:
        lines = frame.lines()
        if isinstance(lines, int):
            self.found.append(Found("heading", text, lines, "", (), frame))
            return
        pending = lines.pending if lines else ""
        if text[0] in "•◦" and text[1:2] == " " and pending in {"", "•"}:
            if lines is not None and pending:
                lines.pending = ""
                depth = lines.depth
            else:
                depth = lines.depth if lines else 0
                if lines is None or lines.owner is not frame:
                    depth += 1
                    if self.began_fresh:
                        frame.soup = OpenList(depth, owner=frame)
            self.found.append(Found("item", text[2:], depth, text[0], (), frame))
        elif lines is None:
            self.found.append(Found("line", text, 0, "", cells, frame))
        else:
            lines.pending = ""
            self.found.append(Found("item" if pending else "line", text, lines.depth, pending, cells, frame))

    def end_row(self, row: Frame) -> None:
        if not row.cells or row.cells[0] != row.row_start:
            return
        ends = [*row.cells[1:], len(self.found)]
        cells = [
            [each for each in self.found[start:end] if each.kind != "image"]
            for start, end in zip(row.cells, ends, strict=True)
        ]
        texts = ["\n".join(in_cell(each) for each in cell) for cell in cells]
        before = [each for each in self.found[: row.row_start][-1:] if each.kind == "row"]
        follows = len(cells) > 1 and any(len(each.cells) == len(cells) for each in before)
        words = [in_cell(each) for cell in cells for each in cell]
        if row.tables or any(each.kind != "line" or each.depth for cell in cells for each in cell):
            tables = [
                sum(start <= table < end for table in row.tables) for start, end in zip(row.cells, ends, strict=True)
            ]
            if not follows or self.regions > row.regions_before or not all(map(is_value, cells, tables)):
                return
            if len(cells) == 2 and not self.has_names:
                return
        if len([text for text in texts if text]) < 2 and not (len(words) == 1 and follows):
            return
        images = [
            Found("image", each.text, 0, "", (), row) for each in self.found[row.row_start :] if each.kind == "image"
        ]
        self.found[row.row_start :] = [*images, Found("row", " ".join(words), 0, "", tuple(texts), row)]
        self.regions = row.regions_before
        self.has_names = self.has_names or row.names == len(cells)


def in_cell(found: Found) -> str:
    return f"{found.marker} {found.text}" if found.marker not in {"", "•", "◦"} else found.text


def is_value(cell: list[Found], tables: int) -> bool:
    headings = len([each for each in cell if each.kind == "heading"])
    return headings + tables <= 1


def reference(html: bytes) -> list[Block]:
    reader = Reference()
    body = LexborHTMLParser(html, options=1, scripting=True).body
    if body is None:
        return []
    frame = Frame(None)
    reader.read(body, frame)
    reader.end_line(frame)
    total = sum(len(each.text) for each in reader.found)
    blocks = []
    for number, each in enumerate(reader.found):
        region = ""
        for outer in each.frame.chain():
            if outer.region == "form":
                within = [other for other in reader.found if any(frame is outer for frame in other.frame.chain())]
                if 2 * sum(len(other.text) for other in within) > total:
                    continue
                if any(other.kind == "heading" and other.depth == 1 for other in within):
                    continue
            if outer.region:
                region = outer.region
                break
        blocks.append(Block(number, each.kind, each.text, each.depth, each.marker, each.cells, "", region, False))
    return blocks


def is_hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    style = (attributes.get("style") or "").replace(" ", "")
    return "hidden" in attributes or attributes.get("aria-hidden") == "true" or "display:none" in style


def role_of(node: LexborNode) -> str:
    role = node.attributes.get("role") or ""
    return "" if node.tag in {"dialog", *NATIVE.get(role, {node.tag})} else role


def is_block(node: LexborNode) -> bool:
    return node.tag in BLOCK_TAGS or role_of(node) != ""


def heading_level(tag: str, attributes: dict[str, str | None]) -> int | None:
    if tag == "heading":
        return int(attributes.get("aria-level") or 2)
    if tag in {"dt", "summary", "legend", "caption"}:
        return 0
    return int(tag[1]) if tag in NATIVE["heading"] else None


def region(node: LexborNode, tag: str) -> str:
    if tag in {"footer", "contentinfo"}:
        parent = node.parent
        while parent is not None and parent.tag not in {"article", "section"}:
            parent = parent.parent
        return "" if parent else "footer"
    names = {
        "nav": "navigation",
        "navigation": "navigation",
        "form": "form",
        "dialog": "dialog",
        "alertdialog": "dialog",
    }
    return names.get(tag, "")


def fold(text: str) -> str:
    return " ".join(text.replace("\u200b", "").replace("\xad", "").split())
