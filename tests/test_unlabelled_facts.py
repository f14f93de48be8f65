"""Facts at the end of a listing that have no labels: told by their places, and by what each looks like."""

import pytest

from schemas.document import Block, Document
from schemas.record import IssueCode
from scraper.errors import ExtractError
from scraper.layouts.labels import many
from scraper.layouts.sections import Sections
from scraper.structures.unlabelled_facts import Facts, facts_of, in_order, is_fact

NCT = "NCT05160831"


def facts(*texts: str | Block, is_labelled: bool = True) -> Facts:
    blocks = [text if isinstance(text, Block) else Block(0, "line", text) for text in texts]
    numbered = tuple(block._replace(number=number) for number, block in enumerate(blocks, start=1))
    label = many("Study details", fields=("conditions",))
    sections = Sections(Document("html", (Block(0, "line", "Study details"), *numbered)), (label,))
    return facts_of(sections, range(1, len(sections.units)), is_labelled=is_labelled)


def words(found: Facts) -> tuple[list[str], str | None, str | None]:
    return (
        [quote.text for quote in found.conditions],
        None if found.sponsor is None else found.sponsor.text,
        None if found.date is None else found.date.text,
    )


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["Knee Pain", NCT, "Army University", "1 May 2024"], (["Knee Pain"], "Army University", "1 May 2024")),
        (["Knee Pain", "Asthma", NCT, "Army University"], (["Knee Pain", "Asthma"], "Army University", None)),
        (["Knee Pain", "Knee Pain", NCT, "1 May 2024"], (["Knee Pain"], None, "1 May 2024")),
        ([NCT, "1 May 2024", "Army University"], ([], None, "1 May 2024")),
        ([NCT, "Army University", "1 May 2024", "1 May 2024"], ([], "Army University", "1 May 2024")),
        ([NCT], ([], None, None)),
    ],
)
def test_facts_are_told_by_their_places(texts, expected):
    found = facts(*texts)
    assert (words(found), found.issues) == (expected, ())
    assert found.place == 1 + texts.index(NCT)


def test_without_their_label_what_stands_before_the_number_is_no_condition():
    assert words(facts("Knee Pain", NCT, "Army University", is_labelled=False)) == ([], "Army University", None)


@pytest.mark.parametrize("label", ["Sponsor: Army University", "Last updated", "SPONSOR"])
def test_among_labels_a_place_tells_nothing(label):
    assert words(facts("Knee Pain", NCT, label, "1 May 2024")) == ([], None, None)
    assert words(facts(label, NCT, "Army University")) == ([], None, None)


def test_a_row_of_two_cells_is_a_label_and_its_value():
    row = Block(0, "row", "Owner Army University", cells=("Owner", "Army University"))
    assert words(facts("Knee Pain", NCT, row)) == ([], None, None)


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ((), "the page shows no NCT id under Study details: nothing stands there, the values are missing"),
        (("Knee Pain",), "the page shows no NCT id under Study details"),
        ((NCT, "Army University", "NCT01234567"), f"several NCT ids that could be the trial's: {NCT}, NCT01234567"),
        (("See NCT01234567", NCT), f"several NCT ids that could be the trial's: {NCT}, NCT01234567"),
    ],
)
def test_a_page_with_no_number_or_with_several_is_no_trial_s(texts, message):
    with pytest.raises(ExtractError, match=message):
        facts(*texts)


@pytest.mark.parametrize(
    ("texts", "issue"),
    [
        (
            (NCT, "Join us today!", "1 May 2024"),
            ("sponsor", "Join us today!", "this stands where the sponsor stands and does not look like one"),
        ),
        (
            (NCT, "Army University", "Navy Clinic"),
            (
                "sponsor",
                "Army University | Navy Clinic",
                "one line stands here where only the sponsor is expected; which one that is, nobody can tell",
            ),
        ),
        (
            (NCT, "Army University", "1 May 2024", "Navy Clinic"),
            (
                "sponsor",
                "Army University | Navy Clinic",
                "one line stands here where only the sponsor is expected; which one that is, nobody can tell",
            ),
        ),
        (
            (NCT, "1 May 2024", "2 May 2024"),
            ("last_updated", "1 May 2024 | 2 May 2024", "the page shows several dates where it shows one"),
        ),
        (
            ("Knee Pain", "Compare trials", NCT),
            ("conditions", "Compare trials", "this stands among the conditions and does not look like one"),
        ),
    ],
)
def test_what_does_not_look_like_what_its_place_says_is_told(texts, issue):
    found = facts(*texts)
    assert [(one.field, one.text, one.message) for one in found.issues] == [issue]
    assert found.issues[0].code in (IssueCode.NOT_UNDERSTOOD, IssueCode.AMBIGUOUS)


def test_a_heading_behind_the_number_opens_another_part_of_the_page():
    assert words(facts(NCT, "Army University", Block(0, "heading", "News", 2), "1 May 2024")) == (
        [],
        "Army University",
        None,
    )


def test_conditions_have_the_form_that_most_of_them_have():
    item = Block(0, "item", "Asthma", 1, "•")
    assert words(facts("Knee Pain", "Hip Pain", item, NCT))[0] == ["Knee Pain", "Hip Pain"]
    assert words(facts("Knee Pain", item, NCT))[0] == []  # of two forms that are as frequent, neither
    gap = Block(0, "line", "Knee Pain", after_gap=True)
    assert words(facts(gap, "Hip Pain", NCT))[0] == ["Knee Pain", "Hip Pain"]
    assert words(facts(gap, "Hip Pain", Block(0, "line", "COPD", after_gap=True), NCT))[0] == ["Knee Pain", "Hip Pain"]


@pytest.mark.parametrize(
    ("texts", "below_prose", "expected"),
    [
        (["Knee Pain", NCT, "Army University", "1 May 2024"], False, True),
        (["Knee Pain", "Asthma", NCT, "Army University", "1 May 2024", "x"], False, True),
        ([NCT, "Army University", "1 May 2024"], False, False),  # no condition
        (["Knee Pain", NCT, "Army University"], False, False),
        (["Knee Pain", NCT, "1 May 2024", "Army University"], False, False),
        (["Join us!", NCT, "Army University", "1 May 2024"], False, False),
        (["Join us!", NCT, "Army University", "1 May 2024"], True, True),
        (["Join us!", NCT, "Join us!", "1 May 2024"], True, False),
        (["Knee Pain", "Army University", "1 May 2024"], False, False),
    ],
)
def test_facts_stand_in_one_order(texts, below_prose, expected):
    assert in_order(texts, below_prose=below_prose) is expected


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        (Block(0, "line", "Knee Pain"), True),
        (Block(0, "heading", "Knee Pain", 2), True),
        (Block(0, "line", "Knee Pain", 1), False),  # it goes on with an item
        (Block(0, "item", "Knee Pain", 1, "•"), False),
        *[
            (Block(0, "line", text), False)
            for text in (
                *(
                    "Knee Pain.",
                    "Knee Pain:",
                    "Knee Pain!",
                    "Knee Pain?",
                    "12",
                    "1 May 2024",
                    NCT,
                    "Recruiting",
                    "Male",
                ),
                *("Phase 2", "ada@example.org", "www.example.org", "Read about knees", "For your knees", "Pain: knee"),
                *("90% of knees", "x" * 161),
            )
        ],
        (Block(0, "line", "x" * 160), True),
    ],
)
def test_a_line_that_can_be_a_condition_is_a_name_by_itself(block, expected):
    assert is_fact(block) is expected
