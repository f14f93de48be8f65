"""The documents name only commands, options and settings that there are."""

import re
import shlex
import tomllib
from pathlib import Path

import click
import pytest

from scraper.cli import trialpages
from scraper.settings import Settings

ROOT = Path(__file__).parent.parent
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"(?:^|[\s/;(`])trialpages (?=[a-z])([^`#>|;)\n]*)", re.MULTILINE)


def blocks(document: Path, *languages: str) -> list[str]:
    return [text for language, text in FENCE.findall(document.read_text(encoding="utf-8")) if language in languages]


def command_lines(document: Path) -> list[list[str]]:
    """Every command line in code, whether in blocks or within sentences."""
    text = document.read_text(encoding="utf-8")
    code = [*blocks(document, "", "ini", "sh"), *re.findall(r"`[^`\n]+`", FENCE.sub("", text))]
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


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_line_in_the_documents_is_one(document):
    lines = command_lines(document)
    assert len(lines) > 15
    assert [f"trialpages {shlex.join(words)}: {why}" for words in lines if (why := problem(words))] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_setting_in_the_documents_is_one_with_an_allowed_value(document):
    settings = [tomllib.loads(text) for text in blocks(document, "toml")]
    assert settings
    for named in settings:
        Settings.model_validate(named)


def test_every_command_is_in_the_readme():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    named = {words[0] for words in command_lines(ROOT / "README.md")}
    context = click.Context(trialpages)
    assert [name for name in trialpages.list_commands(context) if name not in named and f"`{name}" not in text] == []
