"""An expectation beside what the page gives now: field by field, value by value, with the words on the page."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from schemas.trial import field_names
from scraper.cases import Json
from scraper.console.printing import as_json

PAGE: Final = "page"
"""The part of an outcome that belongs to no canonical field: source, issues of the page as a whole, schema version."""

FIELDS: Final = frozenset(field_names())
"""The canonical fields, with the parts of design and eligibility in their place."""


class Difference(NamedTuple):
    """One value that differs."""

    path: str
    old: Json
    new: Json

    def __str__(self) -> str:
        return f"{self.path}: {as_json(self.old)} -> {as_json(self.new)}"


class Row(NamedTuple):
    """One line of the table that a person compares."""

    path: str
    expected: str
    now: str
    words: str
    """The words on the page."""


def differences(old: Json, new: Json, path: str = "") -> Iterator[Difference]:
    """Each value that differs, with its path."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(key for key in new if key not in old)]:
            yield from differences(old.get(key), new.get(key), f"{path}.{key}" if path else key)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for place, (before, after) in enumerate(zip(old, new, strict=True)):
            yield from differences(before, after, f"{path}[{place}]")
    elif old != new or type(old) is not type(new):
        yield Difference(path, old, new)


def parts(outcome: Json, *, is_first: bool = True) -> dict[str, Json]:
    """An outcome field by field: the value with its issues and the words behind it, and the rest as `page`.

    Two forms of one page differ in where words stand and in their hash. An error has one part, `page`.

    Args:
        outcome: a record or an error.
        is_first: whether it is of the form that the expectation was written from.
    """
    trial, evidence, issues = (_in(outcome, name) for name in ("trial", "evidence", "issues"))
    if not (isinstance(outcome, dict) and isinstance(trial, dict) and isinstance(evidence, dict)):
        return {PAGE: outcome}
    found: dict[str, dict[str, Json]] = {}
    for name, value in _values(trial):
        found.setdefault(name, {})["value"] = value
    for path, quotes in evidence.items():
        quoted = found.setdefault(field_of(path), {}).setdefault("words", {})
        if isinstance(quoted, dict):
            quoted[path] = quotes if is_first else [_without(quote, "blocks") for quote in _list(quotes)]
    for issue in _list(issues):
        listed = found.setdefault(field_of(str(_in(issue, "field") or PAGE)), {}).setdefault("issues", [])
        if isinstance(listed, list):
            listed.append(issue)
    source = outcome.get("source") if is_first else _without(outcome.get("source"), "sha256")
    found.setdefault(PAGE, {}).update(source=source, schema_version=outcome.get("schema_version"))
    return {name: dict(part) for name, part in found.items()}


def shown(part: Json) -> bool:
    """Whether a part of an outcome holds anything: a value, words or an issue."""
    return any(not is_empty(value) for value in part.values()) if isinstance(part, dict) else part is not None


def field_of(path: str) -> str:
    """The canonical field that a path is a part of; `page` where it is none, or several, such as `eligibility`."""
    name = re.sub(r"\[.*?\]", "", path)
    while name and name not in FIELDS:
        name = name.rpartition(".")[0]
    return name or PAGE


def compared(expected: Json, now: Json, *, is_first: bool = True) -> list[Row]:
    """What differs between an expectation and an outcome, one row for each value.

    Args:
        expected: what the page must give.
        now: what it gives.
        is_first: whether that is of the form that the expectation was written from.
    """
    old, new = parts(expected, is_first=is_first), parts(now, is_first=is_first)
    return unlike(old, new, dict.fromkeys([*old, *new]))


def unlike(expected: Mapping[str, Json], now: Mapping[str, Json], names: Iterable[str]) -> list[Row]:
    """What differs between two outcomes that were parted, in some of their parts, one row for each value."""
    rows: list[Row] = []
    for name in names:
        before, after = expected.get(name), now.get(name)
        if before is None and not shown(after):
            continue  # a field that is newer than the expectation, and that the page does not show
        words = quoted(after) or (f"not read: {was}" if (was := quoted(before)) else "")
        found = list(differences(before, after))
        if any(_is_of("value", difference) for difference in found):  # then it is clear that the words are others, too
            found = [difference for difference in found if not _is_of("words", difference)]
        rows += [_row(name, difference, words) for difference in found if not is_place(difference)]
        if moved := sum(map(is_place, found)):
            rows.append(Row(f"places of {name}", "", f"{moved} numbers of blocks differ", words))
    return rows


def _is_of(kind: str, difference: Difference) -> bool:
    return re.match(rf"{kind}\b", difference.path) is not None


def is_place(difference: Difference) -> bool:
    """Whether words only stand in another block of the page: so they do where one before them has gone."""
    return re.search(r"\bblocks\[\d\]$", difference.path) is not None


def quoted(part: Json) -> str:
    """The words that a field was read from."""
    words = _in(part, "words")
    quotes = [quote for listed in words.values() for quote in _list(listed)] if isinstance(words, dict) else []
    return " | ".join(dict.fromkeys(text(quote) for quote in quotes))


def listed(outcome: Json) -> list[Row]:
    """All that an outcome holds, one row for each value, as what is expected and what is there."""
    if not isinstance(trial := _in(outcome, "trial"), dict):
        return [Row(path, text(value), SAME, "") for path, value in _leaves(outcome, "")]
    rows: list[Row] = []
    parted = parts(outcome)
    criteria = quoted({"words": {"": _in(_in(outcome, "evidence"), "eligibility")}})
    for name, value in _values(trial):
        words = quoted(parted.get(name)) or criteria * name.startswith("eligibility.")
        for path, leaf in _leaves(value, name):
            is_same = _squeezed(text(leaf)) in _squeezed(words)
            rows.append(Row(path, text(leaf), SAME, SAME if is_same and words else words))
    for issue in _list(_in(outcome, "issues")):
        path = f"issue: {_in(issue, 'field') or PAGE}"
        rows += [Row(path, text(_in(issue, "message")), SAME, text(_in(issue, "text")))]
    return rows


_MEASURES: Final = ({"value", "unit"}, {"count", "type"})
"""The parts of values that are read as one: an age, an enrollment."""

SAME: Final = "="
"""Stands for the same words as in the column of what is expected."""


def text(value: Json) -> str:
    """A value as a person reads it: words as they are, several of them side by side, all else as JSON."""
    if value is None or value in ([], {}):
        return NOTHING
    if isinstance(value, list):
        return " | ".join(map(text, value))
    if isinstance(value, dict):
        if "code" in value:
            return f"{value['code']}{f' {words!r}' if (words := value.get('text')) else ''}: {value.get('message')}"
        if "text" in value:  # a criterion, a quote
            return f"{marker} {value['text']}" if (marker := value.get("marker")) else str(value["text"])
        if value.keys() in _MEASURES:
            return " ".join(text(part) for part in value.values() if part is not None)
        if all(isinstance(part, list) for part in value.values()):  # quotes by path
            return " | ".join(map(text, value.values()))
    return value if isinstance(value, str) else as_json(value)


NOTHING: Final = "–"
"""Stands for a value that is not there."""


def is_empty(value: Json) -> bool:
    """Whether nothing is known: also of an object all of whose parts are unknown."""
    if isinstance(value, dict):
        return all(map(is_empty, value.values()))
    return value is None or value == []


def _row(name: str, difference: Difference, words: str) -> Row:
    """A row for one difference within a part: of its value, its issues, or the words that it was read from."""
    kind, _, rest = difference.path.partition(".")
    if difference.path == "" or not kind:
        return Row(name, text(difference.old), text(difference.new), words)
    old, new = _parted(text(difference.old), text(difference.new))
    if re.fullmatch(r"value.*", kind):
        path = f"{name}{kind.removeprefix('value')}{f'.{rest}' if rest else ''}"
        return Row(path, old, new, words)
    if kind.startswith("words"):
        path = rest if rest and field_of(rest) == name else name
        return Row(f"words of {path}", old, new, words)
    return Row(f"{kind} of {name}{f': {rest}' if rest else ''}", old, new, words)


def _parted(old: str, new: str) -> tuple[str, str]:
    """Two texts without what is the same at the beginning and at the end of both, where that is long."""
    shorter = min(len(old), len(new))
    start = next((place for place in range(shorter) if old[place] != new[place]), shorter)
    left = shorter - start
    end = next((place for place in range(left) if old[-1 - place] != new[-1 - place]), left)
    start, end = (start - _AROUND if start > 2 * _AROUND else 0), (end - _AROUND if end > 2 * _AROUND else 0)

    def cut(words: str) -> str:
        return f"{'…' if start else ''}{words[start : len(words) - end]}{'…' if end else ''}"

    return cut(old), cut(new)


_AROUND: Final = 40
"""Characters that are shown before and behind what differs in a long text."""


def _values(trial: Mapping[str, Json]) -> Iterator[tuple[str, Json]]:
    """The canonical fields with their values, as JSON."""
    for name, value in trial.items():
        if name in FIELDS:
            yield name, value
        elif isinstance(value, dict):
            yield from ((f"{name}.{part}", inner) for part, inner in value.items())


def _leaves(value: Json, path: str) -> Iterator[tuple[str, Json]]:
    """The values within a value, each with its path; what is empty is left out."""
    if is_empty(value):
        return
    if isinstance(value, list):
        for place, entry in enumerate(value):
            yield from _leaves(entry, f"{path}[{place}]")
    elif isinstance(value, dict):
        if value.keys() in _MEASURES:
            yield path, value
            return
        if "text" in value:
            yield path, {"text": value["text"], "marker": value.get("marker")}
        for key, inner in value.items():
            if key not in ("text", "marker") or "text" not in value:
                yield from _leaves(inner, f"{path}.{key}" if path else key)
    else:
        yield path, value


def _squeezed(words: str) -> str:
    return re.sub(r"[\s|•]+", "", words).casefold()


def _in(value: Json, name: str) -> Json:
    return value.get(name) if isinstance(value, dict) else None


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _without(value: Json, name: str) -> Json:
    return {key: inner for key, inner in value.items() if key != name} if isinstance(value, dict) else value
