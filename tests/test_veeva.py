"""Study pages of ClinicalTrials.Veeva: every trap that a real page was seen to hold."""

import pytest

from schemas.record import IssueCode
from schemas.vocabulary import ArmType, Phase, Status
from scraper.errors import ExtractError
from tests.build import VEEVA, record, with_line, without

ARMS = (
    "50 participants in 1 patient group\n\nCells\nExperimental group\nDescription:\nCells are given.\n"
    "Treatment:\nBiological: Cells"
)


def issues(page: str, url: str | None = None) -> list[tuple[str | None, IssueCode, str]]:
    return [(issue.field, issue.code, issue.text) for issue in record(page, url).issues]


def test_the_smallest_page_is_read_without_an_issue():
    assert issues(VEEVA) == []


def test_phases_are_sorted_whatever_their_order_on_the_page():
    assert record(VEEVA).trial.phases == (Phase.PHASE1, Phase.PHASE2)


def test_the_label_status_alone_means_that_no_phase_is_shown():
    trial = record(VEEVA.replace("Status and phase\n\nUnknown\nPhase 2\nPhase 1", "Status\n\nUnknown")).trial
    assert trial.status == Status.UNKNOWN
    assert trial.phases == ()


def test_an_arm_may_be_named_treatment():
    (arm,) = record(VEEVA.replace("Cells\nExperimental", "Treatment\nExperimental")).trial.arms
    assert (arm.label, arm.type, arm.interventions) == ("Treatment", ArmType.EXPERIMENTAL, ("Cells",))


@pytest.mark.parametrize("name", ["Experimental group", "Control group", "Description", "Study type"])
def test_an_arm_may_be_named_like_a_type_or_a_label(name):
    page = VEEVA.replace("Cells\nExperimental group", f"{name}\nActive Comparator group")
    (arm,) = record(page).trial.arms
    assert (arm.label, arm.type) == (name, ArmType.ACTIVE_COMPARATOR)


@pytest.mark.parametrize("before", ["", "A\nNo Intervention group\nTreatment:\nBiological: Cells\n"])
def test_an_arm_that_is_named_as_its_type_is_no_doubt_right_behind_a_treatment_or_the_label(before):
    groups = "2 patient groups" if before else "1 patient group"
    arms = ARMS.replace("1 patient group\n\nCells\n", f"{groups}\n\n{before}Experimental group\n")
    result = record(VEEVA.replace(ARMS, arms))
    assert (result.trial.arms[-1].label, result.trial.arms[-1].type) == ("Experimental group", ArmType.EXPERIMENTAL)
    assert result.issues == ()


def test_a_type_that_stands_twice_below_the_name_of_an_arm_is_doubtful():
    page = VEEVA.replace(ARMS, ARMS.replace("Experimental group", "Experimental group\nExperimental group"))
    assert ("arms", IssueCode.AMBIGUOUS, "Experimental group") in issues(page)


def test_none_below_the_exclusion_criteria_is_theirs_though_it_can_be_a_masking():
    start = VEEVA.index("Exclusion criteria")
    page = f"{VEEVA[:start]}Exclusion criteria\n\nNone\n\n{VEEVA[VEEVA.index('Trial contacts') :]}"
    result = record(page)
    assert [one.text for one in result.trial.eligibility.exclusion] == ["None"]
    assert result.trial.design.masking is None
    assert result.issues == ()


def test_one_label_over_the_labels_of_both_sides_is_not_blank():
    result = record(
        VEEVA.replace("Inclusion criteria\n", "Inclusion and exclusion criteria\n\nInclusion criteria\n", 1)
    )
    assert result.trial.eligibility == record(VEEVA).trial.eligibility
    assert result.issues == ()


def test_arms_without_description_or_treatment_are_told_apart_by_their_types():
    page = VEEVA.replace(
        ARMS,
        "50 participants in 2 patient groups\n\nA\nExperimental group\nB\nNo Intervention group",
    )
    arms = record(page).trial.arms
    assert [(arm.label, arm.type, arm.description) for arm in arms] == [
        ("A", ArmType.EXPERIMENTAL, None),
        ("B", ArmType.NO_INTERVENTION, None),
    ]


def test_arms_of_an_observational_study_have_no_type():
    page = VEEVA.replace(
        ARMS,
        "50 participants in 2 patient groups\n\nExposed\nDescription:\nThey met it.\nTreatment:\nBiological: Cells\n"
        "Not exposed\nDescription:\nThey did not.",
    )
    arms = record(page).trial.arms
    assert [(arm.label, arm.type, arm.description, arm.interventions) for arm in arms] == [
        ("Exposed", None, "They met it.", ("Cells",)),
        ("Not exposed", None, "They did not.", ()),
    ]


def test_an_arm_of_an_unknown_type_is_told_by_its_place():
    page = VEEVA.replace("50 participants in 1 patient group", "50 participants in 2 patient groups").replace(
        "Treatment:\nBiological: Cells\n\nTrial",
        "Treatment:\nBiological: Cells\nLast\nHistorical Control group\nDescription:\nNo cells.\n\nTrial",
    )
    assert [arm.label for arm in record(page).trial.arms] == ["Cells", "Last"]
    assert issues(page) == [("arms[1]", IssueCode.NOT_UNDERSTOOD, "Historical Control group")]


@pytest.mark.parametrize("words", ["Test group", "Experimental group"])
def test_a_description_that_reads_like_a_type_is_the_description(words):
    page = VEEVA.replace("Cells are given.", words)
    (arm,) = record(page).trial.arms
    assert (arm.label, arm.type, arm.description, arm.interventions) == (
        "Cells",
        ArmType.EXPERIMENTAL,
        words,
        ("Cells",),
    )
    assert issues(page) == []


def test_a_line_between_the_type_and_the_description_of_an_arm_is_unread():
    page = VEEVA.replace("Experimental group\n", "Experimental group\nFirst cohort\n")
    (arm,) = record(page).trial.arms
    assert (arm.label, arm.description) == ("Cells", "Cells are given.")
    assert issues(page) == [(None, IssueCode.UNREAD, "First cohort")]


def test_a_number_of_groups_that_differs_from_the_arms_is_said():
    page = VEEVA.replace("in 1 patient group", "in 3 patient groups")
    assert ("arms", IssueCode.MISMATCH, "50 participants in 3 patient groups") in issues(page)


def test_a_treatment_that_is_none_of_the_trials_interventions_is_said():
    page = VEEVA.replace("Treatment:\nBiological: Cells", "Treatment:\nBiological: Other cells")
    assert record(page).trial.arms[0].interventions == ()
    assert issues(page) == [("arms[0]", IssueCode.MISMATCH, "Biological: Other cells")]


def test_a_description_that_reads_enrollment_does_not_derail_the_reading():
    page = with_line(VEEVA, "What it is about.", "Full description", "First.", "Enrollment", "Second.", "Sex", "Third.")
    trial = record(page).trial
    assert trial.description == "First.\n\nEnrollment\n\nSecond.\n\nSex\n\nThird."
    assert trial.enrollment is not None
    assert trial.enrollment.count == 50


def test_a_description_may_hold_headings_of_criteria():
    page = with_line(
        VEEVA,
        "What it is about.",
        "Full description",
        "Inclusion criteria",
        "  • One.",
        "Exclusion criteria",
        "  • Two.",
    )
    trial = record(page).trial
    assert trial.description == "Inclusion criteria\n\n• One.\n\nExclusion criteria\n\n• Two."
    assert [criterion.text for criterion in trial.eligibility.inclusion] == ["Knee pain."]


def test_a_description_that_cites_another_trial_changes_no_id():
    page = with_line(VEEVA, "What it is about.", "Full description", "It follows NCT00000001.", "NCT00000002")
    trial = record(page).trial
    assert trial.nct_id == "NCT05160831"
    assert trial.description == "It follows NCT00000001.\n\nNCT00000002"


def test_a_comma_belongs_to_a_condition():
    page = VEEVA.replace("Knee Osteoarthritis", "Labor, Induced\nOsteoarthritis, Knee")
    assert record(page).trial.conditions == ("Labor, Induced", "Osteoarthritis, Knee")


def test_identifiers_keep_blanks_slashes_and_nested_parentheses_and_the_nct_id_may_stand_anywhere():
    page = VEEVA.replace(
        "NCT05160831\nSC-1", "Isfahan med\n2025-521098-14-00 (EU Trial (CTIS) Number)\nNCT05160831\n003/2016"
    )
    trial = record(page).trial
    assert trial.nct_id == "NCT05160831"
    assert [(number.id, number.kind) for number in trial.secondary_ids] == [
        ("Isfahan med", None),
        ("2025-521098-14-00", "EU Trial (CTIS) Number"),
        ("003/2016", None),
    ]


def test_an_identifier_may_say_who_gave_it():
    given = "NCT05160831\nSCCC-2005141 (Other Identifier: University of Miami Sylvester Comprehensive Cancer Center)"
    found = record(VEEVA.replace("NCT05160831", given))
    assert [(one.id, one.kind, one.domain) for one in found.trial.secondary_ids][:1] == [
        ("SCCC-2005141", "Other Identifier", "University of Miami Sylvester Comprehensive Cancer Center")
    ]
    assert [issue for issue in found.issues if issue.field == "secondary_ids"] == []


def test_a_page_without_an_nct_id_fails():
    with pytest.raises(ExtractError, match="no NCT id under Identifiers"):
        record(VEEVA.replace("NCT05160831\nSC-1\n\n", ""))


def test_a_page_with_two_nct_ids_fails():
    with pytest.raises(ExtractError, match="several NCT ids"):
        record(VEEVA.replace("SC-1", "NCT05160832"))


def test_a_page_with_a_second_trial_behind_the_first_fails():
    first = VEEVA.partition("Data sourced from clinicaltrials.gov")[0]
    with pytest.raises(ExtractError, match=r"several NCT ids .*: NCT\d{8}, NCT\d{8}"):
        record(first + VEEVA.replace("NCT05160831", "NCT05160832"))
    assert record(first + VEEVA).trial.nct_id == "NCT05160831"


def test_the_banner_of_a_site_before_the_title_is_no_part_of_the_trial():
    page = VEEVA.replace(
        "Menu\n", "Menu\n\nThe trial is taking place at:\n\nS\n\nSt. Elsewhere Hospital\n\nVeeva-enabled site\n"
    )
    trial = record(page, "https://ctv.veeva.com/study/stem-cells-for-knee-pain?comeFrom=x").trial
    assert (trial.title, trial.sponsor) == ("Stem Cells for Knee Pain", "Army Medical University")


@pytest.mark.parametrize("avatar", ["A\n\n", "Army Medical University logo\n\n", ""])
def test_a_sponsor_has_an_initial_or_a_logo_or_neither(avatar):
    trial = record(VEEVA.replace("A\n\nArmy", f"{avatar}Army")).trial
    assert (trial.title, trial.sponsor) == ("Stem Cells for Knee Pain", "Army Medical University")


@pytest.mark.parametrize(
    ("slug", "title", "acronym"),
    [
        ("stem-cells-for-knee-pain", "Stem Cells for Knee Pain", "SKP"),
        ("stem-cells-for-knee-pain-skp", "Stem Cells for Knee Pain (SKP)", None),
    ],
)
def test_the_address_decides_whether_a_parenthesis_is_an_acronym(slug, title, acronym):
    page = VEEVA.replace("Knee Pain\n", "Knee Pain (SKP)\n")
    result = record(page, f"https://ctv.veeva.com/study/{slug}")
    assert (result.trial.title, result.trial.acronym, result.issues) == (title, acronym, ())


def test_without_an_address_the_parenthesis_stays_and_is_said_to_be_ambiguous():
    page = VEEVA.replace("Knee Pain\n", "Knee Pain (SKP)\n")
    assert record(page).trial.title == "Stem Cells for Knee Pain (SKP)"
    assert issues(page) == [("acronym", IssueCode.AMBIGUOUS, "(SKP)")]


def test_enrollment_comes_from_the_arms_heading_where_its_label_is_missing():
    enrollment = record(without(VEEVA, "Enrollment", "50 estimated patients")).trial.enrollment
    assert enrollment is not None
    assert (enrollment.count, enrollment.type) == (50, None)


def test_criteria_under_one_label_are_divided_by_their_own_headings_with_cohorts():
    page = VEEVA.replace(
        "Inclusion criteria\n\n  • Knee pain.\n\nExclusion criteria\n\n  • No knee.",
        "Inclusion and exclusion criteria\n\nInclusion Criteria (Phase 1):\n\n  • Knee pain.\n\n"
        "Exclusion Criteria:\n\n  • No knee.",
    )
    eligibility = record(page).trial.eligibility
    assert [(c.text, c.cohort) for c in eligibility.inclusion] == [("Knee pain.", "Phase 1")]
    assert [(c.text, c.cohort) for c in eligibility.exclusion] == [("No knee.", None)]
    assert eligibility.other == ()


def test_an_unknown_label_in_a_list_shows_up_by_itself_and_is_no_value():
    page = with_line(VEEVA, "Knee Osteoarthritis", "Rare diseases", "Yes")
    result = record(page)
    assert result.trial.conditions == ("Knee Osteoarthritis",)
    assert [(issue.code, issue.text) for issue in result.issues] == [
        (IssueCode.UNREAD_LABEL, "Rare diseases"),
        (IssueCode.UNREAD, "Rare diseases | Yes"),
    ]


def test_an_unknown_label_after_a_single_value_shows_up_by_itself():
    page = with_line(VEEVA, "All", "Gender identity", "Any")
    result = record(page)
    assert result.trial.eligibility.sex == "ALL"
    assert (IssueCode.UNREAD_LABEL, "Gender identity") in [(issue.code, issue.text) for issue in result.issues]


def test_words_that_no_reader_knows_are_kept_as_an_issue_and_in_the_evidence():
    result = record(VEEVA.replace("18 to 70 years old", "grown-ups"))
    assert result.trial.eligibility.minimum_age is None
    assert [(issue.field, issue.code, issue.text) for issue in result.issues] == [
        ("eligibility.minimum_age", IssueCode.NOT_UNDERSTOOD, "grown-ups")
    ]
    assert result.evidence["eligibility.minimum_age"][0].text == "grown-ups"


def test_every_value_points_to_its_words():
    evidence = record(VEEVA).evidence
    assert [(quote.text, quote.blocks) for quote in evidence["phases"]] == [("Phase 2", (7, 8)), ("Phase 1", (8, 9))]
    assert evidence["eligibility.inclusion"][0].text == "• Knee pain."
    assert [quote.text for quote in evidence["arms[0]"]] == [
        "Cells",
        "Experimental group",
        "Cells are given.",
        "Biological: Cells",
    ]


def test_contacts_are_several_names_in_one_line():
    page = VEEVA.replace("Ada Byron, MD", "Mary Doetown, Prof; John Roeville, Dr")
    assert [contact.name for contact in record(page).trial.contacts] == ["Mary Doetown, Prof", "John Roeville, Dr"]


@pytest.mark.parametrize(
    "lines", ["Ada Byron, MD\n+1 555 123 4567\nada@example.org", "Ada Byron, MD; +1 555 123 4567; ada@example.org"]
)
def test_a_number_and_an_address_below_a_contact_are_no_contacts_and_are_said(lines):
    page = VEEVA.replace("Ada Byron, MD", lines)
    assert [(one.name, one.phone, one.email) for one in record(page).trial.contacts] == [("Ada Byron, MD", None, None)]
    assert sorted((code, text) for _, code, text in issues(page)) == [
        (IssueCode.NOT_UNDERSTOOD, "+1 555 123 4567"),
        (IssueCode.NOT_UNDERSTOOD, "ada@example.org"),
    ]


MENU = "<nav><a>Home</a></nav><ul><li>Home<li>Find trials<li>Conditions<li>Sponsors</ul>"
FILTER = "<h4>Status</h4><p>Enrolling<h4>Conditions</h4><p>Asthma<h4>Study type</h4><p>Interventional"


@pytest.mark.parametrize("above", [MENU, FILTER])
@pytest.mark.parametrize("title", ["h1", "div"])
def test_labels_in_a_menu_or_a_filter_above_the_title_do_not_move_the_title(above, title):
    words, *rest = [line for line in VEEVA.split("\n") if line][2:]
    blocks = [f"<{title}>{words}</{title}>", *(f"<div>{line.removeprefix('  • ')}</div>" for line in rest)]
    trial = record(f"<!doctype html><body>{above}{''.join(blocks)}").trial
    plain = record(VEEVA).trial
    assert (trial.title, trial.sponsor, trial.status) == (plain.title, plain.sponsor, plain.status)
    assert trial.conditions == plain.conditions


def test_the_last_of_an_arms_interventions_is_no_stranger_behind_a_long_one():
    long = f"Biological: {'Autologous ' * 6}Cells"
    page = VEEVA.replace("Treatment:\nBiological: Cells", f"Treatment:\n{long}\nBiological: Cells")
    assert page != VEEVA
    assert not [issue for issue in record(page).issues if "stands behind the end" in issue.message]


def test_a_button_between_the_title_and_the_initial_takes_neither():
    trial = record(VEEVA.replace("Stem Cells for Knee Pain\n", "Stem Cells for Knee Pain\n\nShare\n", 1)).trial
    assert (trial.title, trial.sponsor) == ("Stem Cells for Knee Pain", "Army Medical University")


def test_a_sponsor_of_one_letter_is_no_initial():
    page = "<!doctype html><body>" + "".join(f"<div>{line}</div>" for line in VEEVA.split("\n") if line)
    start = page.index("<div>A</div>")
    page = f'{page[:start]}<img alt="X logo"><div>X</div>{page[page.index("<div>Status") :]}'
    assert record(page).trial.sponsor == "X"


def test_prose_that_slipped_under_the_identifiers_is_no_identifier():
    prose = "This study was supported by a foundation and lasts three years or more."
    found = record(VEEVA.replace("NCT05160831", f"NCT05160831\n{prose}"))
    assert prose not in [one.id for one in found.trial.secondary_ids]
    assert ("secondary_ids", IssueCode.NOT_UNDERSTOOD, prose) in [(i.field, i.code, i.text) for i in found.issues]


def test_a_number_before_the_name_of_an_arm_belongs_to_the_name():
    (arm,) = record(VEEVA.replace("Cells\nExperimental", "2. Cells\nExperimental")).trial.arms
    assert arm.label == "2. Cells"


@pytest.mark.parametrize("again", ["NCT05160831", "nct05160831", "NCT05160831 (Other Identifier)"])
@pytest.mark.parametrize("form", ["{0}\n{1}\nSC-1", "{1}\n{0}\nSC-1", "SC-1\n{0}\n{1}"])
def test_the_trial_s_own_number_once_more_is_one_number(form, again):
    page = VEEVA.replace("NCT05160831", form.format("NCT05160831", again))
    found = record(page)
    assert found.trial.nct_id == "NCT05160831"
    assert [one.id for one in found.trial.secondary_ids][:1] == ["SC-1"]
    assert "NCT05160831" not in {one.id for one in found.trial.secondary_ids}
    assert found.issues == record(VEEVA).issues
