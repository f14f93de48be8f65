"""Which layout a page is, and by what name a page is refused."""

import json
import re

import pytest

from schemas.document import Block, Document
from scraper.errors import ExtractError, NotATrialPage, UnknownLayout
from scraper.layouts.layout import find
from scraper.recognise import recognise, recognises
from scraper.refusals import REFUSED_SITES
from scraper.sites import LAYOUTS, veeva
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
    with pytest.raises(ExtractError, match="trialx/listing, veeva/study"):
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


HEADINGS = (
    "<h1>Cells in Psoriasis</h1>{}<h2>Overview</h2><p>Text.</p><h2>Eligibility</h2><ul><li>Adults</ul><h2>{}</h2>{}"
)
CHIPS = "<p>Recruiting</p><p>18+ years</p><p>All</p><p>Phase 2</p>"
LABELLED = "<dl><dt>Sponsor</dt><dd>Acme</dd><dt>NCT</dt><dd>NCT01234567</dd></dl>"


@pytest.mark.parametrize("last", ["Study Details", "Study details", "Study Details:"])
@pytest.mark.parametrize(
    ("chips", "facts"),
    [
        ("", LABELLED),
        (CHIPS, LABELLED),
        (CHIPS, "<ul><li>Interventional<li>NCT01234567<li>Dermatology<li>Pat Example, MD</ul>"),
        ("", "<p>Psoriasis</p><p>NCT01234567</p><p>Acme</p><p>1 March 2020</p>"),
        ("<p>Recruiting</p>", "<p>Psoriasis</p><p>NCT01234567</p><p>Acme</p><p>1 March 2020</p>"),
    ],
)
def test_headings_that_any_site_has_are_no_layout(last, chips, facts):
    with pytest.raises(UnknownLayout, match="NCT01234567 and looks like trialx") as caught:
        record("<!doctype html>" + HEADINGS.format(chips, last, facts), "https://hospital.example.edu/trials/7")
    assert caught.value.nct_id == "NCT01234567"


@pytest.mark.parametrize("headings", [("Study Details:",), ("Overview", "Study Details:")])
def test_a_label_of_a_white_label_alone_is_no_layout(headings):
    page = "".join(f"<h2>{heading}</h2><p>Text.</p>" for heading in headings)
    with pytest.raises(UnknownLayout):
        record(f"<!doctype html><h1>Cells in Psoriasis</h1>{page}<p>NCT01234567</p><p>Acme</p>")


def test_chips_and_facts_in_their_order_are_a_listing_on_any_host():
    facts = "<p>Psoriasis</p><p>NCT01234567</p><p>Acme</p><p>1 March 2020</p>"
    page = "<!doctype html>" + HEADINGS.format(CHIPS, "Study details", facts)
    assert record(page, "https://portal.example.org/t/7").source.layout == "listing"


def test_the_form_of_the_address_is_a_listing_s_own():
    page = "<!doctype html>" + HEADINGS.format("", "Study details", "<p>Psoriasis</p><p>NCT01234567</p><p>Acme</p>")
    assert record(page, "https://portal.example.org/clinical-trials/listings/7/").trial.sponsor == "Acme"


@pytest.mark.parametrize("end", ["\n\nStudy details", "\n\n  1. No knee.", "\n\nExclusion Criteria:"])
def test_a_listing_that_is_cut_is_refused_by_what_it_lacks(end):
    page = TRIALX[: TRIALX.index(end)] + "\n\nA page can be not found, and 12 studies found. " * 9
    with pytest.raises(
        UnknownLayout, match=r"looks like trialx/listing, but lacks 'study details'.*; no NCT id is on it"
    ):
        recognise(document(page))


def test_a_copy_that_lost_its_values_says_so():
    labels = "\n\n".join(
        form for label in veeva.STUDY.labels[:-3] for form in label.aliases[:1] if label.pattern is None
    )
    with pytest.raises(ExtractError, match="looks like veeva/study, but shows no NCT id: the values are missing below"):
        recognise(document(f"Knee Cells\n\nAcme\n\n{labels}\n\nTrial contacts and locations\n"))


REGISTRY = "Glossary\n\nStudy record managers: refer to the Data Element Definitions if submitting.\n\n"
RELATED = "\n\nNCT00000001 A\n\nNCT00000002 B\n\nNCT00000003 C"


@pytest.mark.parametrize(
    ("text", "url"),
    [
        (f"{REGISTRY}ClinicalTrials.gov\n\nStudy Details | NCT05693142\n\nStudy Overview{RELATED}", None),
        (f"{PROSE}{RELATED}", "https://clinicaltrials.gov/study/NCT05693142?tab=table"),
        (f"Glossary\n\n{PROSE}", "https://classic.clinicaltrials.gov/ct2/show/NCT05693142"),
        (f"First Posted: May 1, 2020\n\nClinicalTrials.gov Identifier: NCT05693142{RELATED}", None),
    ],
)
def test_the_registrys_own_page_is_refused_with_the_way_to_its_record(text, url):
    with pytest.raises(UnknownLayout, match="trialpages fetch NCT05693142") as caught:
        recognise(Document("text", document(text).blocks, address=url))
    assert caught.value.nct_id == "NCT05693142"


def test_the_registrys_page_of_no_trial_is_not_found():
    url = "https://clinicaltrials.gov/study/NCT99999999"
    assert "not found" in refusal("ClinicalTrials.gov\n\nPage not found", url)


@pytest.mark.parametrize("sign", ["NCT number: NCT05160831", "Trial ID - NCT05160831"])
def test_a_page_of_one_trial_with_cards_of_others_is_no_list(sign):
    with pytest.raises(UnknownLayout, match="speaks of NCT05160831 in a layout") as caught:
        recognise(document(f"{sign}\n\n< Back to search results\n\n{PROSE}\n\nRelated{RELATED}"))
    assert caught.value.nct_id == "NCT05160831"


def test_of_several_trials_none_is_taken_for_the_page_s_own():
    with pytest.raises(UnknownLayout, match=r"several trials \(NCT00000001, NCT00000002, NCT00000003\)") as caught:
        recognise(document(f"Inclusion criteria\n\n{PROSE}{RELATED}"))
    assert caught.value.nct_id is None


def test_a_page_of_another_register_is_named_by_its_number():
    with pytest.raises(UnknownLayout, match="2013-001569-17, another register's trial"):
        recognise(document(f"< Back to search results\n\nEudraCT Number:2013-001569-17\n\n{PROSE}"))


@pytest.mark.parametrize("sign", ["View clinical trials related to Knees.", "Filter by:", "Page 1", "Sort by date"])
def test_a_list_of_one_trial_is_a_list(sign):
    assert "search or glossary" in refusal(f"Knees\n\n{sign}\n\nNCT ID: NCT05082831 Terminated - Knees")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://www.withpower.com/trial/knees", r"withpower\.com shows trials in the words of a language model"),
        ("https://withpower.com/clinical-trials/for-knees", "in the words of a language model"),
        ("https://ichgcp.net/de/clinical-trials-registry/NCT05160831", "in the words of a translating program"),
    ],
)
@pytest.mark.parametrize("text", [PROSE, VEEVA, TRIALX])
def test_trials_in_other_words_than_the_registrants_are_refused_whatever_the_page_shows(text, url, words):
    with pytest.raises(UnknownLayout, match=f"{words}; nothing can be taken from it"):
        recognise(Document("text", document(text).blocks, address=url))


@pytest.mark.parametrize(
    "url", ["https://notwithpower.com/trial/knees", "https://power.example.org/trial/withpower.com"]
)
def test_a_site_is_refused_by_its_whole_name(url):
    assert recognise(Document("text", document(VEEVA).blocks, address=url)) is veeva.STUDY


def test_what_is_refused_by_name_has_a_reason():
    assert [site.host for site in REFUSED_SITES if not re.fullmatch(r"shows trials .*[a-z]", site.reason)] == []
