"""Text that a width broke into lines: joined where that is certain, left alone where it is not."""

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from normalizers.criteria.wrapping import unwrap
from normalizers.text import lines

LEAD = "An individual who meets any of the following criteria will be excluded from participation in this study:"
BMI = (
    "Body Mass Index (BMI) of 30 kg/m² or more, or of 27 kg/m² or more and previous diagnosis with at least one of the "
    "following comorbidities: hypertension, dyslipidemia, obstructive sleep apnea, cardiovascular disease"
)


def joined(text, **options):
    return [block.words for block in unwrap(lines(text), **options).blocks]


@pytest.mark.parametrize("width", [64, 72, 80, 90, 100])
@pytest.mark.parametrize("indent", ["", "        "])
def test_a_sentence_that_was_broken_is_one_line_again_or_doubtful(width, indent):
    text = textwrap.fill(LEAD, width, initial_indent=indent, subsequent_indent=indent)
    assert joined(text) == [LEAD] or unwrap(lines(text)).doubts


def test_an_item_whose_lines_stand_at_the_margin_is_one_item_again():
    text = textwrap.fill(f"- {BMI}", 85) + "\n\n- Consent\n\n- Age 18"
    assert joined(text) == [f"- {BMI}", "- Consent", "- Age 18"]


def test_sentences_of_a_paragraph_stay_together_where_blank_lines_part_paragraphs():
    prose = f"{LEAD[:-1]}. {BMI}. The age is that of the day on which the consent was given. {LEAD[:-1]}."
    assert joined(textwrap.fill(prose, 80) + "\n\nAdults of any age can take part.") == [
        prose,
        "Adults of any age can take part.",
    ]


def test_a_word_that_was_broken_after_its_hyphen_is_whole_again():
    text = "Treatment with a granulocyte colony or with any other colony-\nstimulating factor in the last week"
    assert joined(text) == [
        "Treatment with a granulocyte colony or with any other colony-stimulating factor in the last week"
    ]


def test_a_line_that_opens_like_an_item_within_brackets_goes_on():
    text = "Excessive or recent significant tan in the areas of test spot exposure (Group\nD). None\nof them"
    assert joined(text)[0] == ("Excessive or recent significant tan in the areas of test spot exposure (Group D). None")


@pytest.mark.parametrize(
    "text",
    [
        "Patients with histologically confirmed adenocarcinoma\nNo prior chemotherapy for this disease\nAge over 18",
        "Age 18 or\nolder",
        "* Adults of both sexes who gave their consent to take part in it\n* in remission of their disease",
        "Patients with diabetes mellitus of type two for a year or longer.\nof note: adults",
        "Patients with diabetes mellitus and at least one of the following\n\nin the last year",
        f"{LEAD} {LEAD}\nAdults",
        "no prior chemotherapy of any kind for the disease of this study\nno HIV\nage over 18",
    ],
)
def test_lines_that_no_width_broke_stay_apart(text):
    assert joined(text) == [line for line in text.split("\n") if line]
    assert unwrap(lines(text)).doubts == ()


def test_a_heading_after_a_full_line_is_no_part_of_it():
    text = "Willing to give the informed consent that is needed\nin the study for which each patient is asked for it\n"
    text += "Exclusion Criteria"
    assert joined(text, is_heading=lambda words: words == "Exclusion Criteria")[-1] == "Exclusion Criteria"


def test_a_line_that_may_go_on_with_the_one_before_is_left_alone_and_told():
    text = "patients with histologically confirmed metastatic adenocarcinoma\nchemotherapy earlier"
    assert joined(text) == text.split("\n")
    assert unwrap(lines(text)).doubts == ("chemotherapy earlier",)


WORDS = st.lists(
    st.sampled_from(["and", "of the", "patients", "HIV", "(ECOG)", "0-1", "-", "1.", "chemo-"]), max_size=40
)


@given(st.lists(WORDS, max_size=5), st.integers(40, 130))
def test_joining_lines_keeps_every_character_in_order(paragraphs, width):
    text = "\n\n".join(textwrap.fill(" ".join(words), width) for words in paragraphs)
    words = "".join(block.words for block in unwrap(lines(text)).blocks)
    assert "".join(words.split()) == "".join(text.split())


def broken(size: int, *, width: int = 60, following: str = "knee that hurts") -> list[str]:
    """Two lines below one of a width; the first has so many characters, and ends as no sentence does."""
    first = f"{'y' * (size - 7)} of the"
    return [block.text for block in unwrap(lines(f"{'x' * width}\n\n{first}\n{following}")).blocks][1:]


@pytest.mark.parametrize(("size", "is_joined"), [(42, False), (43, True)])
def test_a_line_is_full_where_the_next_word_does_not_fit_into_the_width_less_an_indentation(size, is_joined):
    assert len(broken(size)) == (1 if is_joined else 2)


@pytest.mark.parametrize(("width", "is_joined"), [(49, False), (50, True)])
def test_a_width_has_50_columns_or_more(width, is_joined):
    assert len(broken(width - 10, width=width)) == (1 if is_joined else 2)


@pytest.mark.parametrize("longest", [120, 121])
def test_only_where_all_lines_fit_into_a_width_a_full_line_goes_on_with_small_letters(longest):
    full = f"{'x' * 108} of the\nknee\n\n{'y' * longest}\n\n{'z' * 110} a,\nknee that hurts,"
    found = [block.text for block in unwrap(lines(full)).blocks]
    assert len(found) == (3 if longest == 120 else 4)


@pytest.mark.parametrize(("longest", "is_joined"), [(120, False), (121, True)])
def test_a_line_of_more_than_120_columns_was_broken_at_no_width(longest, is_joined):
    assert len(broken(60, width=longest)) == (1 if is_joined else 2)


@pytest.mark.parametrize("following", ["KNEE that hurts", "knee"])
def test_behind_a_word_that_ends_no_sentence_any_word_goes_on(following):
    assert broken(55, following=following) == [f"{'y' * 48} of the {following}"]


FULL = "y" * 40
"""What makes a line full beside one of 60 columns, with the next word."""


@pytest.mark.parametrize(
    ("end", "following", "together"),
    [
        ("(see Appendix", "II) and", "(see Appendix II) and"),  # a number that ends in the bracket opens no item
        ("(see part", "4.2) of", "(see part 4.2) of"),
        ("(knee", "pain)", "(knee pain)"),
        ("pain colony-", "stimulating", "pain colony-stimulating"),
        ("pain colony-", "stimulating Factor", "pain colony-stimulating Factor"),
        ("pain colony-", "and", "pain colony- and"),
        ("knee,", "hip and", "knee, hip and"),
        ("knee and", "hip", "knee and hip"),
        ("knee", "of pain", "knee of pain"),
        ("(of", "Knee", "(of Knee"),
        ("of", "Knee", "of Knee"),
    ],
)
def test_a_full_line_that_ends_within_a_sentence_goes_on(end, following, together):
    text = f"{'x' * 60}\n\n{FULL} {end}\n{following}"
    assert [block.words for block in unwrap(lines(text)).blocks][1:] == [f"{FULL} {together}"]


@pytest.mark.parametrize(
    ("end", "following", "doubts"),
    [
        ("see Appendix", "II) and", ()),
        ("(see Appendix", "(II) and", ()),
        ("(see Appendix", "II. and", ()),
        ("of", "II) and", ()),
        ("knee", "pain)", ("pain)",)),
        ("(knee)", "pain)", ("pain)",)),
        ("pain 5-", "fluorouracil", ("fluorouracil",)),
        ("knee,", "hip,", ("hip,",)),  # lines that all end with a comma are a list
        ("knee", "pain", ("pain",)),
        ("knee", "Of pain", ()),
        ("knee.", "of pain", ()),
        ("knee or", "Pain", ()),
    ],
)
def test_a_full_line_that_may_end_a_sentence_stays_apart_and_small_letters_behind_it_are_told(end, following, doubts):
    found = unwrap(lines(f"{'x' * 60}\n\n{FULL} {end}\n{following}"))
    assert [block.words for block in found.blocks][1:] == [f"{FULL} {end}", following]
    assert found.doubts == doubts


@pytest.mark.parametrize(
    ("end", "following", "is_joined"),
    [("knee", "pain of", True), ("knee.", "pain of", False), ("knee", "pain of:", False)],
)
def test_a_line_that_is_indented_as_the_words_of_an_item_goes_on_with_its_sentence(end, following, is_joined):
    blocks = lines(f"- {FULL} {end}\n  {following}\n- {FULL} hip")
    assert (len(unwrap(blocks, lambda _: False).blocks) == 2) is is_joined
    assert len(unwrap(blocks, lambda _: True).blocks) == 3
    assert len(unwrap(blocks).blocks) == 3
