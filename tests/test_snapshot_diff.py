"""A page that has changed since a case pinned it: what moved, and which label has another name now."""

import json
from pathlib import Path

import pytest

from scraper.cases import Case
from scraper.layouts.labels import units
from scraper.parse.blocks import parse
from scraper.parse.page import Page
from scraper.snapshots.accept import accept
from scraper.snapshots.diff import MOST, Block, diff
from scraper.snapshots.refused import Refused
from tests.build import VEEVA
from tests.commands import own_home
from tests.terminals import printed

own_home = pytest.fixture(autouse=True)(own_home)

BUNDLED = Path(__file__).parents[1] / "snapshots"


@pytest.fixture
def case(tmp_path, monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    folder = tmp_path / "snapshots" / "veeva" / "small"
    folder.mkdir(parents=True)
    (folder / "capture.txt").write_text(VEEVA)
    (folder / "case.json").write_text(json.dumps({"why": "w", "made": "m", "layout": "veeva/study"}))
    accept(Case.load(folder))
    return Case.load(folder)


def changed(case, *pairs):
    content = VEEVA
    for old, new in pairs:
        assert old in content
        content = content.replace(old, new)
    return diff(case, Page(content.encode()))


def names(found):
    return [(one.old, one.new, one.fields) for one in found.renamed]


def test_a_page_that_is_the_same_has_nothing_to_tell(case):
    found = changed(case)
    assert (found.blocks, found.fields, found.renamed, found.other_trial) == ((), (), (), None)


@pytest.mark.parametrize(
    ("old", "new", "fields"),
    [
        ("Study type", "Type of study", ("study_type",)),
        ("Masking", "Blinding", ("design.masking",)),
        ("Sex", "Gender ", ("eligibility.sex",)),
        ("Conditions", "Health problems", ("conditions",)),
        ("Full", "Full", ()),
    ],
)
def test_a_renamed_label_is_told_by_its_place(old, new, fields, case):
    found = changed(case, (f"\n{old}\n", f"\n{new}\n")) if old != new else changed(case)
    assert names(found) == ([(old, new.strip(), fields)] if fields else [])


def test_a_label_is_told_by_the_words_below_it(case):
    (found,) = changed(case, ("\nSex\n", "\nWho\n")).renamed
    assert found.why == "above the same words 'All'"


def test_a_label_above_another_value_of_its_kind_is_told(case):
    (found,) = changed(case, ("\nSex\n\nAll\n", "\nWho\n\nFemale\n")).renamed
    assert (found.new, found.why) == ("Who", "above 'Female', which normalizers.phrases.sex reads")


def test_a_label_with_its_value_in_one_line_is_told(case):
    (found,) = changed(case, ("\nSex\n\nAll\n", "\nWho: All\n")).renamed
    assert (found.old, found.new) == ("Sex", "Who")


def test_a_label_that_only_moved_has_no_other_name(case):
    found = changed(case, ("\nSex\n\nAll\n\n", "\n"), ("\nTrial design\n", "\nSex\n\nAll\n\nTrial design\n"))
    assert found.renamed == ()


def test_a_new_label_beside_the_known_ones_is_no_other_name(case):
    found = changed(case, ("\nSex\n", "\nPets\n\nWelcome\n\nSex\n"))
    assert found.renamed == ()
    assert found.blocks == (Block("new", "", "Pets"), Block("new", "", "Welcome"))


def test_several_labels_are_told_each_in_its_place(case):
    found = changed(case, ("\nSex\n", "\nGender of all\n"), ("\nAges\n", "\nHow old\n"))
    assert [(one.old, one.new) for one in found.renamed] == [("Sex", "Gender of all"), ("Ages", "How old")]


def test_blocks_that_are_gone_new_or_changed_are_told(case):
    found = changed(case, ("50 estimated", "60 estimated"), ("What it is about.\n\n", ""))
    assert Block("changed", "50 estimated patients", "60 estimated patients") in found.blocks
    assert Block("gone", "What it is about.", "") in found.blocks


def test_what_changes_around_the_trial_is_not_told(case):
    assert changed(case, ("Menu", "Another menu")).blocks == ()


def test_fields_that_move_stand_beside_what_they_were(case):
    (row,) = [row for row in changed(case, ("50 estimated", "60 estimated")).fields if row.path == "enrollment.count"]
    assert (row.expected, row.now) == ("50", "60")


def test_a_page_that_gives_no_record_says_why(case):
    found = diff(case, Page(b"Nothing at all of a trial"))
    assert [row.now.partition(":")[0] for row in found.fields] == ["NotATrialPage"]


def test_a_page_with_too_much_text_to_compare_is_refused(case):
    with pytest.raises(Refused, match="is it the page of one trial"):
        diff(case, Page("\n\n".join(f"Line {number}" for number in range(MOST + 1)).encode()))


def test_another_trials_page_is_compared_by_what_it_shows():
    case = Case.load(BUNDLED / "veeva" / "NCT05160831-seed")
    other = Case.load(BUNDLED / "veeva" / "NCT01547091-unsorted-phases-three-arms")
    found = diff(case, other.page(other.inputs[0]))
    assert found.other_trial == "NCT01547091"
    assert [row.path for row in found.fields] == ["phases"]
    assert found.renamed == ()


def test_a_renamed_label_is_told_on_another_trials_page():
    case = Case.load(BUNDLED / "veeva" / "NCT05160831-seed")
    other = Case.load(BUNDLED / "veeva" / "NCT01547091-unsorted-phases-three-arms")
    content = other.inputs[0].read_bytes().replace(b"Study type", b"Type of study")
    assert ("Study type", "Type of study", ("study_type",)) in names(diff(case, Page(content)))


@pytest.mark.parametrize(
    "name",
    ["inclinicaltrials/NCT01949129-all-tables", "inclinicaltrials/NCT04953572-seed-summary", "veeva/NCT05160831-seed"],
)
def test_every_label_with_one_value_is_told_when_it_is_renamed(name):
    case = Case.load(BUNDLED / name)
    pinned = case.page(case.inputs[0])
    found, asked = [], []
    for label in ("Study type", "Enrollment", "Sex", "Gender", "Masking"):
        old = pinned.content.decode()
        if f">{label}<" in old and len(units(parse(pinned).blocks)) and old.count(f">{label}<") == 1:
            asked.append(label)
            page = Page(old.replace(f">{label}<", ">Something new<").encode(), case.url)
            found += [one.old for one in diff(case, page).renamed if one.new == "Something new"]
    assert asked
    assert found == asked


def test_the_command_says_what_to_mend_and_where(case, tmp_path, cli):
    (tmp_path / "now.txt").write_text(VEEVA.replace("\nSex\n", "\nWho\n"))
    code, out, err = cli("snapshot", "diff", case.name, "now.txt")
    assert code == 1
    assert "  'Sex' -> 'Who', above the same words 'All'; it gives eligibility.sex\n" in out
    assert "    mend it: add 'Who' to the row of 'Sex' in scraper/sites/veeva.py\n" in out
    assert "  changed  Sex -> Who\n" in out
    assert err.startswith("veeva/small: ")


def test_the_command_ends_with_0_where_nothing_has_changed(case, cli):
    assert cli("snapshot", "diff", case.name, case.folder / "capture.txt")[0] == 0


def test_on_a_terminal_no_line_is_longer_than_it(case, tmp_path):
    (tmp_path / "now.txt").write_text(VEEVA.replace("\nSex\n", "\nWho\n").replace("Knee pain.", "Knee pain. " * 30))
    shown = printed(["snapshot", "diff", case.name, "now.txt"], out="terminal", err="terminal", columns=80)
    assert max(map(len, (shown.out + shown.err).decode().splitlines())) <= 80
