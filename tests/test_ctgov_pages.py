"""The registry's own pages: traps of their three layouts, tried on the bundled pages with one thing changed."""

from pathlib import Path

import pytest

from schemas.record import IssueCode, Record
from schemas.vocabulary import Status
from scraper.errors import ExtractError, UnknownLayout
from scraper.sites import CANDIDATE_URLS, number_of_registry_page
from tests.build import record

SNAPSHOTS = Path(__file__).parents[1] / "snapshots/ctgov_pages"
OLD, CLASSIC, MODERN = (
    (SNAPSHOTS / name).read_text(encoding="utf-8")
    for name in (
        "NCT99990012-old-observational/capture.txt",
        "NCT99990015-classic-sparse-withdrawn/capture.txt",
        "NCT99990016-modern-complete/page.html",
    )
)
OLD_TABLES = (SNAPSHOTS / "NCT99990011-old-complete/page.html").read_text(encoding="utf-8")


def changed(page: str, old: str, new: str) -> Record:
    """The record of a page with one thing changed."""
    assert page.count(old) == 1
    return record(page.replace(old, new))


def told(read: Record, field: str | None) -> list[tuple[IssueCode, str]]:
    return [(issue.code, issue.text) for issue in read.issues if issue.field == field]


@pytest.mark.parametrize(
    ("sentence", "status"),
    [
        ("This study is currently recruiting participants.", Status.RECRUITING),
        ("This study has been terminated.", Status.TERMINATED),
        ("This study has been withdrawn prior to enrollment.", Status.WITHDRAWN),
        (
            "The recruitment status of this study is unknown because the information has not been verified recently.",
            Status.UNKNOWN,
        ),
    ],
)
def test_the_sentence_below_the_title_is_the_status(sentence: str, status: Status):
    read = changed(OLD, "This study is ongoing, but not recruiting participants.", sentence)
    assert (read.trial.status, read.trial.title) == (status, "Sleep of Lighthouse Keepers")


def test_a_sentence_that_nobody_knows_is_told_and_no_status():
    sentence = "This study has moved to the moon."
    read = changed(OLD, "This study is ongoing, but not recruiting participants.", sentence)
    assert read.trial.status is None
    assert (IssueCode.NOT_UNDERSTOOD, sentence) in told(read, "status")


def test_who_provides_the_information_is_no_sponsor():
    read = changed(OLD, "Sponsor:\nExample Institute of Sleep\n", "Sponsor:\n")
    assert read.trial.sponsor is None
    assert (IssueCode.MISSING, "Sponsor:") in told(read, "sponsor")


def test_what_stands_in_the_sponsors_place_and_is_no_name_is_told():
    read = changed(OLD, "Sponsor:\nExample Institute of Sleep\n", "Sponsor:\nLearn more about this study\n")
    assert (IssueCode.AMBIGUOUS, "Learn more about this study") in told(read, "sponsor")


def test_a_title_below_a_banner_that_nobody_knows_is_told_and_not_guessed():
    read = record("ClinicalTrials.gov will be down on Sunday.\n\n" + OLD)
    assert read.trial.title is None
    banner = "ClinicalTrials.gov will be down on Sunday. | Sleep of Lighthouse Keepers"
    assert (IssueCode.AMBIGUOUS, banner) in told(read, "title")


def test_a_known_banner_is_no_title():
    banner = "We're building a better ClinicalTrials.gov. Check it out and tell us what you think!\n\n"
    assert record(banner + CLASSIC).trial.title == "Reading Aloud to Premature Infants"


@pytest.mark.parametrize("ending", ["(FIND-CKD)", "(EFS)"])
def test_a_parenthesis_behind_the_title_stays_and_is_told(ending: str):
    read = changed(CLASSIC, "Reading Aloud to Premature Infants\n", f"Reading Aloud to Premature Infants {ending}\n")
    assert (read.trial.title, read.trial.acronym) == (f"Reading Aloud to Premature Infants {ending}", None)
    assert (IssueCode.AMBIGUOUS, ending) in told(read, "title")


def test_a_parenthesis_too_long_for_an_acronym_is_the_titles_own():
    read = changed(CLASSIC, "Reading Aloud to Premature Infants\n", "Reading Aloud (MK-3475-630/KEYNOTE-630)\n")
    assert told(read, "title") == []


def test_a_table_of_conditions_is_read_by_its_columns_and_without_them():
    cells = record(OLD_TABLES).trial
    lines = record(
        OLD_TABLES.replace("<tr><th>Condition</th><th>Intervention</th><th>Phase</th></tr>", "")
        .replace("<table>\n\n<tr><td>Tennis", "<p>Condition Intervention Phase</p><table><tr><td>Tennis")
    ).trial  # fmt: skip
    assert cells.conditions == lines.conditions == ("Tennis Elbow", "Tendinopathy")
    assert [one.name for one in cells.interventions] == [one.name for one in lines.interventions]
    assert cells.phases == lines.phases


def test_a_table_row_that_became_one_line_is_told_and_no_condition():
    row = "Preterm Birth Behavioral: Reading aloud Not Applicable"
    read = changed(CLASSIC, "Preterm Birth\nBehavioral: Reading aloud\nNot Applicable\n", f"{row}\n")
    assert (read.trial.conditions, read.trial.interventions, read.trial.phases) == ((), (), ())
    assert (IssueCode.NOT_UNDERSTOOD, row) in told(read, "conditions")


def test_a_line_behind_the_interventions_is_no_condition():
    read = changed(CLASSIC, "Not Applicable\n", "Not Applicable\nOther Names: Stories\n")
    assert read.trial.conditions == ("Preterm Birth",)
    assert (IssueCode.NOT_UNDERSTOOD, "Other Names: Stories") in told(read, "interventions")


@pytest.mark.parametrize(("label", "kind"), [("Actual", "ACTUAL"), ("Estimated", "ESTIMATED")])
def test_the_label_tells_whether_participants_were_counted(label: str, kind: str):
    enrollment = changed(CLASSIC, "Actual Enrollment : 0", f"{label} Enrollment : 12").trial.enrollment
    assert enrollment is not None
    assert (enrollment.count, enrollment.type) == (12, kind)


def test_a_part_of_the_design_that_the_record_does_not_have_is_no_fault():
    assert "Endpoint Classification" in OLD_TABLES
    assert record(OLD_TABLES).issues == ()


@pytest.mark.parametrize("page", [OLD, CLASSIC])
def test_two_numbers_that_could_be_the_trials_are_an_error(page: str):
    label = next(line for line in page.splitlines() if line.startswith("ClinicalTrials.gov Identifier:"))
    with pytest.raises(ExtractError, match="several NCT ids that could be the trial's"):
        record(page + f"\n{label.partition(':')[0]}: NCT07654321\n")


def test_two_numbers_of_a_modern_page_are_an_error():
    with pytest.raises(ExtractError, match="NCT99990016, NCT07654321"):
        changed(
            MODERN, "<h2>Study Overview</h2>", "<h3>ClinicalTrials.gov ID</h3><p>NCT07654321</p><h2>Study Overview</h2>"
        )


def test_a_modern_page_names_the_better_source():
    message = next(issue.message for issue in record(MODERN).issues if issue.code is IssueCode.UNTRUSTED)
    assert message.endswith("trialpages fetch NCT99990016")


def test_the_glossary_above_a_modern_page_is_none_of_the_trial():
    glossary = "<h3>Accepts healthy volunteers</h3><p>A term.</p><h3>Conditions</h3><p>A disease.</p>"
    read = changed(MODERN, "<p>Hide glossary</p>", f"<p>Hide glossary</p>{glossary}")
    assert read.trial == record(MODERN).trial


def test_a_page_that_breaks_off_before_its_eligibility_says_so():
    read = record(CLASSIC[: CLASSIC.index("Ages Eligible")])
    assert any("ends before the line 'Accepts Healthy Volunteers'" in issue.message for issue in read.issues)


def test_labels_of_the_registry_without_its_number_are_some_other_sites():
    with pytest.raises(UnknownLayout):
        changed(CLASSIC, "ClinicalTrials.gov Identifier: NCT99990015", "CT.gov ID: NCT99990015")


@pytest.mark.parametrize(
    ("url", "number"),
    [
        ("https://clinicaltrials.gov/study/NCT05693142", "NCT05693142"),
        ("https://classic.clinicaltrials.gov/ct2/show/nct05693142?term=x#y", "NCT05693142"),
        ("https://clinicaltrials.gov/api/v2/studies/NCT05693142", None),
        ("https://clinicaltrials.gov/study/NCT056931420", None),
        ("https://clinicaltrials.gov.example.org/study/NCT05693142", None),
        ("no address", None),
    ],
)
def test_only_a_page_of_the_registry_leads_to_its_record(url: str, number: str | None):
    assert number_of_registry_page(url) == number


def test_nobody_looks_for_pages_of_the_registry_itself():
    assert "ctgov_pages" not in CANDIDATE_URLS
