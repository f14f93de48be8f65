"""Limits of age as the sites write them: `18 Years`, `18 to 70 years old`, `40 Years and older`."""

import re
from typing import NamedTuple

from normalizers.text import fold
from schemas.values import Age
from schemas.vocabulary import AgeUnit


class AgeRange(NamedTuple):
    """The ages that may take part, both limits included; None means no limit on that side."""

    minimum: Age | None
    maximum: Age | None


_UNITS = {form: unit for unit in AgeUnit for form in (unit.value.casefold(), unit.value.casefold()[:-1])}
_MINUTES = {
    AgeUnit.YEARS: 525_960,  # 365.25 days, so that twelve months are one year
    AgeUnit.MONTHS: 43_830,
    AgeUnit.WEEKS: 10_080,
    AgeUnit.DAYS: 1_440,
    AgeUnit.HOURS: 60,
    AgeUnit.MINUTES: 1,
}
_UNIT = rf" ({'|'.join(_UNITS)})(?: old| of age)?"
_AGE = re.compile(rf"(\d{{1,4}}){_UNIT}", re.ASCII)
_FROM_TO = re.compile(rf"(?:(\d{{1,4}})(?:{_UNIT})?|n/a)(?: to | ?- ?)(?:(\d{{1,4}}){_UNIT}|n/a)", re.ASCII)
_FROM = re.compile(rf"(?:(\d{{1,4}})\+{_UNIT}|(\d{{1,4}}){_UNIT} (?:and|or) older)", re.ASCII)
_TO = re.compile(rf"(?:under|up to) (\d{{1,4}}){_UNIT}|(\d{{1,4}}){_UNIT} (?:and|or) younger", re.ASCII)
_BETWEEN = re.compile(rf"between (\d{{1,4}}){_UNIT} and (\d{{1,4}}){_UNIT}", re.ASCII)
_OVER = re.compile(rf"over (\d{{1,4}}){_UNIT}", re.ASCII)
# TrialX writes `<minimum> - <maximum> years of age` and leaves out what is not limited, now with its dash, now without.
_ONE_SIDE = re.compile(rf"(-? ?)(\d{{1,4}})( ?-)? ({'|'.join(_UNITS)}) of age", re.ASCII)
_UNLIMITED = frozenset(
    {
        "all ages",
        "any age",
        "child, adult, older adult",  # registry, of all its groups
        "n/a and older",  # inclinicaltrials
        "n/a and younger",
        "no age limit",
        "no limit",
    }
)

_AGE_GROUPS = re.compile(r" \((?:(?:child|older[ _]adult|adult)(?:, )?)+\)")
"""The registry's groups of ages, which say nothing beside the limits before them: `… older (Adult, Older Adult)`."""


def age(text: str) -> Age | None:
    """One limit with its unit, `18 Years` or `6 months old`; None unless it is a whole number and a unit."""
    match = _AGE.fullmatch(fold(text))
    return None if match is None else _limit(match[1], match[2])


def age_range(text: str) -> AgeRange | None:
    """Both limits of one phrase, each in the unit it was given in.

    `Under 17 years old` gives 17 as the maximum: so Veeva words the registry's `Maximum Age: 17 Years`, which
    includes it. `18 years of age` is a minimum and `- 22 years of age` a maximum: so TrialX words one limit alone. The
    dash decides, so give it along where it was taken for a bullet.

    Returns:
        The range, or None where the words are not understood; that includes a range that runs backwards.
    """
    words = fold(text)
    if words.endswith(("adult)", "child)")):
        words = _AGE_GROUPS.sub("", words)
    if words in _UNLIMITED:
        return AgeRange(None, None)
    if (match := _FROM_TO.fullmatch(words)) is not None:
        low, low_unit, high, high_unit = match.groups()
        if low is not None and low_unit is None and high is None:
            return None  # `18 to N/A`: eighteen of what
        minimum = None if low is None else _limit(low, low_unit or high_unit)
        maximum = None if high is None else _limit(high, high_unit)
        return None if is_backwards(minimum, maximum) else AgeRange(minimum, maximum)
    if (match := _FROM.fullmatch(words)) is not None:
        return AgeRange(_limit(match[1] or match[3], match[2] or match[4]), None)
    if (match := _TO.fullmatch(words)) is not None:
        return AgeRange(None, _limit(match[1] or match[3], match[2] or match[4]))
    if (match := _ONE_SIDE.fullmatch(words)) is not None and not (match[1] and match[3]):
        limit = _limit(match[2], match[4])
        return AgeRange(None, limit) if match[1] else AgeRange(limit, None)
    return None


def worded_age_range(text: str) -> AgeRange | None:
    """Both limits as trialstoday words those of the registry, `Over 18 Years`, `Between 40 Years and 80 Years`.

    Each includes the age that it names: `Over 18 Years` is the registry's `18 Years and older`. Other sites may mean
    what the words say, so that `age_range` does not know them.
    """
    words = fold(text)
    if (match := _BETWEEN.fullmatch(words)) is not None:
        minimum, maximum = _limit(match[1], match[2]), _limit(match[3], match[4])
        return None if is_backwards(minimum, maximum) else AgeRange(minimum, maximum)
    if (match := _OVER.fullmatch(words)) is not None:
        return AgeRange(_limit(match[1], match[2]), None)
    return age_range(text)


def is_backwards(minimum: Age | None, maximum: Age | None) -> bool:
    """Whether the minimum is above the maximum, so that nobody could take part; units are compared by their length."""
    if minimum is None or maximum is None:
        return False
    return minimum.value * _MINUTES[minimum.unit] > maximum.value * _MINUTES[maximum.unit]


def _limit(number: str, unit: str) -> Age:
    return Age(value=int(number), unit=_UNITS[unit])
