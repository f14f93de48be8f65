"""Where the trial ends where no line behind it is known."""

import pytest

from normalizers.boilerplate import marked
from scraper.layouts.labels import criteria, one
from scraper.structures.page_end import end_of_page
from tests.build import document

LABELS = (one("Status"), criteria("Criteria"))
TRIAL = "Status\n\nRecruiting\n\nCriteria\n\nInclusion Criteria:\n\nPain of the knee\n\n"


def end(text: str) -> int:
    return end_of_page(marked(document(text)), LABELS, 0)


@pytest.mark.parametrize(
    "around",
    [
        "About us\n\nPrivacy policy\n\n© 2026 Example Inc. All rights reserved.",
        "Sign up for our newsletter\n\nEmail address\n\nSubscribe",
        "© 2026 Example Inc.",
        "See also\n\nA trial of tea\n\nNCT01234567\n\nA trial of milk\n\nNCT01234568",
    ],
)
def test_a_footer_a_form_and_a_list_of_other_trials_end_it(around):
    assert end(TRIAL + around) == len(document(TRIAL).blocks)


def test_one_such_line_within_a_text_is_the_texts_own():
    text = TRIAL + "Contact us\n\nAge of 18 years and more\n\nAble to walk\n\nAble to read\n\nAble to write"
    assert end(text) == len(document(text).blocks)


def test_what_a_label_follows_is_within_the_trial():
    cards = "Similar trials\n\nA trial of tea\n\nNCT01234567\n\nA trial of milk\n\nNCT01234568\n\n"
    text = f"Status\n\nRecruiting\n\n{cards}Criteria\n\nPain of the knee"
    assert end(text) == len(document(text).blocks)
