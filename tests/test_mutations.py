"""The suite that mutates pages: each kind changes the page, and what is quietly different is noticed."""

import re
from collections import Counter

import pytest

from schemas.record import Issue, IssueCode
from scraper.parse.blocks import parse
from scraper.parse.page import Page
from scraper.pipeline import read
from scraper.sites import LAYOUTS
from tests.build import SUMMARY, TRIALX, VEEVA, document
from tests.each import each
from tests.mutations import outcomes, vocabulary
from tests.mutations.__main__ import main
from tests.mutations.bases import MARKUPS, TEXT, Base, end, is_telling
from tests.mutations.captures import capture
from tests.mutations.kinds import KINDS
from tests.mutations.mutant import Mutant
from tests.mutations.outcomes import Quiet, kind_of, quotes
from tests.mutations.tables import table, worst
from tests.mutations.trying import Cell, Job, judged, mutants, tried
from tests.reskin import Dice, outline

pytestmark = pytest.mark.no_cover  # other tests execute every line that these execute thousands of times


def small(text: str, key: str, markup: str) -> Base:
    """A small page as the base of mutations."""
    layout = next(known for known in LAYOUTS if known.key == key)
    page = outline(document(text), layout)
    return Base("small", layout, None, markup, page, read(Page(text.encode())), end(page, layout))


def one_of(kind: str, text: str, key: str = "veeva/study", markup: str = TEXT) -> dict[str, str]:
    """The mutants of a small page, as text captures, by what they change."""
    own = small(text, key, markup)
    return {mutant.what: capture(mutant.page).decode() for _, mutant in mutants(own, kind)}


# --- Captures ---


@pytest.mark.parametrize(
    ("text", "key"), [(VEEVA, "veeva/study"), (TRIALX, "trialx/listing"), (SUMMARY, "inclinicaltrials/summary")]
)
def test_a_capture_that_is_written_again_is_read_as_before(text: str, key: str):
    written = capture(small(text, key, TEXT).page)
    again = parse(Page(written)).blocks
    assert [(block.kind, block.words) for block in again] == [
        (block.kind, block.words) for block in document(text).blocks
    ]
    assert read(Page(written)).trial == read(Page(text.encode())).trial


def test_a_capture_sets_labels_apart_and_keeps_values_together():
    written = capture(small(VEEVA, "veeva/study", TEXT).page).decode()
    assert "\n\nStatus and phase\n\nUnknown\nPhase 2\nPhase 1\n\nConditions\n\n" in written
    assert "\n\nInclusion criteria\n\n  • Knee pain.\n\nExclusion criteria\n\n" in written


# --- Kinds ---


@each("kind", [kind for kind in KINDS if kind != "unknown chip"])
@each("markup", ["semantic", "bare divs", TEXT])
def test_each_mutant_is_another_page_than_the_one_it_is_made_of(kind: str, markup: str):
    own = small(VEEVA, "veeva/study", markup)
    pages = [own.write(mutant.page, Dice(0)) for _, mutant in mutants(own, kind)]
    same = own.write(own.page, Dice(0))
    assert len(pages) >= 8
    assert [page for page in pages if page == same] == []


def test_each_label_is_removed_once_and_its_value_stays():
    pages = one_of("label removed", VEEVA)
    assert len(pages) == 22
    assert "\n\nSex\n\n" not in pages["'Sex' removed"]
    assert "\n\n50 estimated patients\n\nAll\n\nAges\n\n" in pages["'Sex' removed"]


def test_an_emptied_label_stands_alone():
    assert "\n\nSex\n\nAges\n\n" in one_of("label emptied", VEEVA)["'Sex' emptied"]


def test_a_renamed_label_keeps_its_place_and_its_value():
    assert "\n\nGender\n\nAll\n" in one_of("label renamed", VEEVA)["'Sex' -> 'Gender'"]


def test_swapped_sections_change_places_with_all_that_they_hold():
    page = one_of("sections swapped", VEEVA)["'Ages' before 'Sex'"]
    assert re.search(r"Ages\n+18 to 70 years old\n+Sex\n+All\n+Volunteers", page)


def test_a_section_is_doubled_with_a_value_that_its_reader_knows():
    pages = one_of("doubled otherwise", VEEVA)
    assert any(re.search(r"Sex\n+Female\n", page) and re.search(r"Sex\n+All\n", page) for page in pages.values())


def test_a_page_is_cut_behind_every_block_of_the_trial():
    whole = capture(small(VEEVA, "veeva/study", TEXT).page).decode()
    pages = list(one_of("page cut", VEEVA).values())
    assert [page for page in pages if not whole.startswith(page.strip())] == []
    assert len({len(page) for page in pages}) == len(pages) > 20
    assert not any("Data sourced" in page for page in pages)


def test_a_pair_is_put_behind_every_section_and_between_title_and_sponsor():
    pages = one_of("pair in a line", VEEVA)
    assert len(pages) >= 24
    assert any("before 'Sex'" in what for what in pages)
    assert any("behind 'Stem Cells for Knee Pain'" in what for what in pages)


def test_a_card_of_another_trial_holds_its_number():
    assert all("NCT07654321" in page for page in one_of("card of another trial", VEEVA).values())


def test_unknown_chips_stand_at_every_place_among_those_of_a_listing():
    pages = one_of("unknown chip", TRIALX, "trialx/listing")
    behind = {what.partition(" behind ")[2] for what in pages}
    assert {"'Knee Cells in Adults'", "'Recruiting'", "'40-75 years'", "'All'", "'Phase 3'"} <= behind


def test_a_decoration_stands_beside_the_words_of_a_vocabulary_only():
    decorated = " ".join(one_of("value decorated", VEEVA))
    assert "'Unknown' -> " in decorated
    assert "Knee Osteoarthritis" not in decorated


def test_the_same_mutants_are_tried_each_time():
    own = small(VEEVA, "veeva/study", "semantic")
    for kind in KINDS:
        first, second = (
            [(seed, mutant.what, own.write(mutant.page, Dice(seed))) for seed, mutant in mutants(own, kind, 3)]
            for _ in range(2)
        )
        assert first == second


def test_labels_differ_from_prose_in_half_of_the_markups():
    assert [is_telling(markup) for markup in MARKUPS] == [True, True, True, False, False, False]


# --- Outcomes ---


@pytest.mark.parametrize(
    ("field", "before", "after", "kind"),
    [
        ("summary", "One.", "One.\n\nTwo.", Quiet.GREW),
        ("summary", "One.\n\nTwo.", "One.", Quiet.LOST),
        ("summary", "One.", "Two.", Quiet.OTHER),
        ("conditions", ("Gout",), ("Gout", "Pain"), Quiet.MORE),
        ("conditions", ("Gout", "Pain"), ("Pain",), Quiet.LOST),
        ("conditions", ("Gout",), ("Pain",), Quiet.OTHER),
        ("sponsor", "A", None, Quiet.LOST),
        ("sponsor", None, "A", Quiet.INVENTED),
        ("sponsor", "A", "B", Quiet.OTHER),
    ],
)
def test_a_difference_is_told_by_what_became_of_the_value(field, before, after, kind):
    assert kind_of(field, before, after) is kind


@pytest.mark.parametrize(
    ("text", "words", "is_quoted"),
    [
        ("Gender", "Gender", True),
        ("Gender | All", "All", True),
        ("the words Follow-up visits stand here", "Follow-up visits", True),
        (
            "A long text that was cut at eighty letters an…",
            "A long text that was cut at eighty letters and goes on",
            True,
        ),
        ("All patients", "All", False),
        ("", "All", False),
    ],
)
def test_an_issue_tells_a_mutant_by_quoting_enough_of_its_words(text, words, is_quoted):
    issue = Issue(field=None, code=IssueCode.UNREAD, text=text, message="")
    assert quotes(issue, words) is is_quoted


def sponsor_changed(**issue: object) -> list[outcomes.Difference]:
    """What is quiet where the sponsor changed, with one new issue."""
    before = read(Page(VEEVA.encode()))
    new = Issue.model_validate({"field": None, "code": "unread", "text": "", "message": "", **issue})
    after = before.model_copy(update={"trial": before.trial.model_copy(update={"sponsor": "B"}), "issues": (new,)})
    own = small(VEEVA, "veeva/study", TEXT)
    return outcomes.quiet(before, after, Mutant("", own.page, ("Travel support",)))


def test_a_change_is_quiet_unless_an_issue_names_the_field_or_quotes_the_words():
    assert [difference.field for difference in sponsor_changed(field="title", text="other words")] == ["sponsor"]
    assert sponsor_changed(field="sponsor") == []
    assert sponsor_changed(text="Travel support") == []


def test_an_issue_that_was_there_before_tells_nothing_new():
    before = read(Page(VEEVA.encode()))
    old = Issue(field="sponsor", code=IssueCode.AMBIGUOUS, text="", message="")
    before = before.model_copy(update={"issues": (old,)})
    after = before.model_copy(update={"trial": before.trial.model_copy(update={"sponsor": "B"})})
    mutant = Mutant("", small(VEEVA, "veeva/study", TEXT).page, ())
    assert [difference.field for difference in outcomes.quiet(before, after, mutant)] == ["sponsor"]


# --- Planted faults ---


def with_reader(own: Base, change) -> Base:
    """The base with a reader that makes something else of every page but its own."""

    class Planted(Base):
        def read(self, page, dice):
            found = super().read(page, dice)
            return found if page is self.page else change(found)

    return Planted(*own)


def test_a_reader_that_absorbs_what_it_does_not_know_is_noticed():
    own = small(VEEVA, "veeva/study", "tables")
    trial = own.record.trial
    conditions = (*trial.conditions, "Samples with DNA")
    absorbed = own.record.model_copy(update={"trial": trial.model_copy(update={"conditions": conditions})})
    own = with_reader(own, lambda _: absorbed)
    for seed, mutant in mutants(own, "pair as own label"):
        outcome, example = judged(own, "pair as own label", mutant, seed)
        assert outcome == "typed more"
        assert example is not None
        assert [difference.field for difference in example.differences] == ["conditions"]


def test_a_reader_that_quotes_what_it_absorbs_is_noticed_too():
    own = small(VEEVA, "veeva/study", "tables")
    trial = own.record.trial.model_copy(update={"sponsor": "Independent committee"})
    issues = [
        Issue(field=None, code=IssueCode.UNREAD, text=" | ".join(pair), message="") for pair in vocabulary.UNKNOWN_PAIRS
    ]
    told = own.record.model_copy(update={"trial": trial, "issues": tuple(issues)})
    kind = "pair as own label"
    seed, mutant = next(mutants(own, kind))
    assert judged(with_reader(own, lambda _: told), kind, mutant, seed)[0] == "absorbed"
    named = (*issues, Issue(field="sponsor", code=IssueCode.AMBIGUOUS, text="", message=""))
    told = told.model_copy(update={"issues": named})
    assert judged(with_reader(own, lambda _: told), kind, mutant, seed)[0] == "told"


def test_a_reader_that_breaks_down_is_counted_and_the_run_goes_on():
    def breaks(_record):
        raise IndexError("nothing there")

    own = with_reader(small(VEEVA, "veeva/study", "tables"), breaks)
    seed, mutant = next(mutants(own, "label colon"))
    outcome, example = judged(own, "label colon", mutant, seed)
    assert outcome == "crash"
    assert example is not None
    assert "nothing there" in example.what


# --- Runs ---


def test_a_page_in_a_markup_is_tried_and_summed_up():
    result = tried(Job("veeva/NCT05160831-seed", "tables", ("label removed", "page cut"), 4))
    assert not result.is_skipped
    assert {cell.kind for cell in result.counts} == {"label removed", "page cut"}
    assert {cell.markup for cell in result.counts} == {"tables"}


def test_the_table_has_a_line_for_each_kind_and_sums_for_both_groups_of_markups():
    counts = Counter(
        {
            Cell("veeva/study", "page cut", "tables", "same"): 3,
            Cell("veeva/study", "page cut", "breaks", "typed lost"): 1,
        }
    )
    text = "\n".join(table(counts))
    assert re.search(r"page cut +4 +25.0% +- +4 +25.0% +-", text)
    assert "labels differ in form from prose: 3 mutants: same 100.0%" in text
    assert "nothing tells a label from prose: 1 mutants: same 0.0%" in text


def test_the_command_prints_the_table_and_the_worst_examples(capsys):
    arguments = [
        "--case",
        "veeva/NCT05160831-seed",
        "--kind",
        "section doubled",
        "--skin",
        "bare divs",
        "--processes",
        "1",
    ]
    assert main([*arguments, "--every", "2", "--examples", "3"]) == 0
    printed = capsys.readouterr().out
    assert re.search(r"section doubled +\d+", printed)
    assert "mutants in" in printed


def test_a_name_that_nothing_has_is_told(capsys):
    assert main(["--case", "no such case"]) == 2
    assert "no page, kind or markup has such a name" in capsys.readouterr().err


def test_the_worst_examples_show_the_value_before_and_after():
    own = small(VEEVA, "veeva/study", "tables")
    record = own.record
    changed = record.model_copy(update={"trial": record.trial.model_copy(update={"sponsor": "B"})})
    own = with_reader(own, lambda _: changed)
    seed, mutant = next(mutants(own, "label colon"))
    _, example = judged(own, "label colon", mutant, seed)
    assert example is not None
    lines = list(worst([example, replace_case(example)], 5))
    assert lines[1:4] == ["    sponsor other", "      before: 'Army Medical University'", "      after:  'B'"]


def replace_case(example):
    return example._replace(case="another")
