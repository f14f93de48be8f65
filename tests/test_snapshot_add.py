"""Cases made of pages: pruned, without personal data, whole or not at all."""

import gzip
import json
import re
import signal
import threading
from email.message import EmailMessage
from pathlib import Path

import pytest

from benchmarks.pages import inflate
from scraper.cases import LARGEST, Case
from scraper.parse.blocks import parse
from scraper.parse.page import Page
from scraper.snapshots import add as adding
from scraper.snapshots.add import add, slug_of
from scraper.snapshots.check import check, size_of
from scraper.snapshots.outcome import outcome_of
from scraper.snapshots.pruning import prune, unplaced
from scraper.snapshots.refused import Refused
from tests.build import VEEVA
from tests.commands import own_home
from tests.processes import done
from tests.terminals import printed

own_home = pytest.fixture(autouse=True)(own_home)

BUNDLED = Path(__file__).parents[1] / "snapshots"
SEED = BUNDLED / "veeva" / "NCT05160831-seed"
URL = "https://ctv.veeva.com/study/stem-cells-for-knee-pain"
WHY = "Withdrawn, no enrollment"
CASE = "snapshots/veeva/NCT05160831-withdrawn-no-enrollment"


def inflated(case):
    """A bundled case's page with what pages carry besides: scripts, styles, menus, other trials."""
    return inflate(next((BUNDLED / case).glob("page.html")).read_bytes(), case)


@pytest.fixture
def page(tmp_path):
    """A saved page, in the working folder."""
    path = tmp_path / "page.txt"
    path.write_text(VEEVA)
    return path


def in_case(folder):
    return {path.name: path.read_text() for path in Path(folder).iterdir()}


def leftovers():
    return [path.name for path in Path("snapshots").iterdir() if path.name.startswith(".")]


def test_a_page_becomes_a_case_that_gives_what_it_expects(page, cli):
    code, out, err = cli("snapshot", "add", page, "--why", WHY, "--url", URL)
    assert code == 1
    assert err == f"review it: {CASE}\nsee it: trialpages snapshot check {CASE}\n"
    assert "replaced: 'Ada Byron' by 'Ana Example'" in out
    assert json.loads(in_case(CASE)["case.json"]) == {
        "why": "Withdrawn, no enrollment",
        "made": "page as saved; names, phones and addresses of people are invented",
        "layout": "veeva/study",
        "url": URL,
    }
    assert cli("snapshot", "check", CASE)[0] == 0
    assert leftovers() == []


def test_personal_data_is_on_neither_side(page, cli):
    cli("snapshot", "add", page, "--why", WHY)
    files = in_case(CASE)
    assert "Byron" not in "".join(files.values())
    assert files["capture.txt"].count("Ana Example, MD") == 1
    assert json.loads(files["record.json"])["trial"]["contacts"][0]["name"] == "Ana Example, MD"


def test_a_page_is_kept_as_short_as_gives_the_same_record():
    page = Page(inflated("inclinicaltrials/NCT04501120-criteria-numbered-in-one-line"))
    pruned = prune(page)
    assert len(pruned.page.content) < len(page.content) / 2
    assert unplaced(pruned.outcome) == unplaced(outcome_of(page))
    assert b"<script" not in pruned.page.content
    assert b"<style" not in pruned.page.content


def test_what_stands_near_the_trial_stays_and_what_stands_far_goes():
    menu = "".join(f"<p>Menu entry {number}</p>" for number in range(50))
    others = "".join(f"<p>NCT0123456{number} - Another trial</p>" for number in range(10))
    end = "Data sourced from clinicaltrials.gov"
    content = (SEED / "page.html").read_text()
    content = content.replace("<body>", f"<body>{menu}").replace(end, f"{end}</p>{others}<p>")
    texts = [block.text for block in parse(prune(Page(content.encode())).page).blocks]
    assert "Menu entry 0" not in texts
    assert len(texts[texts.index(end) :]) == 5
    assert texts[-1] == "NCT01234563 - Another trial"


@pytest.mark.parametrize(
    "case", ["veeva/NCT05160831-seed", "trialx/NCT06570291-seed", "inclinicaltrials/refused-glossary"]
)
def test_a_page_is_never_pruned_so_that_it_gives_something_else(case):
    for place in Case.load(BUNDLED / case).inputs:
        page = Page(place.read_bytes())
        assert unplaced(prune(page).outcome) == unplaced(outcome_of(page))


def test_a_capture_loses_lines_far_from_the_trial():
    around = "\n\n".join(f"Line {number} of something else" for number in range(80))
    page = Page(f"{around}\n\n{VEEVA}\n\n{around}".encode())
    texts = [block.text for block in parse(prune(page).page).blocks]
    assert len(texts) < 120
    assert texts[0].startswith("Line 7")


def test_a_registry_record_loses_the_largest_sections_that_no_field_is_read_from():
    record = json.loads(next(BUNDLED.glob("ctgov/NCT05887817-*/page.json")).read_bytes())
    record["resultsSection"] = {"flow": [{"text": "x" * 1000}] * 100}
    page = Page(json.dumps(record).encode())
    pruned = prune(page)
    assert "resultsSection" not in json.loads(pruned.page.content)
    assert unplaced(pruned.outcome) == unplaced(outcome_of(page))


def test_a_gzipped_file_and_one_in_mhtml_become_the_same_page(tmp_path, cli):
    content = (SEED / "page.html").read_bytes()
    (tmp_path / "a.html.gz").write_bytes(gzip.compress(content))
    message = EmailMessage()
    message["Snapshot-Content-Location"] = URL
    message.set_content(content.decode(), subtype="html")
    message.make_related()
    (tmp_path / "b.mhtml").write_bytes(message.as_bytes())
    assert cli("snapshot", "add", "a.html.gz", "--why", "one", "--url", URL)[0] == 1
    assert in_case("snapshots/veeva/NCT05160831-one")["page.html"].startswith("<!DOCTYPE html><html")
    code, _, err = cli("snapshot", "add", "b.mhtml", "--why", "two", "--url", URL)
    assert (code, err) == (2, "error: the page is that of snapshots/veeva/NCT05160831-one already\n")


def test_an_address_is_fetched_and_replayed_without_a_network(cli):
    code, _, err = cli("snapshot", "add", URL, "--why", WHY, "--replay", _replay(URL))
    assert (code, err.splitlines()[0]) == (1, f"review it: {CASE}")
    about = json.loads(in_case(CASE)["case.json"])
    assert (about["url"], about["fetched_at"]) == (URL, "2026-11-20T08:00:00Z")
    assert about["made"].startswith("page as fetched; ")


def _replay(url):
    folder = Path("replay/veeva/x")
    folder.mkdir(parents=True)
    about = {"why": "w", "made": "m", "layout": None, "url": url, "fetched_at": "2026-11-20T08:00:00Z"}
    (folder / "case.json").write_text(json.dumps(about))
    (folder / "capture.txt").write_text(VEEVA)
    return folder.parents[1]


def test_the_same_once_more_is_refused(page, cli):
    cli("snapshot", "add", page, "--why", WHY)
    before = in_case(CASE)
    code, out, err = cli("snapshot", "add", page, "--why", WHY)
    assert (code, out) == (2, "")
    assert (
        err == f"error: {CASE} is there already: say with --why what is special about this page, or remove that case\n"
    )
    code, _, err = cli("snapshot", "add", page, "--why", "Something else")
    assert (code, err) == (2, f"error: the page is that of {CASE} already\n")
    assert in_case(CASE) == before


def test_a_refused_page_becomes_a_case_of_the_site_that_is_named(page, cli):
    page.write_text("Nothing of a trial")
    code, _, err = cli("snapshot", "add", page, "--why", "An empty page")
    assert code == 2
    assert "say with --site whose page it is" in err
    assert cli("snapshot", "add", page, "--why", "An empty page", "--site", "veeva")[0] == 1
    files = in_case("snapshots/veeva/refused-an-empty-page")
    assert json.loads(files["error.json"])["error"] == "NotATrialPage"
    assert json.loads(files["case.json"])["layout"] is None


def test_bytes_that_are_no_text_become_a_case_as_they_are(tmp_path):
    added = add(Page(b"%PDF-1.7 \xff"), "A PDF", tmp_path, origin="page as saved", site="veeva")
    assert (added.folder / "page.html").read_bytes() == b"%PDF-1.7 \xff"
    assert check(Case.load(added.folder))[0].rows == ()


def test_a_page_that_cannot_be_pruned_enough_is_refused(tmp_path):
    content = VEEVA.replace("What it is about.", "What it is about, at length. " * 3000)
    with pytest.raises(Refused, match="and at most 61,440 are allowed: save the page, shorten"):
        add(Page(content.encode()), "Long", tmp_path, origin="page as saved")
    assert list(tmp_path.iterdir()) == []


def test_personal_data_that_could_not_be_replaced_everywhere_is_kept_nowhere(tmp_path):
    parted = b"About</h2><p>Dr. <i>Ada</i> Byron</p><p>Dr. Ada Byron</p>"
    content = re.sub(rb"About</\w+>", parted, (SEED / "page.html").read_bytes(), count=1)
    assert parted in content
    with pytest.raises(Refused, match="'Ada Byron' stands on the page in parts, and that needs a hand"):
        add(Page(content), "Two", tmp_path, origin="page as saved")
    assert list(tmp_path.iterdir()) == []


def test_no_case_of_a_bundled_page_is_larger_than_a_case_may_be(tmp_path):
    added = add(Page(inflated("veeva/NCT03630471-description-holds-a-label")), "x", tmp_path, origin="o")
    assert size_of(Case.load(added.folder)) <= LARGEST


@pytest.mark.parametrize("why", ["", "!?"])
def test_a_reason_has_words(why, page, cli):
    code, _, err = cli("snapshot", "add", page, "--why", why)
    assert (code, err) == (2, "error: say in --why what the case protects, in words\n")


def test_a_folder_is_named_by_whole_words_of_the_reason():
    slug = slug_of("Ages: in Two units -- and a very long sentence about them that goes on for quite some time")
    assert slug == "ages-in-two-units-and-a-very-long-sentence-about-them-that"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere.html", "--why", "x"], "nowhere.html is no file, and no address"),
        (["page.txt"], "Missing option '--why'"),
        ([URL, "--why", "x", "--url", URL], "what you name is an address itself"),
    ],
)
def test_wrong_usage_is_told(arguments, words, page, cli):
    assert page.exists()
    code, _, err = cli("snapshot", "add", *arguments)
    assert code == 2
    assert words in err


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_full_disk_leaves_no_part_of_a_case(number, page, cli, monkeypatch):
    write, written = Path.write_bytes, []

    def full(path, content):
        written.append(path)
        if len(written) == number:
            raise OSError(28, "No space left on device")
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    code, _, err = cli("snapshot", "add", page, "--why", WHY)
    assert code == 1
    assert re.fullmatch(rf"error: \[Errno 28\] No space left on device: '{CASE}/[a-z]+\.\w+'\n", err)
    assert [path for path in Path("snapshots").rglob("*") if path.is_file()] == []
    assert leftovers() == []


def test_a_place_that_cannot_be_written_is_one_line(page, cli):
    Path("snapshots").write_text("a file")
    code, _, err = cli("snapshot", "add", page, "--why", WHY)
    assert code == 1
    assert err.count("\n") == 1


def test_of_two_at_once_one_makes_the_case_and_the_other_is_refused(page):
    barrier, outcomes = threading.Barrier(2), []

    def one():
        barrier.wait()
        try:
            add(Page(page.read_bytes()), WHY, Path("snapshots"), origin="page as saved")
        except Refused as error:
            outcomes.append(str(error))
        else:
            outcomes.append("made")

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "made" in outcomes
    assert sum("already" in outcome for outcome in outcomes) == 1
    assert check(Case.load(Path(CASE)))[0].rows == ()
    assert leftovers() == []


def test_an_interrupt_leaves_no_half_case(page, cli, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(adding, "_described", interrupted)
    assert cli("snapshot", "add", page, "--why", WHY)[0] == 130
    monkeypatch.undo()
    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        add(Page(page.read_bytes()), WHY, Path("snapshots"), origin="o")
    assert leftovers() == []
    assert not Path(CASE).exists()


def test_what_a_killed_command_leaves_is_no_case(page, tmp_path):
    code = (
        "import os, signal; from pathlib import Path; from scraper.parse.page import Page; "
        "from scraper.snapshots import add; Path.rename = lambda *_: os.kill(os.getpid(), signal.SIGKILL); "
        f"add.add(Page(Path({str(page)!r}).read_bytes()), 'x', Path({str(tmp_path / 'snapshots')!r}), origin='o')"
    )
    assert done(code=code).returncode == -signal.SIGKILL
    assert not [*Path("snapshots").glob("*/*/case.json")]


def test_on_a_terminal_no_line_is_longer_than_it(page):
    shown = printed(["snapshot", "add", page.name, "--why", "x"], out="terminal", err="terminal", columns=80)
    assert shown.code == 1
    assert max(map(len, (shown.out + shown.err).decode().splitlines())) <= 80
