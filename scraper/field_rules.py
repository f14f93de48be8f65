"""Which rule gives a canonical field its value: what a site calls the field, and who reads the words there."""

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Final, NamedTuple, get_args, get_origin

from pydantic import BaseModel

from normalizers.alignment import entry_name
from normalizers.notes import name_of
from schemas.record import Evidence
from schemas.trial import Trial, field_names
from scraper.sites import LAYOUTS
from scraper.store.json import Json


class Entry(NamedTuple):
    """An entry of a list by what names it, as `normalizers.changes` does."""

    words: str


class FieldPath(NamedTuple):
    """A canonical path: `status`, `eligibility.minimum_age`, `arms[0].label`, `arms[Placebo].label`."""

    parts: tuple[str | int | Entry, ...]
    """Names of fields, and entries of lists: places from 0, or what names them."""

    def __str__(self) -> str:
        """As people write it."""
        return "".join(
            f".{part}" if isinstance(part, str) else f"[{part.words if isinstance(part, Entry) else part}]"
            for part in self.parts
        ).removeprefix(".")

    @property
    def names(self) -> tuple[str, ...]:
        """Without places: the same for all entries of a list, and for criteria however deep they are nested."""
        return tuple(part for part in self.parts if isinstance(part, str) and part != "children")

    @property
    def upwards(self) -> list[str]:
        """The path and everything that it is a part of, the nearest first."""
        return [str(FieldPath(self.parts[:end])) for end in range(len(self.parts), 0, -1)]

    @property
    def decided_fields(self) -> tuple[str, ...]:
        """The fields that a consensus decides as a whole: the one that the path is, or is part of, or all its parts."""
        names = ".".join(self.names)
        return tuple(
            field for field in field_names() if f"{names}.".startswith(f"{field}.") or field.startswith(f"{names}.")
        )

    def of(self, trial: Json) -> Json:
        """The value there, of a trial as JSON; None where there is none, also where the list has no such entry."""
        value = trial
        for part in self.placed(trial).parts:
            if isinstance(part, int):
                value = value[part] if isinstance(value, list) and part < len(value) else None
            else:
                value = value.get(str(part)) if isinstance(value, dict) else None
        return value

    def placed(self, trial: Json) -> "FieldPath":
        """The path with the places that named entries have in a trial; the place after the last where there is none."""
        parts: list[str | int | Entry] = []
        for part in self.parts:
            if isinstance(part, Entry):
                entries = FieldPath(tuple(parts)).of(trial)
                names = [entry_name(str(parts[-1]), entry) for entry in entries] if isinstance(entries, list) else []
                parts.append(names.index(part.words) if part.words in names else len(names))
            else:
                parts.append(part)
        return FieldPath(tuple(parts))


def field_path(text: str) -> FieldPath:
    """The path that a text is.

    Raises:
        ValueError: the schema has no such field; the message names those that look like it.
    """
    parts: list[str | int | Entry] = []
    model: type[BaseModel] | None = Trial
    is_list = False
    steps = list(_STEP.finditer(f".{text}"))
    if "".join(step[0] for step in steps) != f".{text}":
        raise ValueError(f"{text!r} is no path such as status or arms[0].label{_suggestion(text)}")
    if text == "issues":  # so changes name them
        raise ValueError("issues belong to fields: name the one that the change's old or new value names")
    for step in steps:
        entry, name = step.groups()
        here = FieldPath(tuple(parts))
        if entry:
            if not is_list:
                raise ValueError(f"{here} is no list, so it has no [{entry}]")
            parts.append(int(entry) if re.fullmatch("[0-9]{1,6}", entry) else Entry(entry))
            is_list = False
            continue
        if model is None or name not in model.model_fields:
            raise ValueError(f"there is no field {text}{_suggestion(text)}")
        if is_list:
            raise ValueError(f"{here} is a list: say which entry, as in {here}[0].{name}")
        parts.append(name)
        annotation = model.model_fields[name].annotation
        inside = [kind for kind in (annotation, *get_args(annotation)) if isinstance(kind, type)]
        model = next((kind for kind in inside if issubclass(kind, BaseModel)), None)
        is_list = get_origin(annotation) is tuple
    return FieldPath(tuple(parts))


def decided_field(path: str) -> str:
    """The field that a change's path is, or is part of: `arms` of `arms[Placebo].label`; "" where it is of none."""
    names = path.partition("[")[0]
    while names and names not in _FIELDS:
        names = names.rpartition(".")[0]
    return names


def rule(layout_key: str, path: FieldPath, words: Sequence[Evidence] = ()) -> str:
    """Where a page shows a field, and who read it there: `veeva/study: "Status" -> normalizers.phrases.status`.

    Args:
        layout_key: the layout's.
        path: the field.
        words: those of the value; where there are none, the rule says where the layout's pages show it.
    """
    row = _row(layout_key, path)
    where = [_where(quote) for quote in words if quote.pointer or quote.label] or row.places
    parsers = [quote.parser for quote in words if quote.parser] or row.parsers
    told = f"{layout_key}: {' or '.join(dict.fromkeys(where)) or 'the words'}"
    return f"{told} -> {' or '.join(dict.fromkeys(parsers))}" if parsers else told


def where(layout_key: str, path: FieldPath) -> str:
    """Where a layout's pages show a field, and who reads it there, as `rule` says it."""
    return rule(layout_key, path).partition(": ")[2]


def _where(quote: Evidence) -> str:
    return quote.pointer or f'"{quote.label}"'


class _Row(NamedTuple):
    places: Sequence[str]
    """The labels that a layout has for a field, or where it stands in words."""
    parsers: Sequence[str]


def _row(layout_key: str, path: FieldPath) -> _Row:
    """What a layout's table says of a field; of a part without a row of its own, of what it is part of."""
    layout = _BY_KEY.get(layout_key)
    for end in range(len(path.names), 0, -1) if layout is not None else ():
        name = ".".join(path.names[:end])
        if layout is not None and (places := layout.places(name)):
            return _Row(places, [name_of(parser) for parser in layout.parsers(name)])
    return _Row((), ())


def never_shows(layout_key: str, path: FieldPath) -> bool:
    """Whether no page of a layout shows the field."""
    layout = _BY_KEY.get(layout_key)
    absent = frozenset[str]() if layout is None else layout.never_shows
    return any(".".join(path.names[:end]) in absent for end in range(1, len(path.names) + 1))


_BY_KEY: Final = {layout.key: layout for layout in LAYOUTS}


_FIELDS: Final = frozenset(field_names())


def _walk(model: type[BaseModel], above: str) -> Iterator[tuple[str, str]]:
    """All canonical paths without places, each with its description."""
    for name, field in model.model_fields.items():
        yield f"{above}{name}", " ".join((field.description or "").split())
        for kind in (field.annotation, *get_args(field.annotation)):
            if isinstance(kind, type) and issubclass(kind, BaseModel) and name != "children":
                yield from _walk(kind, f"{above}{name}.")


_DESCRIPTIONS: Final = dict(_walk(Trial, ""))

_NAMES: Final = "|".join({"children", *(name.rpartition(".")[2] for name in _DESCRIPTIONS)})

_STEP: Final = re.compile(rf"\[([0-9]{{1,6}}|.+?(?=\](?:$|\[|\.(?:{_NAMES})\b)))\]|\.(\w+)", re.DOTALL)
"""From a value to a part of it. What names an entry may have brackets and full stops in it."""


def _suggestion(text: str) -> str:
    words = re.sub(r"\[[0-9]*\]", "", text.lower())
    parts = [name for name in _DESCRIPTIONS if words and name.endswith(f".{words}")]
    close = parts[:3] or get_close_matches(words, _DESCRIPTIONS, n=3)
    return f"; is it {' or '.join(close)}?" if close else "; trialpages sites lists the fields"
