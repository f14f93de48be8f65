"""Whether one name may be several, joined by commas or the like: `A Ltd., B University`."""

import re

_PARENTHESES = re.compile(r"\([^()]*\)")
_JOINTS = re.compile(r"\s*[,;|]\s*|\s+/\s+")
_SURE_JOINTS = re.compile(r"[;|]|\s/\s")

# What stands behind a comma within one company's name: `Co., Ltd.`, `Janssen Research & Development, LLC`.
_COMPANY = (
    r"(?:inc|incorporated|ltd|limited|llc|l\.l\.c|llp|lp|l\.p|co|company|corp|corporation|plc|gmbh|ag|kg|a/s|as|ab|oy"
    r"|b\.?v|n\.?v|s\.?a|s\.?a\.?s|s\.?p\.?a|s\.?r\.?l|s\.?l|pty|pvt|ltda|lda|k\.?k|kgaa)\b\.?"
)
_COMPANY_BEHIND = re.compile(rf"\s*,\s*(?={_COMPANY})", re.IGNORECASE)
_ENDS_AS_COMPANY = re.compile(rf"\b{_COMPANY}$", re.IGNORECASE)
_ORGANISATION = re.compile(
    r"\b(?:academ|agenc|alliance|associat|authorit|cent(?:er|re)\b|clinic|college|commission|company|consorti|council"
    r"|department|federation|foundation|fund\b|group|h[oô]pital|hospital|institut|klinik|laborator|ministry|network"
    r"|organi[sz]ation|pharma|research|school|societ|trust\b|universi|uniwers)",
    re.IGNORECASE,
)

_ONE_NAME = re.compile(r"\b(?:heart, lung,? and blood institute)", re.IGNORECASE)
"""Names that hold the word of an organisation behind a comma of their own."""

# How registries write a term behind its general word: `Leukemia, Myeloid`, `Diabetes Mellitus, Type 2`.
_QUALIFIER = re.compile(
    r"(?:.*\b)?\w+(?:able|al|ant|ar|ary|atic|ed|ent|iac|ible|ic|ile|ing|ive|oid|ory|ous|ual)"
    r"|(?:type|stage|grade|class) .*|non-?\w.*|includ(?:ing|es) .*|(?:other|acute|adult|benign|child(?:hood)?|nos)\b.*"
    r"|.*\b(?:acute|adult|b-cell|t-cell|cell|late|severe|primary|rare|mild|onset|other|unspecified)",
    re.IGNORECASE,
)


def may_be_several_organisations(text: str, *, is_alone: bool = True) -> bool:
    """Whether one organisation's name may be several: `A Ltd., B University`.

    A comma belongs to the name before a company's form (`X Co., Ltd.`), and where words that name no organisation
    follow one that does: then they say where it is (`University of California, San Francisco`). Where other names
    have lines of their own, it belongs to the name behind all words but a company's form: a part stands before its
    whole (`Princess Margaret Hospital, University Health Network`).

    Args:
        text: the name.
        is_alone: whether no other name stands beside it.
    """
    words = _COMPANY_BEHIND.sub(" ", _ONE_NAME.sub("", _PARENTHESES.sub("", text)))
    if _SURE_JOINTS.search(words):
        return True
    first, *others = (part for part in _JOINTS.split(words) if part)
    if not others:
        return False
    if not is_alone and not _ENDS_AS_COMPANY.search(first):
        return False
    is_one = _ORGANISATION.search(first) and not _ENDS_AS_COMPANY.search(first)
    return not is_one or any(_ORGANISATION.search(part) or _ENDS_AS_COMPANY.search(part) for part in others)


def may_be_several_conditions(text: str) -> bool:
    """Whether one condition may be several: `Asthma, COPD`, but not `Labor, Induced`."""
    words = _PARENTHESES.sub("", text)
    if _SURE_JOINTS.search(words):
        return True
    parts = [part for part in _JOINTS.split(words) if part]
    return any(_QUALIFIER.fullmatch(part) is None for part in parts[1:])
