"""Headings of a side among eligibility criteria: where inclusion or exclusion starts, and whom it is for.

They are read as a grammar over words (`heading_words`): around the words that name the side stand numbers, brackets,
qualifiers, and the name of a cohort. What speaks of a side and is not understood is told by `spoken_of`.
"""

import re
from itertools import pairwise
from typing import Literal, NamedTuple

from normalizers.cohort_headings import RESTRICTION, SAYS, WHO, is_matter, named_cohort
from normalizers.heading_words import Role, Word, speaks_of_exclusion, words

Side = Literal["inclusion", "exclusion", "other"]
"""Who may take part, who may not, and `other` where the page does not say which."""


class Title(NamedTuple):
    """What a heading of criteria announces."""

    side: Side | None
    """None where it stands over both, as `Eligibility criteria:` does."""
    cohort: str
    """Whom it restricts the criteria to: `Phase 1` in `Inclusion Criteria (Phase 1):`. Blank where nobody."""


def title(text: str) -> Title | None:
    """Return what a text announces, None where it is no heading of inclusion or exclusion criteria.

    A sentence that speaks of such criteria is none: `Does not meet the inclusion criteria above`.
    """
    if len(text) > _LONGEST_TITLE:
        return None
    start, end = _bare(text)
    bare = text[start:end]
    found = words(bare)
    roles = _roles(found)
    core = _CORE.search(roles)
    if core is None:
        return _over_both(bare, found, roles)
    if not _is_whole(bare, found[core.start() : core.end()]):
        return None
    side = _side(core)
    if side == "other":
        return None
    has_noun = (
        "C" in core[0] or _COMPOUND.search(bare[found[core.start()].start : found[core.end() - 1].end]) is not None
    )
    before = _before(bare[: found[core.start()].start], found[: core.start()], has_noun=has_noun)
    if before is None:
        return None
    rest = found[core.end() :]
    after = _after(bare[found[core.end() - 1].end :], rest, has_noun=has_noun)
    if after is None:
        return None
    return Title(side, ", ".join(part for part in (before, after) if part))


def inline(text: str) -> list[tuple[int, int, Title]]:
    """Return the headings within a text, each with its start and its end: `Inclusion Criteria: - Age …`.

    The side is `other` where a heading can be of both: `Enclusion Criteria: - Age …`.
    """
    if not any(word.role in _SIDES for match in _CANDIDATE.finditer(text) for word in words(match[0])):
        return []
    found = words(text)
    headings = []
    for core in _CORE.finditer(_roles(found)):
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
            announced = title(text[first.start : end])
            if announced is None:
                continue
            cohort = announced.cohort
        elif has_noun and (restricted := _RESTRICTED.match(text, last.end)) is not None:
            end, cohort = restricted.end(), restricted[1]  # `… criteria for matched controls 20 patients of …`
        else:
            continue
        start = _qualified(text, first.start)
        if _starts_a_part(text, start):
            headings.append((start, end, Title(side, cohort)))
    return headings


def sentence_side(text: str) -> Side | None:
    """Return which side a sentence announces that says nothing else: `Patients will be excluded if:`.

    None where it says more, and where no list can follow: `These patients are excluded`.
    """
    if len(text) > _LONGEST_TITLE:
        return None
    found = words(text)
    roles = _roles(found)
    if _SENTENCE.fullmatch(roles) is None or _OTHERS.search(text):
        return None
    refused = _REFUSED.sub("R", roles)
    if "N" in refused or ("I" in refused and "O" in refused):
        return None
    is_refusal = "R" in refused or "O" in refused
    if not is_refusal and "P" not in refused:
        return None
    predicate = next(word for word, role in zip(found, roles, strict=True) if role in "PRON")
    is_lead = text[-1] in _COLONS or _OPEN.search(text) is not None
    is_statement = _FINITE.search(text[: predicate.start]) is not None and not _ASKS.match(text)
    if not is_lead and (is_statement or not (is_refusal or _ASKS.match(text))):
        return None
    return "exclusion" if is_refusal else "inclusion"


def spoken_of(text: str) -> Literal["inclusion", "exclusion", "criteria"] | None:
    """Return what a line speaks of that could be a heading: of a side, or of criteria whose side it does not say.

    A line ends with a colon to be one, or it has the form of a title. Sentences and what denies a side
    (`None of the exclusion criteria`) are none.
    """
    start, end = _bare(text)
    found = words(text[start:end])
    roles = _roles(found)
    is_label = is_open(text)
    core = _CORE.search(roles)
    opens = core is not None and _opens(text[start:end], found, roles, core)
    is_short = len(found) <= (_LONGEST_LABEL if is_label else _LONGEST_HEADING)
    if not found or not (is_short or opens):
        return None
    if not is_label and ((text[-1] in ".,!?" and not opens) or _says(text) or _SAYS_AFTER.search(text) or "n" in roles):
        return None
    if "X" in roles:
        return "criteria"
    if (
        set("OR") & set(roles)
        or {"N", "I"} <= set(roles)
        or _REFUSED.search(roles)
        or speaks_of_exclusion(text[start:end])
    ):
        return "exclusion"
    is_all = core is not None and (set(roles[: core.start()]) <= _EMPTY or (is_label and len(found) <= _LONGEST_NAME))
    if opens or is_all or (core is not None and "C" in roles):
        return "inclusion"
    return "criteria" if not _says(text) and _is_of_unknown_criteria(text, found, roles) else None


def names_criteria(text: str) -> bool:
    """Return whether words name what is headed: `… criteria`."""
    return "C" in _roles(words(text)) or _COMPOUND.search(text) is not None


def is_open(text: str) -> bool:
    """Return whether a text announces what follows it: it ends with a colon, or as `Patients will be excluded if`."""
    return text[-1] in _COLONS or _UNFINISHED.search(text) is not None


def opens_as_heading(text: str) -> bool:
    """Return whether a text opens as a side's heading does: `Exclusion criteria …`, `Main exclusion for …`."""
    start, end = _bare(text)
    found = words(text[start:end])
    roles = _roles(found)
    core = _CORE.search(roles)
    return core is not None and _opens(text[start:end], found, roles, core)


_LONGEST_TITLE = 180  # characters: what is longer says something
_LONGEST_HEADING = 8  # words of a line that could be a heading without a colon
_LONGEST_NAME = 4  # words of a label that can only be a heading
_LONGEST_LABEL = 16  # words of one with a colon

_COLONS = frozenset(":：")

_LETTERS: dict[Role, str] = {
    "in": "I",
    "out": "O",
    "either": "X",
    "criteria": "C",
    "eligibility": "E",
    "chosen": "P",
    "refused": "R",
    "not": "N",
    "no": "n",
    "and": "A",
    "of": "F",
    "lead": "l",
    "": "w",
}
_SIDES = frozenset({"in", "out", "either"})
_EMPTY = frozenset("lF")

# In the letters above: `criteria for non-inclusion`, `inclusion/exclusion criteria`, `non-eligibility`.
_CORE = re.compile(
    r"(?:(?P<romance>CF+n)|(?:CF*)?(?P<not>N?))(?P<side>[IOX]|(?<=N)E)"
    r"(?:C?AF*(?:CF*)?(?P<second_not>N?)(?P<second>[IOX]))?C?"
)
_SENTENCE = re.compile(r"[lFAPRNCIO]+")
_REFUSED = re.compile(r"N[lF]{0,3}P")

_DECORATION = r"[\s#*_~=>|§•·\-–—]*"
_NUMBERING = re.compile(
    _DECORATION + r"(?:section\s+)?(?:[(\[（]?(?:[0-9]{1,2}(?:\.[0-9]{1,2}){0,3}[.)\]:）、．-]*(?=[^0-9.])"
    r"|(?:[IVX]{1,5}|[ivx]{1,5}|[A-Za-z]|[一二三四五六七八九十]{1,2})[.)\]:）、．]+)|[①-⑳])?" + _DECORATION,
    re.IGNORECASE,
)
_END_SIGNS = " \t:：;；.,。…-–—*_#=~|"
_PAIRS = {
    "(": ")",
    "[": "]",
    "{": "}",
    "（": "）",
    "【": "】",
    "［": "］",
    "「": "」",
    "<": ">",
    "«": "»",
    '"': '"',
    "“": "”",
    "'": "'",
    "‘": "’",
}

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
_SAYS_AFTER = re.compile(r"\b(?:above|appl(?:y|ies|ied)|can|could|may|met|must|shall|should|will)\b", re.IGNORECASE)

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
_COMPOUND = re.compile("kriteri|crit", re.IGNORECASE)  # `Ausschlusskriterien`
_NUMBER = re.compile("[0-9]{1,2}|[IVX]{1,4}")
_BRACKETED = re.compile(r"[(\[（](.+)[)\]）]")
_FOR = re.compile(r"(?:for|of|in|at|among|chez|para|pour|per|für|bei) (.+)", re.IGNORECASE)
_RESTRICTED = re.compile(
    rf" (?:for|of|in|among) ({RESTRICTION})[:,]?(?= (?:[0-9<>≤≥]|aged? |who |with(?:out)? ))", re.IGNORECASE
)
_STATES = re.compile(
    r"[<>≤≥]|[0-9] ?(?:[-–%]|years?|yrs?|months?|to [0-9]|patients|subjects|participants)\b", re.IGNORECASE
)

# What restricts people is no sentence about the side alone: `Patients enrolled in other trials:`.
_OTHERS = re.compile(r"\b(?:other|current|considered)\b", re.IGNORECASE)
_FINITE = re.compile(
    r"\b(?:are|be|been|can|could|has|have|is|may|meets?|must|shall|should|was|were|will|would)\b", re.IGNORECASE
)
_ASKS = re.compile(r"who(?:m)? |what |which ", re.IGNORECASE)
# What a list goes on with, though no colon says so: `Patients are excluded if they have`.
_OPEN = re.compile(
    r"\bfollowing\b|\b(?:appl(?:y|ies)|are|below|criteria|criterion|follows|for|had|has|have|if|in|met|of|they|when|who"
    r"|with)[ \-–—]*$",
    re.IGNORECASE,
)
_UNFINISHED = re.compile(r"\b(?:following|had|has|have|if|they|when|who)[ \-–—]*$", re.IGNORECASE)

_DETERMINERS = frozenset({"all", "any", "following", "meet", "meets", "of", "or", "the", "these"})


def _roles(found: list[Word]) -> str:
    """Return the words' roles, a letter each."""
    return "".join([_LETTERS[word.role] for word in found])


def _bare(text: str) -> tuple[int, int]:
    """Return where a heading's own words start and end, without numbering, brackets, Markdown and end signs."""
    start, end = 0, len(text)
    while True:
        numbered = _NUMBERING.match(text, start, end)
        first = start if numbered is None or numbered.end() == end else numbered.end()
        last = start + len(text[start:end].rstrip(_END_SIGNS))
        if first >= last:
            return start, end
        closing = _PAIRS.get(text[first])
        if closing is not None and _closing(text, first, closing) == last - 1:
            first, last = first + 1, last - 1
        if (first, last) == (start, end) or first >= last:
            return start, end
        start, end = first, last


def _opens(text: str, found: list[Word], roles: str, core: re.Match[str]) -> bool:
    """Return whether nothing but qualifiers stands before a side, and behind it what a heading goes on with."""
    last = found[core.end() - 1]
    has_noun = "C" in core[0] or _COMPOUND.search(text[: last.end]) is not None
    before = text[: found[core.start()].start]
    is_qualified = set(roles[: core.start()]) <= _EMPTY or (core.start() <= 3 and WHO.search(before) is not None)
    return is_qualified and (has_noun or text[last.end :].lower().startswith(" for "))


def _closing(text: str, start: int, closing: str) -> int:
    """Return where the bracket or quotation mark that stands at `start` is closed, -1 where it is not."""
    opened = 0
    for place in range(start + 1, len(text)):
        if text[place] == closing:
            if opened == 0:
                return place
            opened -= 1
        elif text[place] == text[start]:
            opened += 1
    return -1


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


def _over_both(bare: str, found: list[Word], roles: str) -> Title | None:
    """Return the heading that stands over both sides, where a text is nothing else."""
    if "E" in roles:
        is_one = len(found) <= 5 and set(roles) <= {"E", "C", "l", "F"} and not _says(bare)
        return Title(None, "") if is_one else None
    return Title(None, "") if roles == "C" else None


def _before(text: str, found: list[Word], *, has_noun: bool) -> str | None:
    """Return the cohort that the words before a side name, blank where they name none, None for a sentence."""
    if set("".join(_roles(found))) - {"w", "l", "F", "A", "C", "E"} or set(text) & set(".;"):
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
    if _SAYS_AFTER.search(text):
        return None
    named = named_cohort(text)
    if named is not None:
        return named
    if set(_roles(found)) <= _EMPTY and (has_noun or not _FINITE.search(text)):
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


def _says(text: str) -> bool:
    """Return whether a line states something."""
    return SAYS.search(text) is not None


def _is_of_unknown_criteria(text: str, found: list[Word], roles: str) -> bool:
    """Return whether a line heads criteria of a kind that nobody knows: `Withdrawal criteria:`.

    What is a matter of both sides (`Medical criteria`) is known, and so are criteria with a name in capitals
    or numbers (`DSM-5 criteria`).
    """
    place = roles.find("C")
    if place < 0 or "w" not in roles or (WHO.search(text) and "randomi" not in text.lower()):
        return False
    if place == len(roles) - 1:
        of = roles[:place]
        own = [text[word.start : word.end] for word in found[:place] if word.role == ""]
    elif place == 0 and (roles[1] == "F" or len(roles) <= 3):
        return not is_matter(text)
    else:
        return False
    return (
        len(of) <= 3
        and not set(of) & set("FNn")
        and not is_matter(" ".join(own))
        and not any(_is_name(word, text) for word in own)
    )


def _is_name(word: str, text: str) -> bool:
    """Return whether a word is the name of a set of criteria rather than their kind: `DSM-5`, `RECIST`."""
    return not word.isalpha() or (word.isupper() and not text.isupper())
