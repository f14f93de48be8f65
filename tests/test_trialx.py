"""Listings of the TrialX layout: chips, unlabelled details, prose that nobody should trust."""

import pytest

from schemas.record import IssueCode
from schemas.vocabulary import Phase, Sex, Status
from scraper.errors import ExtractError
from scraper.parse.page import Page
from scraper.pipeline import clean_page
from tests import registry
from tests.build import TRIALX, record, with_line, without

WHITE_LABEL = """\
Home

Knee Cells in Adults

Recruiting
40-75 years
All
Phase 3

A study that may help your knees

Study Details:

This study looks at cells and was described by a machine.

  • You may join if your knee hurts.

NCT06570291

Wuxi Ltd.

21 July 2025

Step 1 Get in touch with the nearest study center
"""


def test_the_smallest_listing_is_read_without_an_issue():
    result = record(TRIALX)
    trial = result.trial
    assert result.issues == ()
    assert (trial.title, trial.status, trial.phases) == ("Knee Cells in Adults", Status.RECRUITING, (Phase.PHASE3,))
    assert (trial.sponsor, trial.conditions, trial.nct_id) == ("Wuxi Ltd.", ("Knee Osteoarthritis",), "NCT06570291")


def test_the_date_without_a_label_is_the_last_update_and_not_the_start():
    trial = record(TRIALX).trial
    assert (trial.last_updated, trial.start_date) == ("2025-07-21", None)


def test_an_older_copy_shows_the_title_once_and_other_words_in_its_chips():
    page = TRIALX.replace("Image\n\nKnee Cells in Adults\n\n", "").replace(
        "40-75 years\nAll\nPhase 3\n\nPowered by AI", "2 - 17 years of age\nBoth\nPhase N/A"
    )
    trial = record(page).trial
    assert (trial.title, trial.eligibility.sex, trial.phases) == ("Knee Cells in Adults", Sex.ALL, (Phase.NA,))
    assert trial.eligibility.minimum_age is not None
    assert trial.eligibility.minimum_age.value == 2


@pytest.mark.parametrize("missing", ["Recruiting", "40-75 years", "All", "Phase 3"])
def test_a_missing_chip_moves_no_other(missing):
    trial = record(without(TRIALX, missing)).trial
    values = {
        "Recruiting": trial.status,
        "40-75 years": trial.eligibility.minimum_age,
        "All": trial.eligibility.sex,
        "Phase 3": trial.phases or None,
    }
    assert [chip for chip, value in values.items() if value is None] == [missing]
    assert trial.title == "Knee Cells in Adults"


@pytest.mark.parametrize("once", [True, False])
def test_a_status_that_nobody_knows_is_no_title(once):
    page = TRIALX.replace("Recruiting", "Paused")
    if once:
        page = page.replace("Knee Cells in Adults\n\nKnee", "Knee")
    result = record(page)
    assert result.trial.title == "Knee Cells in Adults"
    assert [(issue.field, issue.code, issue.text) for issue in result.issues] == [
        ("status", IssueCode.NOT_UNDERSTOOD, "Paused")
    ]


def test_a_listing_that_begins_with_its_overview_has_no_title():
    trial = record(TRIALX[TRIALX.index("Overview") :]).trial
    assert (trial.title, trial.status, trial.summary) == (None, None, "What it is about.")


def test_several_conditions_stand_before_the_nct_id():
    page = TRIALX.replace("    Knee Osteoarthritis\n", "    Knee Osteoarthritis\n    Labor, Induced\n")
    assert record(page).trial.conditions == ("Knee Osteoarthritis", "Labor, Induced")


def test_details_without_a_date_have_a_sponsor_and_details_without_a_sponsor_a_date():
    assert record(without(TRIALX, "21 July 2025")).trial.sponsor == "Wuxi Ltd."
    trial = record(without(TRIALX, "Wuxi Ltd.")).trial
    assert (trial.sponsor, trial.last_updated) == (None, "2025-07-21")


FACTS = TRIALX[TRIALX.index("Study details") : TRIALX.index("Step 1")]


@pytest.mark.parametrize(
    "facts",
    [
        "Conditions\n\nAsthma\n\nTrial ID\n\nNCT06570291\n\nSponsor\n\nAcme\n\nLast updated\n\n21 July 2025",
        "Sponsor: Acme\n\nAsthma\n\nNCT06570291\n\n21 July 2025",
        "Asthma\n\nNCT06570291\n\nStart date:\n\n21 July 2025",
    ],
)
def test_facts_that_stand_among_labels_are_told_by_no_place_and_said(facts):
    found = record(TRIALX.replace(FACTS, f"Study details\n\n{facts}\n\n"))
    trial = found.trial
    assert (trial.nct_id, trial.conditions, trial.sponsor, trial.last_updated) == ("NCT06570291", (), None, None)
    assert IssueCode.UNREAD in [issue.code for issue in found.issues]


def test_facts_in_rows_of_labels_that_nobody_knows_are_told_by_no_place():
    rows = "".join(
        f"<tr><th>{name}<td>{words}"
        for name, words in (("Illness", "Asthma"), ("Registered as", "NCT06570291"), ("Paid by", "Acme"))
    )
    lines = [line.strip() for line in TRIALX.replace(FACTS, "Study details\nFACTS\n").splitlines() if line.strip()]
    page = "<!doctype html>" + "".join(f"<p>{line}</p>" for line in lines)
    trial = record(page.replace("<p>FACTS</p>", f"<table>{rows}</table>")).trial
    assert (trial.nct_id, trial.conditions, trial.sponsor) == ("NCT06570291", (), None)


def test_facts_in_one_row_without_labels_are_told_by_their_places():
    lines = [line.strip() for line in TRIALX.replace(FACTS, "Study details\nFACTS\n").splitlines() if line.strip()]
    row = "<tr><td>Asthma<td>NCT06570291<td>Acme<td>21 July 2025"
    page = "<!doctype html>" + "".join(f"<p>{line}</p>" for line in lines)
    trial = record(page.replace("<p>FACTS</p>", f"<table>{row}</table>")).trial
    assert (trial.conditions, trial.sponsor, trial.last_updated) == (("Asthma",), "Acme", "2025-07-21")


def test_conditions_may_be_links_that_commas_part():
    lines = [line.strip() for line in TRIALX.splitlines() if line.strip()]
    page = "<!doctype html>" + "".join(f"<p>{line}</p>" for line in lines)
    page = page.replace("<p>Knee Osteoarthritis</p>", "<p><a>Knee Osteoarthritis</a>, <a>Pain</a></p>")
    assert record(page).trial.conditions == ("Knee Osteoarthritis", "Pain")


def test_a_description_is_shown_sometimes():
    page = TRIALX.replace("Eligibility\n", "Description\n\nMore.\n\nEligibility\n", 1)
    assert record(page).trial.description == "More."


def test_a_listing_without_an_nct_id_fails():
    with pytest.raises(ExtractError, match="no NCT id under Study details"):
        record(without(TRIALX, "NCT06570291"))


def test_the_id_of_another_trial_in_the_overview_changes_no_id():
    page = TRIALX.replace("What it is about.", "It follows NCT00000001.")
    assert record(page).trial.nct_id == "NCT06570291"


def test_no_prose_of_a_machine_is_taken_from_a_white_label():
    result = record(WHITE_LABEL, "https://bereflected.org/clinical-trials/listings/1/knee/")
    trial = result.trial
    assert (result.source.layout, result.issues) == ("white-label", ())
    assert (trial.summary, trial.description) == (None, None)
    assert (trial.eligibility.inclusion, trial.eligibility.exclusion, trial.eligibility.other) == ((), (), ())


def test_the_facts_of_a_white_label_hold():
    trial = record(WHITE_LABEL).trial
    assert (trial.title, trial.status, trial.phases) == ("Knee Cells in Adults", Status.RECRUITING, (Phase.PHASE3,))
    assert (trial.nct_id, trial.sponsor, trial.last_updated) == ("NCT06570291", "Wuxi Ltd.", "2025-07-21")
    assert trial.conditions == ()


def test_a_white_label_may_show_its_conditions_too():
    page = WHITE_LABEL.replace("NCT06570291\n", "Study details\n    Knee Osteoarthritis\n\nNCT06570291\n")
    assert record(page).trial.conditions == ("Knee Osteoarthritis",)


def test_prose_of_a_machine_is_removed_by_its_own_rule():
    removed = clean_page(Page(WHITE_LABEL.encode())).cleaned.removed
    assert [block.text for block, rule in removed if rule == "AI prose"] == [
        "A study that may help your knees",
        "Study Details:",
        "This study looks at cells and was described by a machine.",
        "You may join if your knee hurts.",
    ]


CARD = "You might also like\n\nA Study of Zapomab in Asthma\n\nNCT09999999\n\nZapo Pharma\n\n1 March 2020"


@pytest.mark.parametrize("page", [TRIALX, WHITE_LABEL])
@pytest.mark.parametrize("after", ["21 July 2025", "Wuxi Ltd.", "NCT06570291"])
@pytest.mark.parametrize("card", [CARD, "Also: NCT09999999"])
def test_a_card_of_another_trial_among_the_facts_leaves_no_trial(page, after, card):
    with pytest.raises(ExtractError, match=r"several NCT ids .*: NCT06570291, NCT09999999"):
        record(with_line(page, after, card))


def test_a_card_of_another_trial_before_the_facts_leaves_no_trial_either():
    with pytest.raises(ExtractError, match="several NCT ids"):
        record(TRIALX.replace("Study details\n", f"Study details\n\n{CARD}\n\n"))


def test_a_card_of_another_trial_within_the_prose_is_told():
    found = record(with_line(TRIALX, "What it is about.", CARD))
    assert found.trial.nct_id == "NCT06570291"
    assert ("NCT09999999", IssueCode.MISMATCH) in [(issue.text, issue.code) for issue in found.issues]


def test_one_nct_id_shown_twice_is_one():
    assert record(with_line(TRIALX, "21 July 2025", "NCT ID: NCT06570291")).trial.nct_id == "NCT06570291"


STRANGE = (
    "Contact study team",
    "Save 50% on hearing aids today",
    "Zorblax: 42 units",
    "Follow this trial",
    "Sponsored",
)


@pytest.mark.parametrize("words", [*STRANGE, "This is shown to people near the center.", "42", "Recruiting"])
@pytest.mark.parametrize("before", ["Knee Osteoarthritis", "NCT06570291"])
def test_what_slips_among_the_conditions_is_told(words, before):
    page = TRIALX.replace("What it is about.", "It is about an injection of cells into a knee with osteoarthritis.")
    line = next(line for line in page.splitlines() if line.strip() == before)
    found = record(page.replace(f"\n{line}\n", f"\n    {words}\n{line}\n"))
    assert found.trial.conditions == ("Knee Osteoarthritis",)
    assert ("conditions", words) in [(issue.field, issue.text) for issue in found.issues]


@pytest.mark.parametrize("words", [*STRANGE, "Acme", "This is shown to people near the center."])
@pytest.mark.parametrize("after", ["NCT06570291", "Wuxi Ltd."])
def test_of_two_lines_where_the_sponsor_stands_none_is_taken(words, after):
    found = record(with_line(TRIALX, after, words))
    assert (found.trial.sponsor, found.trial.last_updated) == (None, "2025-07-21")
    assert [issue.field for issue in found.issues] == ["sponsor"]
    assert words in found.issues[0].text


@pytest.mark.parametrize("words", ["Learn more", "www.example.org", "4", "This is shown to people near the center."])
def test_a_sponsor_that_looks_like_none_is_told(words):
    found = record(TRIALX.replace("Wuxi Ltd.", words))
    assert (found.trial.sponsor, [(issue.field, issue.text) for issue in found.issues]) == (None, [("sponsor", words)])


@pytest.mark.parametrize("after", ["NCT06570291", "Wuxi Ltd.", "21 July 2025"])
def test_of_two_dates_none_is_taken(after):
    found = record(with_line(TRIALX, after, "3 May 2024"))
    assert found.trial.last_updated is None
    assert "last_updated" in [issue.field for issue in found.issues]


def test_the_registrys_conditions_and_sponsors_look_like_some():
    conditions = registry.found("conditionsModule", "conditions")
    sponsors = registry.found("sponsorCollaboratorsModule", "leadSponsor", "name")
    for words in (*conditions, *sponsors):
        page = TRIALX.replace("    Knee Osteoarthritis\n", f"    {words}\n").replace("Wuxi Ltd.", words)
        trial = record(page).trial
        assert (trial.conditions, trial.sponsor) == ((words,), words)


def test_without_its_label_the_facts_are_no_criteria():
    found = record(without(TRIALX, "Study details"))
    assert found.trial.nct_id == "NCT06570291"
    texts = " ".join(criterion.text for criterion in found.trial.eligibility.exclusion)
    assert "NCT06570291" not in texts
    assert "Wuxi" not in texts
    assert "conditions" in [issue.field for issue in found.issues]


ENDS = TRIALX.index("Step 1"), TRIALX.index("FAQs")


def test_a_listing_can_end_at_its_questions():
    found = record(TRIALX[: ENDS[0]] + TRIALX[ENDS[1] :])
    assert (found.trial, found.issues) == (record(TRIALX).trial, ())


@pytest.mark.parametrize("page", [TRIALX, WHITE_LABEL])
def test_a_page_that_ends_before_its_first_step_says_so(page):
    found = record(page[: page.index("Step 1")])
    assert [(issue.field, issue.code) for issue in found.issues] == [
        (None, IssueCode.MISSING),
        ("last_updated", IssueCode.UNTRUSTED),
    ]


def test_a_white_label_needs_no_label_above_its_prose():
    page = without(WHITE_LABEL, "Study Details:").replace(
        "NCT06570291\n", "Study details\n    Knee Pain\n\nNCT06570291\n"
    )
    found = record(page)
    assert (found.source.layout, found.issues, found.trial.conditions) == ("white-label", (), ("Knee Pain",))
    assert (found.trial.summary, found.trial.eligibility.inclusion) == (None, ())


@pytest.mark.parametrize("signs", ["{}:", "ⓘ {}", "{} *", "{} (?)"])
@pytest.mark.parametrize("labels", [("Eligibility",), ("Overview", "Eligibility", "Study details")])
def test_signs_around_a_label_change_nothing(signs, labels):
    page = TRIALX
    for label in labels:
        page = page.replace(f"\n{label}\n", f"\n{signs.format(label)}\n", 1)
    found = record(page)
    assert (found.source.layout, found.trial, found.issues) == ("listing", record(TRIALX).trial, ())
