"""page: the numbered blocks of a page, each with what was read from it."""

import json

import pytest

from scraper.page_blocks import page_blocks
from scraper.parse.page import Page
from scraper.pipeline import inspect_page
from tests.build import TRIALX, VEEVA
from tests.commands import own_home
from tests.nights import number, veeva, veeva_page
from tests.replica_sites import study

pytestmark = pytest.mark.one_database

own_home = pytest.fixture(autouse=True)(own_home)


@pytest.fixture
def page(tmp_path):
    """A page of Veeva with a line that nobody reads."""
    file = tmp_path / "page.txt"
    file.write_text(VEEVA.replace("\nSex\n", "\nColour\n\nBlue\n\nSex\n"))
    return file


def test_each_block_stands_with_the_fields_that_were_read_from_it(cli, page):
    code, out, err = cli("page", page)
    lines = out.splitlines()
    words = next(place for place, line in enumerate(lines) if line.endswith("50 estimated patients"))
    assert (code, err) == (0, "")
    assert lines[0] == f"{page}: NCT05160831 in veeva/study"
    assert lines[words + 1].strip() == "→ enrollment by normalizers.counts.enrollment"


def test_one_block_can_be_two_fields_and_one_value_several_blocks(cli, page):
    _, out, _ = cli("page", page)
    assert "→ eligibility.minimum_age, eligibility.maximum_age by normalizers.ages.age_range" in out
    blocks = page_blocks(inspect_page(Page(VEEVA.encode())))
    criteria = [block.block.number for block in blocks if "eligibility.inclusion" in {use.path for use in block.uses}]
    record = inspect_page(Page(VEEVA.encode())).record
    assert criteria == [*range(*record.evidence["eligibility.inclusion"][0].blocks)]


def test_what_was_removed_has_its_rule_and_what_nobody_read_is_marked(cli, page, tmp_path):
    _, out, _ = cli("page", page)
    unread = [line.split(maxsplit=2)[2] for line in out.splitlines() if line.startswith("?")]
    assert {"Colour", "Blue"} <= {*unread}
    other = tmp_path / "trialx.txt"
    other.write_text(TRIALX)
    lines = cli("page", other)[1].splitlines()
    faqs = next(place for place, line in enumerate(lines) if line.endswith(" FAQs"))
    assert (lines[faqs][0], lines[faqs + 1].strip()) == ("-", "removed: after the trial")


def test_in_json_every_block_of_the_page_has_one_fate(cli, page):
    code, out, _ = cli("page", page, "--format", "json")
    told = json.loads(out)
    assert code == 0
    assert (told["nct_id"], told["layout"], told["error"]) == ("NCT05160831", "veeva/study", None)
    assert [block["number"] for block in told["blocks"]] == [*range(len(told["blocks"]))]
    assert {block["fate"] for block in told["blocks"]} <= {"read", "label", "known", "removed", "unread"}
    (enrollment,) = [block for block in told["blocks"] if block["text"] == "50 estimated patients"]
    assert enrollment["read"] == [
        {"field": "enrollment", "parser": "normalizers.counts.enrollment", "label": "Enrollment"}
    ]
    assert all(bool(block["rule"]) == (block["fate"] == "removed") for block in told["blocks"])


def test_a_page_that_is_refused_is_shown_with_the_reason(cli, tmp_path):
    file = tmp_path / "page.txt"
    file.write_text("Some words\n\nabout nothing at all")
    code, out, err = cli("page", file)
    assert code == 5
    assert err.startswith(f"error: {file}: ")
    assert "blocks   2: 2 not read" in out


def test_of_a_trial_each_archived_page_is_shown(cli, nights, monkeypatch):
    team = nights(1)
    team.night()
    monkeypatch.setenv("TRIALPAGES_HOME", str(team.settings.home))
    monkeypatch.setenv("TRIALPAGES_STORE", team.settings.store_url)
    code, out, err = cli("page", number(1), "--format", "json")
    pages = {page["layout"]: page for page in json.loads(out)}
    assert (code, err) == (0, "")
    assert [*pages] == ["ctgov/study", "inclinicaltrials/summary", "veeva/study"]
    assert pages["veeva/study"]["url"] == veeva(1)
    evidence = json.loads(cli("show", number(1), "--site", "veeva", "--format", "json")[1])[0]["evidence"]["status"]
    (words,) = [page for page in pages["veeva/study"]["blocks"] if page["number"] == evidence[0]["blocks"][0]]
    assert words["text"] == evidence[0]["text"]


def test_of_the_versions_of_a_page_the_current_one_is_shown(cli, nights, monkeypatch):
    team = nights(1)
    team.night()
    team.web.pages[veeva(1)] = veeva_page(1, Unknown="Completed")
    team.night(everything=True)
    monkeypatch.setenv("TRIALPAGES_HOME", str(team.settings.home))
    monkeypatch.setenv("TRIALPAGES_STORE", team.settings.store_url)
    _, out, _ = cli("page", number(1), "--site", "veeva", "--format", "jsonl")
    (told,) = map(json.loads, out.splitlines())
    assert [block["text"] for block in told["blocks"] if "status" in {use["field"] for use in block["read"]}] == [
        "Completed"
    ]


def test_a_page_that_is_in_no_archive_is_told_and_the_others_are_shown(cli, nights, monkeypatch, tmp_path):
    team = nights(1)
    team.night()
    monkeypatch.setenv("TRIALPAGES_HOME", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("TRIALPAGES_STORE", team.settings.store_url)
    code, out, err = cli("page", number(1), "--site", "veeva", "--format", "json")
    assert (code, json.loads(out)) == (1, [])
    assert err.startswith(f"error: {number(1)} veeva/study: the archive has no copy at ")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["nothing.html"], 2, "'nothing.html' is no file, and no NCT id, which is NCT and eight digits"),
        (["NCT05160831", "--url", "https://x.org"], 2, "--url is for a file, --site for a trial"),
        (["NCT05160831"], 3, "nothing is kept of NCT05160831"),
    ],
)
def test_what_cannot_be_shown_is_one_line(cli, arguments, code, message):
    found, out, err = cli("page", *arguments)
    assert (found, out) == (code, "")
    assert message in err.splitlines()[-1]


def test_an_imported_page_is_read_in_the_file_that_it_came_from(cli, page):
    assert cli("import", page.name, "--captured-at", "2026-05-01")[0] == 0
    code, out, err = cli("page", "NCT05160831", "--format", "json")
    (told,) = json.loads(out)
    assert (code, err, told["layout"]) == (0, "", "veeva/study")
    page.write_text(VEEVA)
    cure = "or this folder is another than that of the import"
    where = f"it was imported from {page.name}, where it is not any more, {cure}"
    assert cli("page", "NCT05160831", "--format", "json") == (1, "[]\n", f"error: NCT05160831 veeva/study: {where}\n")


def test_a_file_of_several_pages_is_an_array_and_one_bad_page_does_not_stop_the_others(cli, tmp_path):
    studies = [json.loads(study(number(place), "Knee", "Knee Pain")[0]) for place in (1, 2)]
    file = tmp_path / "studies.json"
    file.write_text(json.dumps([studies[0], {"protocolSection": {}}, studies[1]]))
    code, out, err = cli("page", file, "--format", "json")
    assert [page["nct_id"] for page in json.loads(out)] == [number(1), None, number(2)]
    assert code == 5
    assert err.startswith(f"error: {file}:1: ")


def test_a_file_that_is_no_text_or_cannot_be_read_does_not_stop_the_others(cli, page, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.html").write_bytes(b"%PDF-1.7")
    (folder / "b.html").write_bytes(b"")
    (folder / "c.html").symlink_to(folder / "c.html")  # it leads to itself
    (folder / "d.html").write_text(page.read_text())
    code, out, err = cli("page", folder, "--format", "json")
    assert (code, [told["nct_id"] for told in json.loads(out)]) == (5, ["NCT05160831"])
    assert err.splitlines()[:2] == [
        f"error: {folder}/a.html: the page is no text but a PDF document",
        f"error: {folder}/b.html: the page is empty",
    ]
