"""The documents name only what there is, and what they show is what it does."""

import doctest
import json
import re
import shlex
import tomllib
from datetime import date
from fnmatch import fnmatch
from itertools import pairwise
from pathlib import Path

import click
import pytest

from scraper import extract_page
from scraper.cli import trialpages
from scraper.settings import Settings
from tests.documents import DOCUMENTS, ROOT, renewed

FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"(?:^|[\s/;(`])trialpages (?=[a-z])([^`#>|;)\n]*)", re.MULTILINE)


named = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)


def blocks(document: Path, *languages: str) -> list[str]:
    return [text for language, text in FENCE.findall(document.read_text(encoding="utf-8")) if language in languages]


def command_lines(document: Path) -> list[list[str]]:
    """Every command line in code, whether in blocks or within sentences."""
    text = document.read_text(encoding="utf-8")
    code = [*blocks(document, "", "ini", "sh", "console"), *re.findall(r"`[^`\n]+`", FENCE.sub("", text))]
    return [shlex.split(line.replace("…", "")) for part in code for line in COMMAND.findall(part)]


def problem(words: list[str]) -> str | None:
    """Why a command line would be refused as wrong usage, as far as names go."""
    command: click.Command = trialpages
    rest = list(words)
    while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
        found = command.get_command(click.Context(command), rest.pop(0))
        if found is None:
            return "there is no such command"
        command = found
    known = {name for parameter in command.params for name in parameter.opts} | {"--help", "-h", "--debug", "--version"}
    unknown = [word for word in rest if word.startswith("-") and word != "-" and word.partition("=")[0] not in known]
    return f"no such option: {', '.join(unknown)}" if unknown else None


@named
def test_every_command_line_in_the_documents_is_one(document):
    lines = command_lines(document)
    assert len(lines) > (15 if document.name in {"README.md", "operating.md"} else 0)
    assert [f"trialpages {shlex.join(words)}: {why}" for words in lines if (why := problem(words))] == []


@pytest.mark.parametrize("name", ["README.md", "docs/operating.md"])
def test_every_setting_in_the_documents_is_one_with_an_allowed_value(name):
    settings = [tomllib.loads(text) for text in blocks(ROOT / name, "toml")]
    assert settings
    for given in settings:
        Settings.model_validate(given)


def commands(command=trialpages, *words):
    """The words of each command that does something."""
    if not isinstance(command, click.Group):
        return [" ".join(words)]
    context = click.Context(command)
    names = command.list_commands(context)
    return [path for name in sorted(names) for path in commands(command.get_command(context, name), *words, name)]


def test_every_command_is_in_a_document():
    said = " ".join(" ".join(words) for document in DOCUMENTS for words in command_lines(document))
    text = said + " ".join(re.findall(r"`[^`\n]+`", (ROOT / "README.md").read_text(encoding="utf-8")))
    assert [path for path in commands() if path not in text] == []


def test_every_command_is_in_the_readme():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    said = {words[0] for words in command_lines(ROOT / "README.md")}
    assert [name for name in trialpages.list_commands(None) if name not in said and f"`{name}" not in text] == []


RELEASED = re.compile(r"^## \d", re.MULTILINE)
"""Where a changelog begins to speak of what was released, with the commands of that time."""


def make_targets():
    return set(re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize("document", [*DOCUMENTS, ROOT / "CHANGELOG.md"], ids=lambda path: path.name)
def test_every_make_target_in_the_documents_is_one(document):
    today, *_ = RELEASED.split(document.read_text(encoding="utf-8"))
    said = re.findall(r"(?:`|^)make ([a-z]+)", today, re.MULTILINE)
    assert [name for name in said if name not in make_targets()] == []


def test_every_make_target_has_a_line_of_help():
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    (phony,) = re.findall(r"^\.PHONY: (.*)$", text, re.MULTILINE)
    assert set(phony.split()) == make_targets()


@named
def test_every_path_in_the_documents_is_there(document):
    text = document.read_text(encoding="utf-8")
    paths = re.findall(r"`((?:schemas|normalizers|scraper|tests|snapshots|docs|benchmarks|\.github)/[\w./-]*)`", text)
    assert [path for path in paths if not (ROOT / path).exists()] == []


@named
def test_every_link_in_the_documents_leads_somewhere(document):
    text = document.read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (.*)$", FENCE.sub("", text), re.MULTILINE)
    anchors = {"#" + re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    links = re.findall(r"\]\(([^)]+)\)", text)
    assert [
        link for link in links if link not in anchors and not (document.parent / link.partition("#")[0]).is_file()
    ] == []


@named
def test_the_parts_that_are_made_of_the_code_are_todays(document):
    text = document.read_text(encoding="utf-8")
    assert renewed(text) == text, f"{document.name} is stale: run 'make docs'"


def test_every_folder_is_in_the_architecture():
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    ignored = [line.strip("/") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").split()]
    folders = [
        path.name
        for path in ROOT.iterdir()
        if path.is_dir() and path.name != ".git" and not any(fnmatch(path.name, pattern) for pattern in ignored)
    ]
    assert {"schemas", "tests"} <= set(folders)
    assert [name for name in folders if f"`{name}/`" not in text] == []


def test_the_page_that_the_architecture_follows_gives_what_is_written_there(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    examples = doctest.DocTestParser().get_doctest(
        "".join(blocks(ROOT / "docs" / "architecture.md", "pycon")), {}, "docs/architecture.md", None, 0
    )
    assert len(examples.examples) > 15
    failed = doctest.DocTestRunner().run(examples).failed
    assert failed == 0, capsys.readouterr().out


def holds(value, example):
    """Whether a value holds what an example shows of it; a text may be cut with `…`."""
    if isinstance(example, dict):
        return all(holds(value[key], inner) for key, inner in example.items())
    if isinstance(example, list) and isinstance(value, list) and example:
        return all(any(holds(entry, inner) for entry in value) for inner in example)
    if isinstance(example, str) and example.endswith("…"):
        return value.startswith(example[:-1])
    return value == example


def test_the_record_in_the_readme_is_that_of_a_bundled_page():
    (example,) = blocks(ROOT / "README.md", "jsonc")
    record = extract_page((ROOT / "snapshots" / "veeva" / "NCT05160831-seed" / "capture.txt").read_bytes())
    shown = json.loads(re.sub(r" // .*", "", example))
    whole = json.loads(record.model_dump_json())
    assert [key for key in shown if not holds(whole[key], shown[key])] == []


RELEASE = re.compile(r"^## (?:(Unreleased)|(\d+\.\d+\.\d+) - (\d{4}-\d\d-\d\d))$", re.MULTILINE)
GROUPS = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]


def test_the_changelog_dates_every_release_the_newest_first():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## .*$", text, re.MULTILINE)
    assert [heading for heading in headings if RELEASE.fullmatch(heading) is None] == []
    days = [date.fromisoformat(day) for _, _, day in RELEASE.findall(text) if day]
    assert days
    assert all(newer >= older for newer, older in pairwise(days))
    assert [heading for heading in headings[1:] if heading == "## Unreleased"] == []


def test_the_newest_release_in_the_changelog_is_the_version_of_the_project():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert next(version for _, version, _ in RELEASE.findall(text) if version) == project["version"]


def test_the_changelog_groups_what_changed_in_the_usual_order():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    for release in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        groups = re.findall(r"^### (.*)$", release, re.MULTILINE)
        assert groups == [name for name in GROUPS if name in groups], release.partition("\n")[0]
        assert groups, release.partition("\n")[0]
