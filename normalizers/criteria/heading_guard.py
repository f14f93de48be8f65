"""What could be a heading of a side and is not known as one: sentences that announce a list, and what is only told."""

import re
from typing import Literal

from normalizers.criteria.cohorts import SAYS, WHO, is_common_topic
from normalizers.criteria.heading_grammar import (
    COMPOUND,
    CORE,
    EMPTY,
    FINITE,
    SAYS_AFTER,
    heading_bounds,
    opens_heading,
    roles_of,
)
from normalizers.criteria.heading_words import Word, mentions_criteria, mentions_exclusion, tokenize
from normalizers.criteria.punctuation import COLONS
from normalizers.criteria.sides import LONGEST_SIDE_HEADING, Side, parse_side_heading


def could_head(text: str) -> bool:
    """Return whether a text is or could be the heading of a side, which no line before it goes on with."""
    return mentions_criteria(text) and (
        parse_side_heading(text) is not None or sentence_side(text) is not None or suspected_heading(text) is not None
    )


def sentence_side(text: str) -> Side | None:
    """Return which side a sentence announces that says nothing else: `Patients will be excluded if:`.

    None where it says more, and where no list can follow: `These patients are excluded`.
    """
    if len(text) > LONGEST_SIDE_HEADING:
        return None
    found = tokenize(text)
    roles = roles_of(found)
    if _SENTENCE.fullmatch(roles) is None or _OTHERS.search(text):
        return None
    refused = _REFUSED.sub("R", roles)
    if "N" in refused or ("I" in refused and "O" in refused):
        return None
    is_refusal = "R" in refused or "O" in refused
    if not is_refusal and "P" not in refused:
        return None
    predicate = next(word for word, role in zip(found, roles, strict=True) if role in "PRON")
    is_lead = text[-1] in COLONS or _OPEN.search(text) is not None
    is_statement = FINITE.search(text[: predicate.start]) is not None and not _ASKS.match(text)
    if not is_lead and (is_statement or not (is_refusal or _ASKS.match(text))):
        return None
    return "exclusion" if is_refusal else "inclusion"


def suspected_heading(text: str) -> Literal["inclusion", "exclusion", "criteria"] | None:
    """Return what a line speaks of that could be a heading: of a side, or of criteria whose side it does not say.

    A line ends with a colon to be one, or it has the form of a title. Sentences and what denies a side
    (`None of the exclusion criteria`) are none.
    """
    if len(text) > _LONGEST:
        return None
    start, end = heading_bounds(text)
    found = tokenize(text[start:end])
    roles = roles_of(found)
    is_label = announces_list(text)
    core = CORE.search(roles)
    opens = core is not None and opens_heading(text[start:end], found, roles, core)
    is_short = len(found) <= (_LONGEST_LABEL if is_label else _LONGEST_HEADING)
    if not found or not (is_short or opens):
        return None
    if not is_label and ((text[-1] in ".,!?" and not opens) or _says(text) or SAYS_AFTER.search(text) or "n" in roles):
        return None
    if "X" in roles:
        return "criteria"
    if (
        set("OR") & set(roles)
        or {"N", "I"} <= set(roles)
        or _REFUSED.search(roles)
        or mentions_exclusion(text[start:end])
    ):
        return "exclusion"
    is_all = core is not None and (set(roles[: core.start()]) <= EMPTY or (is_label and len(found) <= _LONGEST_NAME))
    if opens or is_all or (core is not None and "C" in roles):
        return "inclusion"
    return "criteria" if not _says(text) and _is_of_unknown_criteria(text, found, roles) else None


def names_criteria(text: str) -> bool:
    """Return whether words name what is headed: `… criteria`."""
    return "C" in roles_of(tokenize(text)) or COMPOUND.search(text) is not None


def names_side(text: str) -> bool:
    """Return whether any word names a side, as a noun: `inclusion`, `Exclusion 1`."""
    return not {"I", "O"}.isdisjoint(roles_of(tokenize(text)))


def announces_list(text: str) -> bool:
    """Return whether a text announces what follows it: it ends with a colon, or as `Patients will be excluded if`."""
    return text[-1] in COLONS or _UNFINISHED.search(text) is not None


def is_negative_lead(text: str) -> bool:
    """Return whether a line that ends in a colon, or names what keeps people out, can head what must not be."""
    if len(text) > _LONGEST:
        return False
    if text[-1] not in COLONS:
        return _KEEPS_OUT.match(text) is not None and not _says(text) and len(text.split()) <= _LONGEST_NAME
    return len(text.split()) <= _LONGEST_LABEL and _DENIES.search(text) is not None


def is_requirement_lead(text: str) -> bool:
    """Return whether a line that ends in a colon says what people must be or have: `Patients must have:`."""
    return text[-1] in COLONS and len(text) <= _LONGEST and _DEMANDS.match(text) is not None


def opens_as_heading(text: str) -> bool:
    """Return whether a text opens as a side's heading does: `Exclusion criteria …`, `Main exclusion for …`."""
    if len(text) > _LONGEST:
        return False
    start, end = heading_bounds(text)
    found = tokenize(text[start:end])
    roles = roles_of(found)
    core = CORE.search(roles)
    return core is not None and opens_heading(text[start:end], found, roles, core)


_LONGEST = 400  # characters; no heading has as many
_LONGEST_HEADING = 8  # words of a line that could be a heading without a colon
_LONGEST_NAME = 4  # words of a label that can only be a heading
_LONGEST_LABEL = 16  # words of one with a colon
_SENTENCE = re.compile(r"[lFAPRNCIO]+")
_REFUSED = re.compile(r"N[lF]{0,3}P")
# What restricts people is no sentence about the side alone: `Patients enrolled in other trials:`.
_OTHERS = re.compile(r"\b(?:other|current|considered)\b", re.IGNORECASE)
_ASKS = re.compile(r"who(?:m)? |what |which ", re.IGNORECASE)
# What a list goes on with, though no colon says so: `Patients are excluded if they have`.
_OPEN = re.compile(
    r"\bfollowing\b|\b(?:appl(?:y|ies)|are|below|criteria|criterion|follows|for|had|has|have|if|in|met|of|they|when|who"
    r"|with)[ \-–—]*$",
    re.IGNORECASE,
)
# What keeps people out, though no word of it is one of exclusion: `Factors precluding participation`.
_KEEPS_OUT = re.compile(
    r"(?:[^\W\d]+ ){0,2}(?:preclu\w+|prohibit\w+|forbidden|disallow\w+|exclusions?) (?!of\b|for\b)[^\W\d]+$",
    re.IGNORECASE,
)
_DENIES = re.compile(
    r"\b(?:not|no|non(?![-‐–])|none|never|cannot|without|absence|lack|nicht|kein\w*|ne|pas|aucun\w*|sans|sin|sem"
    r"|senza|nao|não|neither)\b"
    r"|[^\W_]n['’]t\b|\b(?:preclu|prohibit|forbid|disallow|unsuitab|unable|ineligib|contra-?indicat|reject|refus)"
    r"|[不非无無禁未]|^E\. ?C\.:|^EC:",
    re.IGNORECASE,
)
"""What denies, in the languages of the headings; `E. C.` is short for exclusion criteria."""
_DEMANDS = re.compile(
    r"(?:(?:all|eligible|the) ){0,2}(?:participants?|patients?|persons?|subjects?|volunteers?|you)"
    r" (?:must|have to|need to) (?!not\b)|(?:required|requirements?|must (?!not\b)(?:be|have|meet|fulfil\w*)\b.*):$",
    re.IGNORECASE,
)
_UNFINISHED = re.compile(r"\b(?:following|had|has|have|if|they|when|who)[ \-–—]*$", re.IGNORECASE)


def _says(text: str) -> bool:
    """Return whether a line states something."""
    return SAYS.search(text) is not None


def _is_of_unknown_criteria(text: str, found: list[Word], roles: str) -> bool:
    """Return whether a line heads criteria of a kind that nobody knows: `Withdrawal criteria:`.

    What is a matter of both sides (`Medical criteria`) is known, and so are criteria with a name in capitals
    or numbers (`DSM-5 criteria`).
    """
    position = roles.find("C")
    if position < 0 or "w" not in roles or (WHO.search(text) and "randomi" not in text.lower()):
        return False
    if position == len(roles) - 1:
        of = roles[:position]
        own = [text[word.start : word.end] for word in found[:position] if word.role == ""]
    elif position == 0 and (roles[1] == "F" or len(roles) <= 3):
        return not is_common_topic(text)
    else:
        return False
    return (
        len(of) <= 3
        and not set(of) & set("FNn")
        and not is_common_topic(" ".join(own))
        and not any(_is_name(word, text) for word in own)
    )


def _is_name(word: str, text: str) -> bool:
    """Return whether a word is the name of a set of criteria rather than their kind: `DSM-5`, `RECIST`."""
    return not word.isalpha() or (word.isupper() and not text.isupper())
