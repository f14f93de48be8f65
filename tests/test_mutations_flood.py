"""Clean pages, written from registry records, get no issue and lose no value."""

import pytest

from tests.mutations import flood
from tests.mutations.bases import MARKUPS
from tests.mutations.flood import Found, bundled, found, report, wrong

pytestmark = pytest.mark.no_cover  # other tests execute every line that these execute thousands of times

KNOWN = {
    # Of a title that is longer than what an address holds of it, nothing tells the acronym in its last parenthesis.
    ("veeva/study", "ambiguous acronym"),
    # The aggregator shows all criteria as paragraphs: which one was a heading within them, nothing tells.
    ("inclinicaltrials/details", "eligibility.exclusion other"),
}
"""What a clean page cannot do without, by layout."""


def test_there_are_records_to_write_pages_of():
    assert len(bundled()) >= 9


@pytest.mark.parametrize("markup", MARKUPS)
def test_a_clean_page_of_a_bundled_record_gives_the_records_values_and_no_issue(markup: str):
    pages = [one for record in bundled() for one in found(record, [markup])]
    assert len(pages) == 4 * len(bundled())
    unexpected = {
        one.page: (*fresh, *one.texts)
        for one in pages
        if (fresh := {(one.page.split()[1], key) for key in (*one.issues, *one.values)} - KNOWN)
    }
    assert unexpected == {}


def test_an_issue_that_a_page_did_not_have_is_a_new_one():
    before = Found("NCT1 veeva/study semantic", ("missing page",), ())
    after = Found("NCT1 veeva/study semantic", ("missing page", "unread page"), ("title lost",), ("page unread: …",))
    assert wrong([before]) == {"NCT1 veeva/study semantic": ("missing page",)}
    lines = "\n".join(report([after], wrong([before])))
    assert "new since then: an issue on 1 pages (100.00%), a value on 0 others" in lines
    assert "NCT1 veeva/study semantic: unread page, title lost" in lines


def test_bullets_are_no_change_of_a_text_and_words_are():
    assert flood.letters("* one\n* two") == flood.letters("• one\n• two")
    assert flood.letters("one\n\ntwo") != flood.letters("one\n\nthree")
