"""Headings among eligibility criteria: where inclusion or exclusion starts, which cohort is meant."""

import re
from typing import Literal, NamedTuple

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
    if "clusion" not in text and "CLUSION" not in text:
        is_common = len(text) < 40 and text.rstrip(" :：.").lower() in _COMMON
        return Title(None, "") if is_common else None
    if len(text) > 180:
        return None
    match = _TITLE.fullmatch(text)
    if match is None or _SAYS_BEFORE.search(match["before"]):
        return None
    neutral = _NEUTRAL.match(match["before"])
    before = match["before"][neutral.end() if neutral else 0 :].strip(" -–—:,/")
    if before and (len(before.split()) > 5 or not (match["noun"] or _WHO.search(before))):
        return None
    after = _after(match["after"].strip(" :：."), is_sure=match["noun"] is not None)
    if after is None:
        return None
    side: Side | None = None
    if match["both"] is None:
        side = "inclusion" if match["side"].lower() == "inclusion" else "exclusion"
    return Title(side, ", ".join(part for part in (before, after) if part))


def inline(text: str) -> list[tuple[int, int, Title]]:
    """Return the headings within a text, each with its start and its end: `Inclusion Criteria: - Age …`."""
    if "clusion" not in text and "CLUSION" not in text:
        return []
    return [
        (match.start(), match.end(), announced)
        for match in _INLINE.finditer(text)
        if _starts_a_part(text, match) and (announced := title(match[0])) is not None
    ]


def is_cohort(text: str) -> bool:
    """Return whether a line without marker, with a list below it, names whom the list is for or what it is about.

    `Part 2 (Cohorts D to G)` and `Age:` do. `Patients who fulfil the following criteria:` states a criterion.
    """
    words = text.rstrip(" :：").split()
    if not words or len(words) > 12 or _SAYS.search(text) or words[-1].lower() in _UNFINISHED:
        return False
    if text[-1] in ":：":
        return len(words) <= 3 or text.isupper() or _is_topic(text, words)
    return text[-1] not in ".;,!?" and text[0] not in "<>≤≥" and len(words) <= 10 and _is_topic(text, words)


def is_named_cohort(text: str) -> bool:
    """Return whether a text is a cohort's name alone: `Cohort 1`, `Healthy volunteers`."""
    return _NAMED_COHORT.fullmatch(text) is not None


def cohort_before(text: str) -> int:
    """Return where a cohort's name ends that opens a text, as in `Part 2 (Cohort H): confirmed …`; 0 without one."""
    match = _COHORT_BEFORE.match(text)
    return 0 if match is None else match.end()


_COMMON = frozenset(
    {
        "criteria",
        "criteria for eligibility",
        "eligibility",
        "eligibility criteria",
        "study eligibility criteria",
    }
)

_TITLE = re.compile(
    r"(?P<before>[^.;]*?)\b(?P<side>inclusion|exclusion)s?"
    r"(?P<both> ?(?:and|or|&|/) ?(?:inclusion|exclusion)s?)?"
    r"(?P<noun> criteri(?:a|on|um|ons))?(?P<after>(?:[^\w].*)?)",
    re.IGNORECASE,
)
_INLINE = re.compile(
    r"(?:\b(?:key|main|major) )?\b(?:inclusion|exclusion)(?:"
    r" criteri(?:a|on)(?: ?\([^()]{1,60}\))? ?(?:[:：]|(?=(?:[-–•*]|1[.)]|\(1\)|①) ?[^ ]))"
    r"|(?: ?\([^()]{1,60}\))? ?[:：])",
    re.IGNORECASE,
)

_SAYS_BEFORE = re.compile(
    r"\b(?:all|any|are|be|by|do|does|each|fulfil\w*|has|have|if|is|meet\w*|met|must|no|none|not|of the|per|"
    r"satisf\w+|that|the following|these|this|to|were|which|who|with|without)\b",
    re.IGNORECASE,
)
_SAYS_AFTER = re.compile(r"\b(?:above|appl(?:y|ies|ied)|can|could|may|met|must|shall|should|will)\b", re.IGNORECASE)
_SAYS = re.compile(
    r"\b(?:any|are|be|can|defined|do|does|following|fulfil\w*|had|has|have|include|includes|including|is|may"
    r"|meet\w*|met|must|note|one of|satisf\w+|shall|should|that|unless|was|were|which|who|will)\b"
    r"|^(?:ability|able|adequate|no|normal|signed|willing\w*|written)\b",
    re.IGNORECASE,
)

# Words at the start of a heading that restrict nothing.
_NEUTRAL = re.compile(
    r"(?:(?:additional|further|general|key|list of|main|major|other|overall|primary|principal|specific|study|the)"
    r"(?: |$))+",
    re.IGNORECASE,
)

# `… criteria are as follows:`
_FOLLOWS = re.compile(
    r"(?:\b(?:are|as|below|but|following|follows?|includ(?:e|es|ed|ing)|is|limited|list|listed|not|the|to|were)\b ?)+",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"[(\[](.+)[)\]]")
_FOR = re.compile(r"(?:for|of|in|at|among) (.+)", re.IGNORECASE)

_UNIT = (
    r"(?:arms?|cohorts?|escalation|expansion|groups?|modules?|parts?|periods?|phases?|randomi[sz]ation|segments?"
    r"|stages?|steps?|sub-?stud(?:y|ies)|tracks?)"
)
_PEOPLE = (
    r"(?:adolescents?|adults?|boys|caregivers?|carers?|cases|children|controls?|donors?|famil(?:y|ies)|fathers?"
    r"|females?|girls|infants?|males?|men|mothers?|newborns?|parents?|participants?|partners?|patients?"
    r"|physicians?|providers?|recipients?|siblings?|students?|subjects?|volunteers?|women)"
)
_WHO = re.compile(rf"\b(?:{_UNIT}|{_PEOPLE})\b", re.IGNORECASE)
# `Cohort 1` `Part 2 (Cohorts D to G)` `Phase 1 and 2 participants only` `Dose Expansion Part` `Healthy volunteers`,
# and nothing longer: after a colon or dash other words are a criterion (`Exclusion Criteria: Part of another study`).
_NAME = (
    rf"(?:{_UNIT} (?-i:[0-9]{{1,2}}[a-z]?|[A-Z][0-9]?)(?:(?:,|/|-| and| or| to| &)? ?(?:{_UNIT} )?"
    rf"(?-i:[0-9]{{1,2}}[a-z]?|[A-Z][0-9]?)\b)*|(?:dose[ -])?(?:escalation|expansion)"
    rf"|(?:(?:all|healthy) )?(?:controls|donors?|participants|patients|subjects|volunteers))"
    rf"(?: (?:dose|only|{_UNIT}|{_PEOPLE}))*(?: ?\([^()]{{1,60}}\))?"
)
_COHORT_BEFORE = re.compile(rf"(?={_UNIT}\b){_NAME}[:：](?= )", re.IGNORECASE)
_NAMED_COHORT = re.compile(rf"[-–—:,]? ?({_NAME})", re.IGNORECASE)

# What a heading of a part of the criteria ends with.
_TOPICS = frozenset(
    {
        "age",
        "assessments",
        "characteristics",
        "conditions",
        "criteria",
        "diagnoses",
        "experience",
        "history",
        "only",
        "other",
        "related",
        "requirements",
        "specific",
        "status",
        "therapies",
        "therapy",
    }
)
_DETERMINERS = frozenset(
    {
        "all",
        "any",
        "following",
        "meet",
        "meets",
        "of",
        "or",
        "the",
        "these",
    }
)
_UNFINISHED = frozenset(
    {
        "and",
        "as",
        "below",
        "by",
        "for",
        "from",
        "in",
        "of",
        "or",
        "than",
        "to",
        "with",
        "without",
    }
)


def _after(text: str, *, is_sure: bool) -> str | None:
    """Return the cohort that the end of a heading names, blank where it names none, None where it is no heading.

    A heading is sure where the word `criteria` stands before: `Exclusion of pregnant women` is none.
    """
    if not text or _FOLLOWS.fullmatch(text):
        return ""
    bracketed = _BRACKETED.fullmatch(text)
    if bracketed is not None:
        return "" if _SAYS.search(bracketed[1]) else bracketed[1]
    if _SAYS_AFTER.search(text):
        return None
    named = _NAMED_COHORT.fullmatch(text)
    if named is not None:
        return named[1]
    restriction = _FOR.fullmatch(text) if is_sure else None
    return None if restriction is None else restriction[1]


def _starts_a_part(text: str, match: re.Match[str]) -> bool:
    """Return whether a heading's words stand as one within a text: `fulfil the Exclusion Criteria: …` does not."""
    start = match.start()
    if start == 0:
        return True
    before = text[max(start - 40, 0) : start].rstrip()
    return match[0][0].isupper() and (
        before[-1] in ".;:!?)。；：" or before[before.rfind(" ") + 1 :].lower() not in _DETERMINERS
    )


def _is_topic(text: str, words: list[str]) -> bool:
    """Return whether a heading's words name people, a part of the study, or a matter."""
    return words[-1].lower().rpartition("-")[2] in _TOPICS or _WHO.search(text) is not None
