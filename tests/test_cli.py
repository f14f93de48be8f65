"""The command line as a person meets it: data on stdout, everything else on stderr, an exit code that tells."""

import codecs
import csv
import gzip
import io
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import field_serializer

from schemas.record import Record
from scraper.batch import printable
from scraper.imports.entries import Input, load
from scraper.pipeline import read
from tests.build import SUMMARY, TRIALX, VEEVA
from tests.processes import HEEDING, MAIN, Process, done

PROGRAM = [sys.executable, "-c", "from scraper.cli import main; main()"]
PROSE = "Nothing that anybody would call a trial. " * 30


@pytest.fixture
def folder(tmp_path):
    """Three good pages in three forms, one that is no trial, and files that are none of our business."""
    (tmp_path / "b").mkdir()
    (tmp_path / "a.txt").write_text(VEEVA)
    (tmp_path / "b" / "c.txt.gz").write_bytes(gzip.compress(TRIALX.encode()))
    (tmp_path / "b" / "d.htm").write_text("<p>" + PROSE)
    (tmp_path / "e.TXT").write_text(SUMMARY)
    (tmp_path / "notes.md").write_text("not a page")
    return tmp_path


def test_extract_prints_one_record_that_the_schema_accepts(cli, tmp_path):
    page = tmp_path / "page.txt"
    page.write_text(VEEVA)
    code, out, err = cli("extract", page, "--url", "https://ctv.veeva.com/study/stem-cells-for-knee-pain?comeFrom=x#y")
    assert (code, err) == (0, "")
    record = Record.model_validate_json(out)
    assert record.trial.nct_id == "NCT05160831"
    assert record.source.url == "https://ctv.veeva.com/study/stem-cells-for-knee-pain"


def test_issues_go_to_stderr_one_a_line(cli, tmp_path):
    page = tmp_path / "page.txt"
    page.write_text(VEEVA.replace("18 to 70 years old", "grown-ups"))
    code, _, err = cli("extract", page)
    assert code == 0
    assert err == (
        f"issue: {page}: NCT05160831 eligibility.minimum_age not_understood: 'grown-ups': "
        "no reader of this field knows these words\n"
    )


def test_strict_makes_issues_an_exit_code_and_quiet_silences_them(cli, tmp_path):
    page = tmp_path / "page.txt"
    page.write_text(VEEVA.replace("18 to 70 years old", "grown-ups"))
    code, _, err = cli("extract", page, "--strict", "--quiet")
    assert (code, err) == (1, "")


def test_a_folder_gives_its_pages_sorted_and_says_what_came_of_them(cli, folder):
    code, out, err = cli("extract", folder, "--format", "jsonl")
    assert code == 1
    assert [json.loads(line)["trial"]["nct_id"] for line in out.splitlines()] == [
        "NCT05160831",
        "NCT06570291",
        "NCT04953572",
    ]
    assert err.splitlines() == [
        f"error: {folder / 'b' / 'd.htm'}: the page shows no trial: no NCT id and no label of a known layout is on it",
        f"passed over: {folder}: notes.md: no kind of file that holds pages",
        "4 pages in = 3 records + 1 failure",
    ]


def test_the_order_does_not_depend_on_the_number_of_processes(cli, folder):
    assert cli("extract", folder, "--format", "jsonl", "--jobs", "3") == cli("extract", folder, "--format", "jsonl")


def test_several_records_are_an_array_in_json(cli, folder):
    _, out, _ = cli("extract", folder / "a.txt", folder / "e.TXT")
    assert [entry["source"]["site"] for entry in json.loads(out)] == ["veeva", "inclinicaltrials"]


def test_an_empty_folder_is_an_empty_array(cli, tmp_path):
    code, out, err = cli("extract", tmp_path)
    assert (code, json.loads(out), err) == (0, [], "0 pages in = 0 records + 0 failures\n")


def test_a_pipe_in_a_folder_is_no_page_to_wait_for(cli, tmp_path):
    os.mkfifo(tmp_path / "page.html")
    _, _, err = cli("extract", tmp_path)
    assert err == f"passed over: {tmp_path}: page.html: no file\n0 pages in = 0 records + 0 failures\n"


def test_csv_has_one_row_for_each_page_with_the_name_of_its_file(cli, folder):
    code, out, err = cli("extract", folder, "--format", "csv", "--quiet")
    rows = list(csv.DictReader(io.StringIO(out, newline="")))
    assert code == 1
    assert [(row["nct_id"], Path(row["file"]).name) for row in rows] == [
        ("NCT05160831", "a.txt"),
        ("NCT06570291", "c.txt.gz"),
        ("NCT04953572", "e.TXT"),
    ]
    assert "Ada Byron" in (folder / "a.txt").read_text()
    assert "Ada Byron" not in out
    assert err.splitlines()[-1] == "4 pages in = 3 records + 1 failure"


def test_csv_that_goes_into_a_file_begins_as_spreadsheets_want_it(folder, tmp_path):
    with (tmp_path / "rows.csv").open("wb") as file:
        done("extract", folder / "a.txt", "--format", "csv", stdout=file)
    assert (tmp_path / "rows.csv").read_bytes().startswith(codecs.BOM_UTF8 + b"nct_id,")
    assert done("extract", folder / "a.txt", "--format", "csv").stdout.startswith(b"nct_id,")


def test_a_table_shows_one_line_per_trial(cli, folder):
    _, out, _ = cli("extract", folder, "--format", "table")
    rows = [line.split() for line in out.splitlines()]
    assert [row[:2] for row in rows[1:]] == [
        ["NCT05160831", "veeva/study"],
        ["NCT06570291", "trialx/listing"],
        ["NCT04953572", "inclinicaltrials/summary"],
    ]


def test_records_can_be_saved_beside_a_table(cli, folder, tmp_path):
    target = tmp_path / "new" / "records.jsonl"
    _, out, _ = cli("extract", folder / "a.txt", folder / "e.TXT", "--format", "table", "--save", target)
    assert len(target.read_text().splitlines()) == 2
    assert out.endswith(f"records: {target}\n")
    assert [path.name for path in target.parent.iterdir()] == ["records.jsonl"]


def test_a_case_folder_is_one_page_with_its_address(cli, tmp_path):
    case = tmp_path / "veeva" / "case"
    case.mkdir(parents=True)
    (case / "capture.txt").write_text(VEEVA)
    (case / "record.json").write_text("{}")
    url = "https://ctv.veeva.com/study/x"
    (case / "case.json").write_text(json.dumps({"why": "w", "made": "m", "layout": "veeva/study", "url": url}))
    code, out, _ = cli("extract", tmp_path, "--format", "jsonl")
    assert (code, [json.loads(line)["source"]["url"] for line in out.splitlines()]) == (0, [url])


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"", 5, "empty"),
        (b"%PDF-1.7\n\x00\x01", 5, "PDF"),
        (b"\x00\x01\x02\x03" * 100, 5, "binary"),
        (b"{", 5, "JSON"),
        (b"[1, 2]", 5, "no study record"),
        (PROSE.encode(), 5, "no trial"),
        (VEEVA.replace("NCT05160831\n", "").encode(), 5, "no NCT id under Identifiers"),
        (b"<p>" + b"x" * (20 * 2**20), 5, "20 MB"),
    ],
)
def test_bad_input_is_one_line_and_an_exit_code(cli, tmp_path, content, code, words):
    page = tmp_path / "page.html"
    page.write_bytes(content)
    got, out, err = cli("extract", page)
    assert (got, out, len(err.splitlines())) == (code, "", 1)
    assert err.startswith(f"error: {page}: ")
    assert words in err


def test_a_damaged_gzip_file_is_said(cli, tmp_path):
    page = tmp_path / "page.html.gz"
    page.write_bytes(gzip.compress(VEEVA.encode())[:-20])
    code, _, err = cli("extract", page)
    assert code == 5
    assert "gzip file is damaged" in err


def test_a_gzip_bomb_is_too_large_and_never_unpacked_whole(cli, tmp_path):
    page = tmp_path / "page.html.gz"
    page.write_bytes(gzip.compress(b"<p>" + b" " * (64 * 2**20)))
    code, _, err = cli("extract", page)
    assert code == 5
    assert "20 MB" in err


def test_a_file_that_cannot_be_read_never_stops_the_rest(cli, tmp_path):
    (tmp_path / "a.txt").symlink_to(tmp_path / "nowhere")
    (tmp_path / "b.txt").write_text(VEEVA)
    code, out, err = cli("extract", tmp_path, "--format", "jsonl")
    assert (code, len(out.splitlines())) == (1, 1)
    assert f"error: {tmp_path / 'a.txt'}: cannot be read: No such file or directory" in err


def test_our_own_mistake_is_one_line_and_never_stops_the_rest(cli, folder, monkeypatch):
    monkeypatch.setattr("scraper.batch.read", lambda _: 1 / 0)
    code, out, err = cli("extract", folder, "--format", "jsonl")
    assert (code, out) == (1, "")
    assert err.count("a mistake in trialpages: ZeroDivisionError: division by zero; please report it") == 4


@pytest.mark.parametrize(
    "arguments",
    [
        ["extract"],
        ["extract", "nowhere.html"],
        ["extract", ".", "--url", "https://x"],
        ["nothing"],
        ["extract", ".", "--jobs", "0"],
    ],
)
def test_wrong_usage_exits_with_2_and_says_why(cli, arguments):
    code, out, err = cli(*arguments)
    assert (code, out) == (2, "")
    assert "Error: " in err


def test_a_target_that_cannot_be_written_is_one_line(cli, folder):
    code, _, err = cli("extract", folder / "a.txt", "--save", "/dev/null/records.jsonl")
    assert code == 1
    assert "error: " in err
    assert "Traceback" not in err


def test_debug_shows_the_traceback_too(cli, folder):
    code, _, err = cli("--debug", "extract", folder / "a.txt", "--save", "/dev/null/records.jsonl")
    assert code == 1
    assert "Traceback" in err


def test_clean_prints_the_trials_own_text(cli, tmp_path):
    page = tmp_path / "page.txt"
    page.write_text(TRIALX)
    code, out, err = cli("clean", page)
    assert (code, err) == (0, "")
    assert out.startswith("Knee Cells in Adults\n")
    assert "FAQs" not in out
    assert "Powered by AI" not in out


def test_explain_shows_every_block_and_why_it_was_removed(cli, tmp_path):
    page = tmp_path / "page.txt"
    page.write_text(TRIALX)
    _, out, err = cli("clean", page, "--explain")
    assert err == "layout: trialx/listing\n"
    assert "- Powered by AI  [widget]\n" in out
    assert "- FAQs  [after the trial]\n" in out
    assert "  Recruiting\n" in out


def test_explain_says_where_no_layout_is_known(cli, tmp_path):
    page = tmp_path / "page.txt"
    page.write_text(f"{PROSE}\n\n© 2026 Somebody")
    _, out, err = cli("clean", page, "--explain")
    assert err == "layout: none known, general rules only\n"
    assert "- © 2026 Somebody  [footer]\n" in out


def test_clean_of_something_unreadable_is_one_line(cli, tmp_path):
    page = tmp_path / "page.html"
    page.write_bytes(b"")
    code, _, err = cli("clean", page)
    assert code == 5
    assert err.startswith("error: ")


def test_schema_prints_the_json_schema(cli):
    code, out, _ = cli("schema")
    assert code == 0
    assert json.loads(out)["title"] == "Record"


def test_sites_shows_every_layout_and_every_field(cli):
    code, out, _ = cli("sites")
    assert code == 0
    for words in ("veeva/study", "trialx/white-label", "eligibility.minimum_age", "https://ctv.veeva.com/study/<slug>"):
        assert words in out
    (row,) = (part for part in out.split("\n\n") if re.match(r"field +acronym\n", part))
    marks = dict(line.split() for line in row.splitlines())
    layouts = ("ctgov/study", "inclinicaltrials/details", "trialx/listing", "trialx/white-label", "veeva/study")
    assert [marks[layout] for layout in layouts] == ["●", "●", "–", "–", "●"]


def test_standard_input_is_a_page():
    ended = done("extract", "-", content=VEEVA.encode())
    assert ended.returncode == 0
    assert json.loads(ended.stdout)["trial"]["nct_id"] == "NCT05160831"


def test_a_closed_pipe_ends_quietly(tmp_path):
    for number in range(200):
        (tmp_path / f"{number:03}.txt").write_text(VEEVA)
    with Process("extract", tmp_path, "--format", "jsonl") as process:
        assert process.stdout.readline().endswith(b"}\n")
        process.stdout.close()
        assert process.wait() == 141
        err = process.stderr.read()
    assert b"Traceback" not in err
    assert b"BrokenPipe" not in err


@pytest.mark.parametrize("form", ["jsonl", "table"])
def test_a_reader_that_has_gone_has_its_exit_code(tmp_path, form):
    (tmp_path / "a.txt").write_text(VEEVA)
    reading, writing = os.pipe()
    os.close(reading)
    ended = done("extract", tmp_path / "a.txt", "--format", form, stdout=writing)
    os.close(writing)
    assert ended.returncode == 141
    assert b"Traceback" not in ended.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("page", [VEEVA, VEEVA + "Footer " * 3000, SUMMARY])
def test_a_full_disk_is_one_line_however_much_was_to_be_written(tmp_path, page):
    (tmp_path / "a.txt").write_text(page)
    with Path("/dev/full").open("wb") as full:
        ended = done("extract", tmp_path / "a.txt", stdout=full)
    assert ended.returncode == 1
    assert ended.stderr == b"error: [Errno 28] No space left on device\n"


def test_a_process_that_is_interrupted_as_soon_as_it_is_there_reads_on(tmp_path):
    (tmp_path / "a.txt").write_text(VEEVA)
    interrupting = (
        "import os, signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
        " os.register_at_fork(after_in_child=lambda: os.kill(os.getpid(), signal.SIGINT)); "
    )
    ended = done("extract", tmp_path, "--format", "jsonl", "--jobs", "2", code=interrupting + MAIN)
    assert (ended.returncode, ended.stdout.count(b"\n")) == (0, 1)
    assert ended.stderr == b"1 page in = 1 record + 0 failures\n"


def test_an_interrupt_while_a_record_is_written_out_is_no_mistake_of_ours(tmp_path):
    class Interrupted(Record):
        @field_serializer("source")
        def interrupt(self, source):
            signal.raise_signal(signal.SIGINT)
            return source

    (tmp_path / "a.txt").write_text(VEEVA)
    record = Interrupted.model_validate(read(load(Input(tmp_path / "a.txt"))).model_dump())
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            printable("a.txt", record)
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_an_interrupt_ends_quietly(tmp_path, jobs):
    for number in range(2000):
        (tmp_path / f"{number:04}.txt").write_text(VEEVA)
    command = ("extract", tmp_path, "--format", "jsonl", "--jobs", jobs)
    with Process(*command, code=HEEDING + MAIN, new_session=True) as process:
        process.stdout.readline()
        os.killpg(process.pid, signal.SIGINT)
        _, err = process.rest()
        assert process.wait() == 130
    assert b"Traceback" not in err


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_an_output_that_cannot_hold_every_letter_holds_the_same_record(tmp_path, encoding):
    page = tmp_path / "page.txt"
    page.write_text(VEEVA.replace("Stem Cells for Knee Pain", "Zellen für 膝 𝛼"), encoding="utf-8")
    done = subprocess.run(
        [*PROGRAM, "extract", page], capture_output=True, check=True, env={**os.environ, "PYTHONIOENCODING": encoding}
    )
    assert Record.model_validate_json(done.stdout.decode(encoding)).trial.title == "Zellen für 膝 𝛼"


def test_what_cannot_be_read_is_not_escaped():
    with pytest.raises(UnicodeDecodeError):
        b"\xff".decode("ascii", "trialpages.escapes")


def test_sites_says_of_a_field_what_it_means_and_where_each_layout_shows_it(cli):
    code, out, _ = cli("sites", "status")
    assert code == 0
    assert out.startswith("status: Where the trial stands")
    rows = {words[0]: " ".join(words[1:]) for line in out.splitlines()[1:] if (words := line.split())}
    assert rows["veeva/study"] == '"Status" or "Status and phase" -> normalizers.phrases.status'
    assert rows["trialstoday/trial"] == "never shown"


def test_sites_names_the_field_that_was_meant(cli):
    code, _, err = cli("sites", "sex")
    assert (code, err.splitlines()[-1]) == (2, "Error: there is no field sex; is it eligibility.sex?")
