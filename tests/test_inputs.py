"""What lies in a folder: pages, folders of pages, cases, and what only looks so; nothing of it ends the search."""

import errno
import json
import os
import subprocess
from pathlib import Path

import pytest

from scraper.imports.paths import inputs_below
from tests.build import VEEVA
from tests.commands import own_home

own_home = pytest.fixture(autouse=True)(own_home)

FOREIGN = {
    "another program's": b'{"id": 7, "title": "a case at court"}',
    "a list": b"[]",
    "a number": b"7",
    "empty": b"",
    "no JSON": b"case closed\n",
    "no text": b"\xff\xfe\x00",
    "other types": b'{"why": 5, "made": [], "layout": {}, "url": 7, "fetched_at": "yesterday"}',
    "one field too many": b'{"why": "w", "made": "m", "layout": null, "more": 1}',
    "deep": b"[" * 100_000,
    "long": b'{"why": "' + b"w" * 200_000 + b'"}',
    "no time": b'{"why": "w", "made": "m", "layout": null, "fetched_at": "x\\u001b[2J\\nerror: forged"}',
}
"""What others call `case.json`."""


@pytest.fixture
def folder(tmp_path):
    """A page, a folder with a page and somebody else's `case.json`, and a page behind it."""
    for name in ("a.txt", "b/page.txt", "c.txt"):
        (tmp_path / "pages" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "pages" / name).write_text(VEEVA)
    return tmp_path / "pages"


@pytest.fixture
def deep(folder):
    """The same; what lies too deep in it for Python to delete is deleted."""
    yield folder
    subprocess.run(["rm", "-rf", folder / "b"], check=True)


def names(folder):
    return [str(Path(found.name).relative_to(folder)) for found in inputs_below([str(folder)])]


@pytest.mark.parametrize("content", FOREIGN.values(), ids=FOREIGN)
def test_somebody_elses_case_json_is_one_line_and_the_folder_is_read_like_any_other(cli, folder, content):
    (folder / "b" / "case.json").write_bytes(content)
    code, out, err = cli("extract", folder, "--format", "jsonl")
    assert (code, len(out.splitlines())) == (1, 3)
    line, summary = err.splitlines()
    assert line.startswith(f"error: {folder / 'b' / 'case.json'}: it does not describe a case (")
    assert line.endswith("; the folder is read like any other")
    assert summary == "4 pages in = 3 records + 1 failure"
    assert len(line) < 400


@pytest.mark.parametrize("content", FOREIGN.values(), ids=FOREIGN)
def test_somebody_elses_case_json_in_a_replay_is_one_line_and_the_rest_is_replayed(cli, folder, content):
    about = {"why": "w", "made": "m", "layout": "veeva/study", "url": "https://ctv.veeva.com/study/x"}
    (folder / "own").mkdir()
    (folder / "own" / "capture.txt").write_text(VEEVA)
    (folder / "own" / "case.json").write_text(json.dumps(about))
    (folder / "b" / "case.json").write_bytes(content)
    code, out, err = cli("fetch", about["url"], "--replay", folder)
    assert (code, json.loads(out)["trial"]["nct_id"]) == (0, "NCT05160831")
    line, *_ = err.splitlines()
    assert line.startswith(f"not replayed: {folder / 'b' / 'case.json'} describes no case: ")
    assert "forged" not in err.replace(line, "")


def test_a_case_json_that_is_a_folder_is_a_folder(cli, folder):
    (folder / "b" / "case.json").mkdir()
    (folder / "b" / "case.json" / "d.txt").write_text(VEEVA)
    assert names(folder) == ["a.txt", "b/case.json/d.txt", "b/page.txt", "c.txt"]
    code, _, err = cli("scrape", "--all", "--replay", folder)
    assert (code, "Traceback" in err) == (0, False)
    assert err.startswith(f"not replayed: {folder / 'b' / 'case.json'} describes no case: ")


def test_a_folder_that_cannot_be_listed_is_one_input_and_the_rest_is_found(folder, monkeypatch):
    listed = Path.iterdir

    def refused(path):
        if path.name == "b":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return listed(path)

    monkeypatch.setattr(Path, "iterdir", refused)
    found = list(inputs_below([str(folder)]))
    assert [Path(one.name).name for one in found] == ["a.txt", "b", "c.txt"]
    assert (found[1].path, str(found[1].problem)) == (folder / "b", f"[Errno 13] Permission denied: '{folder}/b'")


def test_a_file_that_cannot_be_looked_at_is_one_input_and_the_rest_is_found(folder, monkeypatch):
    looked = Path.is_dir

    def refused(path):
        if path.name == "page.txt":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return looked(path)

    monkeypatch.setattr(Path, "is_dir", refused)
    assert [(Path(one.name).name, one.problem and one.problem.strerror) for one in inputs_below([str(folder)])] == [
        ("a.txt", None),
        ("page.txt", "Permission denied"),
        ("c.txt", None),
    ]


def test_folders_a_thousand_deep_do_not_end_the_search(deep):
    place = deep / "b"
    for _ in range(1200):
        place = place / "d"
        place.mkdir()
    (place / "e.txt").write_text(VEEVA)
    assert [Path(name).name for name in names(deep)] == ["a.txt", "e.txt", "page.txt", "c.txt"]


def test_a_way_that_is_too_long_is_one_input(deep, monkeypatch):
    with monkeypatch.context() as patch:
        patch.chdir(deep / "b")
        for _ in range(30):  # longer than any path may be
            Path("d" * 200).mkdir()
            os.chdir("d" * 200)
    found = list(inputs_below([str(deep)]))
    assert [one.problem.strerror for one in found if one.problem is not None] == ["File name too long"]
    assert Path(found[-1].name).name == "c.txt"
