"""Numbers of people and groups: `3,234 participants in 3 patient groups`, `50 estimated patients`."""

import re
from typing import NamedTuple

from schemas.trial import Enrollment
from schemas.vocabulary import EnrollmentType


class Groups(NamedTuple):
    """What the heading above a trial's arms counts."""

    participants: int
    groups: int


# Thousands are divided by commas or by no-break or thin blanks. An ordinary blank does not divide them, since
# `12 345` can be two numbers; nor does a full stop, which elsewhere divides decimals.
_NUMBER = r"\d{1,3}(?:(?:,\d{3}){1,2}|(?:[\u00a0\u2009\u202f]\d{3}){1,2})|\d{1,9}"
_WHOLE = re.compile(_NUMBER, re.ASCII)
_ENROLLMENT = re.compile(
    rf"({_NUMBER})(?:\s+(estimated))?(?:\s+(?:(patients?)|participants?))?", re.ASCII | re.IGNORECASE
)
_GROUPS = re.compile(
    rf"({_NUMBER})\s+participants?\s+in\s+(\d{{1,3}})\s+patient\s+groups?(?:,\s+including\s.+)?",
    re.ASCII | re.IGNORECASE,
)


def whole_number(text: str) -> int | None:
    """The number, up to 999,999,999; None where there is anything else: a sign, a decimal, a word, `1,23`."""
    number = text.strip()
    return _number(number) if _WHOLE.fullmatch(number) is not None else None


def enrollment(text: str) -> Enrollment | None:
    """How many participants, and whether they were counted, as far as the words say so.

    `50 estimated patients` are expected and `13 patients` were counted: so Veeva words the two. A bare `849`,
    and `3,234 participants`, leave the type unknown.
    """
    match = _ENROLLMENT.fullmatch(text.strip())
    if match is None:
        return None
    number, estimated, patients = match.groups()
    if estimated is not None:
        return Enrollment(count=_number(number), type=EnrollmentType.ESTIMATED)
    return Enrollment(count=_number(number), type=None if patients is None else EnrollmentType.ACTUAL)


def estimated_enrollment(text: str) -> Enrollment | None:
    """How many participants are expected: a number below a label that says so, such as `Enrollment (Estimated)`."""
    return _labelled(text, EnrollmentType.ESTIMATED)


def actual_enrollment(text: str) -> Enrollment | None:
    """How many participants there were: a number below a label that says so, such as `Enrollment (Actual)`."""
    return _labelled(text, EnrollmentType.ACTUAL)


def _labelled(text: str, kind: EnrollmentType) -> Enrollment | None:
    """The number with the label's type; None where the words themselves say another one."""
    known = enrollment(text)
    return None if known is None or known.type not in (None, kind) else Enrollment(count=known.count, type=kind)


def groups(text: str) -> Groups | None:
    """The two numbers in `3,234 participants in 3 patient groups, including a placebo group`."""
    match = _GROUPS.fullmatch(text.strip())
    return None if match is None else Groups(participants=_number(match[1]), groups=int(match[2]))


def _number(text: str) -> int:
    return int("".join(filter(str.isdecimal, text)))
