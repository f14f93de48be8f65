import pytest
from hypothesis import given
from hypothesis import strategies as st

from normalizers.ages import AgeRange, age, age_range
from schemas.values import Age
from schemas.vocabulary import AgeUnit
from tests.each import each
from tests.registry import found

UNITS = {
    "Years": AgeUnit.YEARS,
    "Months": AgeUnit.MONTHS,
    "Weeks": AgeUnit.WEEKS,
    "Days": AgeUnit.DAYS,
    "Hours": AgeUnit.HOURS,
    "Minutes": AgeUnit.MINUTES,
}
BUNDLED = ("0 Years", "1 Year", "6 Months", "30 Days", "8 Weeks", "12 Hours", "90 Minutes", "120 Years")


def years(value):
    return Age(value=value, unit=AgeUnit.YEARS)


def months(value):
    return Age(value=value, unit=AgeUnit.MONTHS)


def weeks(value):
    return Age(value=value, unit=AgeUnit.WEEKS)


@pytest.mark.parametrize(
    ("words", "value", "unit"),
    [
        ("18 Years", 18, "YEARS"),
        ("1 Year", 1, "YEARS"),
        ("0 Years", 0, "YEARS"),
        ("6 Months", 6, "MONTHS"),
        ("8 weeks", 8, "WEEKS"),
        ("1 Day", 1, "DAYS"),
        ("2 Hours", 2, "HOURS"),
        ("90 Minutes", 90, "MINUTES"),
        ("18 years old", 18, "YEARS"),
        ("17 years of age", 17, "YEARS"),
        ("18\u00a0 YEARS", 18, "YEARS"),
    ],
)
def test_an_age_keeps_its_unit(words, value, unit):
    assert age(words) == Age(value=value, unit=AgeUnit(unit))


@pytest.mark.parametrize(
    "words",
    [
        "",
        "N/A",
        "18",
        "Years",
        "18.5 Years",
        "-1 Years",
        "18 Yards",
        "18 Years 6 Months",
        "eighteen Years",
        "99999 Years",
    ],
)
def test_other_words_are_no_age(words):
    assert age(words) is None


@pytest.mark.parametrize(
    ("words", "minimum", "maximum"),
    [
        ("18 to 70 years old", years(18), years(70)),
        ("18 to 30 months old", months(18), months(30)),
        ("6 to 24 weeks old", weeks(6), weeks(24)),
        ("6 months to 18 years old", months(6), years(18)),
        ("6 months old to 18 years old", months(6), years(18)),
        ("40-75 years", years(40), years(75)),
        ("40–75 years", years(40), years(75)),
        ("2 - 17 years of age", years(2), years(17)),
        ("2 – 17 years of age", years(2), years(17)),
        ("40 Years to 85 Years", years(40), years(85)),
        ("1 Year to 1 Year", years(1), years(1)),
        ("12 Months to 1 Year", months(12), years(1)),
        ("N/A to 65 Years", None, years(65)),
        ("18 Years to N/A", years(18), None),
    ],
)
def test_a_range_has_both_limits_in_their_units(words, minimum, maximum):
    assert age_range(words) == AgeRange(minimum, maximum)


@pytest.mark.parametrize(
    ("words", "minimum"),
    [
        ("18+ years old", years(18)),
        ("18+ years", years(18)),
        ("18+ months old", months(18)),
        ("18 Years and older", years(18)),
        ("6 Months and older", months(6)),
        ("18 years or older", years(18)),
        ("18 years of age", years(18)),
        ("6 months of age", months(6)),
        ("18 - years of age", years(18)),
    ],
)
def test_a_range_can_be_open_above(words, minimum):
    assert age_range(words) == AgeRange(minimum, None)


@pytest.mark.parametrize(
    ("words", "maximum"),
    [
        ("Under 17 years old", years(17)),
        ("up to 65 Years", years(65)),
        ("65 Years and younger", years(65)),
        ("24 Months and younger", months(24)),
        ("- 22 years of age", years(22)),
        ("– 6 months of age", months(6)),
    ],
)
def test_a_range_can_be_open_below(words, maximum):
    assert age_range(words) == AgeRange(None, maximum)


@pytest.mark.parametrize("words", ["N/A and older", "All ages", "Any age", "No limit", "No age limit", "N/A to N/A"])
def test_a_range_without_limits_is_understood_as_such(words):
    assert age_range(words) == AgeRange(None, None)


@pytest.mark.parametrize(
    "words", ["70 to 18 years", "2 Years to 6 Months", "40 Days to 1 Month", "2 Hours to 90 Minutes", "75-40 years"]
)
def test_a_range_that_runs_backwards_is_not_understood(words):
    assert age_range(words) is None


@pytest.mark.parametrize(
    "words",
    [
        "",
        "18",
        "18+",
        "18 to 70",
        "18 to N/A",
        "18.5 to 70 years",
        "18 to 70.5 years",
        "18 to 70 years, or older with consent",
        "Adult",
        "over 18",
        "N/A",
        "18 Years",
        "older than 18 years",
    ],
)
def test_other_words_are_no_range(words):
    assert age_range(words) is None


@each(
    "words",
    sorted({*BUNDLED, *found("eligibilityModule", "minimumAge"), *found("eligibilityModule", "maximumAge")}),
)
def test_the_registrys_ages_come_back_as_they_are(words):
    number, unit = words.split()
    assert age(words) == Age(value=int(number), unit=UNITS[unit.removesuffix("s") + "s"])


REGISTRY_LIMITS = sorted(
    {
        ("18 Years", "70 Years"),
        ("18 Years", None),
        (None, "17 Years"),
        ("6 Months", "18 Years"),
        ("6 Weeks", "24 Weeks"),
        *(
            (module.get("minimumAge"), module.get("maximumAge"))
            for module in found("eligibilityModule")
            if "minimumAge" in module or "maximumAge" in module
        ),
    },
    key=str,
)


def test_the_registrys_limits_come_back_from_the_aggregators_words():
    for minimum, maximum in REGISTRY_LIMITS:
        words = f"{minimum or 'N/A'} and older" if maximum is None else f"{minimum or 'N/A'} to {maximum}"
        assert age_range(words) == AgeRange(age(minimum or ""), age(maximum or "")), words


def test_the_registrys_limits_come_back_from_veevas_words():
    for minimum, maximum in REGISTRY_LIMITS:
        low, low_unit = (minimum or "0 Years").lower().split()
        high, high_unit = (maximum or "0 Years").lower().split()
        if maximum is None:
            words = f"{low}+ {low_unit} old"
        elif minimum is None:
            words = f"Under {high} {high_unit} old"
        elif low_unit == high_unit:
            words = f"{low} to {high} {high_unit} old"
        else:
            words = f"{low} {low_unit} to {high} {high_unit} old"
        assert age_range(words) == AgeRange(age(minimum or ""), age(maximum or "")), words


@given(st.integers(0, 120), st.integers(0, 120), st.sampled_from([*UNITS]))
def test_a_range_is_understood_exactly_when_it_runs_forwards(low, high, unit):
    limits = AgeRange(Age(value=low, unit=UNITS[unit]), Age(value=high, unit=UNITS[unit]))
    assert age_range(f"{low} to {high} {unit} old") == (limits if low <= high else None)


@given(st.text())
def test_any_text_is_a_range_or_none(words):
    read = age_range(words)
    assert read is None or isinstance(read, AgeRange)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("18 Years and older (Adult, Older Adult)", "18 Years and older"),
        ("18 years to 70 years (ADULT, OLDER_ADULT)", "18 years to 70 years"),
        ("up to 17 Years (Child)", "up to 17 Years"),
        ("Child, Adult, Older Adult", "All ages"),
    ],
)
def test_the_registrys_groups_of_ages_say_nothing_beside_the_limits(text, plain):
    assert age_range(text) == age_range(plain) is not None


@pytest.mark.parametrize("text", ["Adult, Older Adult", "18 Years and older (fit)", "(Adult)"])
def test_groups_of_ages_alone_are_no_limits(text):
    assert age_range(text) is None
