"""Lists that are written in one paragraph: `1. … 2. …`, `- … - …`, `any of: a) …; b) …`.

A paragraph is split whole or not at all. Where it looks like a list and is not certain to be one, the split says so.
"""

import re
from functools import lru_cache
from itertools import islice
from typing import Literal, NamedTuple

from normalizers.criteria.markers import DASHES, GLYPHS, SERIES, Item, Marker, has_words, parse_item
from normalizers.criteria.numbering import find_markers, is_apart, sign_before
from normalizers.criteria.punctuation import COLONS, ITEM_ENDS, SEMICOLONS, SENTENCE_ENDS
from normalizers.text import BULLETS

Uncertain = Literal["may hold several criteria", "may belong to the criterion before"]
"""What is doubtful about words: all of a paragraph that stayed one, or an item that a dash parts from another."""


class Split(NamedTuple):
    """The items of a paragraph; one where it is not split."""

    items: list[Item]
    doubts: tuple[tuple[str, Uncertain], ...] = ()
    """Words that can be read in two ways, each with what is doubtful about them."""


class Lead(NamedTuple):
    """Words that end with a colon, and the list after them in the same paragraph."""

    text: str
    split: Split


def split_numbered(item: Item, following: Marker | None = None) -> Split:
    """Return the items of a list with numbers, letters or round bullets, given as its first item.

    A list is there only when all of it is: no number is missing, none stands there twice, and it goes on to the
    number of the next paragraph where that has one. A list that does not begin with the first number is split only
    where the next paragraph has the number after its last. Numbers that all stand behind the end of an item need
    less: what the registrant left out between them or behind them makes no list of theirs doubtful.

    Args:
        item: the paragraph.
        following: the marker of the next paragraph.
    """
    if len(item.words) > _LONGEST:
        return Split([item])
    if item.marker.text in GLYPHS:
        return Split(_cut(item, _joins(item)))
    is_doubtful = False
    for style, ordinal in item.marker.interpretations:
        if ordinal == 0:
            return Split([item])
        until = _ordinal(following, style)
        if until == ordinal + 1:
            return Split([item])
        starts, is_unclear = find_markers(item.words, style, ordinal)
        if ordinal > 1 and any(not _ends_before(item.words, start) for start in starts):
            is_unclear = True
        if until is not None and until > ordinal:
            behind = until - (ordinal + len(starts) + 1)
            is_unclear = is_unclear or behind < 0 or (behind > 0 and not is_apart(item.words, starts))
        elif ordinal > 1:
            is_unclear = is_unclear or not is_apart(item.words, starts)
        if starts and not is_unclear:
            return _parted(item, starts)
        is_doubtful = is_doubtful or is_unclear
    return unsplit(item) if is_doubtful else Split([item])


def split_dashed(item: Item, *, is_alone: bool) -> Split:
    """Return the items of a list that dashes or asterisks join, given as its first item.

    Sentences have such dashes too. Those after the end of a sentence part items; the others do so only where the
    paragraph is all there is of a list, and all items begin alike, with a capital or without, none as the end of a
    range (`18 - 75`) or as an aside (`- please note`).

    Args:
        item: the paragraph.
        is_alone: whether it is all that stands between two headings, so that a list in it was joined to one line.
    """
    joins = _dashes(item)
    items = _cut(item, [join.start for join in joins])
    if len(items) == 1 or all(join.is_factor for join in joins):
        return Split([item])
    ended = [join.start for join in joins if join.is_ended]
    inner = [words for join, (_, words) in zip(joins, items[1:], strict=True) if not join.is_ended]
    if ended:
        sentences = _cut(item, ended)
        is_lower = _is_lower(sentences)
        is_sure = all(join.is_semicolon for join in joins) and not any(_ASIDE.match(words) for _, words in items[1:])
        if is_sure or (_is_regular(sentences) and not any(_may_be_item(words, is_lower=is_lower) for words in inner)):
            return Split(sentences)
    if is_alone and _is_regular(items) and not any(join.is_factor for join in joins):
        is_ended = len(ended) >= _NEARLY_ALL * len(joins)
        doubtful = _continuing(items, is_ended=is_ended)
        return Split(items, tuple((words, "may belong to the criterion before") for words in doubtful))
    is_listed = len(joins) > 1 if is_alone else bool(ended) or len(joins) > _ASIDES
    return unsplit(item) if is_listed else Split([item])


def split_lead(text: str) -> Lead | None:
    """Return a text's words before a list in the same paragraph, and the list: `any of: a) this; b) that`.

    The list has no items where it is doubtful that it is one. None where nothing looks like a list.
    """
    if ":" in text or "：" in text:
        for match in islice(_LEAD.finditer(text), 8):  # a text with more colons than that is no lead
            item = parse_item(text[match.end() :])
            split = Split([]) if item is None else _split_after_colon(item)
            if len(split.items) > 1 and has_words(text[: match.end()].rstrip()):
                return Lead(text[: match.end()].rstrip(), split)
            if split.doubts:
                return Lead(text, Split([], split.doubts))
    if _is_joined(text):
        return Lead(text, Split([], ((text, "may hold several criteria"),)))
    return None


def unsplit(item: Item) -> Split:
    """Return a paragraph as one item, and say that it may be several."""
    return Split([item], ((item.words, "may hold several criteria"),))


def _split_after_colon(item: Item) -> Split:
    """Return the items of a list right after a colon."""
    if item.marker.text not in DASHES:
        return split_numbered(item)
    split = split_dashed(item, is_alone=True)
    if all(words[:1].isalpha() and words[-1:] not in COLONS for _, words in split.items):
        return split
    return Split([item]) if len(split.items) <= _ASIDES else unsplit(item)  # `doses: - 5 mg - 10 mg`


def _is_joined(text: str) -> bool:
    """Return whether a list seems to stand within words that do not announce it."""
    if " - " in text and len(_CAPITAL_AFTER_DASH.findall(text)) >= _ASIDES:
        return True
    match = _FIRST_NUMBER.search(text) if "1" in text else None
    item = None if match is None else parse_item(text[match.end() :])
    return item is not None and len(split_numbered(item).items) > _ASIDES


# The registry takes no more; the search for numbers is not made for books.
_LONGEST = 20_000

# So many dashes stand between the words of one criterion, around an aside.
_ASIDES = 2

# From this share of items with an end on, one without is conspicuous.
_NEARLY_ALL = 0.75

_LEAD = re.compile(
    rf"[:：] ?(?=[(（]?[1aAiI][.)．）、]|[{''.join(SERIES)}{''.join(sorted(GLYPHS))}]|[{''.join(sorted(DASHES))}] )"
)

_CAPITAL_AFTER_DASH = re.compile(r" [-–—*] [A-Z]")
_FIRST_NUMBER = re.compile(r" (?=[(（]?1[.)）．、] ?[^\W\d_])")

_RANGE_ENDS = frozenset("0123456789IVX")

# How an aside after a dash begins within a sentence; a month is the end of a range.
_ASIDE = re.compile(
    r"(?:and|e\.?g|exceptions?|excluding|i\.?e|if|including|notes?|ok|or|please|see|unless"
    r"|Jan|Feb|Mar|March|Apr|April|June?|July?|Aug|Sept?|Oct|Nov|Dec|January|February|August|September|October"
    r"|November|December)\b",
    re.IGNORECASE,
)

# A name after a dash has so many words: `Pontoise site`.
_SHORT = 2


def _parted(item: Item, starts: list[int]) -> Split:
    """Return an item as several, or as one that may be several where a start opens with no marker."""
    items = _cut(item, starts)
    return Split(items) if len(items) > 1 else unsplit(item)


def _ends_before(words: str, start: int) -> bool:
    """Return whether a marker stands apart: after the end of a sentence, or before a blank."""
    marker = words[start : start + 8].partition(" ")[0]
    return sign_before(words, start) in SENTENCE_ENDS or not marker[-1:].isalnum()


def _ordinal(marker: Marker | None, style: str) -> int | None:
    """Return which number of a list a marker has, None where it is none of that style."""
    interpretations = () if marker is None else marker.interpretations
    return next((reading.ordinal for reading in interpretations if reading.style == style), None)


def _is_regular(items: list[Item]) -> bool:
    """Return whether what dashes part looks like items that belong to one list."""
    is_lower = _is_lower(items)
    ends = [words[-1:] for _, words in items]
    return all(
        _may_be_item(words, is_lower=is_lower) and not (end in _RANGE_ENDS and words[:1] in _RANGE_ENDS)
        for (_, words), end in zip(items[1:], ends, strict=False)
    )


def _is_lower(items: list[Item]) -> bool:
    """Return whether the first item that opens with a letter does so with a small one."""
    return next((words[0].islower() for _, words in items if words[:1].isalpha()), False)


def _may_be_item(words: str, *, is_lower: bool) -> bool:
    """Return whether words after a dash can be an item of a list: they begin like the others and are no aside."""
    return not (words[:1].isalpha() and words[0].islower() != is_lower) and _ASIDE.match(words) is None


def _continuing(items: list[Item], *, is_ended: bool) -> list[str]:
    """Return the words of items that may be a part of the name before them: `the hospital - Lyon site`.

    They are few words, or all with a capital, and what stands before the dash ends as a name does, or one of both
    names an institution. In a list of such items none is conspicuous, unless nearly all others end like sentences;
    after the end of a sentence none is either.
    """
    are_names = [len(words.split()) <= _SHORT or words.istitle() for _, words in items]
    if sum(are_names) * 3 > len(items) and not is_ended:
        return []
    return [
        item.words
        for before, item, is_name in zip(items, items[1:], are_names[1:], strict=False)
        if is_name and before.words[-1:] not in ITEM_ENDS and _ends_as_name(before.words, item.words)
    ]


def _ends_as_name(before: str, words: str) -> bool:
    """Return whether a dash may stand within a name: of an institution, or behind a word with a capital."""
    *_, last = before.split()
    return last.istitle() or _INSTITUTION.search(last) is not None or _INSTITUTION.search(words) is not None


_INSTITUTION = re.compile(
    r"\b(?:campus|cent(?:er|re)s?|city|clinic|college|department|hospital|hôpital|institut|site|unit|universit)",
    re.IGNORECASE,
)


class _Join(NamedTuple):
    """A dash between the words of a paragraph."""

    start: int
    is_ended: bool
    """A sentence or an item ends before it."""
    is_semicolon: bool
    is_factor: bool
    """It may multiply: `2.5 * upper limit`."""


def _dashes(item: Item) -> list[_Join]:
    """Return where the item's own bullet stands between blanks, or after the end of a sentence."""
    sign = item.marker.text
    if item.marker.interpretations[0].ordinal or sign in GLYPHS:
        return []
    words = item.words
    joins = []
    for match in _dash(sign).finditer(words):
        before = sign_before(words, match.start())
        is_word = words[match.end() : match.end() + 2].istitle()
        is_factor = sign == "*" and before.isdigit() and not is_word
        joins.append(_Join(match.start(), before in ITEM_ENDS, before in SEMICOLONS, is_factor))
    return joins


@lru_cache(maxsize=len(BULLETS))
def _dash(sign: str) -> re.Pattern[str]:
    """Return where a bullet joins: ` - `, `.- `, `; -`, with a letter after it where no blank stands there."""
    ends = "".join(ITEM_ENDS)
    tight = rf"|(?<=[{ends}] )-(?=[^\W\d_])|(?<=[{ends}])-(?=[A-Z])" if sign == "-" else ""
    sign = re.escape(sign)
    return re.compile(rf"(?<= ){sign} (?=[^ ])|(?<=[{ends}]){sign} (?=[^ ]){tight}")


def _cut(item: Item, starts: list[int]) -> list[Item]:
    """Return an item as several: each start is that of a further item's marker."""
    if not starts:
        return [item]
    words = item.words
    items = [Item(item.marker, words[: starts[0]].rstrip())]
    if not has_words(items[0].words):
        return [item]
    for start, end in zip(starts, [*starts[1:], len(words)], strict=True):
        further = parse_item(words[start:end].rstrip())
        if further is None or not has_words(further.words):
            return [item]
        items.append(further)
    return items


def _joins(item: Item) -> list[int]:
    """Return where the further items begin that the item's bullet between blanks joins to it."""
    join = f" {item.marker.text} "
    starts = []
    found = item.words.find(join)
    while found >= 0:
        starts.append(found + 1)
        found = item.words.find(join, found + 2)
    return starts
