"""Plain text: white space, escapes, and lists written with bullets and numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from normalizers.text import INVISIBLE, clean, composed, fold, lines, opening, paragraphs
from schemas.document import Block
from tests.registry import found


def shown(text: str) -> list[tuple[str, int, str, str]]:
    return [(block.kind, block.depth, block.marker, block.text) for block in lines(text)]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Inclusion Criteria:", "inclusion criteria:"),
        ("  Study \t details\n", "study details"),
        ("Study\u00a0details", "study details"),
        ("Trial\u200b design\ufeff", "trial design"),
        ("Patient’s “choice”", 'patient\'s "choice"'),
        ("Details — Status：", "details - status:"),
        ("Loading…", "loading..."),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("BMI ≤ 35", "bmi ≤ 35"),
        ("", ""),
    ],
)
def test_labels_fold_to_the_form_in_which_they_are_compared(text, folded):
    assert fold(text) == folded


def test_a_colon_at_the_end_tells_labels_apart():
    assert fold("Treatment:") != fold("Treatment")


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("Age 18 or older", "Age 18 or older"),
        (" Age  18\tor\u00a0older\n", "Age 18 or older"),
        ("Age 18 or older ", "Age 18 or older"),
        ("knee\u200b osteo\u00adarthritis\ufeff", "knee osteoarthritis"),
        (r"Age \<65, weight \>5 kg", "Age <65, weight >5 kg"),
        (r"60 mL/min/1.73 m\^2 \[SGOT\] \*\*", "60 mL/min/1.73 m^2 [SGOT] **"),
        (r"a\_b \# \~ \`", "a_b # ~ `"),
        (r"5 mg\kg", r"5 mg\kg"),
        (r"a\\b", r"a\b"),
        (r"a \\< b", r"a \< b"),
        ("one、two × Ⅲ ≤ ５", "one、two × Ⅲ ≤ ５"),
        ("\u200b", ""),
    ],
)
def test_words_are_cleaned_of_what_is_no_word(text, cleaned):
    assert clean(text) == cleaned


@given(st.text())
def test_cleaning_leaves_single_blanks_and_nothing_invisible(text):
    cleaned = clean(text.replace("\\", ""))
    assert cleaned == " ".join(cleaned.split())
    assert not set(map(ord, cleaned)) & set(INVISIBLE)


@given(st.text(st.characters(exclude_characters="\\")))
def test_words_without_escapes_are_cleaned_once_for_all(text):
    assert clean(clean(text)) == clean(text)


@given(st.text())
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


def test_a_capture_gives_its_lines_with_the_gaps_before_them():
    assert lines("Status\n\nUnknown\nPhase 2\r\n\r\nPhase 1") == [
        Block(0, "line", "Status"),
        Block(1, "line", "Unknown", after_gap=True),
        Block(2, "line", "Phase 2"),
        Block(3, "line", "Phase 1", after_gap=True),
    ]


@pytest.mark.parametrize("sign", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\x1d", "\t", "\u00a0"])
def test_only_carriage_returns_and_line_feeds_end_a_line(sign):
    assert shown(f"* non{sign}small\r* cell\r\nlung{sign}") == [
        ("item", 1, "*", "non small"),
        ("item", 1, "*", "cell"),
        ("line", 0, "", "lung"),
    ]


def test_the_hyphens_of_word_are_a_hyphen_and_nothing():
    assert shown("* non\x1esmall can\x1fcer") == [("item", 1, "*", "non-small cancer")]
    assert clean("non\x1esmall can\x1fcer") == fold("NON\u2010small can\u00adcer") == "non-small cancer"


def test_numbers_go_on_from_the_one_that_is_given():
    assert [block.number for block in lines("a\nb", 7)] == [7, 8]


def test_a_gap_and_the_marker_of_an_item_are_kept():
    assert lines("Inclusion\n\n  • Adults") == [
        Block(0, "line", "Inclusion"),
        Block(1, "item", "Adults", 1, "•", after_gap=True),
    ]


def test_an_indented_line_without_an_item_before_it_is_a_plain_line():
    assert shown("Study details\n    Knee Osteoarthritis") == [
        ("line", 0, "", "Study details"),
        ("line", 0, "", "Knee Osteoarthritis"),
    ]


def test_indentation_against_the_items_before_gives_the_depth():
    assert shown("* a\n\n  * b\n\n    * c\n  * d\n* e") == [
        ("item", 1, "*", "a"),
        ("item", 2, "*", "b"),
        ("item", 3, "*", "c"),
        ("item", 2, "*", "d"),
        ("item", 1, "*", "e"),
    ]


def test_a_list_that_is_indented_as_a_whole_begins_at_depth_one():
    assert shown("    • Cardiac:\n\n        ◦ LVEF\n    • Renal") == [
        ("item", 1, "•", "Cardiac:"),
        ("item", 2, "◦", "LVEF"),
        ("item", 1, "•", "Renal"),
    ]


def test_numbers_aligned_to_the_right_are_one_list():
    assert shown("   9. nine\n  10. ten") == [("item", 1, "9.", "nine"), ("item", 1, "10.", "ten")]


def test_a_tab_indents_to_the_next_fourth_column():
    assert shown("* a\n\t* b") == [("item", 1, "*", "a"), ("item", 2, "*", "b")]


def test_a_line_indented_against_an_item_continues_it():
    assert shown("1. Adults\n\n   a. with AML\n\n   Note: see below\n2. Weight") == [
        ("item", 1, "1.", "Adults"),
        ("line", 1, "", "a. with AML"),
        ("line", 1, "", "Note: see below"),
        ("item", 1, "2.", "Weight"),
    ]


def test_a_line_at_the_margin_ends_the_list():
    assert shown("* a\nCohort 2\n  * b") == [
        ("item", 1, "*", "a"),
        ("line", 0, "", "Cohort 2"),
        ("item", 1, "*", "b"),
    ]


@pytest.mark.parametrize("bullet", list("*-–•◦▪‣·●○■□o"))
def test_a_bullet_before_a_blank_opens_an_item(bullet):
    assert shown(f"{bullet} Adults") == [("item", 1, bullet, "Adults")]


@pytest.mark.parametrize("text", ["-5 °C", "1.5 mg", "2019. A year", "-", "1.", "a. with AML", "E. coli", "*"])
def test_what_only_resembles_a_marker_stays_in_the_line(text):
    assert shown(text) == [("line", 0, "", text)]


@pytest.mark.parametrize(("text", "size"), [("• a", 1), ("12) a", 3), ("1.5 a", 0), ("٣. a", 0), ("a", 0), ("", 0)])
def test_the_marker_that_opens_a_text_is_measured(text, size):
    assert opening(text) == size


def test_invisible_characters_neither_make_a_line_nor_hide_a_bullet():
    assert shown("\ufeff• a\n\u200b\n\u200b• b") == [("item", 1, "•", "a"), ("item", 1, "•", "b")]


def test_what_keeps_two_lists_apart_in_markdown_is_no_line():
    assert shown("* a\n\n<!-- -->\n\n* b") == [("item", 1, "*", "a"), ("item", 1, "*", "b")]


def test_escapes_stay_in_the_lines_and_hide_no_bullet():
    assert shown("* Age \\< 65\n\\* Note") == [("item", 1, "*", r"Age \< 65"), ("line", 0, "", r"\* Note")]


@given(st.text(st.sampled_from("ab1.-•* \t\n\r\x0b\x0c\x85\u2028\u00a0\u200b\\")))
def test_lines_hold_every_visible_character_in_order(text):
    words = "".join(block.marker + block.text for block in lines(text))
    assert "".join(words.split()) == "".join(text.replace("\u200b", "").split())


def test_paragraphs_are_separated_by_a_blank_line():
    assert paragraphs(lines("OA is  a disorder.\n\nMSCs \\>5 were explored.")) == (
        "OA is a disorder.\n\nMSCs >5 were explored."
    )


def test_lists_in_prose_are_indented_by_their_depth_and_keep_their_markers():
    blocks = [
        Block(0, "heading", "Design", 2),
        Block(1, "line", "Two arms:"),
        Block(2, "item", "drug", 1, "1."),
        Block(3, "line", "weekly", 1),
        Block(4, "item", "high", 2, "•"),
        Block(5, "line", "5 mg", 2),
        Block(6, "item", "placebo", 1, "2."),
        Block(7, "line", "Then follow-up."),
        Block(8, "row", "Arm Dose", cells=("Arm", "Dose")),
    ]
    assert paragraphs(blocks) == (
        "Design\n\nTwo arms:\n\n1. drug\n  weekly\n  • high\n    5 mg\n2. placebo\n\nThen follow-up.\n\nArm Dose"
    )


def test_paragraphs_within_an_item_that_is_none_of_them_are_not_indented():
    blocks = [Block(8, "line", "Two arms.", 1), Block(9, "line", "One year.", 1), Block(10, "item", "drug", 1, "•")]
    assert paragraphs(blocks) == "Two arms.\n\nOne year.\n\n• drug"


def test_a_line_that_opens_with_a_number_is_an_item_of_the_list():
    assert paragraphs([Block(0, "line", "1. Explore"), Block(1, "line", "2. Compare")]) == "1. Explore\n2. Compare"


def test_blocks_of_text_and_of_markup_give_the_same_prose():
    markup = [Block(0, "item", "Explore", 1, "1."), Block(1, "item", "Compare", 1, "2."), Block(2, "line", "End.")]
    assert paragraphs(markup) == paragraphs(lines("1. Explore\n2. Compare\n\nEnd."))


@pytest.mark.parametrize("blocks", [[], [Block(0, "line", "")], [Block(0, "line", ""), Block(1, "item", "")]])
def test_prose_without_words_is_none(blocks):
    assert paragraphs(blocks) is None


@pytest.mark.parametrize("name", ["briefSummary", "detailedDescription"])
def test_prose_of_the_registry_keeps_every_word_in_order(name):
    texts = ["Two arms:\n\n1. drug\n\n   weekly\n2. placebo\n\nThen \\> 5 weeks.", *found("descriptionModule", name)]
    for text in texts:
        prose = paragraphs(lines(composed(text)))
        assert prose is not None
        assert "".join(prose.split()) == "".join(clean(text.replace("<!-- -->", "")).split())


def test_a_line_that_opens_with_a_bullet_is_an_item_of_the_list():
    texts = ["Patients:", "- with pain", "- and a knee", "Others"]
    found = [Block(number, "line", text) for number, text in enumerate(texts)]
    assert paragraphs(found) == "Patients:\n\n- with pain\n- and a knee\n\nOthers"


@pytest.mark.parametrize("text", [" knee", "knee ", "knee  pain", "knee\tpain", " knee pain "])
def test_blanks_around_words_and_between_them_are_folded(text):
    assert clean(text) == " ".join(text.split())


def test_items_of_a_list_follow_each_other_whatever_their_words():
    found = [
        Block(0, "line", "Patients:"),
        Block(1, "item", "with pain", 1),
        Block(2, "item", "in a knee", 2),
        Block(3, "line", "that hurts", 2),
        Block(4, "line", "Others"),
    ]
    assert paragraphs(found) == "Patients:\n\nwith pain\n  in a knee\n    that hurts\n\nOthers"
