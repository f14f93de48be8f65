"""Which case proves what: each field of each layout, and each word of the tables of phrases."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationError

from normalizers import phrases
from normalizers.interventions import intervention
from normalizers.notes import name_of
from normalizers.text import fold
from scraper.cases import Case, Json
from scraper.layouts.layout import Layout
from scraper.snapshots.comparing import is_empty

GAPS: Final = "gaps.toml"
"""The file of known gaps, beside the folders of the sites."""


class Proof(NamedTuple):
    """A thing that a case must prove, and the cases that do."""

    subject: str
    """A layout, such as `veeva/study`, or a table of phrases, such as `phases`."""
    name: str
    """A field of the layout, or a phrase of the table."""
    cases: tuple[str, ...]
    gap: str | None
    """Why no case proves it, where somebody has said so."""

    @property
    def problem(self) -> str | None:
        """What is wrong: a gap that nobody knows, or one that is none any more."""
        if not self.cases and self.gap is None:
            return "no case proves it"
        if self.cases and self.gap is not None:
            return f"{self.cases[0]} proves it: remove it from {GAPS}"
        return None


class _Gap(BaseModel):
    """Some things that no case proves, with the reason."""

    model_config = ConfigDict(extra="forbid")

    subject: str
    names: list[str]
    reason: str


class _Gaps(BaseModel):
    model_config = ConfigDict(extra="forbid")

    gap: list[_Gap] = []


def coverage(cases: Iterable[Case], layouts: Iterable[Layout], gaps: Mapping[tuple[str, str], str]) -> list[Proof]:
    """All that cases must prove, with the cases that do: fields by layout, then phrases by table.

    Args:
        cases: all cases.
        layouts: all layouts.
        gaps: what `known_gaps` gives.

    Raises:
        ValueError: an expectation cannot be read, or a known gap is of nothing that there is; the message is one line.
    """
    proven: dict[tuple[str, str], list[str]] = {
        (layout.key, name): [] for layout in layouts for name in sorted(layout.fields)
    }
    proven.update(((table, phrase), []) for table, known in _TABLES.items() for phrase in known)
    for case in cases:
        outcome = case.expected()
        for (subject, name), by in proven.items():
            if subject == case.layout and not is_empty(_value(outcome, name)):
                by.append(case.name)
        for key in dict.fromkeys(_phrases(outcome)):
            proven[key].append(case.name)
    if unknown := gaps.keys() - proven.keys():
        subject, name = min(unknown)
        raise ValueError(f"{GAPS}: there is no {name!r} of {subject} that a case could prove; remove it")
    return [Proof(*key, tuple(by), gaps.get(key)) for key, by in proven.items()]


def known_gaps(root: Path) -> dict[tuple[str, str], str]:
    """What no case proves and why, by subject and name.

    Raises:
        ValueError: the file is not what it must be; the message is one line.
        OSError: it cannot be read.
    """
    path = root / GAPS
    if not path.is_file():
        return {}
    try:
        gaps = _Gaps.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise ValueError(f"{path}: {place}: {first['msg']} (a [[gap]] has subject, names, reason)") from error
    except (UnicodeError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"{path} is no TOML: {error}") from error
    return {(gap.subject, name): gap.reason for gap in gaps.gap for name in gap.names}


_READ_BY: Final = {"_STATUSES": "status", "_CLOSED": "status", "_MASKINGS": "masking"}
"""Tables that are read by a function of another name."""

_TABLES: Final[dict[str, list[str]]] = {}
"""By the name of who reads it, the phrases of each table, as `fold` gives them. A constant of the registry is the same
phrase with blanks and with underscores."""
for _name, _table in vars(phrases).items():
    if isinstance(_table, phrases.Phrases):
        _known = _TABLES.setdefault(_READ_BY.get(_name, _name), [])
        _known += dict.fromkeys(phrase.replace("_", " ") for phrase in _table)

_PARSERS: Final = {f"{phrases.__name__}.{table}": table for table in _TABLES} | {
    name_of(intervention): "intervention_type"
}
"""By the name that evidence gives a parser, the table that it reads from."""


def _value(outcome: Json, name: str) -> Json:
    """The value of a canonical field, or of a part of one, such as `enrollment.type`."""
    value = outcome.get("trial") if isinstance(outcome, dict) else None
    for part in name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _phrases(outcome: Json) -> Iterator[tuple[str, str]]:
    """The phrases that a record was read from, each with its table."""
    evidence = outcome.get("evidence") if isinstance(outcome, dict) else None
    for quotes in evidence.values() if isinstance(evidence, dict) else ():
        for quote in quotes if isinstance(quotes, list) else ():
            if isinstance(quote, dict) and (table := _PARSERS.get(str(quote.get("parser")))) is not None:
                words = str(quote.get("text"))
                # `Double (Participant, Investigator)`, `Drug: Placebo`, `Begins enrollment in 3 months`
                for part in (words, words.partition("(")[0], words.partition(":")[0]):
                    phrase = fold(part).replace("_", " ")
                    if phrase in _TABLES[table]:
                        yield table, phrase
                        break
