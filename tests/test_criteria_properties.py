"""What holds for criteria of any kind: nothing is lost, nothing torn, and order is kept."""

import textwrap
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from normalizers.criteria.tree import parse_criteria
from normalizers.text import BULLETS, clean, lines, opening
from schemas.document import Block
from tests.criteria_outlines import characters, every, soup
from tests.criteria_texts import TEXTS


@pytest.mark.parametrize("blocks", [lines, soup])
def test_every_character_ends_up_in_a_criterion_or_a_heading(blocks):
    for text in TEXTS:
        given = blocks(text)
        words = "".join(clean(block.words) for block in given)
        shown = Counter(sign for sign in words if not sign.isspace() and sign not in BULLETS)
        assert characters(parse_criteria(given)) == shown, text


MARKERS = ["", "1.", "2.", "3.", "a)", "b)", "i.", "ii.", "•", "-", "o", "(1)", "①", "②"]
PHRASES = [
    "foo",
    "bar of:",
    "Age:",
    "Cohort B",
    "≤ 2.",
    "(baz",
    "Inclusion Criteria:",
    "exclusion",
    "grade 2.",
    "1. a 2. b",
]
BLOCKS = st.lists(
    st.builds(
        lambda kind, marker, phrases, depth, listed: Block(
            0, kind, f"{marker} {' '.join(phrases)}".strip(), depth, listed if kind == "item" else ""
        ),
        st.sampled_from(["item", "item", "line", "line", "heading", "row"]),
        st.sampled_from(MARKERS),
        st.lists(st.sampled_from(PHRASES), min_size=1, max_size=3),
        st.integers(0, 4),
        st.sampled_from(["•", "◦", "7.", "g.", ""]),
    ),
    max_size=9,
)


@given(BLOCKS)
def test_criteria_of_any_blocks_are_complete_and_none_is_empty(blocks):
    divided = parse_criteria(blocks)
    words = "".join(block.marker + block.text for block in blocks)
    assert characters(divided) == Counter(s for s in words if not s.isspace() and s not in BULLETS)
    assert all(criterion.text == criterion.text.strip() != "" for side in divided[:3] for criterion in every(side))
    assert all(any(map(str.isalnum, criterion.text)) for side in divided[:3] for criterion in every(side))


@given(BLOCKS)
def test_criteria_of_any_blocks_stand_in_the_order_of_the_page(blocks):
    named = [block._replace(text=f"{block.text} #{number}#") for number, block in enumerate(blocks)]
    for side in parse_criteria(named)[:3]:
        places = [int(part) for criterion in every(side) for part in criterion.text.split("#")[1::2]]
        assert places == sorted(places)


WORDS = st.text("xyz", min_size=1, max_size=8)
TREES = st.lists(
    st.tuples(WORDS, st.lists(st.tuples(WORDS, st.lists(st.tuples(WORDS, st.just([])), max_size=3)), max_size=3)),
    min_size=1,
    max_size=4,
)
NUMBERS = (
    lambda place: f"{place + 1}.",
    lambda place: f"{'abc'[place]})",
    lambda place: f"({('i', 'ii', 'iii')[place]})",
)


def written(branches, markers, step, depth=0):
    """A tree of words as text, one item a line."""
    text = ""
    for place, (words, below) in enumerate(branches):
        text += f"{' ' * step * depth}{markers[depth](place)} {words}\n" + written(below, markers, step, depth + 1)
    return text


def shape(criteria):
    return [(criterion.text, shape(criterion.children)) for criterion in criteria]


@given(TREES)
def test_a_list_indented_by_its_depth_is_read_back(branches):
    text = written(branches, [lambda _: "*"] * 3, step=2)
    assert shape(parse_criteria(lines(text)).other) == branches


@given(TREES)
def test_a_list_without_indentation_is_read_back_by_its_numbers(branches):
    text = written(branches, NUMBERS, step=0)
    assert shape(parse_criteria(soup(text)).other) == branches


@given(st.lists(WORDS, min_size=2, max_size=6), st.lists(WORDS, min_size=2, max_size=6))
def test_lists_joined_to_one_line_are_read_back(inclusion, exclusion):
    text = "Inclusion Criteria: - " + " - ".join(inclusion) + " Exclusion Criteria: - " + " - ".join(exclusion)
    divided = parse_criteria(lines(text))
    assert [criterion.text for criterion in divided.inclusion] == inclusion
    assert [criterion.text for criterion in divided.exclusion] == exclusion


def old_copy(text):
    """A text as old copies of registry records have it: indented, and broken at 100 columns."""
    rows = []
    for line in text.split("\n"):
        words = line.lstrip()
        margin = " " * (8 + len(line) - len(words))
        size = opening(words)
        hanging = margin + " " * (size + 1 if size else 0)
        rows += textwrap.wrap(
            words, 100, initial_indent=margin, subsequent_indent=hanging, break_long_words=False, break_on_hyphens=False
        ) or [""]
    return "\n".join(rows)


UNDECIDABLE = 0.02
"""Of records broken at a width: a line begins like an item, or ends like a sentence, and blank lines do not help."""


def test_criteria_that_a_width_broke_are_the_same_or_doubtful():
    quiet = 0
    for text in TEXTS:
        broken = parse_criteria(lines(old_copy(text)))
        quiet += not broken.doubts and broken[:3] != parse_criteria(lines(text))[:3]
    assert quiet <= UNDECIDABLE * len(TEXTS)


def begins(criteria, texts):
    """The criteria that do not begin where one of the texts does, signs aside."""

    def letters(words):
        return "".join(filter(str.isalnum, words))

    starts = tuple(letters(words)[:12] for words in texts)
    return [criterion.text for criterion in criteria if not letters(criterion.text).startswith(starts)]


def test_criteria_joined_to_one_line_as_the_aggregator_does_are_never_torn_without_a_doubt():
    for text in TEXTS:
        whole = parse_criteria(lines(text))
        texts = [*whole.headings, *(criterion.text for side in whole[:3] for criterion in every(side))]
        listed = "\n".join(f"- {words}" for words in texts if not words.endswith((":", "：")))
        # A dash behind the end of a sentence parts two criteria that the registrant left in one paragraph, too.
        texts += [part for words in texts for part in words.split(". - ")[1:]]
        flat = parse_criteria(lines(" ".join(listed.split())))
        assert begins(every(flat.other), texts) == [] or flat.doubts, text


def test_criteria_joined_to_one_line_by_numbers_are_the_same_or_stay_together():
    for text in TEXTS:
        texts = [criterion.text for criterion in every(parse_criteria(lines(text)).inclusion)]
        joined = " ".join(f"{place}) {words}" for place, words in enumerate(texts, 1))
        shown = [criterion.text for criterion in every(parse_criteria([Block(0, "line", joined)]).other)]
        starts = tuple(words[:12] for words in texts)
        assert [words for words in shown if not words.startswith(starts)] == [], text
