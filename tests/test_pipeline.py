"""The whole way from bytes to a record, and what a record says about its page."""

import hashlib
from datetime import UTC, datetime

import pytest

from schemas.record import IssueCode
from scraper import Page, extract_page
from scraper.errors import ExtractError, NotATrialPage, RecordError, TrialPagesError
from scraper.pipeline import read, read_page
from tests.build import SUMMARY, VEEVA, record, with_line, without


def test_bytes_and_an_address_give_a_typed_record():
    fetched = datetime(2026, 11, 21, 20, 30, tzinfo=UTC)
    result = extract_page(VEEVA.encode(), "https://ctv.veeva.com/study/stem-cells?comeFrom=x", fetched_at=fetched)
    assert result.trial.nct_id == "NCT05160831"
    assert result.source.url == "https://ctv.veeva.com/study/stem-cells"
    assert result.source.fetched_at == fetched
    assert result.source.sha256 == hashlib.sha256(VEEVA.encode()).hexdigest()


def test_the_charset_of_the_http_header_is_used():
    page = VEEVA.replace("Army Medical University", "Hôpital Général").replace("•", "-").encode("iso-8859-1")
    assert extract_page(page, charset="iso-8859-1").trial.sponsor == "Hôpital Général"


def test_the_page_s_own_statement_of_its_address_serves_where_none_is_given():
    html = "<title>x</title><link rel=canonical href='https://ctv.veeva.com/study/stem-cells-for-knee-pain'>"
    page = html + "".join(f"<p>{line}</p>" for line in VEEVA.splitlines() if line).replace(
        "Knee Pain<", "Knee Pain (SKP)<"
    )
    result = record(page)
    assert (result.trial.acronym, result.source.url) == ("SKP", "https://ctv.veeva.com/study/stem-cells-for-knee-pain")


def test_a_survey_holds_the_record_and_the_labels_that_the_page_shows():
    page = Page(without(VEEVA, "Enrollment", "50 estimated patients").encode())
    result = read_page(page)
    assert result.record == read(page)
    assert result.labels == (
        "Status and phase",
        "Conditions",
        "Treatments",
        "Study type",
        "Funder types",
        "Identifiers",
        "Details and patient eligibility",
        "About",
        "Sex",
        "Ages",
        "Volunteers",
        "Inclusion criteria",
        "Exclusion criteria",
        "Trial design",
        "Primary purpose",
        "Allocation",
        "Interventional model",
        "Masking",
        "Arms",
        "Trial contacts and locations",
        "Central trial contact",
        "data sourced from clinicaltrials.gov",
    )


def test_an_error_says_which_page_and_site_it_concerns():
    with pytest.raises(ExtractError) as caught:
        read(Page(VEEVA.replace("NCT05160831\n", "").encode(), "https://ctv.veeva.com/study/x"))
    assert (caught.value.site, caught.value.url) == ("veeva", "https://ctv.veeva.com/study/x")


def test_an_nct_id_of_zeros_is_no_trial():
    with pytest.raises(RecordError, match="'NCT00000000' is no NCT id") as caught:
        record(SUMMARY.replace("NCT04953572", "NCT00000000"))
    assert caught.value.nct_id == "NCT00000000"


@pytest.mark.parametrize(
    ("url", "numbers"),
    [
        ("https://inclinicaltrials.com/knee-pain/NCT04953573/", ["NCT04953573"]),
        ("https://inclinicaltrials.com/knee-pain/nct04953572", []),
        ("https://inclinicaltrials.com/knee-pain/?from=NCT04953573", []),
        (None, []),
    ],
)
def test_a_number_in_the_address_that_is_not_the_page_s_is_told(url, numbers):
    result = extract_page(SUMMARY.encode(), url)
    told = [(issue.code, issue.text) for issue in result.issues if issue.field == "nct_id"]
    assert result.trial.nct_id == "NCT04953572"
    assert told == [(IssueCode.MISMATCH, number) for number in numbers]


def test_what_the_schema_refuses_is_an_error_of_the_record(monkeypatch):
    monkeypatch.setattr("scraper.pipeline.package_version", lambda: 1)
    with pytest.raises(RecordError, match="the schema refuses package_version"):
        record(VEEVA)


def test_our_own_mistake_is_not_called_a_mistake_of_the_page(monkeypatch):
    def mistaken(*_args: object, **_names: object) -> None:
        raise ValueError("not enough values to unpack")

    monkeypatch.setattr("scraper.pipeline.normalise", mistaken)
    with pytest.raises(ValueError, match="not enough values"):
        record(VEEVA)


def test_an_empty_page_is_an_error():
    with pytest.raises(NotATrialPage, match="empty"):
        extract_page(b"")


def test_every_error_has_an_exit_code():
    def tree(kind: type[TrialPagesError]) -> set[int]:
        return {kind.exit_code}.union(*map(tree, kind.__subclasses__()))

    assert tree(TrialPagesError) == {1, 2, 3, 4, 5}


def test_text_that_nobody_read_is_counted_and_quoted():
    page = with_line(
        VEEVA,
        "2",
        *(f"Something new, number {number}, and rather long for a label of any kind." for number in range(5)),
    )
    (issue,) = [issue for issue in record(page).issues if issue.code == IssueCode.UNREAD]
    assert issue.message == "5 blocks within the trial that no field reads"
    assert issue.text.count(" | ") == 2


def test_one_unread_block_is_one_block():
    page = with_line(VEEVA, "2", "Something new, and rather long for a label of any kind, so that it is none.")
    assert [issue.message for issue in record(page).issues] == ["1 block within the trial that no field reads"]


def test_a_required_field_without_a_value_is_an_issue():
    page = VEEVA.replace("\nSex\n", "\nGender\n")
    assert [str(issue) for issue in record(page).issues] == [
        "eligibility.sex missing: the page shows no value of a field that all pages show",
        "page unread_label: 'Gender': this stands where labels stand, and no field reads it",
        "page unread: 'Gender | All': 2 blocks within the trial that no field reads",
    ]


def test_a_required_field_whose_words_are_not_understood_is_one_issue():
    page = without(VEEVA, "Funder types", "Other").replace("\nUnknown\n", "\nPaused for ever\n")
    assert [(issue.field, issue.code) for issue in record(page).issues] == [
        ("status", IssueCode.NOT_UNDERSTOOD),
        ("funder_types", IssueCode.MISSING),
    ]


def test_a_page_that_ends_before_the_line_behind_the_trial_is_an_issue():
    page = VEEVA[: VEEVA.index("Exclusion criteria")]
    *lone_side, missing, untrusted = record(page).issues
    assert [issue.field for issue in lone_side] == ["eligibility.inclusion", "eligibility.exclusion"]
    assert str(missing) == (
        "page missing: the page ends before the line 'data sourced from clinicaltrials.gov':"
        " what stands in front of it may be missing"
    )
    assert str(untrusted) == (
        "eligibility.inclusion untrusted: '• Knee pain.':"
        " the page breaks off behind these words: they, or what belongs to them, may be cut"
    )
