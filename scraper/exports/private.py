"""Trials and records without the people whom one can ask: no contacts, and no addresses or numbers in free text."""

from collections.abc import Mapping
from typing import Final, cast

from pydantic import BaseModel

from normalizers.contact_details import without_details
from schemas.consensus import Consensus
from scraper.exports.formats import Entry

_CONTACTS: Final = "contacts"
"""The field that is left out as a whole."""

_NO_TEXT: Final = frozenset(
    {"code", "field", "file", "id", "layout", "nct_id", "package_version", "page", "parser", "pointer"}
    | {"schema_version", "sha256", "site", "url"}
)
"""Fields that hold no running text; a trial's number elsewhere, such as `2021-000123-45`, may look like a phone's."""


def without_contacts(entry: Entry) -> Entry:
    """The same without contacts, what was read of them, and e-mail addresses and phone numbers in any free text."""
    trial = entry.trial.model_copy(update={_CONTACTS: ()})
    if isinstance(entry, Consensus):
        decisions = {name: one for name, one in entry.decisions.items() if name != _CONTACTS}
        bare: Entry = entry.model_copy(update={"trial": trial, "decisions": decisions})
    else:
        evidence = {path: words for path, words in entry.evidence.items() if not is_of_contacts(path)}
        issues = tuple(
            issue.model_copy(update={"text": ""}) if is_of_contacts(issue.field) else issue for issue in entry.issues
        )
        bare = entry.model_copy(update={"trial": trial, "evidence": evidence, "issues": issues})
    return cast("Entry", masked(bare))


def is_of_contacts(path: str | None) -> bool:
    """Whether a canonical path leads to contacts."""
    return path is not None and path.startswith(_CONTACTS)


def masked(value: object) -> object:
    """A value with masks in all its texts; the very same where there is nothing to mask."""
    if type(value) is str:  # dates and words of vocabularies are of types of their own
        return without_details(value)
    if isinstance(value, BaseModel):
        changed = _changed(vars(value))
        return value.model_copy(update=changed) if changed else value
    if isinstance(value, dict):
        changed = _changed(value)
        return {**value, **changed} if changed else value
    if isinstance(value, (tuple, list)):
        inner = [masked(one) for one in value]
        return value if all(map(_is_same, value, inner)) else type(value)(inner)
    return value


def _changed(values: Mapping[str, object]) -> dict[str, object]:
    changed = {}
    for name, value in values.items():
        if value and name not in _NO_TEXT:
            inner = masked(value)
            if not _is_same(inner, value):
                changed[name] = inner
    return changed


def _is_same(one: object, other: object) -> bool:
    return one is other or (type(one) is str and one == other)
