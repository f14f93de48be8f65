"""Markup, read, and its blocks in short: what tests of the page reader compare."""

import pytest

from schemas.document import Block, Document
from scraper.errors import NotATrialPage
from scraper.parse.blocks import parse
from scraper.parse.page import Page


def read(markup: str) -> Document:
    return parse(Page(f"<!DOCTYPE html><body>{markup}".encode()))


def shown(markup: str) -> list[str]:
    """The blocks in short: `h2 Title`, `Some line`, `1• Item`, `2. Item of an inner list`, `Cell | Cell`."""
    return [short(block) for block in read(markup).blocks]


def short(block: Block) -> str:
    if block.kind == "heading":
        return f"h{block.depth} {block.text}"
    if block.kind == "item":
        return f"{block.depth}{block.marker} {block.text}"
    if block.kind == "row":
        return " | ".join(block.cells)
    if block.kind == "image":
        return f"[{block.text}]"
    return f"{block.depth}| {block.text}" if block.depth else block.text


def refused(content: bytes) -> str:
    with pytest.raises(NotATrialPage) as caught:
        parse(Page(content, "https://ctv.veeva.com/study/x"))
    assert caught.value.url == "https://ctv.veeva.com/study/x"
    assert "\n" not in str(caught.value)
    return str(caught.value)
