"""What is packed is what is needed, and the workflow calls what a person can call, on every Python that is promised."""

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("schemas", "normalizers", "scraper")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
BUILD = "import sys; from setuptools.build_meta import build_wheel; print(build_wheel(sys.argv[1]))"


@pytest.fixture(scope="module")
def packed(tmp_path_factory):
    """The names of the files in a wheel that is made of a copy of the tree."""
    folder = tmp_path_factory.mktemp("tree")
    for name in PACKAGES:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    subprocess.run([sys.executable, "-c", BUILD, folder / "dist"], cwd=folder, check=True, capture_output=True)
    (wheel,) = (folder / "dist").glob("*.whl")
    return set(zipfile.ZipFile(wheel).namelist())


def test_every_file_of_the_packages_is_in_the_wheel(packed):
    tree = [path for name in PACKAGES for path in (ROOT / name).rglob("*") if path.is_file()]
    names = {str(path.relative_to(ROOT)) for path in tree if "__pycache__" not in path.parts}
    assert names - packed == set()


def test_nothing_but_the_packages_is_in_the_wheel(packed):
    folders = {name.partition("/")[0] for name in packed}
    assert folders == {*PACKAGES, f"trialpages-{PROJECT['version']}.dist-info"}


@pytest.mark.parametrize("name", PACKAGES)
def test_a_package_says_that_it_has_types(packed, name):
    assert f"{name}/py.typed" in packed


def matrix(key):
    """The values of one key in the matrix of the workflow, in order."""
    text = (ROOT / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8")
    lists = re.findall(rf"^ +{key}: \[(.*)\]$", text, re.MULTILINE)
    return [*re.findall(r"[\w.]+", lists[0]), *re.findall(rf'\b{key}: "?([\w.]+)[",]', text)]


def test_the_workflow_tests_every_python_that_is_promised():
    promised = [line.rpartition(" ")[2] for line in PROJECT["classifiers"] if re.search(r":: 3\.\d+$", line)]
    assert sorted(set(matrix("python")), key=lambda version: int(version[2:])) == promised
    assert PROJECT["requires-python"] == f">={promised[0]}"


def test_the_lowest_packages_are_tested_on_the_lowest_python_and_the_newest_on_the_newest():
    text = (ROOT / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8")
    pythons = matrix("python")
    assert f'{{target: lowest, python: "{pythons[0]}"}}' in text
    assert f'{{target: newest, python: "{max(pythons, key=lambda version: int(version[2:]))}"}}' in text


def test_the_workflow_calls_targets_that_a_person_can_call():
    targets = re.findall(r"^([a-z]+):.* ## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert [target for target in matrix("target") if target not in targets] == []
    assert {"test", "lowest", "newest", "wheel"} <= set(matrix("target"))


def test_the_workflow_does_nothing_but_make():
    text = (ROOT / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8")
    assert re.findall(r"run: (.*)", text) == ["make ${{ matrix.target }}"]
