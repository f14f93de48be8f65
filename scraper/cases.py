"""Snapshot cases: a pinned page, and the record or the error that it must give.

A case is a folder `snapshots/<site>/<NCT id>-<what-is-special>/` with `case.json` (why it exists, where the page is
from), the page (`capture.txt`, `page.html` or `page.json`; two forms of one page may stand side by side), and
`record.json` or `error.json`. An expectation is a contract: a person has compared it with the page.
"""

import json
import os
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from scraper.atomic_write import atomic_write
from scraper.console.printing import as_json, begin, out, tell
from scraper.errors import TrialPagesError
from scraper.parse.page import Page
from scraper.pipeline import read

FORMS = ("page.html", "capture.txt", "page.json")
"""The file names that a page may have, the one that stands for the case first."""

_LONGEST: Final = 100_000
"""Bytes of a description: ours have some hundred, and what somebody else calls `case.json` may be anything."""

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None


class _Meta(BaseModel):
    """`case.json`."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    why: str
    """What the case protects, in one sentence."""
    made: str
    """Where the page is from: captured as text, rebuilt by us, a registry record."""
    layout: str | None
    """`<site>/<layout>`, or null for a page that is refused."""
    url: str | None = None
    """The page's address where it is known or plays a part."""
    fetched_at: datetime | None = None
    """When the page was fetched, where it is known."""


class Case:
    """One case folder."""

    def __init__(self, folder: Path, meta: _Meta) -> None:
        self.folder = folder
        self.why, self.layout, self.url, self.fetched_at = meta.why, meta.layout, meta.url, meta.fetched_at
        self.inputs = [folder / form for form in FORMS if (folder / form).is_file()]

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read a case's description.

        Raises:
            ValueError: `case.json` is not what it must be, or the folder has no page; the message is one line.
            OSError: it cannot be read.
        """
        with (folder / "case.json").open("rb") as file:
            content = file.read(_LONGEST + 1)
        if len(content) > _LONGEST:
            raise ValueError(f"it is longer than {_LONGEST:,} bytes")
        try:
            case = cls(folder, _Meta.model_validate_json(content))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            place = ".".join(map(str, first["loc"]))
            raise ValueError(f"{place}: {first['msg']}" if place else first["msg"]) from error
        if not case.inputs:
            raise ValueError(f"{folder} has no page: one of {', '.join(FORMS)} must be there")
        return case

    @property
    def name(self) -> str:
        """Site and folder, as in `veeva/NCT05160831-seed`."""
        return f"{self.folder.parent.name}/{self.folder.name}"

    @property
    def expectation(self) -> Path:
        """The file that says what the page must give."""
        error = self.folder / "error.json"
        return error if error.is_file() else self.folder / "record.json"

    def expected(self) -> Json:
        """What the page must give, or None where nobody has said so yet."""
        return json.loads(self.expectation.read_bytes()) if self.expectation.is_file() else None

    def outcome(self, place: Path) -> Json:
        """What one form of the page gives now: a record, or an error's class and message."""
        try:
            record = read(Page(place.read_bytes(), self.url, self.fetched_at))
        except TrialPagesError as error:
            return {"error": type(error).__name__, "message": str(error), "exit_code": error.exit_code}
        result: dict[str, Json] = record.model_dump(mode="json")
        source: dict[str, Json] = record.source.model_dump(mode="json")
        return {**result, "source": {**source, "package_version": "*"}}  # a release changes no expectation


def is_case(folder: Path) -> bool:
    """Whether a folder is a case."""
    return (folder / "case.json").is_file()


def cases(root: Path) -> list[Case]:
    """All cases below a folder, sorted by name."""
    return [Case.load(path.parent) for path in sorted(root.glob("*/*/case.json"))]


def differences(old: Json, new: Json, path: str = "") -> Iterator[str]:
    """One line for each value that differs, with its path."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(key for key in new if key not in old)]:
            yield from differences(old.get(key), new.get(key), f"{path}.{key}" if path else key)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for place, (before, after) in enumerate(zip(old, new, strict=True)):
            yield from differences(before, after, f"{path}[{place}]")
    elif old != new or type(old) is not type(new):
        yield f"{path}: {as_json(old)} -> {as_json(new)}"


def accept(case: Case) -> list[str]:
    """Rewrite a case's expectation from its pinned page.

    Returns:
        What changed, one line per value.
    """
    new = case.outcome(case.inputs[0])
    changed = list(differences(case.expected(), new))
    failed = isinstance(new, dict) and "error" in new
    with atomic_write(case.folder / ("error.json" if failed else "record.json")) as file:
        file.write(json.dumps(new, ensure_ascii=False, indent=2) + "\n")
    (case.folder / ("record.json" if failed else "error.json")).unlink(missing_ok=True)
    return changed


def main(arguments: list[str]) -> int:
    """`accept FOLDER…`: what `make accept` runs."""
    if os.environ.get("CI"):
        tell("refused: in CI an expectation is checked, never rewritten")
        return 2
    if len(arguments) < 2 or arguments[0] != "accept" or not all(is_case(Path(path)) for path in arguments[1:]):
        tell("say which case: make accept CASE=snapshots/<site>/<case>")
        return 2
    for path in arguments[1:]:
        try:
            case = Case.load(Path(path))
            changed = accept(case)
        except (OSError, ValueError) as error:
            tell(f"{path} stays as it is: {error}")
            return 1
        out(f"{case.name}: {len(changed)} values changed")
        for line in changed:
            out(f"  {line}")
    return 0


if __name__ == "__main__":
    begin()
    sys.exit(main(sys.argv[1:]))
