"""What a terminal would obey or a person not see is shown as an escape; everything else stays as it is."""

import json
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.console.printing import as_json
from scraper.console.visible import ESCAPES, visible

DRAWN = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}
"""Signs of numbers and verses that Unicode calls formats, and that people see."""

EVERY = st.text(st.characters(exclude_categories=[]) | st.sampled_from("\x1b\x9b\u202e\u200b\u2028\udc80\n\t"))


def is_obeyed_or_unseen(sign):
    return unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and ord(sign) not in DRAWN


def test_no_character_of_unicode_is_obeyed_or_unseen():
    left = [
        hex(code)
        for code in range(sys.maxunicode + 1)
        if is_obeyed_or_unseen(sign := chr(code)) and sign in visible(sign)
    ]
    assert left == []


def test_what_people_write_stays_as_it_is():
    kept = "18\u00a0years ≤ 5 µg – „é“ 膝 𝛼 قلب לב 👍🏽 e\u0301 \\n [b] :smile:"
    assert visible(kept) == kept


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb\r\tc", r"a\nb\r\tc"),
        ("\x00\x1b[2J\x7f", r"\x00\x1b[2J\u007f"),
        ("\x9b31m\x85", r"\u009b31m\u0085"),
        ("\u202egnp.exe\u2066", r"\u202egnp.exe\u2066"),
        ("a\u200bb\ufeffc\u00add\u2028e\u2029", r"a\u200bb\ufeffc\u00add\u2028e\u2029"),
        ("\udc80 \ud83d", r"\udc80 \ud83d"),
        ("\U000e0041", r"\udb40\udc41"),
        ("\u3164", r"\u3164"),
    ],
)
def test_control_characters_marks_of_direction_and_what_has_no_width_are_escapes(text, shown):
    assert visible(text) == shown


@given(EVERY)
def test_a_shown_text_is_one_line_and_shown_alike_again(text):
    shown = visible(text)
    assert len(shown.splitlines()) <= 1
    assert not any(map(is_obeyed_or_unseen, shown))
    assert visible(shown) == shown


@given(st.dictionaries(EVERY, EVERY | st.integers() | st.lists(EVERY, max_size=3), max_size=3))
def test_json_stays_the_same_json(value):
    assert json.loads(as_json(value)) == value
    assert json.loads(visible(json.dumps(value, ensure_ascii=False))) == value
    assert json.loads(as_json(value, 2)) == value
    assert not any(map(is_obeyed_or_unseen, as_json(value, 2).replace("\n", "")))


@given(EVERY)
def test_an_output_that_cannot_hold_a_letter_escapes_it(text):
    assert visible(text).encode("ascii", ESCAPES).decode("ascii").isprintable()
