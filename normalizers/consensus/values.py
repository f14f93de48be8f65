"""Values of one field beside each other: dates, numbers, ages, names, sets."""

from collections.abc import Sequence
from typing import Final

from normalizers.ages import is_backwards
from normalizers.consensus.likeness import DIFFERENT, SAME, Compared, Likeness, of_parts
from normalizers.consensus.texts import reading, shortened
from normalizers.organisations import are_one
from normalizers.text import fold
from schemas.trial import Enrollment, Trial
from schemas.values import Age, PartialDate
from schemas.vocabulary import AgeUnit, Status

_SMALLER: Final = {
    AgeUnit.YEARS: (AgeUnit.MONTHS, 12),
    AgeUnit.WEEKS: (AgeUnit.DAYS, 7),
    AgeUnit.DAYS: (AgeUnit.HOURS, 24),
    AgeUnit.HOURS: (AgeUnit.MINUTES, 60),
}
"""Units that hold a whole number of smaller ones; months and weeks have no common measure."""


_OPEN: Final = frozenset(
    {Status.NOT_YET_RECRUITING, Status.RECRUITING, Status.ENROLLING_BY_INVITATION, Status.ACTIVE_NOT_RECRUITING}
)
"""Statuses that the registry calls unknown when the trial should have ended and nobody confirmed them for two years.
The day of the record's last update stays as it was."""


def status(chosen: Status, other: Status) -> Compared:
    """Statuses: an open one becomes `UNKNOWN` by itself."""
    if chosen is other:
        return SAME
    why = "the registry calls an open status unknown that nobody confirms"
    if chosen is Status.UNKNOWN and other in _OPEN:
        return Compared(Likeness.EARLIER, why)
    return Compared(Likeness.LATER, why) if other is Status.UNKNOWN and chosen in _OPEN else DIFFERENT


def date(chosen: PartialDate, other: PartialDate) -> Compared:
    """Dates: a month without its day says less."""
    if chosen == other:
        return SAME
    if chosen.startswith(f"{other}-"):
        return Compared(Likeness.LESS, "a date without its day or month")
    if other.startswith(f"{chosen}-"):
        return Compared(Likeness.MORE, "a date with its day or month")
    return DIFFERENT


def enrollment(chosen: Enrollment, other: Enrollment) -> Compared:
    """Numbers of participants: one without a kind says less."""
    if chosen.count != other.count:
        return DIFFERENT
    if chosen.type == other.type:
        return SAME
    if other.type is None:
        return Compared(Likeness.LESS, "without whether they were counted or are expected")
    if chosen.type is None:
        return Compared(Likeness.MORE, "with whether they were counted or are expected")
    return Compared(Likeness.DIFFERENT, "the same number, counted on one page and expected on the other")


def age(chosen: Age, other: Age) -> Compared:
    """Ages: the same limit in another unit is a variant."""
    if chosen == other:
        return SAME
    same = _in_smallest(chosen) == _in_smallest(other)
    return Compared(Likeness.VARIANT, "the same limit in another unit") if same else DIFFERENT


def _in_smallest(limit: Age) -> tuple[int, AgeUnit]:
    value, unit = limit.value, limit.unit
    while unit in _SMALLER:
        unit, times = _SMALLER[unit]
        value *= times
    return value, unit


def denies_age(chosen: Trial, other: Trial) -> bool:
    """Whether the only limit of one page stands against the other limit of another page: from 1 year, up to 24 weeks.

    A page that shows one limit says that there is no other. Joined, the two would be no range of ages.
    """
    ours, theirs = chosen.eligibility, other.eligibility
    if ours.minimum_age is None and ours.maximum_age is None:
        return False
    return is_backwards(ours.minimum_age or theirs.minimum_age, ours.maximum_age or theirs.maximum_age)


def organisation(chosen: str, other: str) -> Compared:
    """Names of an organisation: spellings of one are variants."""
    if fold(chosen) == fold(other):
        return SAME
    return Compared(Likeness.VARIANT, "another spelling of one name") if are_one(chosen, other) else DIFFERENT


def organisations(chosen: Sequence[str], other: Sequence[str]) -> Compared:
    """Lists of organisations."""
    # The same name first: a whole must not take the place of its part.
    same = {fold(name) for name in chosen} & {fold(name) for name in other}
    ours, left = ([name for name in names if fold(name) not in same] for names in (chosen, other))
    if len(ours) * len(left) > 10_000:  # a tenth of a second; no trial has so many
        return listed([], ours, left)
    missing: list[str] = []
    found: list[Likeness] = []
    for name in ours:
        partner = next((one for one in left if are_one(one, name)), None)
        if partner is None:
            missing.append(name)
        else:
            left.remove(partner)
            found.append(Likeness.VARIANT)
    return listed(found, missing, left)


def options(chosen: Sequence[str], other: Sequence[str]) -> Compared:
    """Sets of a closed vocabulary."""
    missing = [one for one in chosen if one not in other]
    return listed([], missing, [one for one in other if one not in chosen])


def whole_set(chosen: Sequence[str], other: Sequence[str]) -> Compared:
    """A set that is one value: phases 2 and 3 are another phase than phase 2."""
    return SAME if set(chosen) == set(other) else DIFFERENT


def words(chosen: Sequence[str], other: Sequence[str]) -> Compared:
    """Lists of free words: the order of words within an entry makes no difference."""
    ours = {_bag(entry): entry for entry in chosen}
    theirs = {_bag(entry): entry for entry in other}
    missing = [entry for key, entry in ours.items() if key not in theirs]
    extra = [entry for key, entry in theirs.items() if key not in ours]
    respelled = any(fold(ours[key]) != fold(theirs[key]) for key in ours.keys() & theirs.keys())
    return listed([Likeness.VARIANT] if respelled else [], missing, extra)


def _bag(entry: str) -> tuple[str, ...]:
    return tuple(sorted(filter(None, (reading(word).key for word in entry.replace("-", " ").split()))))


def listed(
    found: list[Likeness], missing: Sequence[str], extra: Sequence[str], differences: Sequence[str] = ()
) -> Compared:
    """How two lists stand to each other.

    Args:
        found: how the entries that both have stand to each other.
        missing: entries of the chosen list that the other has not, in words.
        extra: entries of the other list that the chosen has not, in words.
        differences: what differs within entries that both have.
    """
    lines = (
        *(f"missing here: {shortened(text)}" for text in missing),
        *(f"only here: {shortened(text)}" for text in extra),
        *differences,
    )
    if missing and extra:
        return Compared(Likeness.DIFFERENT, differences=lines)
    parts = [*found, *([Likeness.LESS] if missing else []), *([Likeness.MORE] if extra else [])]
    likeness = of_parts(parts)
    why = {
        Likeness.LESS: "some of the entries are missing here" if missing else "the entries say less here",
        Likeness.MORE: "entries that the chosen list has not" if extra else "the entries say more here",
        Likeness.VARIANT: "the same in another spelling",
    }.get(likeness, "")
    return Compared(likeness, why, lines)
