"""The grammar of headings of a side: what stands around the words that name it, and how these are put together."""

import re

from normalizers.criteria.cohorts import WHO
from normalizers.criteria.heading_words import Role, Word

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
SAYS_AFTER = re.compile(r"\b(?:above|appl(?:y|ies|ied)|can|could|may|met|must|shall|should|will)\b", re.IGNORECASE)
FINITE = re.compile(
    r"\b(?:are|be|been|can|could|has|have|is|may|meets?|must|shall|should|was|were|will|would)\b", re.IGNORECASE
)
"""A verb that makes a sentence of words."""

EMPTY = frozenset("lF")
"""The letters of words that say nothing of their own."""

# In the letters above: `criteria for non-inclusion`, `inclusion/exclusion criteria`, `non-eligibility`.
CORE = re.compile(
    r"(?:(?P<romance>CF+n)|(?:CF*)?(?P<not>N?))(?P<side>[IOX]|(?<=N)E)"
    r"(?:C?AF*(?:CF*)?(?P<second_not>N?)(?P<second>[IOX]))?C?"
)
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
COMPOUND = re.compile("kriteri|crit", re.IGNORECASE)
"""The word for criteria where it is a part of another: `Ausschlusskriterien`."""


def roles_of(found: list[Word]) -> str:
    """Return the words' roles, a letter each."""
    return "".join([_LETTERS[word.role] for word in found])


def heading_bounds(text: str) -> tuple[int, int]:
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


def opens_heading(text: str, found: list[Word], roles: str, core: re.Match[str]) -> bool:
    """Return whether nothing but qualifiers stands before a side, and behind it what a heading goes on with."""
    last = found[core.end() - 1]
    has_noun = "C" in core[0] or COMPOUND.search(text[: last.end]) is not None
    before = text[: found[core.start()].start]
    is_qualified = set(roles[: core.start()]) <= EMPTY or (core.start() <= 3 and WHO.search(before) is not None)
    return is_qualified and (has_noun or text[last.end :].lower().startswith(" for "))


def _closing(text: str, start: int, closing: str) -> int:
    """Return where the bracket or quotation mark that stands at `start` is closed, -1 where it is not."""
    opened = 0
    for position in range(start + 1, len(text)):
        if text[position] == closing:
            if opened == 0:
                return position
            opened -= 1
        elif text[position] == text[start]:
            opened += 1
    return -1
