"""The command line: `python -m tests.code_mutation`, or `make mutants`.

It tries a sample of the mutants that mutmut makes of a package. mutmut finds which tests call a function and runs those
alone, and it begins each mutant in a process that has run no test before, so that no cache holds what the unchanged
code gave. What it lacks is added here: a sample that a seed draws, the tests that concern a package, a second try of
what these let pass on tests of whole pages, the score of the sample, and its survivors with their changes.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parents[2]
WORKSPACES: Final = ROOT / "build" / "mutants"
"""A copy of the tree for each package, since mutmut keeps what it knows of a tree in its folder `mutants`."""

LEAST_SCORE: Final = 0.90
"""The share of mutants that the tests have to notice. The rest is mostly what makes no difference, such as a bound of
400 characters that becomes 401; more would be tests of single numbers."""

PROCESSES: Final = 2

PATIENCE: Final = 1200
"""Seconds after which the tests of whole pages are hanging: they take one or two minutes."""

WHOLE_PAGES: Final = (
    *("cases", "closed_world", "criteria_figures", "field_rules", "mutations", "mutations_flood", "mutations_floors"),
    *("recognise", "reskin", "search_pages", "sections", "truncation"),
)
"""Tests that read many pages: what the tests of a package let pass is tried on them."""

LATE: Final = "noticed by tests of whole pages"
"""The status of a mutant that the tests of its package have let pass."""


class Package(NamedTuple):
    """What is mutated together, and the tests that concern it."""

    modules: tuple[str, ...]
    """Patterns of the files that are mutated."""
    tests: tuple[str, ...]
    """Patterns of files in `tests/`: what notices a mutant in seconds. Others that call the code are left out."""


PACKAGES: Final[Mapping[str, Package]] = {
    "normalizers": Package(
        ("normalizers/*",),
        (
            *("ages", "boilerplate", "co_occurrence", "cohort_headings", "contacts", "counts", "criteria", "ctgov"),
            *("damage", "dates", "denying_headings", "heading_guard", "heading_words", "headings", "identifiers"),
            *("inline_lists", "interventions", "limits", "markdown_tables", "markers", "multiple_names", "numbering"),
            *("page_chrome", "phrases", "pipeline", "side_headings", "subheadings", "text", "wrapping"),
            *("criteria_headings", "criteria_markers", "criteria_nesting", "criteria_paragraphs"),
            *("criteria_properties", "phrases_sites"),
        ),
    ),
    "layouts": Package(
        ("scraper/layouts/*",),
        (
            *("closed_world", "ctgov", "field_rules", "ichgcp", "inclinicaltrials*", "recognise", "search_pages"),
            *("sections", "sequence", "shapes", "trialx*", "veeva*"),
        ),
    ),
    "sites": Package(
        ("scraper/sites/*", "scraper/structures/*"),
        (
            *("acronym", "clinicaltrialexchange", "concatenated_ids", "ctgov*", "discovery", "doubts", "free_rows"),
            *("header", "ichgcp", "inclinicaltrials*", "meddatax", "pipeline", "tables", "title", "trialstoday"),
            *("trialx*", "unlabelled_facts", "veeva*"),
        ),
    ),
}


class Score(NamedTuple):
    """What became of a sample."""

    noticed: int
    tried: int

    @property
    def share(self) -> float:
        """Of the mutants, those that a test noticed; of none all."""
        return self.noticed / self.tried if self.tried else 1.0


def score(statuses: Mapping[str, str]) -> Score:
    """The score of mutants by name: what runs into a time limit is noticed, what no test calls is not."""
    noticed = sum(status in ("killed", "timeout", "segfault", LATE) for status in statuses.values())
    return Score(noticed, len(statuses))


def sample(names: Sequence[str], size: int, seed: int) -> list[str]:
    """So many of the names, the same for the same seed; all of them where there are no more."""
    return random.Random(seed).sample(sorted(names), min(size, len(names)))


def files(package: Package, tests: Path) -> list[str]:
    """The test files that concern a package, as pytest is told of them; the snapshot cases concern all."""
    return [*named(package.tests, tests), "tests/code_mutation/whole_cases.py"]


def named(patterns: Sequence[str], tests: Path) -> list[str]:
    """The test files that patterns name."""
    return [f"tests/{path.name}" for name in patterns for path in sorted(tests.glob(f"test_{name}.py"))]


def workspace(name: str) -> Path:
    """A copy of the tree. What is unchanged stays as it is: mutmut makes mutants of what is younger than they are."""
    folder = WORKSPACES / name
    parts = ("normalizers", "schemas", "scraper", "snapshots", "tests")
    known = {path for part in parts for path in (ROOT / part).rglob("*") if path.is_file() and path.suffix != ".pyc"}
    for path in (*known, ROOT / "pyproject.toml"):
        copy = folder / path.relative_to(ROOT)
        if not copy.is_file() or copy.read_bytes() != path.read_bytes():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
    for part in parts:
        for copy in [copy for copy in (folder / part).rglob("*") if copy.is_file()]:
            if ROOT / copy.relative_to(folder) not in known:
                copy.unlink()
    return folder


def main(arguments: Sequence[str] | None = None) -> int:
    """Try a sample of a package's mutants; 1 where the score is too low."""
    parser = argparse.ArgumentParser(prog="python -m tests.code_mutation", description=__doc__)
    parser.add_argument("package", choices=PACKAGES)
    parser.add_argument("--sample", type=int, default=200, help="how many mutants are tried")
    parser.add_argument("--seed", type=int, default=1, help="which ones")
    parser.add_argument("--only", default="", help="only mutants with this in their name, such as text.x_fold")
    options = parser.parse_args(arguments)
    package = PACKAGES[options.package]

    os.chdir(workspace(options.package))
    for name in [name for name in sys.modules if name.partition(".")[0] == "tests"]:
        del sys.modules[name]  # those that pytest will load are the workspace's
    # Only here, since mutmut sets how all processes begin; the tests of this module do without.
    from mutmut import __main__ as mutmut
    from mutmut.configuration import config

    config().only_mutate = list(package.modules)
    config().pytest_add_cli_args_test_selection = files(package, Path("tests"))
    names = [name for name in _made() if options.only in name]
    chosen = sample(names, options.sample, options.seed)
    if not chosen:
        print(f"no mutant of {options.package} has {options.only!r} in its name", file=sys.stderr)
        return 2
    mutmut._run(chosen, PROCESSES)
    statuses = {name: status for name, status in _statuses().items() if name in set(chosen)}
    passed = [name for name, status in statuses.items() if score({name: status}).noticed == 0]
    if passed and _is_noticed(""):
        print("the tests of whole pages fail without any mutant", file=sys.stderr)
        return 2
    with ThreadPoolExecutor(PROCESSES) as pool:
        statuses |= {
            name: LATE for name, is_noticed in zip(passed, pool.map(_is_noticed, passed), strict=True) if is_noticed
        }
    _show(statuses)
    found = score(statuses)
    print(f"{options.package}: {found.noticed} of {found.tried} mutants noticed ({found.share:.1%}), of {len(names):,}")
    print(f"{sum(status == LATE for status in statuses.values())} of them by tests of whole pages")
    return 0 if found.share >= LEAST_SCORE else 1


def _made() -> list[str]:
    """The names of all mutants of the package, made anew where its files have changed."""
    from mutmut.__main__ import create_mutants
    from mutmut.utils.file_utils import copy_also_copy_files, copy_src_dir

    # A file that was cut short looks as if it had been made after its source.
    is_whole = Path("mutants-are-whole")
    if not is_whole.exists():
        shutil.rmtree("mutants", ignore_errors=True)
    is_whole.unlink(missing_ok=True)
    Path("mutants").mkdir(exist_ok=True)
    copy_src_dir()
    copy_also_copy_files()
    create_mutants(PROCESSES)
    is_whole.touch()
    return list(_statuses())


def _statuses() -> dict[str, str]:
    """What became of all mutants of the package, by name, as mutmut calls it."""
    from mutmut.configuration import config
    from mutmut.stats import status_by_exit_code

    found: dict[str, str] = {}
    for path in Path("mutants").rglob("*.py.meta"):
        if config().should_mutate(path.relative_to("mutants").with_suffix("")):
            codes = json.loads(path.read_text())["exit_code_by_key"]
            found |= {name: status_by_exit_code[code] for name, code in codes.items()}
    return found


def _is_noticed(name: str) -> bool:
    """Whether the tests of whole pages notice a mutant, which is switched on before any module is loaded."""
    options = ("-x", "-q", "-pno:cacheprovider", "-pno:randomly", "-pno:xdist", "-k", "not sqlite and not postgresql")
    tests = (*named(WHOLE_PAGES, Path("tests")), "tests/code_mutation/whole_cases.py")
    environment = {**os.environ, "MUTANT_UNDER_TEST": name, "PYTHONPATH": "."}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *options, *tests],
            cwd="mutants",
            env=environment,
            check=False,
            capture_output=True,
            timeout=PATIENCE,
        )
    except subprocess.TimeoutExpired:
        return True
    return done.returncode != 0


def _show(statuses: Mapping[str, str]) -> None:
    """Print the survivors, and how many mutants of each module were noticed."""
    from mutmut.mutation.diff_apply import get_diff_for_mutant

    print("\n")
    for name, status in sorted(statuses.items()):
        if score({name: status}).share < 1:
            print(f"{name}: {status}\n{get_diff_for_mutant(name)}\n")
    tried = {name.rpartition(".")[0] for name in statuses}
    for module in sorted(tried):
        own = {name: status for name, status in statuses.items() if name.rpartition(".")[0] == module}
        print(f"{score(own).noticed:4} of {score(own).tried:4}  {module}")


if __name__ == "__main__":
    sys.exit(main())
