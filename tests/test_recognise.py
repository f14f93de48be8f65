"""Which layout a page is, and by what name a page is refused."""

import json

import pytest

from schemas.document import Block, Document
from scraper.errors import ExtractError, NotATrialPage, UnknownLayout
from scraper.recognise import recognise, recognises
from scraper.sites import LAYOUTS, veeva
from scraper.sites.layout import find
from tests.build import SUMMARY, TRIALX, VEEVA, blocks, document, record, without


@pytest.mark.parametrize(
    ("page", "key"), [(VEEVA, "veeva/study"), (SUMMARY, "inclinicaltrials/summary"), (TRIALX, "trialx/listing")]
)
def test_exactly_one_layout_recognises_a_page(page, key):
    words = frozenset(block.text.lower() for block in document(page).blocks)
    assert [layout.key for layout in LAYOUTS if recognises(layout, words)] == [key]


@pytest.mark.parametrize("label", ["Conditions", "Funder types"])
def test_one_renamed_label_is_no_reason_to_refuse_a_page(label):
    page = VEEVA.replace(f"\n{label}\n", "\nRenamed\n")
    assert recognise(document(page)) is veeva.STUDY


def test_the_address_is_a_hint_and_the_words_decide():
    assert record(VEEVA, "https://inclinicaltrials.com/knee/NCT05160831/references").source.site == "veeva"


def test_a_page_that_fits_two_layouts_is_read_by_none():
    with pytest.raises(ExtractError, match="veeva/study, trialx/listing"):
        recognise(
            document(
                TRIALX.replace("Study details", "Study details\n\n" + without(VEEVA, "Study type", "Funder types"))
            )
        )


def refusal(text: str, url: str | None = None, size: int = 0) -> str:
    with pytest.raises(NotATrialPage) as caught:
        recognise(Document("html", document(text).blocks, address=url), size)
    return str(caught.value)


PROSE = "Some words about nothing that anybody would call a trial. " * 20


@pytest.mark.parametrize(
    ("text", "url", "words"),
    [
        ("Just a moment...\n\nVerify you are human", None, "challenge"),
        ("Checking your browser before accessing the site", None, "challenge"),
        ("Before you continue\n\nWe value your privacy", None, "consent"),
        ("404\n\nPage not found", None, "not found"),
        ("This trial no longer exists", None, "not found"),
        ("Search results\n\n12 studies found", None, "search or glossary"),
        (PROSE, "https://ctv.veeva.com/study-search?q=knee", "search or glossary"),
        ("Glossary\n\nArm\n\nA group", "https://inclinicaltrials.com/glossary", "search or glossary"),
        ("NCT00000001 A\n\nNCT00000002 B\n\nNCT00000003 C", None, "search or glossary"),
        (
            "References\n\nSmith J. Knees. 2001.",
            "https://inclinicaltrials.com/knee/NCT05160831/references/",
            "references",
        ),
        ("Knee Clinical Trial\n\nReferences\n\nNCT05160831: Smith J. Knees.", None, "references"),
        (PROSE, "https://clinicaltrials.example.edu/clinicaltrial/123/knee", "sibling template"),
        (PROSE, None, "no NCT id and no label"),
        ("", None, "empty"),
    ],
)
def test_a_page_that_is_no_trial_is_refused_by_name(text, url, words):
    assert words in refusal(text, url)


def test_a_shell_that_a_script_would_fill_is_told_by_its_size():
    assert "script would fill" in refusal("Loading your study", size=60_000)


def test_a_trial_in_an_unknown_layout_is_named():
    with pytest.raises(UnknownLayout, match="NCT05160831 in a layout that is not known") as caught:
        recognise(document(f"{PROSE}\n\nThis is NCT05160831."))
    assert caught.value.nct_id == "NCT05160831"


def test_an_unknown_layout_says_what_was_recognised_and_what_lacks():
    page = "Status\n\nUnknown\n\nConditions\n\nKnee\n\nStudy type\n\nInterventional\n\nNCT05160831"
    with pytest.raises(UnknownLayout, match="looks like veeva/study, but lacks 'funder types', 'identifiers'"):
        recognise(document(page))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"a": 1}, "no study record"),
        ({"studies": [{"protocolSection": {"identificationModule": {"nctId": "NCT05160831"}}}]}, "several studies"),
    ],
)
def test_json_that_is_no_study_is_refused(value, words):
    with pytest.raises(NotATrialPage, match=words):
        record(json.dumps(value))


def test_a_label_is_found_in_a_block_or_in_the_first_cell_of_a_row():
    rows = (*blocks("Status"), Block(1, "row", "Status Unknown", cells=("Status", "Unknown")), Block(2, "line", "x"))
    assert find(Document("html", rows), "status") == [0, 1]
