"""What a guide says, done as it says it: its commands are run and its files are written, in a copy of the tree.

A guide is a section of a document. Of its blocks of code

- `console` holds commands after `$`, each with what it prints; `…` stands for any words, and `# exit code 1` behind a
  command says that it ends so;
- `python PATH`, `json PATH` and their like are a file's whole content;
- `diff PATH` changes a file: what stands there with blanks and minuses must be in it once.

All others, and blocks without a path, are for the reader alone.
"""

import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from tests.documents import PACKAGES, ROOT
from tests.processes import done

BLOCK = re.compile(r"^( *)```(\w+)(?: (\S+))?\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
EXIT_CODE = re.compile(r"\s+# exit code (\d)$")
COPIED = (*PACKAGES, "pyproject.toml", "requirements.lock", "requirements-dev.lock", "Makefile")

RUNS = """
import json, os, sys
from scraper.cli import main, snapshot
for line in sys.stdin:
    child = os.fork()
    if not child:
        file = os.open("output", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(file, 1), os.dup2(file, 2), os.close(file)
        sys.stdout.reconfigure(line_buffering=True)
        sys.argv = ["trialpages", *json.loads(line)]
        main()
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
"""Runs each command line that it is given in a copy of a process that has loaded the program once."""


class Step(NamedTuple):
    """A command with what it prints, or a file with its content or its change."""

    kind: str
    subject: str
    text: str


def steps(document: Path, heading: str) -> list[Step]:
    """The steps of a section, in order."""
    text = document.read_text(encoding="utf-8")
    (section,) = re.findall(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    found: list[Step] = []
    for indent, kind, path, content in BLOCK.findall(section):
        lines = [line.removeprefix(indent) for line in content.splitlines()]
        if kind == "console":
            found += _commands(lines)
        elif path:
            found.append(Step(kind, path, "\n".join(lines) + "\n"))
    return found


def _commands(lines: list[str]) -> Iterable[Step]:
    starts = [place for place, line in enumerate(lines) if line.startswith("$ ")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        yield Step("command", lines[start][2:], "\n".join(lines[start + 1 : end]))


def copy_of_the_tree(folder: Path, *cases: str) -> None:
    """The packages, with some of the cases; make finds the environment that runs the tests, and sets up nothing."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name)
        else:
            shutil.copy2(source, folder / name)
    for case in cases:
        shutil.copytree(ROOT / "snapshots" / case, folder / "snapshots" / case)
    venv = folder / ".venv"
    venv.mkdir()
    (venv / "bin").symlink_to(Path(sys.prefix, "bin"))
    for stamp in (".run", ".dev"):
        (venv / stamp).touch()


class Walk:
    """A walk through a guide in the working folder; `with` ends what it runs."""

    def __init__(self) -> None:
        self.is_as_the_tree = True
        """No code was changed yet, so that a process with the tree's can run commands."""
        self.program: subprocess.Popen[str] | None = None

    def __enter__(self):
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def take(self, step: Step) -> None:
        """Do a step, and see that a command ends and prints as the guide says."""
        if step.kind == "command":
            code, line = EXIT_CODE.search(step.subject), EXIT_CODE.sub("", step.subject)
            ended, printed = self.run(line)
            assert (ended, line) == (int(code[1]) if code else 0, line), printed
            assert says(printed, step.text), f"$ {line}\nthe guide:\n{step.text}\nprinted:\n{printed}"
            return
        path = Path(step.subject)
        if path.suffix == ".py":
            self._end()  # what was loaded is no longer what is there
            self.is_as_the_tree = False
        if step.kind == "diff":
            path.write_text(changed(path.read_text(encoding="utf-8"), step.text), encoding="utf-8")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(step.text, encoding="utf-8")

    def run(self, line: str) -> tuple[int, str]:
        """A command's exit code, and what it prints."""
        words = shlex.split(line)
        if words[0] != "trialpages" or ">" in words:
            ended = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
            return ended.returncode, ended.stdout + ended.stderr
        if self.is_as_the_tree:
            code, out, err = done(*words[1:])
            return code, (out + err).decode()
        if self.program is None:
            pipe = subprocess.PIPE
            self.program = subprocess.Popen([sys.executable, "-c", RUNS], stdin=pipe, stdout=pipe, text=True)
        self.program.stdin.write(json.dumps(words[1:]) + "\n")
        self.program.stdin.flush()
        code = int(self.program.stdout.readline())
        return code, Path("output").read_text(encoding="utf-8")

    def _end(self) -> None:
        if self.program is not None:
            self.program.stdin.close()
            self.program.stdout.close()
            self.program.wait()
            self.program = None


def says(printed: str, guide: str) -> bool:
    """Whether a command prints what a guide shows, in whatever white space; nothing shown is anything printed."""
    parts = [re.escape(" ".join(part.split())) for part in guide.split("…")]
    return not guide.strip() or re.fullmatch(r".*?".join(parts), " ".join(printed.split())) is not None


def changed(text: str, change: str) -> str:
    """A text after a change, given as the lines of a diff without their numbers."""
    lines = change.splitlines(keepends=True)
    old = "".join(line[1:] for line in lines if line[0] in " -")
    new = "".join(line[1:] for line in lines if line[0] in " +")
    assert text.count(old) == 1, f"{text.count(old)} places are as the guide says:\n{old}"
    return text.replace(old, new)
