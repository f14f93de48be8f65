"""One test for each case and field, with a small table where one fails: `pytest snapshots`."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scraper.cases import LARGEST, Case
from scraper.snapshots.pytest_plugin import Differs, check_files, expected_fields

ROOT = Path(__file__).parents[1]
SEED = ROOT / "snapshots" / "veeva" / "NCT05160831-seed"


@pytest.fixture
def case(tmp_path):
    folder = tmp_path / "snapshots" / "veeva" / "NCT05160831-seed"
    shutil.copytree(SEED, folder)
    shutil.copy(ROOT / "snapshots" / "conftest.py", tmp_path / "snapshots")
    return Case.load(folder)


def test_a_test_for_each_field_and_a_table_for_those_that_fail(case):
    record = case.expected()
    record["trial"]["status"] = "COMPLETED"
    record["trial"]["start_date"] = "2021-08"
    (case.folder / "record.json").write_text(json.dumps(record, ensure_ascii=False, indent=2) + "\n")
    bad = case.folder.with_name("bad")
    bad.mkdir()
    (bad / "case.json").write_text("{}")
    (case.folder.parent / "NCT05160831-seed" / "page.html").unlink()
    here = case.folder.parents[1]
    options = ["-q", "-p", "no:randomly", "-p", "no:cacheprovider", "-c", ROOT / "pyproject.toml", "--rootdir", here]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, here],
        capture_output=True,
        check=False,
        encoding="utf-8",
        cwd=ROOT,
    )
    out = done.stdout
    assert done.returncode == 1, out
    assert "capture.txt\n  status\n    expected: COMPLETED\n    now:      UNKNOWN\n    words:    Unknown\n" in out
    assert "  start_date\n    expected: 2021-08\n    now:      –\n" in out
    assert f"if the page says so: trialpages snapshot accept {case.folder}" in out
    assert "bad: case.json: 'why' is missing; write there what the case protects, in one sentence" in out
    assert "Traceback" not in out
    assert re.search(r"4 failed, [12]\d passed", out), out
    assert re.search(r"FAILED .*case\.json::status", out)


def test_the_tests_are_the_fields_of_which_something_is_expected(case):
    names = expected_fields(case)
    assert {"status", "eligibility.inclusion", "contacts"} <= set(names)
    assert "start_date" not in names
    assert "page" not in names


def test_the_fields_of_a_page_that_is_refused_are_none(case):
    (case.folder / "record.json").unlink()
    (case.folder / "error.json").write_text('{"error": "NotATrialPage", "message": "m", "exit_code": 5}')
    assert expected_fields(case) == ()


def test_files_that_are_no_case_s_are_told(case):
    check_files(case)
    record = case.folder / "record.json"
    written = record.read_text()
    for content, words in (
        (written.replace("\n", ""), "is not as accept writes it"),
        (written.replace('"layout": "study"', '"layout": "other"'), "says that the layout is veeva/study"),
    ):
        record.write_text(content)
        with pytest.raises(Differs, match=words):
            check_files(case)
    record.write_text(written)
    (case.folder / "content.txt").write_text("x" * LARGEST)
    with pytest.raises(Differs, match="at most 61,440 are allowed"):
        check_files(case)
    record.unlink()
    with pytest.raises(Differs, match="nobody has said yet"):
        check_files(case)
