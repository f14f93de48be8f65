"""Parses a page: tells JSON, MHTML, markup and text captures apart, and makes blocks of each."""

import json
import re
from dataclasses import replace
from typing import Final, TypeAlias

from normalizers import text as capture
from normalizers.markdown_tables import with_rows
from normalizers.text import composed
from schemas.document import Block, Document
from scraper.addresses import page_address
from scraper.errors import NotATrialPage
from scraper.parse.encoding import decode, utf8
from scraper.parse.html import Unbounded, max_lines
from scraper.parse.html import blocks as markup
from scraper.parse.html import links as markup_links
from scraper.parse.mhtml import BadMhtml, is_mhtml, is_quoted, unpack
from scraper.parse.open_end import open_element
from scraper.parse.page import Page

MAX_BYTES: Final = 20 * 2**20
"""The largest page that is read."""

FREE_CELLS: Final = 10_000
BYTES_PER_CELL: Final = 5
"""A capture may have so many cells of tables in Markdown however short it is, and one more for each so many bytes."""

FREE_VALUES: Final = 20_000
BYTES_PER_VALUE: Final = 12
"""JSON may have so many values however short it is, and one more for each so many bytes: results are so dense."""

LONGEST_POINTER: Final = 300
"""Characters of the names around a value of JSON: each value keeps them. The registry's longest has about 110."""


def parse(page: Page) -> Document:
    """The page in reading order: JSON, markup (in MHTML or not) or a text capture, whichever its bytes are.

    Raises:
        NotATrialPage: the page is empty, too large, too deep, no text at all, or JSON or MHTML that cannot be read.
    """
    content = page.content
    if len(content) > MAX_BYTES:
        raise NotATrialPage(f"the page is larger than {MAX_BYTES // 2**20} MB", url=page.url)
    for start, name in _BINARY:
        if content.startswith(start):
            raise NotATrialPage(f"the page is no text but {name}", url=page.url)
    if is_mhtml(content):
        try:
            archived = unpack(content)
        except BadMhtml as error:
            raise NotATrialPage(f"the page is MHTML that cannot be read: {error}", url=page.url) from error
        document = _parse(archived.content, archived.charset, page.url)
        doubts = (*archived.doubts, *document.doubts)
        return replace(document, address=document.address or page_address(archived.address), doubts=doubts)
    return _parse(content, page.charset, page.url)


def _parse(content: bytes, charset: str | None, url: str | None) -> Document:
    content, doubt = decode(content, charset)
    content = content.lstrip()
    if not content:
        raise NotATrialPage("the page is empty", url=url)
    if b"\0" in content:
        raise NotATrialPage("the page is no text but binary: there are NUL bytes in it", url=url)
    doubts: tuple[str, ...] = () if doubt is None else (doubt,)
    if content[:1] in _JSON_BEGINNINGS and (blocks := _values(content, url)) is not None:
        return Document("json", blocks, doubts=doubts)
    if _MARKUP.match(content) or _FRAGMENT.search(content):
        if is_quoted(content):
            raise NotATrialPage("the page is a part of MHTML whose headers are missing or damaged", url=url)
        try:
            # Of a tag that breaks off behind its sign HTML's rules make text, at times far from where it stood.
            document = markup(content.removesuffix(b"<").removesuffix(b"</"))
        except Unbounded as error:
            raise NotATrialPage(f"the page takes too much to read: {error}", url=url) from error
        if (name := open_element(content)) is not None:
            doubts += (f"the markup ends within <{name}>, as if the page broke off: what stands last may be cut",)
        return replace(document, doubts=doubts)
    _bound(sum(1 for _ in _LINE.finditer(content)), content, url)
    if (bars := content.count(b"|")) > FREE_CELLS + len(content) // BYTES_PER_CELL:
        message = f"the page takes too much to read: it has {bars:,} cells of tables in {len(content):,} bytes"
        raise NotATrialPage(message, url=url)
    return Document("text", tuple(with_rows(capture.lines(composed(content.decode())))), doubts=doubts)


def _bound(lines: int, content: bytes, url: str | None) -> None:
    """See that a page has no more lines than its length allows."""
    if lines > max_lines(len(content)):
        raise NotATrialPage(
            f"the page takes too much to read: it has {lines:,} lines in {len(content):,} bytes", url=url
        )


def links(page: Page) -> list[str]:
    """Where a page's links lead, as whole URLs without fragments, in its order, each once; JSON and text have none.

    Raises:
        NotATrialPage: the page takes too much to read.
    """
    content = utf8(page.content, page.charset)
    if len(content) > MAX_BYTES or _FRAGMENT.search(content) is None:
        return []
    try:
        return markup_links(content, page.url or "")
    except Unbounded as error:
        raise NotATrialPage(f"the page takes too much to read: {error}", url=page.url) from error


_BINARY = (
    (b"%PDF-", "a PDF document"),
    (b"GIF8", "a GIF image"),
    (b"bplist00", "a web archive of Safari"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"PK\x03\x04", "a zip archive or an office document"),
    (b"\x1f\x8b", "gzip-compressed"),
    (b"\x28\xb5\x2f\xfd", "zstd-compressed"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
)

# `<` opens a tag before a letter only, so that a text may begin with `<18 years`.
_MARKUP = re.compile(rb"<[a-zA-Z!?/]")

# A line with words: of blank ones nothing is kept, and captures are full of them.
_LINE = re.compile(rb"\S[^\r\n]*+")

# Markup after some words: a block's end tag or the document's own tags. Others can stand in a text (`10<sup>9</sup>`).
_FRAGMENT = re.compile(
    rb"<!doctype|<(?:html|body)\b|</(?:body|div|dl|h[1-6]|html|li|ol|p|section|table|ul)\s*>", re.IGNORECASE
)


_Json: TypeAlias = "dict[str, _Json] | list[_Json] | str | bool | None"


_JSON_BEGINNINGS: Final = (b"{", b"[")

# An object, or a list of objects. Captures can open with a link (`[Skip to main content](#main)`) or a title in
# brackets, and templates with `{{`.
_JSON = re.compile(rb"""(?:\[\s*)*\{\s*(?:["'}]|\w+\s*:|\Z)""")


def _values(content: bytes, url: str | None) -> tuple[Block, ...] | None:
    """The leaves of a JSON document; None for a text that only begins like one."""
    blocks: list[Block] = []
    try:
        # Numbers stay as they are written: 1.0 is not 1, and no number is too long.
        value = json.loads(content, parse_int=str, parse_float=str, parse_constant=str)
        _bound(sum(map(content.count, _LINE_ENDS_IN_JSON)), content, url)
        _add_leaves(value, "", blocks, FREE_VALUES + len(content) // BYTES_PER_VALUE)
    except json.JSONDecodeError as error:
        if _JSON.match(content) is None:
            return None
        message = f"the page is no JSON, though it begins like it: {error.msg} in line {error.lineno}"
        raise NotATrialPage(message, url=url) from error
    except RecursionError as error:
        raise NotATrialPage("the page is JSON that nests too deep", url=url) from error
    except _TooMuch as error:
        raise NotATrialPage(f"the page takes too much to read: {error}", url=url) from error
    if b"\\ud" in content or b"\\uD" in content or b"\\u0000" in content:
        blocks = [block._replace(text=_writable(block.text), pointer=_writable(block.pointer)) for block in blocks]
    if not content.isascii() or b"\\u" in content:
        blocks = [block._replace(text=composed(block.text), pointer=composed(block.pointer)) for block in blocks]
    return tuple(blocks)


_LINE_ENDS_IN_JSON: Final = (b"\\n", b"\\r", b"\\u000")


class _TooMuch(ValueError):
    """There are more values, or longer names, than a record has."""


def _add_leaves(value: _Json, pointer: str, blocks: list[Block], most: int) -> None:
    if isinstance(value, str):
        blocks.append(Block(len(blocks), "value", value, pointer=pointer))
    elif isinstance(value, bool):
        blocks.append(Block(len(blocks), "value", "true" if value else "false", pointer=pointer))
    elif value is not None:
        if len(pointer) > LONGEST_POINTER:
            raise _TooMuch(f"a name in the JSON has {len(pointer):,} characters")
        if len(blocks) + len(value) > most:
            raise _TooMuch(f"there are more than {most:,} values in the JSON")
        if isinstance(value, dict):
            for key, inner in value.items():
                _add_leaves(inner, f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}", blocks, most)
        else:
            for index, inner in enumerate(value):
                _add_leaves(inner, f"{pointer}/{index}", blocks, most)


def _writable(text: str) -> str:
    """The text with a mark in place of what only JSON can write: half a surrogate pair, and NUL, as HTML marks it."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "\ufffd")
