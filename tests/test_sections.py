"""Labels in order: which of the blocks that read like a label are the labels."""

import pytest

from normalizers import phrases
from normalizers.identifiers import nct_id
from normalizers.page_chrome import looks_like_phrase
from normalizers.phrases import sex
from schemas.document import Block, Document
from scraper.errors import ExtractError
from scraper.layouts.labels import Label, heads_criteria, ignored, one, pattern, spellings, structured
from scraper.layouts.layout import find
from scraper.layouts.reading import read_labelled
from scraper.layouts.sections import Sections
from tests.build import blocks, document

LABELS = (
    Label(("About",), "prose"),
    Label(("Enrollment",), "one"),
    Label(
        (
            "Conditions",
            "Condition",
        ),
        "many",
    ),
    Label(("Design",), "heading"),
    Label(("Masking",), "one"),
)


def sections(*texts: str) -> Sections:
    return Sections(Document("html", blocks(*texts)), LABELS)


def test_a_label_opens_a_section_and_the_next_label_closes_it():
    page = sections("About", "One.", "Two.", "Enrollment", "50")
    assert [block.text for block in page.passage("About")] == ["One.", "Two."]
    assert page.maybe("Enrollment") == ("50", 4, 5, "", "Enrollment")


@pytest.mark.parametrize("form", ["CONDITIONS", "Condition", "conditions"])
def test_case_and_the_form_of_a_label_do_not_matter(form):
    assert [quote.text for quote in sections(form, "A", "B").many("Conditions")] == ["A", "B"]


def test_a_missing_label_gives_nothing():
    page = sections("About", "One.")
    assert page.maybe("Enrollment") is None
    assert page.many("Conditions") == ()
    assert page.passage("Design") == ()
    assert page.label("Masking") is None
    assert list(page.between("Masking")) == []
    assert "Masking" not in page


def test_a_required_label_that_is_missing_is_an_error():
    with pytest.raises(ExtractError, match="'Enrollment'"):
        sections("About").one("Enrollment")


def test_a_label_within_prose_is_prose_where_the_label_itself_follows():
    page = sections("About", "One.", "Enrollment", "Two.", "Three.", "Enrollment", "50", "Conditions", "A")
    assert [block.text for block in page.passage("About")] == ["One.", "Enrollment", "Two.", "Three."]
    assert page.one("Enrollment").text == "50"


def test_a_label_within_later_prose_does_not_take_the_place_of_the_label_before():
    labels = (Label(("Conditions",), "many"), Label(("Sex",), "one"), Label(("About",), "prose"))
    page = Sections(Document("html", blocks("Conditions", "A", "Sex", "All", "About", "Conditions", "B")), labels)
    assert [quote.text for quote in page.many("Conditions")] == ["A"]
    assert [block.text for block in page.passage("About")] == ["Conditions", "B"]


def test_a_heading_is_preferred_to_a_line_that_reads_the_same():
    page = Document(
        "html",
        (
            Block(0, "heading", "About", 2),
            Block(1, "heading", "Enrollment", 2),
            Block(2, "line", "50"),
            Block(3, "line", "Enrollment"),
            Block(4, "line", "50"),
        ),
    )
    assert Sections(page, LABELS).start("Enrollment") == 1


def test_a_label_that_stands_twice_is_found_twice_in_its_order():
    labels = (
        Label(("Status",), "one"),
        Label(("Other",), "heading"),
        Label(("Status",), "one"),
    )
    page = Sections(Document("html", blocks("Status", "A", "Other", "Status", "B")), labels)
    assert [page.maybe("Status", place) for place in (0, 1, 2)] == [
        ("A", 1, 2, "", "Status"),
        ("B", 4, 5, "", "Status"),
        None,
    ]


def test_rows_give_their_first_cell_as_label_and_the_others_as_values():
    rows = (
        Block(0, "row", "Conditions A", cells=("Conditions", "A\nB")),
        Block(1, "row", "C", cells=("", "C")),
        Block(2, "row", "Masking None", cells=("Masking", "None")),
    )
    page = Sections(Document("html", rows), LABELS)
    assert [(quote.text, quote.start) for quote in page.many("Conditions")] == [("A", 0), ("B", 0), ("C", 1)]
    assert page.one("Masking").text == "None"


def test_prose_in_a_cell_keeps_its_lines_and_rows_within_prose_stay_rows():
    rows = (
        Block(0, "row", "About One. Two.", cells=("About", "One.\nTwo.")),
        Block(1, "row", "Dose 5 mg", cells=("Dose", "5 mg")),
    )
    passage = Sections(Document("html", rows), LABELS).passage("About")
    assert [(block.kind, block.text) for block in passage] == [("line", "One."), ("line", "Two."), ("row", "Dose 5 mg")]


INLINE = (
    Label(("Summary",), "prose"),
    Label(("Phase",), "one", inline=True),
    Label(("Start date",), "one", inline=True),
    Label(("Title:",), "one", inline=True),
)


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        ("Phase Phase 1", "Phase", "Phase 1"),
        ("Phase: N/A", "Phase", "N/A"),
        ("Start date August 1, 2021", "Start date", "August 1, 2021"),
        ("Title: A: B", "Title:", "A: B"),
        ("Title:A", "Title:", "A"),
    ],
)
def test_an_inline_label_has_its_value_on_the_same_line(line, name, value):
    assert Sections(document(line), INLINE).one(name).text == value


@pytest.mark.parametrize("line", ["Phases 1", "Start dates vary", "Title of it"])
def test_words_that_only_begin_like_an_inline_label_are_none(line):
    assert Sections(document(line), INLINE).unread() == [0]


def test_an_inline_label_without_value_is_blank():
    page = Sections(document("Phase\n\nStart date 2021"), INLINE)
    assert page.maybe("Phase") is None
    assert page.one("Start date").text == "2021"


def test_prose_may_begin_on_its_labels_line():
    labels = (Label(("Description:",), "prose", inline=True),)
    page = Sections(document("Description: One.\n\nTwo."), labels)
    assert [block.text for block in page.passage("Description:")] == ["One.", "Two."]


GROUPS = pattern("Groups", r"\d+ people in \d+ groups")


def test_a_pattern_is_a_label_that_carries_a_value():
    page = Sections(document("12 people in 2 groups\n\nA"), (GROUPS,))
    label_quote = page.label("Groups")
    assert label_quote is not None
    assert label_quote.text == "12 people in 2 groups"


def test_what_nobody_read_is_known():
    page = sections("Before", "Enrollment", "50", "51", "Design", "x")
    page.maybe("Enrollment")
    assert [page.units[index].text for index in page.unread()] == ["Before", "51", "x"]


@pytest.mark.parametrize(("text", "answer"), [("Keywords", True), ("A sentence.", False), ("x" * 61, False)])
def test_a_short_text_after_a_single_value_stands_like_a_label(text, answer):
    page = sections("Enrollment", "50", text)
    page.maybe("Enrollment")
    assert page.stands_like_a_label(2) is answer


def test_a_heading_among_values_ends_them():
    page = Document(
        "html",
        (
            Block(0, "heading", "Conditions", 3),
            Block(1, "line", "A"),
            Block(2, "heading", "New", 3),
            Block(3, "line", "B"),
        ),
    )
    read = Sections(page, LABELS)
    assert [quote.text for quote in read.many("Conditions")] == ["A"]
    assert read.stands_like_a_label(2)


def test_a_row_with_a_label_of_its_own_ends_the_values_of_the_row_before():
    page = Document(
        "html",
        (Block(0, "row", "Conditions A", cells=("Conditions", "A")), Block(1, "row", "New B", cells=("New", "B"))),
    )
    assert [quote.text for quote in Sections(page, LABELS).many("Conditions")] == ["A"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Enrollment50 patients", "50 patients"),
        ("EnrollmentMany", "Many"),
        ("Enrollments", None),
        ("Enrollment 50", None),
        ("Enrollment: 50", None),
        ("enrollment50", None),
        ("ENROLLMENT50", None),
    ],
)
def test_a_value_glued_to_its_label_is_told_by_the_seam(text, value):
    quote = sections("About", "One.", text).maybe("Enrollment")
    assert (quote and quote.text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("Phone 1", "1"), ("Phone: 1", "1"), ("Phone1", "1"), ("Phone:", ""), ("Phones", None), ("PHONES", None)],
)
def test_a_label_of_a_flattened_row_takes_what_follows_it_even_nothing(text, value):
    labels = (Label(("Contact",), "one", inline=True), Label(("Phone",), "one", inline=True))
    page = Sections(Document("html", blocks("Contact A", text)), labels)
    assert ("Phone" in page) == (value is not None)
    assert [quote.text for quote in page.many("Phone")] == ([value] if value else [])
    assert [quote.text for quote in page.many("Contact")] == (["A"] if value is not None else ["A", text])


@pytest.mark.parametrize(("text", "values"), [("ConditionsKnee", ["Knee"]), ("Conditions2 of them", []), ("Cold", [])])
def test_a_digit_is_no_seam_where_a_label_holds_many_values(text, values):
    page = sections("About", "One.", text)
    assert [quote.text for quote in page.many("Conditions")] == values


def test_the_labels_of_a_page_are_told_in_the_form_they_have_there():
    twice = (
        *LABELS,
        Label(("Enrollment",), "one"),
        structured("Arms", fields=(), is_own=heads_criteria, pattern=r"\d+ groups?"),
    )
    page = Sections(Document("html", blocks("enrollment", "50", "CONDITION", "A", "Enrollment50", "2 groups")), twice)
    assert page.shown() == ["Enrollment", "Condition", "Enrollment (2)", "Arms"]


def test_of_labels_of_one_name_the_later_ones_are_numbered():
    labels = (
        *LABELS[1:3],
        Label(
            (
                "Enrollment",
                "Enrolled",
            ),
            "one",
        ),
    )
    assert spellings(labels) == (
        ("Enrollment",),
        ("Conditions", "Condition"),
        ("Enrollment (2)", "Enrolled (2)"),
    )


SEX = Label(("Sex",), "one", telling=phrases.sex)


@pytest.mark.parametrize(
    ("lines", "value"),
    [
        (("Sex All",), "All"),
        (("Sex: All",), "All"),
        (("Sex : All",), "All"),
        (("Sex:", "All"), "All"),
        (("Sex :", "All"), "All"),
        (("Sex", "anybody"), "anybody"),
    ],
)
def test_a_label_with_a_reader_is_told_by_its_value_on_its_line_or_below_its_colon(lines, value):
    quote = Sections(document("\n\n".join((*lines, "Ages", "18+"))), (SEX, Label(("Ages",), "one"))).maybe("Sex")
    assert quote is not None
    assert quote.text == value


@pytest.mark.parametrize(
    "lines", [("Sex anybody",), ("Sex: anybody",), ("Sex:", "anybody"), ("Sex:",), ("Sexual health: All",)]
)
def test_a_line_that_only_begins_like_a_label_with_a_reader_is_none(lines):
    assert "Sex" not in Sections(document("\n\n".join(lines)), (SEX,))


def test_a_label_of_a_row_may_end_in_a_colon():
    row = Block(0, "row", "Sex: All", 0, "", ("Sex:", "All"))
    quote = Sections(Document("html", (row,)), (SEX,)).maybe("Sex")
    assert quote is not None
    assert quote.text == "All"


@pytest.mark.parametrize("sign", ["?", "ⓘ", "(+)"])
def test_a_sign_beside_a_label_is_no_value(sign):
    read = sections("About", sign, "Words.", "Enrollment", sign, "50", "Conditions", sign, "Asthma", "Cough")
    assert [block.text for block in read.passage("About")] == ["Words."]
    assert read.one("Enrollment").text == "50"
    assert [quote.text for quote in read.many("Conditions")] == ["Asthma", "Cough"]
    assert read.unread() == []


def test_a_sign_with_nothing_below_it_is_the_value():
    assert sections("Enrollment", "?", "Conditions", "Asthma").one("Enrollment").text == "?"


def test_a_sign_that_stands_for_a_blank_is_the_value():
    read = sections("Enrollment", "-", "a new label", "its value")
    assert read.one("Enrollment").text == "-"


@pytest.mark.parametrize(
    ("lines", "doubted"),
    [(("Sponsor",), []), (("Sponsor", "Ada Byron, MD"), ["Sponsor"]), (("Ada Byron, MD", "Good news"), ["Good news"])],
)
def test_a_lone_value_is_not_doubted_for_its_form(lines, doubted):
    known = Label(("Contact",), "many", fields=("contacts",), doubts=looks_like_phrase)
    page = Sections(Document("html", blocks("Contact", *lines)), (known,))
    assert [quote.text for quote in page.many("Contact")] == list(lines)
    assert [issue.text for issue in page.issues] == doubted


def test_the_words_of_a_label_are_its_value_right_below_it():
    """As the aggregator's `Accepts healthy volunteers` shows it."""
    volunteers = Label(("Accepts healthy volunteers",), "one", telling=phrases.healthy_volunteers)
    lines = ("Accepts healthy volunteers", "Accepts Healthy Volunteers", "Condition", "A")
    quote = Sections(Document("html", blocks(*lines)), (volunteers, *LABELS)).maybe(volunteers.name)
    assert quote is not None
    assert quote.text == "Accepts Healthy Volunteers"


@pytest.mark.parametrize(
    ("name", "words", "own"),
    [
        ("Description", "What will be done. It goes on for some more words, as texts do.", None),
        (
            "Eligibility",
            "Inclusion Criteria: - Pain of the knee. Exclusion Criteria: - None.",
            heads_criteria,
        ),
    ],
)
def test_a_text_on_its_labels_line_does_not_end_with_a_pair(name, words, own):
    text = Label((name,), "prose", inline=True, fields=(name.lower(),), is_own=own)
    lines = (f"{name}: {words}", "Follow-up visits: 12", "Enrollment", "50")
    page = Sections(Document("html", blocks(*lines)), (text, *LABELS))
    assert [(issue.field, issue.text) for issue in page.issues] == [(name.lower(), "Follow-up visits: 12")]


@pytest.mark.parametrize("kind", ["one", "many", "prose"])
def test_what_stands_below_an_ignored_label_is_no_value_and_not_told(kind):
    below = ("12 a day",) if kind == "one" else ("12 a day", "13 a night")
    labels = (
        one("NCT number", reads={"nct_id": nct_id}),
        ignored("Views", kind=kind),
        one("Sex", reads={"eligibility.sex": sex}),
    )
    page = Document("html", blocks("NCT number", "NCT00000001", "Views", *below, "Sex", "All"))
    read = read_labelled(page, labels)
    assert [words.fields for words in read.found.words] == [("nct_id",), ("eligibility.sex",)]
    assert (read.unread, read.labels, read.issues) == ((), (), ())


def test_a_line_around_the_trial_may_end_in_a_sign():
    page = document("Pain of the knee\n\nQuestions about taking part?\n\nHarbour Hospital")
    assert find(page, "questions about taking part?") == [1]


@pytest.mark.parametrize("value", [": All", ":All", "： All", "All"])
def test_a_colon_between_label_and_value_belongs_to_neither(value):
    page = Sections(Document("html", blocks("Sex", value)), (one("Sex", reads={"eligibility.sex": sex}),))
    assert page.one("Sex").text == "All"


def test_the_words_beside_a_label_are_told_from_those_below_it():
    page = Sections(Document("html", blocks("Design: Randomized", "Open")), (one("Design", inline=True),))
    beside = page.beside("Design")
    assert beside is not None
    assert (beside.text, beside.label) == ("Randomized", "Design")
    assert Sections(Document("html", blocks("Design", "Open")), (one("Design", inline=True),)).beside("Design") is None


@pytest.mark.parametrize(
    ("cells", "value"), [(("Sex: All",), "All"), (("Sex: All", ""), "All"), (("Sex: All", "B"), None)]
)
def test_a_row_of_one_cell_may_hold_a_label_and_its_value(cells, value):
    row = Block(0, "row", " ".join(filter(None, cells)), cells=cells)
    quote = Sections(Document("html", (row,)), (one("Sex", inline=True),)).maybe("Sex")
    assert (quote and quote.text) == value
