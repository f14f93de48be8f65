"""What stands around a trial: each removed block with the rule that found it."""

import pytest

from normalizers.boilerplate import AFTER, BEFORE, Cleaned, clean, marked
from schemas.document import Block, Document
from scraper.parse.page import Page
from scraper.pipeline import clean_page
from tests.build import SUMMARY, TRIALX, VEEVA, blocks, document

TRIAL = "This trial asks whether cells help knees that hurt, in adults of any age who can walk and can say yes. " * 3


def cleaned_page(*page: Block, content: range | None = None) -> Cleaned:
    return clean(marked(Document("html", page)), content)


def rules(*texts: str) -> dict[str, str]:
    return {removed.block.text: removed.rule for removed in cleaned_page(*blocks(*texts)).removed}


def rule(block: Block) -> str:
    return marked(Document("html", (block,))).boilerplate.get(0, "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Loading...", "widget"),
        ("Powered by AI", "widget"),
        ("Add a private note", "widget"),
        ("Menu", "widget"),
        ("Sign up", "sign-up"),
        ("Accept all cookies", "sign-up"),
        ("Write to {{SITE_NAME}}.", "placeholder"),
    ],
)
def test_words_that_are_boilerplate_wherever_they_stand(text, expected):
    assert rule(Block(0, "line", text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Save the knee.",
        "Phase 1: 5 mg daily",
        "Share of patients with pain",
        "{{x}}",
        "Image-guided injection",
        "Knee pain",
    ],
)
def test_words_of_a_trial_are_no_boilerplate(text):
    assert rule(Block(0, "line", text)) == ""


RESEARCHERS = "Phase 1: Researchers test a new drug or treatment in a small group of people."
OBSERVATIONAL = "Observational studies are studies in which nothing is assigned."


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("Phase 1", RESEARCHERS),
        ("N/A", RESEARCHERS),
        ("Interventional", "Interventional studies are often prospective and are specifically tailored."),
        ("Study type: Observational", OBSERVATIONAL),
        ("Observational", "In an observational study, the investigators assess outcomes."),
    ],
)
def test_words_that_explain_the_term_before_them_are_boilerplate(before, text):
    assert kept_and_removed(before, text, text, "Knee pain") == ([before, "Knee pain"], ["explainer"] * 2)


@pytest.mark.parametrize("before", ["About", "", "Interventional", f"A study of {'observational ' * 5}studies"])
def test_the_same_words_elsewhere_are_the_trials_own(before):
    assert kept_and_removed(before, OBSERVATIONAL) == ([before, OBSERVATIONAL], [])


def kept_and_removed(*texts):
    cleaned = cleaned_page(*blocks(*texts))
    return [block.text for block in cleaned.document.blocks], [removed.rule for removed in cleaned.removed]


def test_the_regions_that_the_markup_names_are_boilerplate():
    assert rule(Block(0, "line", "Home", region="navigation")) == "navigation"
    assert rule(Block(0, "line", "Accept?", region="dialog")) == "dialog"
    assert rule(Block(0, "image", "A logo")) == "image"
    assert rule(Block(0, "line", "Name", region="form")) == ""


def row(*cells):
    return Block(0, "row", " ".join(" ".join(cells).split()), cells=cells)


def test_a_row_is_cleared_of_the_lines_that_are_boilerplate_wherever_they_stand():
    page = marked(Document("html", (row("Sex\nRead more", "Share\nAll"),)))
    assert page.boilerplate == {}
    assert (page.blocks[0].cells, page.blocks[0].text) == (("Sex", "All"), "Sex Read more Share All")


def test_a_row_is_cleared_of_what_explains_the_term_in_the_line_before():
    (found,) = marked(Document("html", (row("Study type", f"Loading\n\nObservational\n{OBSERVATIONAL}\nX"),))).blocks
    assert found.cells == ("Study type", "\nObservational\nX")
    (other,) = marked(Document("html", (row(OBSERVATIONAL, "X"),))).blocks
    assert other.cells == (OBSERVATIONAL, "X")


def test_a_row_of_nothing_but_boilerplate_is_boilerplate_and_a_blank_one_is_not():
    assert rule(row("Share", "Print")) == "widget"
    assert rule(row("", "")) == ""


def test_the_values_of_a_json_document_are_no_boilerplate():
    values = ("SHARE", "Save", "Observational", OBSERVATIONAL, "See also", "NCT00000001")
    page = Document("json", tuple(Block(number, "value", text) for number, text in enumerate(values)))
    assert marked(page) == page
    assert clean(page, range(6)).removed == ()


def test_what_stands_before_and_after_a_known_content_says_so():
    cleaned = cleaned_page(*blocks("Home", "Trial", "Footer"), content=range(1, 2))
    assert [block.text for block in cleaned.document.blocks] == ["Trial"]
    assert [(block.text, rule) for block, rule in cleaned.removed] == [("Home", BEFORE), ("Footer", AFTER)]


def test_blocks_keep_their_numbers():
    cleaned = cleaned_page(*blocks("Loading...", "Trial"))
    assert [block.number for block in cleaned.document.blocks] == [1]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("© 2026 Somebody", "footer"),
        ("Copyright 2025 Somebody. All rights reserved.", "footer"),
        ("Privacy Policy | Terms of Use", "footer"),
        ("Data sourced from clinicaltrials.gov", "footer"),
        ("We use cookies to improve your experience.", "sign-up"),
        ("Would you like to be notified about other trials? Sign up for Patient Notification Services.", "sign-up"),
        ("First name*", "form"),
        ("Send a message", "form"),
        ("Enter your contact details to connect with study team", "form"),
    ],
)
def test_on_a_page_of_unknown_layout_the_general_rules_find_what_stands_around(text, rule):
    assert rules(TRIAL, text) == {text: rule}


def test_a_phone_is_a_form_s_field_beside_others_and_a_contact_s_label_alone():
    assert rules(TRIAL, "Contact", "Phone", "+00 1") == {}
    assert rules(TRIAL, "Last name*", "Phone", "Email") == {"Last name*": "form", "Phone": "form", "Email": "form"}


def test_questions_under_faqs_go_with_their_answers_and_what_follows_stays():
    assert rules(
        "FAQs",
        "Learn more about clinical trials",
        "What is it?",
        "It is a study.",
        "Why?",
        "Why not.",
        "Criteria",
        TRIAL,
    ) == {
        "FAQs": "FAQ",
        "Learn more about clinical trials": "FAQ",
        "What is it?": "FAQ",
        "It is a study.": "FAQ",
        "Why?": "FAQ",
        "Why not.": "FAQ",
    }


def test_a_list_of_other_trials_goes_with_its_heading():
    found = rules(
        TRIAL,
        "See also",
        "Recruiting",
        "NCT00000001 - A",
        "Phase 1",
        "Completed",
        "NCT00000002 - B",
        "N/A",
        TRIAL + "x",
    )
    assert set(found.values()) == {"other trials"}
    assert list(found) == [
        "See also",
        "Recruiting",
        "NCT00000001 - A",
        "Phase 1",
        "Completed",
        "NCT00000002 - B",
        "N/A",
    ]


def test_a_heading_without_other_trials_below_it_stays():
    assert rules("See also", TRIAL) == {}


def test_other_trials_within_a_known_content_go_too():
    cleaned = cleaned_page(*blocks("Title", "Similar trials", "NCT00000001 - A", TRIAL), content=range(4))
    assert [block.text for block in cleaned.document.blocks] == ["Title", TRIAL]


def test_a_long_menu_without_a_name_is_navigation():
    menu = tuple(Block(number, "item", f"Entry {number}", 1, "•") for number in range(9))
    cleaned = cleaned_page(*menu, Block(9, "line", TRIAL))
    assert {rule for _, rule in cleaned.removed} == {"navigation"}


def test_a_short_list_is_no_menu():
    items = tuple(Block(number, "item", f"Entry {number}", 1, "•") for number in range(4))
    assert cleaned_page(*items, Block(4, "line", TRIAL)).removed == ()


def test_forms_and_footers_that_the_markup_names_go_on_pages_of_unknown_layout():
    name, us = Block(1, "line", "Name", region="form"), Block(2, "line", "Us", region="footer")
    assert [rule for _, rule in cleaned_page(Block(0, "line", TRIAL), name, us).removed] == ["form", "footer"]


@pytest.mark.parametrize("page", [VEEVA, TRIALX, SUMMARY])
def test_every_block_is_kept_or_removed_by_a_named_rule(page):
    cleaned = clean_page(Page(page.encode())).cleaned
    numbers = sorted(block.number for block in (*cleaned.document.blocks, *(block for block, _ in cleaned.removed)))
    assert numbers == list(range(len(document(page).blocks)))
    assert all(rule for _, rule in cleaned.removed)


@pytest.mark.parametrize("page", [TRIALX, SUMMARY])
def test_no_id_of_another_trial_survives(page):
    text = " ".join(block.text for block in clean_page(Page(page.encode())).cleaned.document.blocks)
    assert text.count("NCT0") == 1


def test_a_page_of_unknown_layout_is_cleaned_by_the_general_rules():
    page = clean_page(Page(f"{TRIAL}\n\nNCT05160831\n\n© 2026 Somebody".encode()))
    assert page.layout is None
    assert [block.text for block in page.cleaned.document.blocks] == [TRIAL.strip(), "NCT05160831"]


def test_a_page_without_any_block_is_parted_into_nothing():
    cleaned = cleaned_page()
    assert cleaned.document.blocks == cleaned.removed == ()


def test_each_block_is_asked_once_however_many_lists_of_other_trials_stand_below_each_other():
    asked = []
    texts = ["See also", "NCT00000001", "Recruiting"] * 200
    page = Document("html", tuple(Block(number, "line", text) for number, text in enumerate(texts)))

    cleaned = clean(page, range(len(texts)), None, lambda block: asked.append(block) is not None)

    assert len(asked) <= len(texts)
    assert set(cleaned.rules.values()) == {"other trials"}
    assert len(cleaned.rules) == len(texts)


def test_questions_at_the_end_of_a_page_leave_what_stands_above_them():
    assert rules(TRIAL, "FAQs", "What is it?", "It is a study.") == dict.fromkeys(
        ("FAQs", "What is it?", "It is a study."), "FAQ"
    )
