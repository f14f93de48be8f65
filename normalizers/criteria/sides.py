"""Headings of a side among eligibility criteria: where inclusion or exclusion starts, and whom it is for.

They are read as a grammar over words (`heading_words`): around the words that name the side stand numbers, brackets,
qualifiers, and the name of a cohort. What speaks of a side and is not understood is told by `heading_guard`.
"""

import re
from itertools import pairwise
from typing import Literal, NamedTuple

from normalizers.criteria.cohorts import RESTRICTION, SAYS, WHO, named_cohort
from normalizers.criteria.heading_grammar import COMPOUND, CORE, EMPTY, FINITE, SAYS_AFTER, heading_bounds, roles_of
from normalizers.criteria.heading_words import Word, tokenize

Side = Literal["inclusion", "exclusion", "other"]
"""Who may take part, who may not, and `other` where the page does not say which."""


class SideHeading(NamedTuple):
    """What a heading of criteria announces."""

    side: Side | None
    """None where it stands over both, as `Eligibility criteria:` does."""
    cohort: str
    """Whom it restricts the criteria to: `Phase 1` in `Inclusion Criteria (Phase 1):`. Blank where nobody."""


def parse_side_heading(text: str) -> SideHeading | None:
    """Return what a text announces, None where it is no heading of inclusion or exclusion criteria.

    A sentence that speaks of such criteria is none: `Does not meet the inclusion criteria above`.
    """
    if len(text) > LONGEST_SIDE_HEADING:
        return None
    start, end = heading_bounds(text)
    bare = text[start:end]
    found = tokenize(bare)
    roles = roles_of(found)
    core = CORE.search(roles)
    if core is None:
        return _over_both(bare, found, roles)
    if not _is_whole(bare, found[core.start() : core.end()]):
        return None
    side = _side(core)
    if side == "other":
        return None
    has_noun = (
        "C" in core[0] or COMPOUND.search(bare[found[core.start()].start : found[core.end() - 1].end]) is not None
    )
    before = _before(bare[: found[core.start()].start], found[: core.start()], has_noun=has_noun)
    if before is None:
        return None
    rest = found[core.end() :]
    after = _after(bare[found[core.end() - 1].end :], rest, has_noun=has_noun)
    if after is None:
        return None
    return SideHeading(side, ", ".join(part for part in (before, after) if part))


def find_side_headings(text: str) -> list[tuple[int, int, SideHeading]]:
    """Return the headings within a text, each with its start and its end: `Inclusion Criteria: - Age …`.

    The side is `other` where a heading can be of both: `Enclusion Criteria: - Age …`.
    """
    if not any(word.role in _SIDES for match in _CANDIDATE.finditer(text) for word in tokenize(match[0])):
        return []
    found = tokenize(text)
    roles = roles_of(found)
    headings = []
    for match in CORE.finditer(roles):
        core = _after_criteria(match, roles)
        first, last = found[core.start()], found[core.end() - 1]
        has_noun = "C" in core[0]
        ending = (_INLINE_END if has_noun else _COLON_END).match(text, last.end)
        side = _side(core)
        if not _is_whole(text, found[core.start() : core.end()]):
            continue
        cohort = ""
        if side == "other":
            if ending is None or not has_noun:
                continue
            end = ending.end()
        elif ending is not None:
            end = ending.end()
            announced = parse_side_heading(text[first.start : end])
            if announced is None:
                continue
            cohort = announced.cohort
        elif has_noun and (restricted := _RESTRICTED.match(text, last.end)) is not None:
            end, cohort = restricted.end(), restricted[1]  # `… criteria for matched controls 20 patients of …`
        else:
            continue
        start = _qualified(text, first.start)
        if _starts_a_part(text, start):
            headings.append((start, end, SideHeading(side, cohort)))
    return headings


def _after_criteria(core: re.Match[str], roles: str) -> re.Match[str]:
    """Return the words of a side without the `criteria` before them that end another phrase.

    `… by WHO criteria Exclusion Criteria: …`; those of `criteria for exclusion` are the side's own.
    """
    ends_with_noun = core[0][0] == core[0][-1] == "C"
    return (ends_with_noun and core["not"] is not None and CORE.match(roles, core.start("not"))) or core


LONGEST_SIDE_HEADING = 180  # characters: what is longer says something
_SIDES = frozenset({"in", "out", "either"})
_CANDIDATE = re.compile(
    r"\b[^\W\d_]*(?:clusion|CLUSION)[^\W\d_]*|\b[A-ZÀ-ÞА-Я][^\W\d_]{5,}|(?:排除|除外|纳入|納入|入选|入選|入组|選択|제외|선정)"
)
_BRACKETED_END = r" ?(?:[(\[][^()\[\]]{1,60}[)\]])? ?"
_INLINE_END = re.compile(_BRACKETED_END + r"(?:[:：;](?=.)|[:：]|(?=(?:[-–•*]|1[.)]|\(1\)|①) ?[^ ]))")
_COLON_END = re.compile(_BRACKETED_END + "[:：]")
_SAYS_BEFORE = re.compile(
    r"\b(?:all|any|are|be|by|do|does|each|fulfil\w*|has|have|if|is|meet\w*|met|must|no|none|not|of the|per|"
    r"satisf\w+|that|the following|these|this|to|were|which|who|with|without)\b",
    re.IGNORECASE,
)
# Words at the start of a heading that restrict nothing.
_NEUTRAL_WORD = (
    r"(?:additional|further|general|key|list of|main|major|other|overall|primary|principal|reasons? for|specific|study"
    r"|the|trial|protocol|les|principaux|principales|principais|principali|wichtigste|主要|关键|關鍵)"
)
_NEUTRAL = re.compile(rf"(?:{_NEUTRAL_WORD}(?: |$|(?<=[要键鍵])))+", re.IGNORECASE)
_QUALIFIER = re.compile(rf"(?:^|(?<= ))(?:{_NEUTRAL_WORD} ?)+$", re.IGNORECASE)
# `… criteria are as follows:`
_FOLLOWS = re.compile(
    r"(?:\b(?:are|as|below|but|following|follows?|includ(?:e|es|ed|ing)|is|limited|list|listed|not|the|to|were)\b ?)+",
    re.IGNORECASE,
)
_NUMBER = re.compile("[0-9]{1,2}|[IVX]{1,4}")
_BRACKETED = re.compile(r"[(\[（](.+)[)\]）]")
_FOR = re.compile(r"(?:for|of|in|at|among|chez|para|pour|per|für|bei) (.+)", re.IGNORECASE)
_RESTRICTED = re.compile(
    rf" (?:for|of|in|among) ({RESTRICTION})[:,]?(?= (?:[0-9<>≤≥]|aged? |who |with(?:out)? ))", re.IGNORECASE
)
_STATES = re.compile(
    r"[<>≤≥]|[0-9] ?(?:[-–%]|years?|yrs?|months?|to [0-9]|patients|subjects|participants)\b", re.IGNORECASE
)
_DETERMINERS = frozenset({"all", "any", "following", "meet", "meets", "of", "or", "the", "these"})


def _is_whole(text: str, core: list[Word]) -> bool:
    """Return whether the words that name a side stand in one phrase."""
    between = [text[word.end : following.start] for word, following in pairwise(core)]
    return not set("".join(between)) & set(".;!?。；")


def _side(core: re.Match[str]) -> Side | None:
    """Return the side that a heading's words name, None for both, `other` where they do not tell."""
    first = _turned(core["side"], is_turned=bool(core["not"] or core["romance"]))
    if core["second"] is None or first == "other":
        return first
    second = _turned(core["second"], is_turned=bool(core["second_not"]))
    return first if second == first else ("other" if second == "other" else None)


def _turned(letter: str, *, is_turned: bool) -> Side:
    """Return the side of a word, or of its contrary; what is not excluded is not thereby included."""
    if letter in "IE":
        return "exclusion" if is_turned else "inclusion"
    return "exclusion" if letter == "O" and not is_turned else "other"


def _over_both(bare: str, found: list[Word], roles: str) -> SideHeading | None:
    """Return the heading that stands over both sides, where a text is nothing else."""
    if "E" in roles:
        is_one = len(found) <= 5 and set(roles) <= {"E", "C", "l", "F"} and SAYS.search(bare) is None
        return SideHeading(None, "") if is_one else None
    return SideHeading(None, "") if roles == "C" else None


def _before(text: str, found: list[Word], *, has_noun: bool) -> str | None:
    """Return the cohort that the words before a side name, blank where they name none, None for a sentence."""
    if set("".join(roles_of(found))) - {"w", "l", "F", "A", "C", "E"} or set(text) & set(".;"):
        return None
    neutral = _NEUTRAL.match(text)
    before = text[neutral.end() if neutral else 0 :].strip(" -–—:,/([")
    if _SAYS_BEFORE.search(before) or (found and found[-1].role == "and"):
        return None
    if before and (len(before.split()) > 5 or not (has_noun or WHO.search(before))):
        return None
    return before


def _after(text: str, found: list[Word], *, has_noun: bool) -> str | None:
    """Return the cohort that the end of a heading names, blank where it names none, None where it is no heading.

    A heading is sure where the word `criteria` stands before: `Exclusion of pregnant women` is none.
    """
    text = text.lstrip(" :：.;,)]}").rstrip()
    if not text or not found or _FOLLOWS.fullmatch(text) or _NUMBER.fullmatch(text):
        return ""
    bracketed = _BRACKETED.fullmatch(text)
    if bracketed is not None:
        return "" if SAYS.search(bracketed[1]) else bracketed[1]
    if SAYS_AFTER.search(text):
        return None
    named = named_cohort(text)
    if named is not None:
        return named
    if set(roles_of(found)) <= EMPTY and (has_noun or not FINITE.search(text)):
        return ""  # `Exclusion of participants`, `Inclusion criteria for this study are:`
    restriction = _FOR.fullmatch(text) if has_noun else None
    return None if restriction is None or _STATES.search(restriction[1]) else restriction[1]


def _qualified(text: str, start: int) -> int:
    """Return where a heading within a text starts, with the words before it that only qualify it."""
    qualifier = _QUALIFIER.search(text, max(start - 40, 0), start)
    if qualifier is None or not (qualifier.start() == 0 or qualifier[0][0].isupper()):
        return start
    return qualifier.start()


def _starts_a_part(text: str, start: int) -> bool:
    """Return whether a heading's words stand as one within a text: `fulfil the Exclusion Criteria: …` does not."""
    if start == 0:
        return True
    before = text[max(start - 40, 0) : start].rstrip(" *_#")
    if not before:
        return True
    return (text[start].isupper() or not text[start].islower()) and (
        before[-1] in ".;:!?)。；：" or before[before.rfind(" ") + 1 :].lower() not in _DETERMINERS
    )
