"""Lists that are written in one paragraph: split whole or not at all, and told where that is doubtful."""

import pytest
from hypothesis import assume
from hypothesis import given as hypothetically
from hypothesis import strategies as st

from normalizers.criteria.inline_lists import split_dashed, split_lead, split_numbered
from normalizers.criteria.markers import list_marker, parse_item
from tests.each import each


def item(text):
    found = parse_item(text)
    assert found is not None
    return found


def parts(items):
    return [(each.marker.text, each.words) for each in items]


def numbered(text):
    return parts(split_numbered(item(text)).items)


def dashed(text):
    return parts(split_dashed(item(text), is_alone=True).items)


@each(
    ("text", "expected"),
    [
        ("1. foo 2. bar 3. baz", [("1.", "foo"), ("2.", "bar"), ("3.", "baz")]),
        ("1. foo; 2.Bar; 3.Baz", [("1.", "foo;"), ("2.", "Bar;"), ("3.", "Baz")]),
        ("(1) foo and (2) bar (grade 2)", [("(1)", "foo and"), ("(2)", "bar (grade 2)")]),
        ("1) foo 2) 18 years", [("1)", "foo"), ("2)", "18 years")]),
        ("a) foo; or b) bar", [("a)", "foo; or"), ("b)", "bar")]),
        ("a. foo b. bar", [("a.", "foo"), ("b.", "bar")]),
        ("A. Foo; B. Bar", [("A.", "Foo;"), ("B.", "Bar")]),
        ("i. foo ii. bar iii. baz", [("i.", "foo"), ("ii.", "bar"), ("iii.", "baz")]),
        ("I. Foo. II. Bar", [("I.", "Foo."), ("II.", "Bar")]),
        ("①foo②bar", [("①", "foo"), ("②", "bar")]),
        ("• foo • bar - baz", [("•", "foo"), ("•", "bar - baz")]),
        ("1. foo of type 2. bar 3. baz", [("1.", "foo of type"), ("2.", "bar"), ("3.", "baz")]),
        ("1. Male 2. 18-75 years 3. BMI", [("1.", "Male"), ("2.", "18-75 years"), ("3.", "BMI")]),
        ("1. ECOG 0 to 2. 2. Age 3. BMI", [("1.", "ECOG 0 to 2."), ("2.", "Age"), ("3.", "BMI")]),
        ("1. (hydroxyurea may be used; 2. bar", [("1.", "(hydroxyurea may be used;"), ("2.", "bar")]),
        ("(1)foo; (2)bar (3)5≤score", [("(1)", "foo;"), ("(2)", "bar"), ("(3)", "5≤score")]),
        ("i. foo ii. bar iii. baz or iv. qux", [("i.", "foo"), ("ii.", "bar"), ("iii.", "baz or"), ("iv.", "qux")]),
        ("1. foo bar.2. Baz", [("1.", "foo bar."), ("2.", "Baz")]),
        ("1.foo 2.bar", [("1.", "foo"), ("2.", "bar")]),
        ("7.Foo. 8.Bar. 9.Baz", [("7.", "Foo."), ("8.", "Bar."), ("9.", "Baz")]),
        ("4. foo; 6. bar; 7. baz", [("4.", "foo;"), ("6.", "bar;"), ("7.", "baz")]),
        ("a) foo; b) bar; d) baz; e) qux", [("a)", "foo;"), ("b)", "bar;"), ("d)", "baz;"), ("e)", "qux")]),
    ],
)
def test_a_whole_list_in_one_paragraph_is_cut_into_its_items(text, expected):
    assert numbered(text) == expected


NO_LISTS = [
    "1. foo",
    "1. platelets 2.5 times",
    "1. ECOG status 0 or 2. Patients",
    "1. dose of 2. 5 mg",
    "1. creatinine ≤ 2. Patients",
    "1. foo (grade 1 or 2) bar",
    "1) foo (grade 1 or 2) bar",
    "A. Foo hepatitis B. Bar",
    "a. foo vitamin b.Bar",
    "1. foo type 2. bar",
    "1. foo 2.",
    "1. foo-2. bar",
    "* foo * bar",
    "- foo - bar",
]
DOUBTFUL_LISTS = [
    "1. foo 3. bar",
    "1. foo 2. bar 4. baz",
    "1. foo; 2. bar; 4. baz",
    "1. foo 2. bar 4. baz 5. qux",
    "1. foo; 2. bar; (3 foo; 4. baz; 5. qux",
    "1. foo; 3. bar; 4. baz; 6. qux",
    "2. foo 3. bar",
    "1. grades 1, 2. Patients",
    "1. foo 2. bar 2. baz",
    "1. foo 2. bar 3. dose 4. 5 mg",
    "1. foo type 2. bar type 2. baz 3. qux",
    "1. foo; 2.18 years",
    "A. Foo B. Bar C. Baz",
    "1. foo; 2. bar of: 1. baz 2. qux",
    "1、foo2、bar",
]


@each("text", [*NO_LISTS, *DOUBTFUL_LISTS])
def test_what_may_be_no_list_stays_one_item(text):
    assert split_numbered(item(text)).items == [item(text)]


@pytest.mark.parametrize("text", NO_LISTS)
def test_numbers_that_belong_to_the_words_raise_no_doubt(text):
    assert split_numbered(item(text)).doubts == ()


@pytest.mark.parametrize("text", DOUBTFUL_LISTS)
def test_a_paragraph_that_looks_like_a_list_and_is_not_whole_is_doubtful(text):
    assert split_numbered(item(text)).doubts == ((item(text).words, "may hold several criteria"),)


@pytest.mark.parametrize(
    ("text", "following", "expected"),
    [
        ("2. foo 3. bar", "4.", [("2.", "foo"), ("3.", "bar")]),
        ("2. foo 3. bar", "3.", [("2.", "foo 3. bar")]),
        ("1. foo 2. bar", "2.", [("1.", "foo 2. bar")]),
        ("1. foo 2. bar", "a)", [("1.", "foo"), ("2.", "bar")]),
        ("3. Foo. 4. Bar.", "6.", [("3.", "Foo."), ("4.", "Bar.")]),
        ("2. foo； 3. bar of:", "1.", [("2.", "foo；"), ("3.", "bar of:")]),
    ],
)
def test_a_list_goes_on_to_the_number_of_the_next_paragraph(text, following, expected):
    split = split_numbered(item(text), list_marker(following))
    assert (parts(split.items), split.doubts) == (expected, ())


def test_a_list_that_passes_over_the_number_of_the_next_paragraph_is_doubtful():
    split = split_numbered(item("1. foo 2. bar"), list_marker("4."))
    assert len(split.items) == 1
    assert split.doubts != ()


def test_a_series_of_letters_ends_with_the_alphabet():
    text = " ".join(f"{letter}) foo" for letter in "abcdefghijklmnopqrstuvwxyz")
    assert [marker for marker, _ in numbered(text)] == [f"{letter})" for letter in "abcdefghijklmnopqrstuvwxyz"]


def test_a_series_of_signs_ends_with_its_last():
    text = " ".join(f"{sign} foo" for sign in "❶❷❸❹❺❻❼❽❾❿")
    assert len(numbered(text)) == 10


def test_roman_numbers_are_known_up_to_twenty():
    text = "i) a ii) b iii) c iv) d v) e vi) f vii) g viii) h ix) i x) j xi) k xii) l xiii) m xiv) n xv) oo xvi) p"
    assert len(numbered(text)) == 16
    assert len(numbered(text + " xvii) q xviii) r xix) s xx) t")) == 20


def test_a_text_longer_than_any_in_the_registry_is_not_searched():
    first = item("1. foo " + "bar " * 6000 + "2. baz")
    assert split_numbered(first).items == [first]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- Age 18 - Able to consent - ≥ 2 lesions", [("-", "Age 18"), ("-", "Able to consent"), ("-", "≥ 2 lesions")]),
        ("- age 18 - able to consent", [("-", "age 18"), ("-", "able to consent")]),
        ("* Age 18 * Able to consent", [("*", "Age 18"), ("*", "Able to consent")]),
        ("- Aged 18 - 75", [("-", "Aged 18 - 75")]),
        ("- Stage III - IV - Consent", [("-", "Stage III - IV - Consent")]),
        ("- Consent - please note the leaflet - Age", [("-", "Consent - please note the leaflet - Age")]),
        ("- From Jan 2020 - Mar 2021", [("-", "From Jan 2020 - Mar 2021")]),
        ("- Biopsy - archived or fresh - Age", [("-", "Biopsy - archived or fresh - Age")]),
        ("- Age 18", [("-", "Age 18")]),
    ],
)
def test_a_paragraph_is_cut_at_dashes_only_where_all_its_parts_look_like_items(text, expected):
    assert dashed(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "- Adults; - Pain - unresponsive to care; - Consent;",
            ["Adults;", "Pain - unresponsive to care;", "Consent;"],
        ),
        ("- Has sound teeth.- Has good health.-", ["Has sound teeth.", "Has good health.-"]),
        ("- Has sound teeth.-Has good health.", ["Has sound teeth.", "Has good health."]),
        ("- 14-55 years old; - acute leukaemia; - Consent", ["14-55 years old;", "acute leukaemia;", "Consent"]),
    ],
)
@pytest.mark.parametrize("is_alone", [True, False])
def test_dashes_after_the_end_of_an_item_part_items_wherever_the_paragraph_stands(text, expected, is_alone):
    split = split_dashed(item(text), is_alone=is_alone)
    assert ([words for _, words in split.items], split.doubts) == (expected, ())


@pytest.mark.parametrize(
    "text",
    [
        "- Written consent - Male - not pregnant female - Adults",
        "- Aged 18 - 75 - Consent",
        "- Consent - please note the leaflet - Age",
        "* Twice 2 * the limit * Consent",
    ],
)
def test_dashes_that_cannot_all_part_items_make_a_list_doubtful(text):
    assert split_dashed(item(text), is_alone=True) == ([item(text)], ((item(text).words, "may hold several criteria"),))


@pytest.mark.parametrize(
    ("text", "doubtful"),
    [
        ("- Born at the NOVO hospital - Pontoise site - Newborn with low weight - Born in France", ["Pontoise site"]),
        (
            "- Known to the city - University Medical Centre Utrecht - Able to consent - Has no HIV",
            ["University Medical Centre Utrecht"],
        ),
        ("- Age over 18. - Able to consent. - Has a card of Lyon - Known there. - No HIV infection.", ["Known there."]),
        ("- Adults - Consent - No HIV", []),
        ("- Able to walk without help. - HIV negative. - Able to give informed consent.", []),
    ],
)
def test_a_name_after_a_dash_that_may_belong_to_the_item_before_is_doubtful(text, doubtful):
    split = split_dashed(item(text), is_alone=True)
    assert len(split.items) == text.count("- ")
    assert split.doubts == tuple((words, "may belong to the criterion before") for words in doubtful)


@pytest.mark.parametrize("text", ["- 2 * the limit - or 3 of it", "- Adults - Consent", "* AST 2.5 * ULN, 3 * ULN"])
def test_dashes_within_an_item_of_a_list_with_lines_of_its_own_raise_no_doubt(text):
    assert split_dashed(item(text), is_alone=False) == ([item(text)], ())


@pytest.mark.parametrize(
    ("text", "lead", "expected"),
    [
        ("any of: a) this; b) that", "any of:", [("a)", "this;"), ("b)", "that")]),
        (
            "by the criteria: a). One; b). Two; c).Three",
            "by the criteria:",
            [("a).", "One;"), ("b).", "Two;"), ("c).", "Three")],
        ),
        ("organs: • heart • liver", "organs:", [("•", "heart"), ("•", "liver")]),
        ("organs: - heart - liver", "organs:", [("-", "heart"), ("-", "liver")]),
        ("ratio 1: 1.5; one of：①foo②bar", "ratio 1: 1.5; one of：", [("①", "foo"), ("②", "bar")]),
    ],
)
def test_a_list_after_a_colon_is_told_from_the_words_before_it(text, lead, expected):
    found = split_lead(text)
    assert found is not None
    assert (found.text, parts(found.split.items), found.split.doubts) == (lead, expected, ())


@pytest.mark.parametrize(
    "text",
    [
        "foo",
        "any of: this; that",
        "any of: a) this",
        "either a) this or b) that",
        "doses: - 5 mg - 10 mg",
        "ratio: 1.5 : 2.5",
        "Adults - including volunteers - of both sexes",
    ],
)
def test_no_list_is_seen_where_no_colon_and_whole_list_is(text):
    assert split_lead(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "any of: a) this; b) that; d) these",
        "any of: - Heart failure - all of: - Liver failure",
        "Those who enter the trial 1. Adults 2. Consent 3. No HIV",
        "Those who enter the trial - Adults - Consent - No HIV",
    ],
)
def test_what_looks_like_a_list_after_other_words_and_is_not_sure_is_doubtful(text):
    found = split_lead(text)
    assert found is not None
    assert (found.text, found.split.items) == (text, [])
    assert [uncertain for _, uncertain in found.split.doubts] == ["may hold several criteria"]


@hypothetically(st.lists(st.text("xyz", min_size=1), min_size=2, max_size=9))
def test_any_numbered_words_are_read_back_from_one_paragraph(words):
    text = " ".join(f"({number}) {word}" for number, word in enumerate(words, 1))
    assert numbered(text) == [(f"({number})", word) for number, word in enumerate(words, 1)]


ROMAN = ("i", "ii", "iii", "iv", "v", "vi")
MARKERS = {
    "1.": lambda place: f"{place + 1}. ",
    "1.tight": lambda place: f"{place + 1}.",
    "1)": lambda place: f"{place + 1}) ",
    "(1)": lambda place: f"({place + 1})",
    "1、": lambda place: f"{place + 1}、",
    "a)": lambda place: f"{'abcdef'[place]}) ",
    "i.": lambda place: f"{ROMAN[place]}. ",
    "I.": lambda place: f"{ROMAN[place].upper()}. ",
    "①": lambda place: "①②③④⑤⑥"[place],
    "-": lambda _: "- ",
    "*": lambda _: "* ",
    "•": lambda _: "• ",
}
CRITERIA = (
    "18-75 years",
    "5≤score",
    "Able to walk (6 m, e.g. with help)",
    "Age ≥ 18 years",
    "BMI of 35 kg/m2",
    "Consent",
    "ECOG 0 or 2",
    "ECOG status of 0 to 2",
    "HIV; not treated",
    "at least one of 1, 2 or 3",
    "hepatitis B",
    "i.v. drugs",
    "no HIV",
    "platelets > 100",
    "see section 2",
    "toxicity of grade 3 or 4",
    "type 2 diabetes",
    "version 2.1 of the score",
)


@hypothetically(
    st.sampled_from(sorted(MARKERS)),
    st.lists(st.sampled_from(CRITERIA), min_size=2, max_size=6),
    st.sampled_from([" ", "; ", ". ", ", ", "； ", ".", " or ", "; or "]),
    st.booleans(),
)
def test_a_list_joined_in_any_form_is_split_whole_or_not_at_all(form, texts, join, is_alone):
    first = parse_item(join.join(MARKERS[form](place) + text for place, text in enumerate(texts)))
    assume(first is not None)
    assert first is not None
    for split in (split_numbered(first), split_dashed(first, is_alone=is_alone)):
        assert len(split.items) in {1, len(texts)}, split
        if len(split.items) > 1:
            assert [words.startswith(text) for (_, words), text in zip(split.items, texts, strict=True)] == [
                True for _ in texts
            ]


@hypothetically(st.text(st.sampled_from("12ab).(•-–* ;:①②iA"), max_size=40))
def test_cutting_a_paragraph_loses_no_character(text):
    first = parse_item(" ".join(text.split()))
    if first is not None:
        for split in (split_numbered(first), split_dashed(first, is_alone=True), split_dashed(first, is_alone=False)):
            whole = "".join(marker + words for marker, words in parts(split.items))
            assert whole.replace(" ", "") == (first.marker.text + first.words).replace(" ", "")


@pytest.mark.parametrize(
    ("text", "is_doubtful"), [("Foo - Bar - Baz", True), ("Foo - Bar", False), ("Foo - bar - Baz", False)]
)
def test_two_dashes_before_capitals_make_words_doubtful(text, is_doubtful):
    lead = split_lead(text)
    assert (lead is not None) is is_doubtful
    if lead is not None:
        assert (lead.text, lead.split.items, lead.split.doubts) == (text, [], ((text, "may hold several criteria"),))
