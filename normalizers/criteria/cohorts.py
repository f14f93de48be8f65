"""Headings of a part among eligibility criteria: whom the criteria below are for, or what they are about."""

import re

from normalizers.criteria.punctuation import COLONS, HEADING_END


def is_cohort(text: str) -> bool:
    """Return whether a line without marker, with a list below it, names whom the list is for or what it is about.

    `Part 2 (Cohorts D to G)` and `Age:` do. `Patients who fulfil the following criteria:` states a criterion.
    """
    words = text.rstrip(HEADING_END).split()
    if not words or len(words) > 12 or words[-1].lower() in _UNFINISHED or words[0] in _UNFINISHED:
        return False  # the end of a sentence, too: `in this study:`
    if text[-1] in COLONS and len(words) <= _LONGEST_GROUP and _GROUP.fullmatch(words[-1]) and not _says_first(text):
        return True  # `Normal liver function participants:`
    if SAYS.search(text):
        return False
    if text[-1] in COLONS:
        return len(words) <= 3 or text.isupper() or _is_topic(text, words)
    return text[-1] not in ".;,!?" and text[0] not in "<>≤≥" and len(words) <= 10 and _is_topic(text, words)


def has_form_of_heading(text: str) -> bool:
    """Return whether a line could head a list by its form: short, with a capital, and no sentence or limit.

    Only what stands around it can tell it from a criterion that is as short: `Male`.
    """
    words = text.split()
    return (
        0 < len(words) <= _LONGEST_HEADING
        and not text[0].islower()
        and (text[0].isalpha() or text[0] in "([")
        and text[-1] not in ".;,!?…"
        and words[-1].lower() not in _UNFINISHED
        and words[0].lower() not in _JOINING
        and SAYS.search(text) is None
        and not states_limit(text)
    )


def states_limit(text: str) -> bool:
    """Return whether a text gives an age or another limit, which a criterion does: `Males ages 18-60`."""
    return _LIMIT.search(_NUMBERED.sub("", text)) is not None


def is_sex_or_age(text: str) -> bool:
    """Return whether a text says no more than a sex or an age group, as a criterion does too: `Male`, `Adults`."""
    return _SEX_OR_AGE.fullmatch(text) is not None


def is_common_topic(text: str) -> bool:
    """Return whether words name a matter that criteria of both sides have: `Medical and therapeutic`."""
    return _COMMON_TOPICS.search(text) is not None


def names_people_or_topic(text: str) -> bool:
    """Return whether any of the words is for people, a part of the study, or a matter of criteria."""
    words = text.rstrip(HEADING_END).split()
    return bool(words) and (_is_topic(text.rstrip(HEADING_END), words) or is_common_topic(text))


def is_named_cohort(text: str) -> bool:
    """Return whether a text is a cohort's name alone: `Cohort 1`, `Healthy volunteers`."""
    return named_cohort(text) is not None


def named_cohort(text: str) -> str | None:
    """Return the cohort's name that a text is, a colon or dash before it aside, None where it is more or less."""
    match = _NAMED_COHORT.fullmatch(text)
    return None if match is None else match[1]


def cohort_before(text: str) -> int:
    """Return where a cohort's name ends that opens a text, as in `Part 2 (Cohort H): confirmed …`; 0 without one."""
    match = _COHORT_BEFORE.match(text)
    return 0 if match is None else match.end()


SAYS = re.compile(
    r"\b(?:any|are|be|can|defined|do|does|following|fulfil\w*|had|has|have|include|includes|including|is|may"
    r"|meet\w*|met|must|note|one of|satisf\w+|shall|should|that|unless|was|were|which|who|will)\b"
    r"|^(?:ability|able|adequate|no|normal|signed|willing\w*|written)\b",
    re.IGNORECASE,
)
"""What makes words a statement."""

_UNIT = (
    r"(?:arms?|cohorts?|escalation|expansion|groups?|modules?|parts?|periods?|phases?|randomi[sz]ation|segments?"
    r"|stages?|steps?|sub-?stud(?:y|ies)|tracks?)"
)
_PEOPLE = (
    r"(?:adolescents?|adults?|boys|caregivers?|carers?|cases|children|controls?|donors?|famil(?:y|ies)|fathers?"
    r"|females?|girls|infants?|males?|men|mothers?|newborns?|parents?|participants?|partners?|patients?"
    r"|physicians?|providers?|recipients?|siblings?|students?|subjects?|volunteers?|women)"
)

WHO = re.compile(rf"\b(?:{_UNIT}|{_PEOPLE})\b", re.IGNORECASE)
"""A word for people, or for a part of a study."""

RESTRICTION = rf"(?:[^\W\d]+ ){{0,3}}?{_PEOPLE}"
"""Whom criteria are restricted to, in a pattern: `matched controls`."""

_LONGEST_GROUP = 6
_LONGEST_HEADING = 8  # words; titles of groups are that long, and criteria seldom as short

_GROUP = re.compile(_PEOPLE, re.IGNORECASE)

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

# Numbers that are a name's own, not a limit: `Type 2 diabetes`, `Cohort 1b`.
_NUMBERED = re.compile(rf"\b(?:{_UNIT}|class|grade|type|version|visit|group) [0-9]{{1,2}}[a-z]?\b", re.IGNORECASE)
_LIMIT = re.compile(
    r"[<>=≤≥]|\b[0-9]+(?:[.,][0-9]+)? ?(?:[-–]|to|or|years?|yrs?|months?|weeks?|days?|mg|kg|%)"
    r"|\b(?:aged?|ages|between|older|younger|at least|more than|less than)\b(?=.{0,300}[0-9])",
    re.IGNORECASE,
)
_SEX_OR_AGE = re.compile(
    r"(?:(?:adults?|children|females?|girls|boys|males?|men|women|elderly|both|sexes|genders?|patients?|participants?"
    r"|subjects?|volunteers?|healthy|pregnant|and|or|&|/)[ ,]*)+",
    re.IGNORECASE,
)

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

# Before `criteria`: what they can be about on either side.
_COMMON_TOPICS = re.compile(
    r"\b(?:additional|age|all|biochemical|biological|cardiac|clinical|cognitive|common|demographic|diagnostic|disease"
    r"|donor|entry|ethical|functional|general|genetic|ha?ematolog\w*|hepatic|histolog\w*|imaging|infectious|lab"
    r"|laborator(?:y|ies)|legal|medical|medication|neurolog\w*|other|patholog\w*|patient|physical|psychiatric"
    r"|psychological|pulmonary|radiolog\w*|renal|safety|social|specific|surgical|therap(?:y|eutic)|treatment|tumou?r)\b",
    re.IGNORECASE,
)

_JOINING = frozenset({"and", "but", "or", "and/or"})
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


def _says_first(text: str) -> bool:
    """Return whether words other than an adjective at the start make a text a statement."""
    return SAYS.search(text.partition(" ")[2]) is not None


def _is_topic(text: str, words: list[str]) -> bool:
    """Return whether a heading's words name people, a part of the study, or a matter."""
    return words[-1].lower().rpartition("-")[2] in _TOPICS or WHO.search(text) is not None
