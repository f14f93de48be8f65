"""The guides in CONTRIBUTING.md lead where they say: each is walked step by step in a copy of the tree.

Two of them count: what a site costs, and what a field costs.
"""

import filecmp
import json
import os
import subprocess
import sys

import pytest

from tests.commands import set_home
from tests.documents import PACKAGES, ROOT
from tests.walks import Step, Walk, changed, copy_of_the_tree, says, steps

GUIDE = ROOT / "CONTRIBUTING.md"
OBSERVATIONAL = "ctgov/NCT03475563-observational"
SEED = "veeva/NCT05160831-seed"


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    """A person's working folder; what is not in it is the tree's."""
    set_home(monkeypatch, tmp_path / "home")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{ROOT}")
    monkeypatch.delenv("CI", raising=False)
    return tmp_path


def walk(heading):
    """Take all steps of a guide."""
    with Walk() as walking:
        for step in steps(GUIDE, heading):
            walking.take(step)


def new_or_changed(folder):
    """The files of a copy of the tree that are not as they are in the tree."""
    paths = [path for name in (*PACKAGES, "snapshots") for path in sorted((folder / name).rglob("*"))]
    names = [str(path.relative_to(folder)) for path in paths if path.is_file() and "__pycache__" not in path.parts]
    return [
        name
        for name in names
        if not (ROOT / name).is_file() or not filecmp.cmp(folder / name, ROOT / name, shallow=False)
    ]


def record(folder, case):
    return json.loads((folder / "snapshots" / case / "record.json").read_bytes())


def test_a_changed_site_is_mended_by_one_alias_and_a_case(folder):
    copy_of_the_tree(folder, SEED)
    walk("A site has changed")
    (case,) = {path.parent for path in folder.glob("snapshots/*/*/case.json")} - {folder / "snapshots" / SEED}
    mended, seed = record(folder, f"veeva/{case.name}"), record(folder, SEED)
    assert mended["trial"]["eligibility"]["sex"] == seed["trial"]["eligibility"]["sex"] == "ALL"
    assert [name for name in new_or_changed(folder) if name.startswith("scraper/")] == ["scraper/sites/veeva.py"]


def test_a_site_of_six_labels_is_one_file_of_at_most_60_lines_and_its_cases(folder):
    copy_of_the_tree(folder)
    walk("Add a site")
    files = new_or_changed(folder)
    (case,) = {name.rpartition("/")[0] for name in files if name.startswith("snapshots/")}
    site = [name for name in files if not name.startswith("snapshots/")]
    assert site == ["scraper/sites/harbour.py"]
    lines = (folder / site[0]).read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 60
    assert sum("marker=True" in line or "required=True" in line or "reads=" in line for line in lines) >= 5
    subprocess.run([sys.executable, "-m", "ruff", "check", "--quiet", site[0]], check=True)
    trial = record(folder, case.removeprefix("snapshots/"))["trial"]
    assert trial["status"] == "RECRUITING"
    assert trial["conditions"] == ["Stroke", "Gait Disorders"]
    assert [criterion["text"] for criterion in trial["eligibility"]["exclusion"]] == ["unstable angina"]


def test_a_field_is_at_most_five_files(folder):
    copy_of_the_tree(folder, OBSERVATIONAL, SEED)
    walk("Add a field")
    assert new_or_changed(folder) == [
        "schemas/trial.py",
        "schemas/trial.schema.json",
        "scraper/sites/ctgov.py",
        f"snapshots/{OBSERVATIONAL}/record.json",
    ]
    assert record(folder, OBSERVATIONAL)["trial"]["target_duration"] == "12 Months"
    schema = json.loads((folder / "schemas" / "trial.schema.json").read_bytes())
    assert "target_duration" in schema["$defs"]["Trial"]["properties"]


@pytest.mark.parametrize("heading", ["A site has changed", "Add a site", "Add a field"])
def test_a_guide_has_commands_and_files(heading):
    kinds = {step.kind for step in steps(GUIDE, heading)}
    assert "command" in kinds
    assert kinds - {"command"}


@pytest.mark.parametrize(
    "step",
    [
        Step("command", "trialpages --version # exit code 1", ""),
        Step("command", "trialpages --version", "trialpages, version 99"),
        Step("diff", "page.py", "-three\n"),
    ],
)
def test_a_guide_that_is_wrong_is_told(folder, monkeypatch, step):
    (folder / "page.py").write_text("one\ntwo\n", encoding="utf-8")
    with Walk() as walking:
        monkeypatch.setattr(walking, "run", lambda _: (0, "trialpages, version 1"))
        walking.take(Step("command", "trialpages --version", "trialpages, version …"))
        with pytest.raises(AssertionError):
            walking.take(step)


def test_what_a_guide_leaves_out_may_be_anything():
    assert says("a\n  b\nc\n", "a … c")
    assert says("anything", "")
    assert not says("a b c d", "a … c")


def test_a_change_keeps_what_stands_around_it():
    assert changed("a\nb\nc\n", " a\n-b\n+B\n") == "a\nB\nc\n"
