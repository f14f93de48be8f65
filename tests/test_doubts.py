"""What can be read in two ways, stands there twice, or lacks."""

import pytest

from normalizers.text import lines
from schemas.document import Block, Document
from schemas.extraction import CriteriaText, Quote
from schemas.record import Issue, IssueCode
from scraper.layouts.labels import Label, many, one
from scraper.layouts.sections import Sections
from scraper.structures import doubts
from scraper.structures.missing_parts import lone_side, open_end
from scraper.structures.tables import NO_TABLE, Table

LABELS = (
    one("Status", fields=("status",)),
    many("Locations", fields=("locations",)),
    one("Outcome", fields=("outcomes",)),
)


def sections(*texts: str, labels: tuple[Label, ...] = LABELS) -> Sections:
    return Sections(Document("text", tuple(Block(n, "line", text) for n, text in enumerate(texts))), labels)


def quotes(*texts: str) -> list[Quote]:
    return [Quote(text, number, number + 1) for number, text in enumerate(texts)]


def parts(issues) -> list[tuple[str | None, IssueCode, str]]:
    found: list[Issue] = list(issues)
    assert all(issue.message[0].islower() for issue in found)
    return [(issue.field, issue.code, issue.text) for issue in found]


def test_one_condition_that_may_be_several_is_told_and_one_of_several_is_not():
    told = [("conditions", IssueCode.AMBIGUOUS, "Asthma, COPD")]
    assert parts(doubts.joined_conditions(quotes("Asthma, COPD"))) == told
    assert parts(doubts.joined_conditions(quotes("Asthma, COPD", "Pain"))) == []
    assert parts(doubts.joined_conditions(quotes("Asthma"))) == []


def test_each_organisation_that_may_be_several_is_told():
    alone = quotes("A University, B University")
    assert parts(doubts.joined_collaborators(alone)) == [("collaborators", IssueCode.AMBIGUOUS, alone[0].text)]
    beside = quotes("Princess Margaret Hospital, University Health Network", "A Ltd., B University")
    assert parts(doubts.joined_collaborators(beside)) == [("collaborators", IssueCode.AMBIGUOUS, beside[1].text)]


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        (["Knee", "Hip"], ["hip", "KNEE"], []),
        (["Knee"], ["Knee", "Hip"], ["Knee | Hip"]),
        ([], ["Hip"], []),
        (["Knee"], [], []),
    ],
)
def test_a_list_that_is_another_one_at_its_second_place_is_told(first, second, told):
    found = parts(doubts.two_lists("conditions", quotes(*first), quotes(*second)))
    assert found == [("conditions", IssueCode.MISMATCH, text) for text in told]


def test_a_row_that_stands_twice_is_told_unless_it_names_any_site():
    rows = [
        ("Clinic", "Rome"),
        ("Clinic", "Paris"),
        ("Clinic", "Rome"),
        ("Research Site", "Rome"),
        ("Research Site", "Rome"),
    ]
    blocks = tuple(Block(n, "row", " ".join(cells), cells=cells) for n, cells in enumerate(rows))
    table = Table(blocks, ("name", "city"), blocks, (), ())
    assert parts(doubts.doubled_rows("locations", table, "name")) == [("locations", IssueCode.AMBIGUOUS, "Clinic Rome")]
    assert parts(doubts.doubled_rows("locations", table, "zip")) == []


def test_a_heading_without_its_table_is_told():
    page = sections("Status", "Recruiting", "Locations", "Outcome")
    assert parts(doubts.headings_without_tables(page, NO_TABLE, NO_TABLE)) == [
        ("locations", IssueCode.MISSING, "Locations"),
        ("outcomes", IssueCode.MISSING, "Outcome"),
    ]
    table = NO_TABLE._replace(blocks=(Block(0, "row", "Name"),))
    assert parts(doubts.headings_without_tables(page, table, table)) == []
    assert parts(doubts.headings_without_tables(sections("Status", "Recruiting"), NO_TABLE, NO_TABLE)) == []


def test_labels_that_all_pages_show_are_missed():
    page = sections("Status", "Recruiting")
    assert parts(doubts.no_description(page, "Description")) == [
        ("description", IssueCode.MISSING, ""),
        ("summary", IssueCode.AMBIGUOUS, ""),
    ]
    assert parts(doubts.no_criteria(page, "Criteria")) == [("eligibility", IssueCode.MISSING, "")]
    assert parts(doubts.no_description(page, "Status")) == parts(doubts.no_criteria(page, "Status")) == []


def test_parts_of_the_design_in_a_text_are_told_where_their_label_lacks():
    design = "Allocation: Randomized, Masking: Open Label"
    page = sections("Status", "Recruiting", design, f"{design}, {'x' * 400}", "Other: Words")
    assert parts(doubts.design_elsewhere(page, "Design")) == [("design", IssueCode.AMBIGUOUS, design)]
    assert parts(doubts.design_elsewhere(page, "Status")) == []


def test_each_lead_sponsor_behind_the_first_is_told():
    told = [("collaborators", IssueCode.AMBIGUOUS, "Navy"), ("collaborators", IssueCode.AMBIGUOUS, "Air Force")]
    assert parts(doubts.several_lead_sponsors(quotes("Army", "Navy", "Air Force"))) == told
    assert parts(doubts.several_lead_sponsors(quotes("Army"))) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Inclusion criteria:\n- Foo\nExclusion criteria:\n- Bar", []),
        (
            "Key Inclusion criteria:\n- Foo\n- Bar",
            [
                ("eligibility.inclusion", IssueCode.AMBIGUOUS, "Key Inclusion criteria:"),
                ("eligibility.exclusion", IssueCode.AMBIGUOUS, "Key Inclusion criteria:"),
            ],
        ),
        (
            "Inclusion criteria:\n- Foo\nExclusion criteria:",
            [("eligibility", IssueCode.MISSING, "Exclusion criteria:")],
        ),
        ("- Foo\n- Bar", []),
    ],
)
def test_criteria_of_one_side_alone_and_a_side_with_nothing_below_it_are_told(text, told):
    passage = tuple(lines(text))
    assert parts(lone_side([CriteriaText("other", passage)])) == told
    assert parts(lone_side([CriteriaText("inclusion", passage)])) == [one for one in told if one[0] == "eligibility"]


def test_a_list_behind_which_the_next_label_lacks_may_hold_what_stands_below_that():
    page = sections("Status", "Recruiting", "Locations", "Rome", "Paris")
    told = [("locations", IssueCode.AMBIGUOUS, "Paris")]
    assert parts(open_end(page, "Locations", "locations", "Outcome")) == told
    assert parts(open_end(page, "Locations", "locations", "Status")) == []
    assert parts(open_end(sections("Locations"), "Locations", "locations", "Outcome")) == []
