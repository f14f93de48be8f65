"""For pytest: one test for each case and each field that it shows, with a small table where one fails.

`pytest snapshots/veeva/NCT05160831-seed` tries one case, `pytest snapshots` all of them. Each field of which a case
expects a value, words or issues is a test; the case's files and all else that its page could give are one more, `the
rest`. Each page is read once.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from scraper.cases import LARGEST, Case, Json
from scraper.snapshots.check import size_of
from scraper.snapshots.comparing import PAGE, Row, parts, shown, unlike
from scraper.snapshots.outcome import outcome, written

REST: Final = "the rest"
"""The test of the case's files, and of what the case does not expect: it must not be there."""


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> "CaseFile | None":
    """Collect the tests of a case where its description is met."""
    return CaseFile.from_parent(parent, path=file_path) if file_path.name == "case.json" else None


class CaseFile(pytest.File):
    """The tests of one case."""

    def collect(self) -> Iterator[pytest.Item]:
        """One test per field, one for the rest; of what is no case, one that says so."""
        try:
            case = Case.load(self.path.parent)
            names = expected_fields(case)
        except ValueError as error:
            yield NoCase.from_parent(self, name="no case", why=f"{self.path.parent}: {error}")
            return
        for name in (*names, REST):
            yield FieldTest.from_parent(self, name=name, case=case, fields=names)


class Differs(AssertionError):
    """A page gives something else than its case expects; the words are the table."""


class CaseTest(pytest.Item):
    """A test that tells of a failure in words alone: no line of this file says more."""

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str:  # noqa: ARG002
        """The words, which are a table mostly."""
        error = excinfo.value
        return str(error) if isinstance(error, Differs) else str(excinfo.getrepr(style="short"))


class NoCase(CaseTest):
    """A folder that is none, which stops no other test."""

    def __init__(self, *, why: str, **rest: object) -> None:
        super().__init__(**rest)  # type: ignore[arg-type]
        self.why = why

    def runtest(self) -> None:
        """Say why."""
        raise Differs(self.why)


class FieldTest(CaseTest):
    """What one field of a case's page is, in all its forms."""

    def __init__(self, *, case: Case, fields: tuple[str, ...], **rest: object) -> None:
        super().__init__(**rest)  # type: ignore[arg-type]
        self.case = case
        self.fields = fields

    def runtest(self) -> None:
        """Compare it."""
        if self.name == REST:
            check_files(self.case)
        tables = []
        for place in self.case.inputs:
            is_first = place == self.case.inputs[0]
            expected, now = _expected(self.case.folder, is_first=is_first), _now(place, is_first=is_first)
            names = (expected.keys() | now.keys()) - set(self.fields) if self.name == REST else {self.name}
            rows = unlike(expected, now, sorted(names))
            if rows:
                tables.append(f"{place.name}\n{table(rows)}")
        if tables:
            raise Differs("\n".join([*tables, repair(self.case)]))

    def reportinfo(self) -> tuple[Path, None, str]:
        """How the test is called."""
        return self.path, None, f"{self.case.name}: {self.name}"


def expected_fields(case: Case) -> tuple[str, ...]:
    """The fields that a case expects something of."""
    return tuple(name for name, part in _expected(case.folder, is_first=True).items() if name != PAGE and shown(part))


def check_files(case: Case) -> None:
    """See that the files are what the files of a case must be.

    Raises:
        Differs: nobody has said what the page must give, the file that says so is not as `accept` writes it or speaks
            of another layout, or the case is too large.
    """
    expected = case.expected()
    if expected is None:
        raise Differs(f"nobody has said yet what {case.name} must give; {repair(case)}")
    if case.expectation.read_text(encoding="utf-8") != written(expected):
        raise Differs(f"{case.expectation.name} is not as accept writes it; {repair(case)}")
    source = expected.get("source") if isinstance(expected, dict) else None
    if isinstance(source, dict) and f"{source['site']}/{source['layout']}" != case.layout:
        raise Differs(f"case.json says that the layout is {case.layout}, and {case.expectation.name} says another")
    if (size := size_of(case)) > LARGEST:
        raise Differs(f"the case holds {size:,} bytes; at most {LARGEST:,} are allowed: shorten its page")


def table(rows: Iterable[Row]) -> str:
    """A few rows as text, with nothing cut."""
    return "\n".join(
        f"  {path}\n    expected: {expected}\n    now:      {now}\n    words:    {words}"
        for path, expected, now, words in rows
    )


def repair(case: Case) -> str:
    """The command that accepts what the page gives."""
    return f"if the page says so: trialpages snapshot accept {case.folder}"


@cache
def _expected(folder: Path, *, is_first: bool) -> dict[str, Json]:
    return parts(Case.load(folder).expected(), is_first=is_first)


@cache
def _now(place: Path, *, is_first: bool) -> dict[str, Json]:
    return parts(read_once(place), is_first=is_first)


@cache
def read_once(place: Path) -> Json:
    """What one form of a case's page gives now; it is read once in a process."""
    return outcome(Case.load(place.parent), place)
