"""A page's heading with a dash and an acronym, `Asthma Clinical Trial — BREATHE`, above an official title with a label.

The acronym may share a line with the label or stand below the heading, and links to the trial's other pages may stand
between them.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from schemas.document import Block, Document, undecorated
from schemas.extraction import Quote
from scraper.layouts.layout import find
from scraper.layouts.sections import Sections


def read_acronym(sections: Sections) -> Quote | None:
    """The acronym in the page's heading, `Premature Birth Clinical Trial — Petit-Poids`, or in a line below it."""
    for place in range(sections.first):
        if (name := acronym(sections.units[place].text)) is not None:
            return sections.quote(place)._replace(text=name)
    return None


def with_title_apart(document: Document) -> Document:
    """The document, cut to its content, with a line for each part of its title, as most pages have them.

    The acronym may share a line with the official title's label, and the status have one of its own. A dash stands
    before both, which elsewhere opens an item.
    """
    blocks: list[Block] = []
    for block in document.blocks[:_HEAD_BLOCKS]:
        words = block.words
        if blocks and blocks[-1].text.lower() == _STATUS_HEADING and _STATUS.match(words):
            blocks[-1] = blocks[-1]._replace(text=f"{blocks[-1].text} {words}")
        elif match := _GLUED_TITLE.fullmatch(words):
            blocks += (Block(block.number, "line", part, after_gap=block.after_gap) for part in match.groups())
        elif _BARE_ACRONYM.fullmatch(words):
            blocks.append(Block(block.number, "line", words, after_gap=block.after_gap))
        else:
            blocks.append(block)
    return replace(document, blocks=(*blocks, *document.blocks[_HEAD_BLOCKS:]))


_HEAD_BLOCKS = 12
"""From the page's heading to its first label: tabs, acronym, label and title, and some to spare."""
_STATUS_HEADING = "clinical trial details"
_STATUS = re.compile(r"[—–-]\s*Status:", re.IGNORECASE)
_PAGE_HEADING = re.compile(r"\S.* Clinical Trial(?:\s*[—–-]\s*(\S.{0,19}))?")
"""The page's heading: a condition, and sometimes an acronym, for which the registry takes up to 14 characters."""
_BARE_ACRONYM = re.compile(r"[—–-]\s*(\S.{0,19})")
_GLUED_TITLE = re.compile(r"((?:.* Clinical Trial\s*)?[—–-]\s*\S.*?)\s*(Official title:.*)", re.IGNORECASE | re.DOTALL)
_LOGO = "clinical trials logo"
_BEHIND_LOGO = 4
"""Blocks between the logo and the title on pages without a heading, at the most: more are a menu."""
_TABS = frozenset({"summary", "details", "references"})


def tabs(document: Document, content: range) -> Mapping[int, str]:
    """The numbers of the links to the trial's pages that stand below the page's heading, each with its rule."""
    first = document.blocks[content.start : min(content.start + _HEAD_BLOCKS, content.stop)]
    return {place: "tabs" for place, block in enumerate(first, content.start) if block.text.lower() in _TABS}


def acronym(words: str) -> str | None:
    """The acronym in the page's heading, or in a line below it: `Asthma Clinical Trial — BREATHE`, `— BREATHE`."""
    match = _PAGE_HEADING.fullmatch(words) or _BARE_ACRONYM.fullmatch(words)
    return undecorated(match[1].rstrip(" :")) if match and match[1] else None


def content_from(document: Document, first: str, end_line: str) -> range:
    """From the title to the list of other trials.

    Args:
        document: the page.
        first: the first label that every page has, in lower case.
        end_line: what stands above the list of other trials, in lower case.
    """
    blocks = document.blocks
    start = next(iter(find(document, first)), 0)
    # A list of other trials may stand within the trial, too: what follows it is still the trial's.
    end = next((place for place in reversed(find(document, end_line)) if place > start), len(blocks))
    return range(_begin(blocks[:start], end_line), end)


def _begin(above: Sequence[Block], end_line: str) -> int:
    """The place behind the page's heading, or of the heading itself if it holds the acronym.

    On pages without a heading it is the place behind the logo, or the title's.

    Args:
        above: the blocks above the first label that every page has.
        end_line: what a list of other trials above the trial begins with.
    """
    title = next((place for place, block in enumerate(above) if _begins(block.words)), len(above))
    head = range(max(title - _HEAD_BLOCKS, 0), title)
    # The first one: the trial's own title, below it, may end in the same words.
    heading = next((place for place in head if _PAGE_HEADING.fullmatch(undecorated(above[place].words))), None)
    if heading is not None:
        return heading if acronym(above[heading].words) else heading + 1
    starts = [place for place in head[-_BEHIND_LOGO:] if above[place].text.lower() in (_LOGO, end_line)]
    if starts:
        return starts[-1] + 1
    return title - 1 if title and _BARE_ACRONYM.fullmatch(above[title - 1].words) else title


def _begins(words: str) -> bool:
    words = undecorated(words)
    return words.lower().startswith(("official title", _STATUS_HEADING)) or (
        "itle:" in words and _GLUED_TITLE.fullmatch(words) is not None
    )
