"""The side of a criterion: however a page spells the heading above it, it is never that of the list before."""

from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from normalizers.criteria.tree import ParsedCriteria, parse_criteria
from normalizers.text import BULLETS, lines
from schemas.document import Block
from tests.criteria_outlines import every
from tests.each import each
from tests.registry import found

Form = Literal["text", "capture", "markup", "labels", "lines", "paragraphs"]
FORMS: tuple[Form, ...] = ("text", "capture", "markup", "labels", "lines", "paragraphs")


def blocks(form: Form, *parts: tuple[str, Sequence[str]]) -> list[Block]:
    """Headings with the criteria below each, as pages and registries have them."""
    if form in {"text", "capture"}:
        bullet = "  • " if form == "capture" else "* "
        return lines("\n\n".join("\n".join((head, "", *(bullet + words for words in below))) for head, below in parts))
    made: list[Block] = []
    for head, below in parts:
        made.append(Block(len(made), "heading" if form == "markup" else "line", head, 4 if form == "markup" else 0))
        for words in below:
            if form in {"lines", "paragraphs"}:
                made.append(Block(len(made), "line", f"• {words}" if form == "lines" else words))
            else:
                made.append(Block(len(made), "item", words, 1, "•"))
    return made


LISTS = ("inclusion", "exclusion", "other")


def texts(divided: ParsedCriteria, side: str) -> set[str]:
    return {criterion.text for criterion in every(getattr(divided, side))}


def letters(words: str) -> Counter[str]:
    return Counter(sign for sign in words if sign.isalnum())


def kept(divided: ParsedCriteria) -> Counter[str]:
    shown = [*divided.headings]
    for side in divided[:3]:
        shown += [(criterion.marker or "") + criterion.text for criterion in every(side)]
    return letters("".join(shown))


def never_inherits(heading: str, form: Form, before: str, own: str) -> ParsedCriteria:
    """Read a list of the one side, then the heading and a list of its own, which must not be of the side before."""
    given = blocks(form, (f"{before.title()} Criteria:", ["knee pain", "consent"]), (heading, ["pregnancy", "HIV"]))
    divided = parse_criteria(given)
    below = {"pregnancy", "HIV"}
    assert not below & texts(divided, before), heading
    assert {"knee pain", "consent"} <= texts(divided, before), heading
    assert below <= texts(divided, own) or (
        below <= texts(divided, "other") and any(heading.strip("•*- ") in doubt.text for doubt in divided.doubts)
    ), heading
    words = [block.marker + block.text for block in given]
    assert kept(divided) == letters("".join(words)), heading
    return divided


# Spellings that are understood. What is only told is in UNKNOWN.
EXCLUSION = [
    "Exclusion Criteria",
    "Exclusion criteria:",
    "EXCLUSION CRITERIA :",
    "Exclusion Criteria;",
    "Exclusion Criteria.",
    "Exclusion Criteria -",
    "Exclusion Criteria –",
    "Exclusion Criteria—",
    "Exclusion Criteria：",
    "Exclusion",
    "Exclusions",
    "Exclusion:",
    "Exclusion - criteria",
    "Exclusion/criteria",
    "Non-inclusion criteria:",
    "NON-INCLUSION CRITERIA :",
    "Noninclusion criteria",
    "Non inclusion criteria",
    "Non‑inclusion criteria",
    "Non–inclusion criteria",
    "Criteria for non-inclusion:",
    "Criteria of non inclusion",
    "Ineligibility criteria:",
    "Non-eligibility criteria",
    "Not eligible",
    "Not eligible:",
    "Ineligible if:",
    "Criteria for exclusion:",
    "Criteria for Exclusion from the study",
    "Criteria of exclusion",
    "Reasons for exclusion",
    "Reasons for ineligibility:",
    "Exclusion conditions",
    "Exclusionary criteria",
    "Excluding criteria:",
    "Exclusion of patients with one of the following conditions:",
    "Excluded are:",
    "Excluded:",
    "Exclude:",
    "Exclude if:",
    "Excluded patients",
    "Not included:",
    "Who cannot participate",
    "Who can't take part?",
    "You cannot join this study if:",
    "Patients will be excluded if:",
    "Patients will be excluded if they have any of the following",
    "Patients meeting any of the following criteria will be excluded from the study:",
    "Patients who meet any of the following exclusion criteria are not to be enrolled in this study:",
    "Participants are not eligible if any of the following apply:",
    "The presence of any of the following will exclude a participant from enrollment:",
    "Key exclusion criteria include:",
    "Exclusion criteria include the following:",
    "Exclusion criteria for this study are as follows:",
    "Main exclusion criteria",
    "Key Exclusion Criteria:",
    "Study exclusion criteria:",
    "Patient exclusion criteria:",
    "Exclusion criteria for matched controls",
    "Exclusion criteria (Part B)",
    "Exclusion Criteria [Part A (adults)]:",
    "[Exclusion criteria]",
    "(Exclusion criteria):",
    "[Exclusion Criteria:]",
    '"Exclusion Criteria"',
    "<Exclusion Criteria>",
    "**Exclusion Criteria**",
    "**Exclusion Criteria:**",
    "__Exclusion criteria__",
    "*Exclusion Criteria*:",
    "## Exclusion Criteria",
    "# Exclusion",
    "== Exclusion Criteria ==",
    "4.2 Exclusion Criteria",
    "4.2. Exclusion Criteria:",
    "5.1.2 Exclusion criteria",
    "Section 4.2: Exclusion criteria",
    "2 Exclusion Criteria",
    "2. Exclusion Criteria",
    "B) Exclusion criteria",
    "B. Exclusion criteria",
    "(b) Exclusion criteria",
    "II. Exclusion Criteria",
    "② Exclusion criteria",
    "Exlusion Criteria:",
    "Exculsion Criteria:",
    "Exclsion criteria",
    "Exclusoin Criteria",
    "Exclussion criteria",
    "Ecxlusion criteria",
    "Exclusion Critera:",
    "Exclusion Citeria:",
    "Exclusion Criterias:",
    "Exclusion Creteria",
    "Exclusion Cirteria",
    "Exclusion criterion:",
    "Inelegibility criteria",
    "Non-inculsion criteria",
    "Critères d'exclusion",
    "Critères d’exclusion :",
    "Criteres d'exclusion",
    "Critères de non-inclusion :",
    "Critères de non inclusion",
    "Principaux critères d'exclusion",
    "Criterios de exclusión:",
    "Criterios de Exclusion",
    "Criterios de no inclusión:",
    "Critérios de exclusão",
    "Criterios de exclusao:",
    "Critérios de não inclusão",
    "Ausschlusskriterien",
    "Ausschlußkriterien:",
    "Wichtigste Ausschlusskriterien:",
    "Nichteinschlusskriterien",
    "Criteri di esclusione:",
    "Criteri di non inclusione",
    "排除标准",
    "排除标准：",
    "主要排除标准：",
    "【排除标准】",
    "二、排除标准",
    "排除標準",
    "除外基準",
    "Критерии исключения:",
]

UNKNOWN = [
    "Enclusion criteria:",
    "Clusion Criteria",
    "Exclusion/withdrawal criteria",
    "Withdrawal or exclusion criteria:",
    "Withdrawal criteria:",
    "Withdrawal criteria",
    "Randomization criteria",
    "Elimination criteria",
    "Criteria for withdrawal:",
    "Discontinuation Criteria",
    "Ex-clusion criteria",
    "Exclusion criteria related to the stem cell transplant:",
    "Disqualifying factors:",
    "Patients who will not be excluded:",
    "Kryteria wykluczenia",
    "Eligibility criteria:",
    "Inclusion and exclusion criteria",
    "Ein- und Ausschlusskriterien",
]


@each("heading", EXCLUSION)
def test_an_exclusion_heading_is_read_in_many_spellings(heading):
    for form in FORMS:
        divided = never_inherits(heading, form, "inclusion", "exclusion")
        assert {"pregnancy", "HIV"} <= texts(divided, "exclusion"), form
        assert divided.doubts == (), form


@pytest.mark.parametrize("heading", UNKNOWN)
def test_a_heading_whose_side_is_not_known_is_told_and_of_neither_side(heading):
    for form in FORMS:
        divided = never_inherits(heading, form, "inclusion", "other")
        assert [doubt.text.strip("•*- ") for doubt in divided.doubts] == [heading], form


NUMBERS = ["", "4.2 ", "B) ", "II. ", "(2) ", "3. ", "• ", "- ", "## ", "③ "]
BRACKETS = ["{}", "[{}]", "({})", "**{}**", "*{}*", "__{}__", '"{}"', "“{}”", "【{}】"]
QUALIFIERS = ["", "", "Main ", "Key ", "Study ", "Patient ", "Additional ", "Healthy control ", "Phase 2 ", "Donor "]
AFTER = ["", "", " (Part B)", " for matched controls", " - Cohort B", " (any of the following)", " for adults"]
ENDS = ["", ":", " :", "：", ";", ".", " -", " –", "—", ":-", "…"]
SIDES = ["exclusion", "non-inclusion", "noninclusion", "non inclusion", "ineligibility", "non–inclusion"]
ORDERS = ["{side} criteria", "criteria for {side}", "{side} - criteria", "criteria of {side}", "{side}"]
CASES = [str, str.upper, str.title, str.capitalize]


@st.composite
def misspelt(draw: st.DrawFn, words: str) -> str:
    """Words with up to two wrong letters: left out, doubled, exchanged, or another."""
    far = st.lists(st.integers(1, len(words) - 2), min_size=2, max_size=2).filter(
        lambda places: max(places) - min(places) > 2
    )
    places = draw(st.just([]) | st.builds(lambda place: [place], st.integers(1, len(words) - 2)) | far)
    for place in sorted(places, reverse=True):
        change = draw(st.sampled_from(["drop", "double", "swap", "other"]))
        if not words[place : place + 2].isalpha():
            continue
        if change == "drop":
            words = words[:place] + words[place + 1 :]
        elif change == "double":
            words = words[:place] + words[place] + words[place:]
        elif change == "swap":
            words = words[:place] + words[place + 1] + words[place] + words[place + 2 :]
        else:
            words = words[:place] + draw(st.sampled_from("aeklrst")) + words[place + 1 :]
    return words


@st.composite
def spelling(draw: st.DrawFn, sides: Sequence[str]) -> str:
    """A heading as the grammar makes it."""
    words = draw(st.sampled_from(ORDERS)).format(side=draw(st.sampled_from(sides)))
    words = draw(st.sampled_from(CASES))(draw(st.sampled_from(QUALIFIERS)) + words)
    words += draw(st.sampled_from(AFTER))
    end = draw(st.sampled_from(ENDS))
    return draw(st.sampled_from(NUMBERS)) + draw(st.sampled_from(BRACKETS)).format(words) + end


@given(spelling(SIDES), st.sampled_from(FORMS))
def test_criteria_below_an_exclusion_heading_of_any_spelling_are_no_inclusion_criteria(heading, form):
    never_inherits(heading, form, "inclusion", "exclusion")


@given(spelling(["inclusion"]), st.sampled_from(FORMS))
def test_criteria_below_an_inclusion_heading_of_any_spelling_are_no_exclusion_criteria(heading, form):
    never_inherits(heading, form, "exclusion", "inclusion")


@given(misspelt("exclusion criteria"), st.sampled_from(CASES), st.sampled_from(["", ":", " :"]), st.sampled_from(FORMS))
def test_an_exclusion_heading_with_two_wrong_letters_is_read_or_told(words, case, end, form):
    never_inherits(case(words) + end, form, "inclusion", "exclusion")


@given(misspelt("inclusion criteria"), st.sampled_from(CASES), st.sampled_from(["", ":", " :"]), st.sampled_from(FORMS))
def test_an_inclusion_heading_with_two_wrong_letters_is_read_or_told(words, case, end, form):
    never_inherits(case(words) + end, form, "exclusion", "inclusion")


@each("form", FORMS)
@each(
    "sentence",
    [
        "No exclusion criteria apply",
        "None of the exclusion criteria",
        "Does not meet any exclusion criteria",
        "Patients with HIV will be excluded.",
        "Other protocol-defined exclusion criteria may apply.",
        "Further inclusion criteria apply.",
        "Patients who fulfil the following criteria:",
        "Fulfils the Rome III criteria:",
        "DSM-5 criteria:",
        "Medical and therapeutic criteria:",
        "Inclusion body myositis",
        "Central retinal vein occlusion",
        "AML (excluding APL) with one of:",
    ],
)
def test_a_sentence_that_speaks_of_criteria_changes_no_side(sentence, form):
    parts = [("Inclusion Criteria:", ["knee pain"]), (sentence, ["consent"]), ("Exclusion Criteria:", ["pregnancy"])]
    given = blocks("labels" if form == "markup" else form, *parts)
    divided = parse_criteria(given)
    assert {"knee pain", "consent"} <= texts(divided, "inclusion")
    assert texts(divided, "exclusion") == {"pregnancy"}
    assert divided.doubts == ()
    assert divided.other == ()


@pytest.mark.parametrize("form", FORMS)
def test_sentences_alone_can_divide_the_sides(form):
    parts = [("Patients will be included if:", ["knee pain"]), ("Patients will be excluded if:", ["pregnancy"])]
    divided = parse_criteria(blocks("labels" if form == "markup" else form, *parts))
    assert (texts(divided, "inclusion"), texts(divided, "exclusion")) == ({"knee pain"}, {"pregnancy"})


def test_one_sentence_alone_says_no_side_of_what_is_before_it():
    divided = parse_criteria(blocks("text", ("Age:", ["18"]), ("Patients will be excluded if:", ["pregnancy"])))
    assert "pregnancy" in texts(divided, "other")


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("knee pain. Exlusion Criteria: - HIV", "exclusion"),
        ("knee pain. Non-inclusion criteria: HIV", "exclusion"),
        ("knee pain; Criteria for exclusion: HIV", "exclusion"),
        ("knee pain. Main Exclusion Criteria (Part B): HIV", "exclusion"),
        ("膝痛。排除标准：HIV", "exclusion"),
        ("knee pain. Enclusion Criteria: HIV", "other"),
    ],
)
def test_a_heading_within_a_paragraph_is_read_in_other_words_too(text, side):
    divided = parse_criteria([Block(0, "line", text)], "inclusion")
    assert texts(divided, side) == {"HIV"}
    assert (side == "other") == bool(divided.doubts)


@cache
def registrys_lists() -> list[tuple[str, str, ParsedCriteria]]:
    """The registry's own criteria, as inclusion and exclusion, and how they are read below its own heading."""
    parted = [text.split("\n\nExclusion Criteria:\n\n") for text in found("eligibilityModule", "eligibilityCriteria")]
    whole = [parts for parts in parted if len(parts) == 2 and "xclu" not in parts[1]]
    return [(*parts, parse_criteria(lines("\n\nExclusion Criteria:\n\n".join(parts)))) for parts in whole]


A_SHARE = 8
"""Each heading is tried on one of so many lists, another share for each heading, so that all lists are tried."""


@each(("number", "heading"), list(enumerate(EXCLUSION + UNKNOWN)))
def test_the_registrys_own_lists_never_pass_below_another_heading(number, heading):
    for above, below, right in registrys_lists()[number % A_SHARE :: A_SHARE]:
        changed = parse_criteria(lines(f"{above}\n\n{heading}\n\n{below}"))
        assert texts(changed, "inclusion") == texts(right, "inclusion"), heading
        is_same = texts(changed, "exclusion") == texts(right, "exclusion")
        # Where nothing says who may take part either, criteria of neither side are no surprise.
        assert is_same or changed.doubts or not texts(right, "inclusion"), heading


def test_the_registrys_criteria_are_whole():
    for text in found("eligibilityModule", "eligibilityCriteria"):
        given = lines(text)
        divided = parse_criteria(given)
        assert kept(divided) == letters("".join(block.marker + block.text for block in given).replace("\\", ""))
        assert not any(set(text) <= BULLETS for side in LISTS for text in texts(divided, side))
