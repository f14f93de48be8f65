"""Captures of real pages: in simple markup they keep their words, in order and numbered."""

import html
import re
from pathlib import Path

import pytest

from scraper.cases import cases
from scraper.parse.blocks import parse
from tests.markup import read

CAPTURES = [
    "Title\n\nStatus\n\nEnrolling\n\n  • One, ≤ 35 & more\n  • Two:\n\n    • Three",
    *(path.read_text("utf-8") for path in sorted(Path(__file__).parents[1].glob("snapshots/*/*/*.txt"))),
]


@pytest.mark.parametrize(
    ("before", "after"), [("<p>", "</p>"), ("<div><span>", "</span></div>\n"), ("", "<br>"), ("<h3>", "</h3>")]
)
def test_a_capture_in_simple_markup_keeps_all_its_words_in_order(before: str, after: str):
    for text in CAPTURES:
        lines = [line for line in text.splitlines() if line.strip()]
        document = read("".join(f"{before}{html.escape(line)}{after}" for line in lines))
        assert " ".join(block.words for block in document.blocks) == " ".join(text.split())


def test_a_capture_with_its_lists_in_markup_reads_like_the_capture():
    for text in CAPTURES:
        lines = [re.sub(r"^\s*(?:•|\d+\.) ", "", line).strip() for line in text.splitlines() if line.strip()]
        starts = [re.match(r"\s*(?:•|\d+\.) ", line) is not None for line in text.splitlines() if line.strip()]
        document = read(
            "".join(
                f"<ul><li>{html.escape(line)}</ul>" if is_item else f"<p>{html.escape(line)}"
                for line, is_item in zip(lines, starts, strict=True)
            )
        )
        assert [(block.kind, block.text) for block in document.blocks] == [
            ("item" if is_item else "line", " ".join(line.split())) for line, is_item in zip(lines, starts, strict=True)
        ]


def test_every_block_of_a_bundled_page_stands_at_its_number():
    for case in cases(Path("snapshots")):
        for place in case.inputs if case.expectation.name == "record.json" else ():
            numbers = [block.number for block in parse(case.page(place)).blocks]
            assert numbers == list(range(len(numbers))), case.name
