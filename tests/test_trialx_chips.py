"""The title and the chips of a TrialX listing: each told by itself, and what is neither told by an issue."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.record import IssueCode, Record
from schemas.vocabulary import Sex, Status
from tests.build import TRIALX, record
from tests.each import each
from tests.test_trialx import WHITE_LABEL

TITLE = "Knee Cells in Adults"
CHIPS = "Recruiting\n40-75 years\nAll\nPhase 3"
ONCE = TRIALX.replace(f"{TITLE}\n\n", "", 1)
"""The title stands once, and no markup tells it."""

KNOWN = {
    "status": ("Recruiting", "Not yet recruiting", "Active, not recruiting", "Completed", "Not Recruiting"),
    "ages": (
        "40-75 years",
        "18 years of age",
        "- 22 years of age",
        "6 months of age",
        "22 years and younger",
        "18+ years",
    ),
    "sex": ("All", "Both", "Female", "Female, Male", "Male and Female"),
    "phases": ("Phase 3", "Phase N/A", "Phase III", "Phase 1/2", "Early Phase 1"),
}
UNKNOWN = (
    "18-65",
    "Paused",
    "Closed for now to everybody",
    "Everyone",
    "Phase IIb",
    "Sponsored",
    "Women 18",
    "Ages vary",
)


def told(found: Record) -> list[tuple[str | None, str]]:
    return [(issue.field, issue.text) for issue in found.issues]


def values(found: Record) -> dict[str, object]:
    trial = found.trial
    ages = (trial.eligibility.minimum_age, trial.eligibility.maximum_age)
    return {
        "status": trial.status,
        "ages": None if ages == (None, None) else ages,
        "sex": trial.eligibility.sex,
        "phases": trial.phases or None,
    }


def html(page: str, title: str = "") -> str:
    lines = [line.strip() for line in page.splitlines() if line.strip()]
    return f"<!doctype html><title>{title}</title>" + "".join(f"<div>{line}</div>" for line in lines)


@st.composite
def headers(draw: st.DrawFn) -> tuple[dict[str, str], str | None, list[str]]:
    """Chips of some kinds in any order, with at most one among them that nobody knows."""
    kinds = draw(st.lists(st.sampled_from(sorted(KNOWN)), unique=True, min_size=1))
    chips = {kind: draw(st.sampled_from(KNOWN[kind])) for kind in kinds}
    unknown = draw(st.none() | st.sampled_from(UNKNOWN))
    lines = list(chips.values())
    if unknown is not None:
        lines.insert(draw(st.integers(0, len(lines))), unknown)
    return chips, unknown, lines


@given(headers(), st.booleans(), st.booleans())
def test_chips_in_any_order_are_read_and_one_that_nobody_knows_is_told(header, in_markup, once):
    chips, unknown, lines = header
    page = (ONCE if once and not in_markup else TRIALX).replace(CHIPS, "\n".join(lines))
    found = record(html(page, TITLE) if in_markup else page)
    assert found.trial.title == TITLE
    alone = {kind: values(record(TRIALX.replace(CHIPS, chip)))[kind] for kind, chip in chips.items()}
    assert {kind: value for kind, value in values(found).items() if value is not None} == {
        kind: value for kind, value in alone.items() if value is not None
    }
    expected = {text for text in (unknown, "Not Recruiting" if "Not Recruiting" in lines else None) if text}
    assert {text for _, text in told(found)} == expected


@pytest.mark.parametrize(
    ("chip", "minimum", "maximum"),
    [
        ("18 years of age", (18, "YEARS"), None),
        ("6 months of age", (6, "MONTHS"), None),
        ("- 22 years of age", None, (22, "YEARS")),
        ("– 22 years of age", None, (22, "YEARS")),
        ("22 years and younger", None, (22, "YEARS")),
    ],
)
@pytest.mark.parametrize("in_markup", [True, False])
def test_an_age_that_is_limited_on_one_side_keeps_its_side(chip, minimum, maximum, in_markup):
    page = TRIALX.replace("40-75 years", chip)
    found = record(html(page) if in_markup else page)
    ages = (found.trial.eligibility.minimum_age, found.trial.eligibility.maximum_age)
    assert [age and (age.value, age.unit) for age in ages] == [minimum, maximum]
    assert (found.issues, found.trial.status) == ((), Status.RECRUITING)


def test_a_dash_that_all_chips_have_makes_no_age_a_minimum():
    page = TRIALX.replace(CHIPS, "- Recruiting\n- 22 years of age\n- All\n- Phase 3")
    found = record(page)
    assert values(found) == {**values(record(TRIALX)), "ages": None}
    assert told(found) == [("eligibility.minimum_age", "- 22 years of age")]


def test_a_trial_that_does_not_recruit_has_no_status_and_says_why():
    found = record(TRIALX.replace("\nRecruiting\n", "\nNot Recruiting\n"))
    (issue,) = found.issues
    assert (found.trial.status, issue.field, issue.code) == (None, "status", IssueCode.NOT_UNDERSTOOD)
    assert "takes no new participants" in issue.message


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("40-75 years", "18-65", "eligibility.minimum_age"),
        ("\nAll\n", "\nWomen\n", "eligibility.sex"),
        ("Phase 3\n", "Phase IIb\n", "phases"),
        ("\nRecruiting\n", "\nClosed for now to everybody\n", "status"),
    ],
)
def test_the_only_chip_that_nobody_knows_is_the_one_that_lacks(old, new, field):
    found = record(TRIALX.replace(old, new, 1))
    assert told(found) == [(field, new.strip())]
    assert len([value for value in values(found).values() if value is not None]) == 3


def test_the_field_of_an_unknown_chip_is_not_guessed():
    found = record(TRIALX.replace(CHIPS, "Recruiting\nEveryone"))
    assert told(found) == [(None, "Everyone")]


@pytest.mark.parametrize(("one", "other"), list(combinations(["Recruiting", "Completed", "Paused"], 2)))
def test_two_chips_of_one_kind_are_none(one, other):
    found = record(TRIALX.replace("\nRecruiting\n", f"\n{one}\n{other}\n"))
    assert found.trial.status is None or other == "Paused"
    assert any(other in text for _, text in told(found))


@each("page", [TRIALX, ONCE])
@each("in_markup", [True, False])
@each(
    "words",
    [
        "Save 50% on hearing aids today",
        "Click the icon to learn more about this term.",
        "Contact study team",
        "Sponsored",
        "A Study of Zapomab in Asthma",
    ],
)
@each("before", [TITLE, "Recruiting", "40-75 years", "Powered by AI", "Overview"])
def test_what_slips_between_title_and_chips_changes_nothing_quietly(page, in_markup, words, before):
    page = page.replace(f"\n{before}\n", f"\n{words}\n\n{before}\n", 1)
    found = record(html(page, TITLE) if in_markup else page)
    assert values(found) == values(record(TRIALX))
    if found.trial.title != TITLE:
        assert (found.trial.title, found.issues[0].field) == (None, "title")
    elif before != TITLE:
        assert any(words in text for _, text in told(found))


def test_a_title_that_the_page_contradicts_is_told():
    url = "https://www.trialx.com/clinical-trials/listings/1/knee-cells-in-adults/"
    assert record(ONCE, url).issues == ()
    found = record(ONCE.replace(TITLE, "Hearing Aids for Less Money"), url)
    assert told(found) == [("title", "knee cells in adults")]


def test_the_title_element_tells_the_title_where_no_heading_does():
    page = html(ONCE.replace(TITLE, f"{TITLE}\n\nA study that may help your knees"), f"{TITLE} | A portal")
    found = record(page)
    assert (found.trial.title, told(found)) == (TITLE, [(None, "A study that may help your knees")])


def test_of_two_lines_that_can_be_the_title_none_is_taken():
    page = ONCE.replace("Image\n\n", "Trials that may suit people like you\n\n")
    found = record(page)
    assert (found.trial.title, found.issues[0].field, found.issues[0].code) == (None, "title", IssueCode.AMBIGUOUS)
    assert TITLE in found.issues[0].text


def test_a_white_label_s_second_title_is_prose():
    page = "Image\n\n" + WHITE_LABEL.removeprefix("Home\n\n").replace(
        "Recruiting", "A study in plain words.\n\nRecruiting"
    )
    found = record(page)
    assert (found.trial.title, found.trial.status, found.issues) == (TITLE, Status.RECRUITING, ())


@pytest.mark.parametrize("words", ["Female, Male", "Male and Female", "Both"])
def test_both_sexes_are_all(words):
    assert record(TRIALX.replace("\nAll\n", f"\n{words}\n")).trial.eligibility.sex == Sex.ALL


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("Recruiting", "Seeking knees", "status"),
        ("Recruiting", "Seeking some more knees now", "status"),
        ("Recruiting", "Seeking knees now.", None),  # prose
        ("Recruiting", "NCT06570291", None),
        ("Phase 3", "Phase IIb", "phases"),
        ("Phase 3", "Phase IIb.", None),
        ("Phase 3", "NCT06570291", None),
    ],
)
def test_few_words_where_a_chip_of_a_white_label_is_missing_are_that_chip(old, new, field):
    found = record(WHITE_LABEL.replace(f"\n{old}\n", f"\n{new}\n", 1))
    assert told(found) == [(field, new)]
    lacks = found.trial.status if old == "Recruiting" else found.trial.phases
    assert not lacks
    assert found.trial.title == "Knee Cells in Adults"
