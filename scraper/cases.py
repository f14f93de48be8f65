"""Snapshot cases: a pinned page, and the record or the error that it must give.

A case is a folder `snapshots/<site>/<NCT id>-<what-is-special>/` with `case.json` (why it exists, where the page is
from), the page (`capture.txt`, `page.html` or `page.json`; two forms of one page may stand side by side), and
`record.json` or `error.json`. An expectation is a contract: a person has compared it with the page.

This is the one reader of that format. `scraper.snapshots` makes, checks and changes cases.
"""

import json
from pathlib import Path
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from scraper.moments import NotedMoment
from scraper.parse.page import Page

FORMS: Final = ("page.html", "capture.txt", "page.json")
"""The file names that a page may have, the one that stands for the case first."""

LARGEST: Final = 60 * 1024
"""Bytes of all files of a case together: a case is read by people, and hundreds of them lie in the repository."""

_LONGEST: Final = 100_000
"""Bytes of a description: ours have some hundred, and what somebody else calls `case.json` may be anything."""

_LONGEST_NAME: Final = 60
"""Characters that are told of a name which somebody else made up."""

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None


class About(BaseModel):
    """`case.json`."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    why: str = Field(min_length=1)
    """what the case protects, in one sentence"""
    made: str
    """where the page is from: captured as text, rebuilt by us, a registry record"""
    layout: str | None
    """`<site>/<layout>`, or null for a page that is refused"""
    url: str | None = None
    """the page's address where it is known or plays a part"""
    fetched_at: NotedMoment | None = None
    """when the page was fetched, with the time zone, as in 2026-11-20T08:00:00Z"""


class Case:
    """One case folder."""

    def __init__(self, folder: Path, about: About) -> None:
        self.folder = folder
        self.why, self.layout, self.url, self.fetched_at = about.why, about.layout, about.url, about.fetched_at
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
            raise ValueError(f"it is longer than {_LONGEST:,} bytes, and a case.json has some hundred")
        try:
            case = cls(folder, About.model_validate_json(content))
        except ValidationError as error:
            raise ValueError(_cure(error.errors(include_url=False)[0])) from error
        if not case.inputs:
            raise ValueError(f"{folder} has no page: put one of {', '.join(FORMS)} there")
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
        """What the page must give, or None where nobody has said so yet.

        Raises:
            ValueError: the file is no JSON; the message is one line.
            OSError: it cannot be read.
        """
        if not self.expectation.is_file():
            return None
        try:
            found: Json = json.loads(self.expectation.read_bytes())
        except (ValueError, RecursionError) as error:
            cure = f"write it anew with: trialpages snapshot accept {self.folder}"
            raise ValueError(f"{self.expectation.name} is no JSON ({error}); {cure}") from error
        return found

    def page(self, place: Path) -> Page:
        """One form of the page."""
        return Page(place.read_bytes(), self.url, self.fetched_at)


def is_case(folder: Path) -> bool:
    """Whether a folder is a case."""
    return (folder / "case.json").is_file()


def cases(root: Path) -> list[Case]:
    """All cases below a folder, sorted by name.

    Raises:
        ValueError: one of them is none, as `Case.load` says.
        OSError: one cannot be read.
    """
    found = []
    for path in sorted(root.glob("*/*/case.json")):
        try:
            found.append(Case.load(path.parent))
        except ValueError as error:
            raise ValueError(f"{path.parent}: {error}") from error
    return found


def _cure(problem: ErrorDetails) -> str:
    """What is wrong with a description, and what to write there."""
    name = str(problem["loc"][0]) if problem["loc"] else ""
    known = About.model_fields.get(name)
    name = name[:_LONGEST_NAME]
    if not name:
        return f"case.json is no description of a case: {problem['msg']}; snapshot add writes one"
    if known is None:
        return f"case.json: {name!r} is no part of it; remove it ({', '.join(About.model_fields)} are)"
    wrong = "is missing" if problem["type"] == "missing" else f"is not what it must be ({problem['msg']})"
    return f"case.json: {name!r} {wrong}; write there {known.description}"
