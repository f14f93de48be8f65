"""A page's bytes into blocks of text in reading order: JSON, markup or a text capture."""

import json
import re
from collections import Counter
from dataclasses import replace
from typing import Final, TypeAlias

from normalizers import text as capture
from normalizers.markdown_tables import with_rows
from normalizers.text import composed
from schemas.document import Block, Document
from scraper.addresses import page_address
from scraper.encoding import decode, utf8
from scraper.errors import NotATrialPage
from scraper.markup import blocks as markup
from scraper.markup import links as markup_links
from scraper.mhtml import BadMhtml, is_mhtml, is_quoted, unpack
from scraper.page import Page

MAX_BYTES: Final = 20 * 2**20
"""The largest page that is read."""

MAX_DEPTH: Final = 20_000
"""How many elements may stand in each other: HTML's rules cost time that grows with the square of it, here a second."""


def parse(page: Page) -> Document:
    """The page in reading order: JSON, markup (in MHTML or not) or a text capture, told apart by what the bytes are.

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
    doubts = () if doubt is None else (doubt,)
    if content[:1] in _JSON_BEGINNINGS and (blocks := _values(content, url)) is not None:
        return Document("json", blocks, doubts=doubts)
    if _MARKUP.match(content) or _FRAGMENT.search(content):
        if is_quoted(content):
            raise NotATrialPage("the page is a part of MHTML whose headers are missing or damaged", url=url)
        if (depth := _depth(content)) > MAX_DEPTH:
            raise NotATrialPage(f"the page nests {depth:,} elements into each other", url=url)
        # Of a tag that breaks off behind its sign HTML's rules make text, at times far from where it stood.
        return replace(markup(content.removesuffix(b"<").removesuffix(b"</")), doubts=doubts)
    return Document("text", tuple(with_rows(capture.lines(composed(content.decode())))), doubts=doubts)


def links(page: Page) -> list[str]:
    """Where a page's links lead, as whole URLs without fragments, in its order, each once; JSON and text have none."""
    content = utf8(page.content, page.charset)
    if len(content) > MAX_BYTES or _FRAGMENT.search(content) is None:
        return []
    return markup_links(content, page.url or "")


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

# Markup after some words: a block's end tag or the document's own tags. Others can stand in a text (`10<sup>9</sup>`).
_FRAGMENT = re.compile(
    rb"<!doctype|<(?:html|body)\b|</(?:body|div|dl|h[1-6]|html|li|ol|p|section|table|ul)\s*>", re.IGNORECASE
)


# Where one of these begins, all elements that are open are looked through for a paragraph that it ends.
_ENDS_PARAGRAPH = re.compile(
    rb"<(/?)(address|article|aside|blockquote|center|details|dialog|dir|div|dl|fieldset|figcaption|figure|footer|header"
    rb"|hgroup|listing|main|menu|nav|ol|pre|search|section|summary|ul)(?=[\s/>])"
)


def _depth(content: bytes) -> int:
    """How deep such elements stand in each other; 0 where a page is too small to be too deep."""
    if len(content) < 5 * MAX_DEPTH:
        return 0
    standing = Counter[bytes]()
    depth = deepest = 0
    for tag in _ENDS_PARAGRAPH.finditer(content.lower()):
        end, name = tag.groups()
        if not end:
            standing[name] += 1
            depth += 1
            deepest = max(deepest, depth)
        elif standing[name]:
            standing[name] -= 1
            depth -= 1
    return deepest


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
        _add_leaves(value, "", blocks)
    except json.JSONDecodeError as error:
        if _JSON.match(content) is None:
            return None
        message = f"the page is no JSON, though it begins like it: {error.msg} in line {error.lineno}"
        raise NotATrialPage(message, url=url) from error
    except RecursionError as error:
        raise NotATrialPage("the page is JSON that nests too deep", url=url) from error
    if b"\\ud" in content or b"\\uD" in content or b"\\u0000" in content:
        blocks = [block._replace(text=_writable(block.text), pointer=_writable(block.pointer)) for block in blocks]
    if not content.isascii() or b"\\u" in content:
        blocks = [block._replace(text=composed(block.text), pointer=composed(block.pointer)) for block in blocks]
    return tuple(blocks)


def _add_leaves(value: _Json, pointer: str, blocks: list[Block]) -> None:
    if isinstance(value, str):
        blocks.append(Block(len(blocks), "value", value, pointer=pointer))
    elif isinstance(value, dict):
        for key, inner in value.items():
            _add_leaves(inner, f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}", blocks)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            _add_leaves(inner, f"{pointer}/{index}", blocks)
    elif value is not None:
        _add_leaves("true" if value else "false", pointer, blocks)


def _writable(text: str) -> str:
    """The text with a mark in place of what only JSON can write: half a surrogate pair, and NUL, as HTML marks it."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "\ufffd")
