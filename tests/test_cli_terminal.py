"""Every command that prints data, in a terminal, a file and a pipe, at 80 columns and 200: nothing is lost."""

import contextlib
import io
import json
import re
import shutil
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len

from scraper.cli import main
from scraper.console.visible import visible
from tests.build import VEEVA
from tests.commands import own_home, set_home
from tests.terminals import hidden, printed

SNAPSHOTS = Path(__file__).parent.parent / "snapshots"
CASES = (
    "veeva/NCT01547091-unsorted-phases-three-arms",
    "veeva/NCT05819710-most-labels-missing",
    "inclinicaltrials/NCT05819710-design-in-one-comma-line",
    "trialx/NCT06570291-seed",
)
TRIAL = "NCT05160831"
URL = "https://ctv.veeva.com/study/stem-cells"
TITLE = (
    "Stem \x1b[2J\x9b31m\x7f Cells [/b] [sic] :smile: \u202egnorw\u202c \u2066x\u2069 a\u200bb\u00adc \u2028"
    "for a Title that is much too long for eighty columns, in words that nobody may miss, up to the very last: Knee"
)
HOSTILE = VEEVA.replace("Stem Cells for Knee Pain", TITLE)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with a replay of two nights, and a home in which they were kept."""
    folder = tmp_path_factory.mktemp("terminal")
    for name in CASES:
        shutil.copytree(SNAPSHOTS / name, folder / "replay" / name)
    case = folder / "replay" / "veeva" / "hostile"
    case.mkdir()
    about = {"why": "w", "made": "m", "layout": "veeva/study", "url": URL}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        set_home(patch, folder / "home")
        for night, page in enumerate((VEEVA, HOSTILE), 20):
            (case / "capture.txt").write_text(page, encoding="utf-8")
            (case / "case.json").write_text(json.dumps({**about, "fetched_at": f"2026-11-{night}T03:00:00Z"}))
            run(patch, "scrape", "--all", "--replay", "replay")
        run(patch, "watch", "add", TRIAL)
    return folder


def run(patch, *arguments):
    patch.setattr(sys, "argv", ["trialpages", *arguments])
    quiet = io.StringIO()
    with contextlib.redirect_stdout(quiet), contextlib.redirect_stderr(quiet), pytest.raises(SystemExit):
        main()


@pytest.fixture(autouse=True)
def here(place, monkeypatch, tmp_path):
    own_home(monkeypatch, tmp_path)
    set_home(monkeypatch, place / "home")
    monkeypatch.chdir(place)


FOR_PROGRAMS = [
    "changes --format jsonl",
    "changes --format jsonl --site veeva",
    "clean replay/veeva/hostile/capture.txt",
    "clean --explain replay/veeva/hostile/capture.txt",
    "explain NCT05160831 title --format json",
    "extract replay",
    "extract replay --format jsonl",
    "extract replay/veeva/hostile/capture.txt",
    "fetch NCT05160831 --replay replay --site veeva",
    "fetch NCT05160831 --replay replay --site veeva --format jsonl",
    "find NCT05160831 --replay replay --verify",
    "health --format json",
    "history NCT05160831 --format jsonl",
    "page NCT05160831 --format json",
    "page replay/veeva/hostile/capture.txt --format json",
    "reextract --dry-run --format jsonl",
    "runs --format jsonl",
    "runs show 1 --failures --format json",
    "runs show 1 --format json",
    "schema",
    "scrape NCT05160831 --site veeva --replay replay --format json",
    "show --format json",
    "show --format jsonl",
    "show --format jsonl --by-site",
    "watch list --format jsonl",
]
FOR_PEOPLE = [
    "changes --format table",
    "config",
    "explain NCT05160831 title",
    "extract replay --format table",
    "fetch NCT05160831 --replay replay --site veeva --format table",
    "health",
    "history NCT05160831",
    "history NCT05160831 --by-site",
    "page replay/veeva/hostile/capture.txt",
    "runs",
    "runs show 1",
    "runs show 1 --failures",
    "scrape NCT05160831 --site veeva --replay replay",
    "show --format table",
    "show NCT05160831 --format table",
    "show NCT05160831 --format table --by-site",
    "sites",
    "store copy --to sqlite:///{fresh}",
    "store forget NCT01547091 --dry-run",
    "store prune --before 2026-11-01 --dry-run",
    "watch list",
]
QUIET = ("extract", "fetch", "find", "scrape")


def cells(line, folder):
    """What a command prints on each kind of output at each width, loudly and quietly."""
    for quiet in [[], ["--quiet"]] if line.startswith(QUIET) else [[]]:
        for out in ("file", "pipe", "terminal"):
            for columns in (80, 200):
                words = line.format(fresh=folder / f"{out}-{columns}.sqlite3").split()
                done = printed([*words, *quiet], out=out, columns=columns, folder=folder)
                yield done, out, columns, quiet


def words(text):
    """The words of a text; a report's numbers and times are another's in each run."""
    return {re.sub(r"\d+", "0", word) for word in text.split() if len(word) <= 24 and word.isprintable()}


@pytest.mark.parametrize("line", FOR_PROGRAMS)
def test_programs_get_the_same_bytes_on_every_output(line, tmp_path):
    seen = {re.sub(rb"\d+", b"0", done.out.replace(b"\r\n", b"\n")) for done, *_ in cells(line, tmp_path)}
    (content,) = seen
    assert content.strip() or line.startswith("reextract")  # today's code reads alike
    assert hidden(content.decode()) == set()


@pytest.mark.parametrize("line", FOR_PEOPLE)
def test_people_get_every_word_in_lines_that_fit(line, tmp_path):
    found = []
    for done, out, columns, quiet in cells(line, tmp_path):
        if line.startswith("scrape") and quiet:
            continue  # a quiet run prints its table where a person must look alone
        text = done.out.decode().replace("\r\n", "\n")
        assert hidden(text) == set()
        assert out != "terminal" or max(map(cell_len, text.split("\n"))) <= columns
        found.append(words(re.sub("[┏━┳┓┃┡╇┩│└─┴┘]", " ", text)))
    assert found[0]
    for others in found[1:]:
        assert found[0] - others <= {"issues", "conflicts"}  # a field that is blank has no row


@pytest.mark.parametrize(
    "line",
    [
        "show --format table",
        "extract replay --format table",
        f"show {TRIAL} --format table",
        f"show {TRIAL} --format table --by-site",
    ],
)
@pytest.mark.parametrize("columns", [20, 40, 80, 120])
def test_a_title_is_there_to_its_end_however_narrow_the_terminal_is(line, columns, place):
    page = place / "replay" / "veeva" / "hostile" / "capture.txt"
    shown = visible(json.loads(printed(["extract", page]).out)["trial"]["title"])
    assert (r"\x1b[2J" in shown, "[/b] [sic] :smile:" in shown, shown.endswith("the very last: Knee")) == (True,) * 3
    done = printed(line.split(), out="terminal", columns=columns)
    text = done.out.decode().replace("\r\n", "\n")
    assert max(map(cell_len, text.split("\n"))) <= columns
    without_breaks = re.sub(r"[\s│]|title", "", text)
    assert "".join(shown.split()) in without_breaks


@pytest.mark.parametrize("columns", [80, 200])
@pytest.mark.parametrize("line", ["scrape --all --replay replay", "extract replay --format jsonl", "extract replay"])
def test_lines_that_are_told_stay_on_the_screen_above_the_bar(line, columns, tmp_path):
    loud = printed(line.split(), out="file", columns=columns, folder=tmp_path)
    plain = printed(line.split(), err="pipe", columns=columns)
    assert b"\x1b[" in loud.err  # there was a bar
    told = [row for row in plain.err.decode().splitlines() if row]
    assert any(row.startswith("error: ") for row in told)
    rows = [row[start : start + columns].rstrip() for row in told for start in range(0, len(row), columns)]
    screen = loud.screen(columns)
    assert [row for row in rows if row not in screen] == []


@pytest.mark.parametrize("out", ["pipe", "terminal"])
def test_no_bar_is_drawn_over_records_that_the_same_terminal_shows(out):
    assert b"\x1b[" not in printed(["extract", "replay", "--format", "jsonl"], out=out).err


def test_records_and_what_is_told_share_a_terminal():
    apart = printed(["extract", "replay", "--format", "jsonl"], out="pipe", err="pipe")
    shared = printed(["extract", "replay", "--format", "jsonl"], out="terminal", err="out")
    lines = shared.err.decode().replace("\r\n", "\n").splitlines()
    assert sorted(lines) == sorted([*apart.out.decode().splitlines(), *apart.err.decode().splitlines()])


@pytest.mark.parametrize("environment", [{"TERM": "dumb"}, {"NO_COLOR": "1"}, {"COLUMNS": "30"}, {"COLUMNS": "x"}])
def test_a_terminal_that_can_little_gets_every_line(environment, tmp_path):
    line = ["extract", "replay", "--format", "jsonl"]
    done = printed(line, out="file", folder=tmp_path, environment=environment)
    assert len(done.out.splitlines()) == 4
    assert any(row.startswith("error: ") for row in done.screen(80))
    assert (b"\x1b[" in done.err) == (environment != {"TERM": "dumb"})
    assert b"\x1b[3" not in done.err or "NO_COLOR" not in environment


def test_a_table_is_as_wide_as_the_environment_says():
    done = printed(["sites"], out="terminal", columns=200, environment={"COLUMNS": "60"})
    assert max(map(cell_len, done.out.decode().replace("\r", "").split("\n"))) <= 60
