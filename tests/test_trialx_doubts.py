"""What a TrialX listing does not say in known words: labels that are gone or renamed, and lines of another kind."""

import pytest

from schemas.record import IssueCode, Record
from schemas.vocabulary import Phase, Status
from tests.build import TRIALX, record, without
from tests.test_trialx import WHITE_LABEL

TITLE = "Knee Cells in Adults"
OTHER_WORDS = ("Who can participate", "Blorptang", "Informations XY", "Participation criteria")


def told(found: Record, text: str | None = None) -> set[str | None]:
    """The fields that issues name; those of one quotation where it is given."""
    return {issue.field for issue in found.issues if text in (None, issue.text)}


def is_listing(page: str) -> Record:
    found = record(page)
    assert found.source.layout == "listing"
    return found


@pytest.mark.parametrize("words", OTHER_WORDS)
def test_criteria_whose_label_nobody_knows_are_missing_and_the_overview_is_doubtful(words):
    found = is_listing(TRIALX.replace("\nEligibility\n", f"\n{words}\n"))
    assert found.trial.eligibility.inclusion == ()
    assert {"eligibility", "summary"} <= told(found)
    assert found.trial.conditions == ("Knee Osteoarthritis",)


def test_criteria_without_their_label_are_missing_and_the_overview_is_doubtful():
    found = is_listing(without(TRIALX, "Eligibility"))
    assert found.trial.eligibility.inclusion == ()
    assert {"eligibility", "summary"} <= told(found)


@pytest.mark.parametrize("words", ["Trial facts", "About the listing", *OTHER_WORDS])
def test_without_the_label_of_the_facts_the_last_criterion_is_doubtful(words):
    found = is_listing(TRIALX.replace("Study details\n", f"{words}\n\n"))
    assert {"eligibility", "conditions"} <= told(found)
    assert (found.trial.nct_id, found.trial.sponsor) == ("NCT06570291", "Wuxi Ltd.")


@pytest.mark.parametrize("where", ["Overview", "Eligibility"])
def test_a_section_that_stands_twice_is_never_part_of_another_quietly(where):
    start = TRIALX.index("\nEligibility\n")
    section = TRIALX[start : TRIALX.index("Study details")]
    place = TRIALX.index(f"\n{where}\n") if where == "Overview" else start
    found = record(TRIALX[:place] + section + TRIALX[place:])
    once = record(TRIALX).trial.eligibility
    assert found.trial.eligibility == once or any(str(field).startswith("eligibility") for field in told(found))


@pytest.mark.parametrize("words", ["Check my eligibility", "Travel support: Available", "Ask our team a question"])
def test_what_slips_behind_a_text_is_told(words):
    for label, field in (("Eligibility", "summary"), ("Study details", "eligibility")):
        found = record(TRIALX.replace(f"\n{label}\n", f"\n{words}\n\n{label}\n"))
        assert any(str(name).startswith(field) for name in told(found, words)), (label, found.issues)


@pytest.mark.parametrize(
    "words",
    [
        "Sponsored: find out whether you qualify for a paid sleep study near you",
        "Click the question mark to learn what this means.",
        "Study visits: Home and clinic",
        "The recruitment status tells whether a study is looking for people at the moment.",
    ],
)
@pytest.mark.parametrize("title", [TITLE, "CELLS-Knee1"])
@pytest.mark.parametrize("is_first", [True, False])
def test_a_line_beside_the_title_never_takes_its_place_quietly(words, title, is_first):
    lines = (words, title) if is_first else (title, words)
    header = TRIALX[: TRIALX.index("Recruiting")]
    found = record(TRIALX.replace(header, "\n\n".join(lines) + "\n\n", 1))
    assert found.trial.title == title or "title" in told(found)


@pytest.mark.parametrize("chip", ["Recruiting – learn more", "Recruiting as of March 2024"])
def test_a_chip_with_something_beside_it_is_no_title(chip):
    page = TRIALX.replace(f"Image\n\n{TITLE}\n\n{TITLE}\n\nRecruiting\n", f"CELLS-Knee1\n\n{chip}\n\n")
    found = record(page)
    assert found.trial.title == "CELLS-Knee1" or "title" in told(found)
    assert found.trial.title != chip


@pytest.mark.parametrize("words", ["Help", "Compare trials", "Learn more"])
def test_the_words_of_a_control_are_no_condition(words):
    found = record(TRIALX.replace("    Knee Osteoarthritis", f"    {words}\n    Knee Osteoarthritis"))
    assert found.trial.conditions == ("Knee Osteoarthritis",)
    assert told(found, words) == {"conditions"}


def test_of_two_names_around_the_date_neither_is_the_sponsor():
    found = record(TRIALX.replace("Wuxi Ltd.\n\n21 July 2025", "Last verified\n\n21 July 2025\n\nWuxi Ltd."))
    assert found.trial.sponsor is None
    assert told(found, "Last verified | Wuxi Ltd.") == {"sponsor"}


# --- White labels ---


def test_the_facts_label_of_a_white_label_may_have_a_colon():
    found = record(WHITE_LABEL.replace("NCT06570291\n", "Study details:\n    Knee Osteoarthritis\n\nNCT06570291\n"))
    assert (found.trial.conditions, found.issues) == (("Knee Osteoarthritis",), ())


@pytest.mark.parametrize("label", ["", "Trial facts\n\n", "Blorptang\n\n"])
def test_conditions_of_a_white_label_without_their_label_are_told(label):
    found = record(WHITE_LABEL.replace("NCT06570291\n", f"{label}Knee Osteoarthritis\n\nNCT06570291\n"))
    assert found.trial.conditions == ()
    assert told(found, "Knee Osteoarthritis") == {"conditions"}


@pytest.mark.parametrize("words", ["Phase 3 as of March 2024", "Phase 3 – learn more", "Phase 3 (updated 3 days ago)"])
def test_a_chip_of_a_white_label_with_something_beside_it_is_read_or_told(words):
    found = record(WHITE_LABEL.replace("Phase 3", words))
    assert found.trial.phases == (Phase.PHASE3,) or any(issue.text == words for issue in found.issues)
    assert found.trial.status is Status.RECRUITING


def test_criteria_on_a_white_label_without_the_label_of_its_prose_are_unread_and_told():
    page = without(WHITE_LABEL, "Study Details:").replace(
        "NCT06570291\n", "Inclusion Criteria:\n\n  • Knee pain.\n\nStudy details\n    Knee Pain\n\nNCT06570291\n"
    )
    found = record(page)
    assert found.source.layout == "white-label"
    assert any(issue.code is IssueCode.UNREAD and "Inclusion Criteria:" in issue.text for issue in found.issues)


def test_a_plain_title_that_stands_twice_is_not_the_title_quietly():
    plain = "Can new cells help a hurting knee?"
    registry = "A Randomized Study of Cultured Knee Cells in Adults With Osteoarthritis"
    page = WHITE_LABEL.replace(f"{TITLE}\n", f"{registry}\n\n{plain}\n\n{plain}\n")
    found = record(page)
    assert found.trial.title == registry or "title" in told(found)


@pytest.mark.parametrize("item", ["Anemia", "No knee.", "Pregnant women"])
def test_an_item_that_stands_twice_in_a_row_is_told(item):
    found = record(TRIALX.replace("  1. No knee.", f"  • {item}\n  • {item}"))
    assert told(found, item) & {"eligibility.inclusion", "eligibility.exclusion", "eligibility.other"}


def test_a_lone_item_below_a_line_that_heads_no_list_is_told():
    page = TRIALX.replace("What it is about.", "What it is about.\n\nFollow-up visits\n\n  • 12")
    assert "summary" in told(record(page), "12")


def test_a_lone_criterion_below_the_heading_of_its_side_is_not_told():
    found = record(TRIALX.replace("Exclusion Criteria:\n\n  1. No knee.", "Exclusion Criteria\n\n  • No knee"))
    assert found.issues == ()


def test_a_side_with_nothing_in_its_heading_s_line_is_not_told():
    found = record(TRIALX.replace("Exclusion Criteria:\n\n  1. No knee.", "Exclusion Criteria: none"))
    assert not told(found, "Exclusion Criteria: none")
