"""Standard streams that are closed, full or poor: one line, the right exit code, nothing lost without a word."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from schemas.record import Record
from scraper.console import printing as terminal
from scraper.sites import CANDIDATE_URLS
from tests.build import VEEVA
from tests.commands import own_home
from tests.terminals import printed

PROGRAM = [sys.executable, "-c", "from scraper.cli import main; main()"]
BAD = "Nothing that anybody would call a trial. " * 30

own_home = pytest.fixture(autouse=True)(own_home)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "a.txt").write_text(VEEVA)
    (tmp_path / "pages" / "b.txt").write_text(BAD)
    return tmp_path / "pages"


def shell(script, *arguments, **environment):
    """Run the program as a shell script redirects it; `"$@"` in the script is the program."""
    done = subprocess.run(
        ["sh", "-c", script, "sh", *PROGRAM, *map(str, arguments)],
        capture_output=True,
        check=False,
        env={**os.environ, **environment},
    )
    assert b"Traceback" not in done.stderr
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@pytest.fixture
def without(cli, monkeypatch):
    """Run a command line in a process that was begun without some of the standard streams."""

    def run(names, *arguments):
        numbers = [("stdin", "stdout", "stderr").index(name) for name in names]
        saved = [os.dup(number) for number in numbers]
        with monkeypatch.context() as patch:
            for name in names:
                patch.setattr(sys, name, None)
            done = cli(*arguments)
        for number, copy in zip(numbers, saved, strict=True):
            os.dup2(copy, number)
            os.close(copy)
        return done

    return run


def test_a_closed_standard_output_is_one_line_and_no_success(without, folder):
    code, _, err = without(["stdout"], "extract", folder / "a.txt")
    assert (code, err) == (1, "error: [Errno 9] Bad file descriptor\n")


def test_a_command_without_data_needs_no_standard_output(without):
    assert without(["stdout"], "watch", "add", "NCT00000001") == (0, "", "1 added, 1 on the list\n")


def test_a_closed_standard_error_loses_no_record(without, folder):
    code, out, _ = without(["stderr"], "extract", folder, "--format", "jsonl")
    assert (code, len(out.splitlines())) == (1, 1)


def test_a_closed_standard_input_is_no_page(without):
    code, out, err = without(["stdin"], "extract", "-")
    assert (code, out) == (1, "")
    assert err == "error: standard input: cannot be read: Bad file descriptor\n"


def test_all_streams_closed_is_no_success_and_no_file_takes_their_place(folder, tmp_path):
    save = tmp_path / "saved.jsonl"
    code, _, _ = shell('"$@" <&- >&- 2>&-', "extract", folder / "a.txt", "--format", "jsonl", "--save", save)
    assert code == 1
    assert [json.loads(line)["schema_version"] for line in save.read_text().splitlines()] == ["1.2"]


needs_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")


@needs_full
def test_a_full_disk_under_standard_error_loses_no_record_and_is_no_success(folder, cli, monkeypatch):
    (folder / "b.txt").write_text(VEEVA.replace("18 to 70 years old", "grown-ups"))
    with Path("/dev/full").open("w") as full, monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", full)
        code, out, _ = cli("extract", folder, "--format", "jsonl")
    assert (code, len(out.splitlines())) == (1, 2)


@needs_full
@pytest.mark.parametrize(
    "line",
    ["schema", "sites", "config", "clean pages/a.txt", "extract pages", "extract pages --format table", "watch list"],
)
def test_a_full_disk_is_one_line_whatever_was_to_be_printed(line, folder, cli, monkeypatch):
    monkeypatch.chdir(folder.parent)
    cli("watch", "add", "NCT00000001")
    with Path("/dev/full").open("w") as full, monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", full)
        code, _, err = cli(*line.split())
    assert code == 1
    assert err.splitlines()[-1] == "error: [Errno 28] No space left on device"


POOR = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@pytest.mark.parametrize(("form", "environment"), [("json", {"PYTHONIOENCODING": "ascii"}), ("table", POOR)])
def test_an_output_in_ascii_holds_every_word(folder, form, environment):
    (folder / "é 膝.txt").write_text(VEEVA.replace("Stem Cells", "Zellen für 膝"), encoding="utf-8")
    (folder / "b.txt").rename(folder / "ü.txt")
    code, out, err = shell('"$@"', "extract", folder, "--format", form, **environment)
    assert (code, out.isascii(), err.isascii()) == (1, True, True)
    assert r"Zellen f\u00fcr \u819d" in out
    assert r"\u00fc" in err or r"\udcc3\udcbc" in err


def test_a_log_line_is_told_above_the_bar_and_shown():
    lines = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(terminal.STDERR, "above", lines.append)
        stream = terminal.LogStream()
        stream.write("one\x1b[2J\ntw")
        stream.write("o\n")
    assert lines == [r"one\x1b[2J", "two"]


NAME = "a\nerror: forged\x1b[2J\u202e.txt"


def test_names_of_files_forge_no_line(cli, folder):
    (folder / "b.txt").rename(folder / NAME)
    _, _, err = cli("extract", folder, "--format", "jsonl")
    assert [line.partition(": ")[0] for line in err.splitlines()] == ["error", "2 pages in = 1 record + 1 failure"]
    assert r"a\nerror: forged\x1b[2J\u202e.txt" in err


@pytest.mark.parametrize(
    "line",
    [
        ["extract", NAME],
        ["extract", "pages", "--format", NAME],
        ["extract", f"--{NAME}"],
        ["show", NAME],
        ["watch", "add", "--file", NAME],
        ["scrape", "--replay", NAME],
        ["schedule", "--cron", NAME],
        ["health", "--accept", NAME],
        ["explain", "NCT00000001", NAME],
        ["fetch", f"https://{NAME}/"],
        ["config", "--contact", NAME],
        ["extract", "--url", "https://ctv.veeva.com/\x1b[2J", "pages/b.txt"],
        ["--debug", "extract", "--url", "https://ctv.veeva.com/\x1b[2J", "pages/b.txt"],
    ],
)
def test_arguments_are_shown_in_messages_and_never_obeyed(cli, folder, monkeypatch, line):
    monkeypatch.chdir(folder.parent)
    _, out, err = cli(*line)
    assert "\x1b" not in out + err
    assert "\u202e" not in out + err
    assert not [row for row in (out + err).splitlines() if row.startswith("error: forged")]


def test_a_command_without_arguments_prints_its_help_line_by_line(cli):
    code, out, err = cli("store")
    assert (code, out) == (2, "")
    assert "  prune   Delete exchanges" in "\n".join(err.splitlines())
    assert err.startswith("Usage: ")


def test_a_choice_that_is_missing_is_one_line(cli):
    code, _, err = cli("index")
    assert code == 2
    assert f"Choose from: {', '.join(CANDIDATE_URLS)}" in err.splitlines()[-1]


@pytest.mark.parametrize("mistake", [ValueError("x\x1b[2J\ny"), RecursionError(), MemoryError()])
def test_our_own_mistake_in_a_command_is_one_line_and_its_traceback_is_shown_on_request(cli, monkeypatch, mistake):
    def fail():
        raise mistake

    monkeypatch.setattr("scraper.console.records.print_sites", fail)
    code, out, err = cli("sites")
    assert (code, out, len(err.splitlines())) == (1, "", 1)
    assert err.startswith(f"error: a mistake in trialpages: {type(mistake).__name__}: ")
    assert "Traceback" in cli("--debug", "sites")[2]


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        (f"runs show {'9' * 20}", 3, f"there is no run {'9' * 20}; the last ones: trialpages runs"),
        (f"runs show {'9' * 20} --failures", 3, "there is no run"),
        (f"runs show {2**63}", 3, "there is no run"),
        (f"runs show {2**31}", 3, "there is no run"),
        ("runs show 0", 3, "there is no run 0"),
        (f"runs --limit {'9' * 20}", 2, "is not in the range"),
        (f"watch add NCT00000001 --priority {'9' * 20}", 2, "is not in the range"),
        (f"watch add NCT00000001 --priority {2**31}", 2, "is not in the range"),
        (f"changes --since {'9' * 20}d", 2, "is no moment"),
        ("changes --until 9999-12-31", 2, "is no moment"),
    ],
)
def test_numbers_that_no_database_holds_are_one_line(cli, line, code, words):
    got, out, err = cli(*line.split())
    assert (got, out) == (code, "")
    assert words in err.splitlines()[-1]
    assert "mistake" not in err


CONTENT = b"<p>\x1b[2J caf\xe9 \xe2\x80\xae\r\n<p>two"


@pytest.fixture
def captures(monkeypatch, tmp_path):
    """An archive with one capture, whose server and page are hostile."""
    at = datetime(2026, 11, 20, 3, tzinfo=UTC)
    capture = SimpleNamespace(
        at=at, status=200, content_type="text\x9b31m", file="a.warc.gz", start=7, url="https://x/\x1b[2J"
    )

    class Archive:
        problems = ()
        is_without_index = False
        newest = read = staticmethod(lambda _: capture)
        captures = staticmethod(lambda _: [capture])

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

    (tmp_path / "home" / "archive").mkdir(parents=True)
    monkeypatch.setattr("scraper.cli.archive.open_archive", lambda *_, **__: Archive())
    monkeypatch.setattr("scraper.cli.archive.decoded", lambda *_: CONTENT)


@pytest.mark.usefixtures("captures")
def test_a_copy_is_shown_on_a_terminal_and_printed_byte_for_byte_elsewhere(tmp_path):
    line = ["archive", "show", "https://ctv.veeva.com/study/a"]
    assert printed(line, out="file", folder=tmp_path).out == printed(line, out="pipe").out == CONTENT
    assert printed(line, out="terminal").out.decode() == "<p>\\x1b[2J caf\\xe9 \\u202e\r\n<p>two\r\n"


@pytest.mark.usefixtures("captures")
@pytest.mark.parametrize("out", ["file", "pipe", "terminal"])
def test_what_servers_said_is_listed_alike_everywhere_and_never_obeyed(out, tmp_path):
    listed = printed(["archive", "list"], out=out, folder=tmp_path).out.replace(b"\r\n", b"\n")
    assert listed == b"2026-11-20T03:00:00Z 200 text\\u009b31m a.warc.gz:7 https://x/\\x1b[2J\n"


def test_saved_records_are_the_printed_ones(cli, folder, tmp_path):
    (folder / "b.txt").write_text(VEEVA.replace("Stem Cells", "A\u200bB \x1b[2J"), encoding="utf-8")
    _, out, _ = cli("extract", folder, "--format", "jsonl", "--save", tmp_path / "saved.jsonl")
    assert (tmp_path / "saved.jsonl").read_text(encoding="utf-8") == out
    assert "\x1b" not in out
    assert [Record.model_validate_json(line).trial.nct_id for line in out.splitlines()] == ["NCT05160831"] * 2
    assert json.loads(out.splitlines()[1])["trial"]["title"].startswith("A")
