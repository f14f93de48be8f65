"""Numbers that decide how words are read: what is as long as a limit is still read, and one more is not."""

import pytest

from normalizers.boilerplate import clean, marked
from normalizers.boilerplate_words import explains
from normalizers.criteria.cohorts import has_form_of_heading, is_cohort
from normalizers.criteria.entries import is_short
from normalizers.criteria.heading_guard import (
    is_negative_lead,
    is_requirement_lead,
    opens_as_heading,
    sentence_side,
    suspected_heading,
)
from normalizers.criteria.sides import parse_side_heading
from normalizers.identifiers import secondary_id
from normalizers.page_chrome import is_control, not_an_entry
from schemas.document import Block, Document
from scraper.structures.acronym import acronym_in

TRIAL = "This trial asks whether cells help knees that hurt. " * 10


def filled(before: str, size: int, after: str = "") -> str:
    return before + "x" * (size - len(before) - len(after)) + after


def of_words(count: int, last: str, *, first: str = "Knee") -> str:
    return " ".join([first, *["knee"] * (count - 2), last])


CHARACTERS = {
    "a heading of a side": (180, lambda size: parse_side_heading(filled("Exclusion Criteria for ", size))),
    "a sentence about a side": (
        180,
        lambda size: sentence_side(f"Patients are excluded{' the' * 38}{' is' if size == 180 else ' the'} if:"),
    ),
    "words that open as a heading": (400, lambda size: opens_as_heading(filled("Exclusion criteria ", size))),
    "words that may be a heading": (400, lambda size: suspected_heading(filled("Exclusion criteria ", size))),
    "what people must have": (400, lambda size: is_requirement_lead(filled("Patients must have ", size, ":"))),
    "what people must not have": (400, lambda size: is_negative_lead(filled("No ", size, ":"))),
    "an item that is a heading": (80, lambda size: is_short(filled("", size))),
    "an entry of a list": (200, lambda size: not_an_entry(filled("", size)) is None),
    "a secondary id": (60, lambda size: secondary_id(filled("", size))),
    "an acronym": (
        14,
        lambda size: acronym_in(f"Knee ({filled('', size)})", "knee", 100) == ("Knee", filled("", size)),
    ),
    "a term that is explained": (60, lambda size: explains("Observational studies are x", "Observational".ljust(size))),
}


@pytest.mark.parametrize("kind", CHARACTERS)
def test_what_has_as_many_characters_as_the_limit_is_read_and_one_more_is_not(kind):
    limit, read = CHARACTERS[kind]
    assert read(limit)
    assert not read(limit + 1)


WORDS = {
    "a heading of a part without a colon": (10, lambda count: is_cohort(of_words(count, "Therapy"))),
    "a heading of a part": (12, lambda count: is_cohort(of_words(count, "Therapy:"))),
    "any words with a colon": (3, lambda count: is_cohort(of_words(count, "pain:"))),
    "people with a colon": (6, lambda count: is_cohort(of_words(count, "participants:", first="normal"))),
    "the form of a heading": (8, lambda count: has_form_of_heading(of_words(count, "Knee"))),
    "a label that may be a heading": (16, lambda count: suspected_heading(of_words(count, "exclusions:"))),
    "words that may be a heading": (8, lambda count: suspected_heading(of_words(count, "exclusions"))),
    "a label of what must not be": (16, lambda count: is_negative_lead(of_words(count, "x:", first="No"))),
    "a control": (6, lambda count: is_control(of_words(count, "x", first="Save the").replace("the knee", "the", 1))),
}


@pytest.mark.parametrize("kind", WORDS)
def test_what_has_as_many_words_as_the_limit_is_read_and_one_more_is_not(kind):
    limit, read = WORDS[kind]
    assert read(limit)
    assert not read(limit + 1)


def removed(*page: Block, content: range | None = None) -> dict[int, str]:
    numbered = tuple(block._replace(number=number) for number, block in enumerate(page))
    found = clean(marked(Document("html", numbered)), content)
    return {block.number: rule for block, rule in found.removed}


def line(text: str) -> Block:
    return Block(0, "line", text)


@pytest.mark.parametrize(("count", "is_menu"), [(7, False), (8, True)])
def test_eight_short_items_before_the_first_long_text_are_a_menu(count, is_menu):
    items = [Block(0, "item", "An entry of four", 1, "•")] * count
    assert (removed(line("Home"), *items, line(TRIAL)).keys() == {*range(1, count + 1)}) is is_menu
    assert removed(line(TRIAL), *items) == {}
    assert removed(line("Home"), *[item._replace(text="An entry of five words") for item in items], line(TRIAL)) == {}


def test_a_menu_is_looked_for_before_text_of_more_than_200_characters():
    items = [Block(0, "item", "Entry", 1, "•")] * 8
    assert removed(*items, line(filled("", 200))) == {}
    assert len(removed(*items, line(filled("", 201)))) == 8


@pytest.mark.parametrize(("size", "rule"), [(400, {1: "footer"}), (401, {})])
def test_a_footer_has_at_most_400_characters(size, rule):
    assert removed(line(TRIAL), line(filled("© 2026 ", size))) == rule


@pytest.mark.parametrize(("lines_between", "is_field"), [(2, True), (3, False)])
def test_a_form_s_field_stands_at_most_three_blocks_below_the_last(lines_between, is_field):
    page = [line(TRIAL), line("Last name*"), *[line("Knee")] * lines_between, line("Phone")]
    assert (len(page) - 1 in removed(*page)) is is_field


@pytest.mark.parametrize(("lines_between", "listed"), [(4, 7), (5, 1)])
def test_a_card_of_another_trial_has_at_most_four_lines_before_its_number(lines_between, listed):
    page = [line("See also"), line("NCT00000001"), *[line(TRIAL)] * lines_between, line("NCT00000002"), line(TRIAL)]
    assert len(removed(*page)) == (lines_between + 3 if listed > 1 else 2)


@pytest.mark.parametrize(("text", "is_of_card"), [(filled("", 30), True), (filled("", 31), False)])
def test_behind_the_last_number_a_card_has_short_lines(text, is_of_card):
    assert (2 in removed(line("See also"), line("NCT00000001"), line(text), line(TRIAL))) is is_of_card


def test_within_a_trial_only_a_status_or_a_phase_is_of_the_card_before():
    texts = ["Title", "See also", "NCT00000001", "Recruiting", "Phase 2", "Knee pain"]
    page = marked(Document("html", tuple(Block(number, "line", text) for number, text in enumerate(texts))))
    assert clean(page, range(6), None, lambda _: False).rules == dict.fromkeys(range(1, 5), "other trials")
    assert clean(page).rules == dict.fromkeys(range(1, 6), "other trials")


def test_fields_of_a_form_stand_in_lines_and_items():
    labels = [line("First name*"), Block(0, "item", "Last name*", 1, "•"), Block(0, "heading", "Your message", 2)]
    assert removed(line(TRIAL), *labels) == {1: "form", 2: "form"}


def test_a_number_above_the_heading_of_other_trials_is_not_of_their_list():
    assert removed(line(TRIAL), line("NCT00000001"), line("See also"), line(TRIAL), line(TRIAL)) == {}
