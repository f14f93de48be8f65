"""The driver of code mutation: what it draws, tries and counts."""

import os
from functools import cache

import pytest

from tests.code_mutation import __main__ as driver
from tests.code_mutation.__main__ import (
    LATE,
    PACKAGES,
    ROOT,
    WHOLE_PAGES,
    Package,
    Score,
    files,
    named,
    sample,
    score,
    workspace,
)
from tests.code_mutation.uncached import pytest_runtest_setup

NAMES = [f"text.x_fold__mutmut_{number}" for number in range(50)]


def test_a_sample_is_the_same_for_the_same_seed_whatever_the_order_of_the_names():
    assert sample(NAMES, 9, 1) == sample(NAMES[::-1], 9, 1)
    assert sample(NAMES, 9, 1) != sample(NAMES, 9, 2)
    assert len(set(sample(NAMES, 9, 1))) == 9


def test_of_fewer_mutants_all_are_tried():
    assert sorted(sample(NAMES, 99, 1)) == sorted(NAMES)


def test_what_runs_into_a_time_limit_is_noticed_and_what_no_test_calls_is_not():
    found = score({"a": "killed", "b": "timeout", "c": "survived", "d": "no tests", "e": "suspicious", "f": LATE})
    assert (found, found.share) == (Score(3, 6), 0.5)
    assert score({}).share == 1


@pytest.mark.parametrize("package", PACKAGES.values(), ids=PACKAGES)
def test_the_tests_and_modules_of_a_package_are_there(package):
    for name in package.tests:
        assert len(files(package._replace(tests=(name,)), ROOT / "tests")) > 1, f"there is no tests/test_{name}.py"
    for pattern in package.modules:
        assert list(ROOT.glob(f"{pattern}.py")), f"there is no {pattern}.py"


def test_the_tests_of_whole_pages_are_there():
    for name in WHOLE_PAGES:
        assert named((name,), ROOT / "tests"), f"there is no tests/test_{name}.py"


def test_a_package_s_tests_are_given_as_pytest_takes_them():
    assert files(Package((), ("code_mut*",)), ROOT / "tests") == [
        "tests/test_code_mutation.py",
        "tests/code_mutation/whole_cases.py",
    ]


@cache
def computed() -> list[int]:
    return []


def test_no_test_finds_what_another_has_cached():
    computed().append(1)
    pytest_runtest_setup(None)
    assert computed() == []


def test_a_workspace_has_what_the_tree_has_and_touches_nothing_that_is_unchanged(tmp_path, monkeypatch):
    root = tmp_path / "tree"
    (root / "tests").mkdir(parents=True)
    (root / "pyproject.toml").write_text("")
    for name in ("same.py", "changed.py", "gone.py", "old.pyc"):
        (root / "tests" / name).write_text("1")
    monkeypatch.setattr(driver, "ROOT", root)
    monkeypatch.setattr(driver, "WORKSPACES", tmp_path / "workspaces")
    folder = workspace("sites")
    os.utime(folder / "tests" / "same.py", (1, 1))
    (root / "tests" / "changed.py").write_text("2")
    (root / "tests" / "gone.py").unlink()

    assert workspace("sites") == folder

    assert sorted(path.name for path in (folder / "tests").iterdir()) == ["changed.py", "same.py"]
    assert (folder / "tests" / "changed.py").read_text() == "2"
    assert (folder / "tests" / "same.py").stat().st_mtime == 1
