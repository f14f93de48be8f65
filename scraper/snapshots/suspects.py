"""What may be personal data and stays on a page: only a person can tell a family name from a word."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from schemas.document import Document
from scraper.cases import Json
from scraper.snapshots.personal import is_made_up, is_office

_TITLED: Final = re.compile(
    r"\b(?:Dr|Prof|Professor|Mr|Mrs|Ms|Frau|Herr)\b\.? +([^\W\d_][\w’'-]*(?: [^\W\d_a-z][\w’'-]*)?)"
)
_ROLE: Final = re.compile(
    r"(?i:investigator|study (?:director|chair|coordinator)|contact(?: person)?) ?[:\uff1a] ?"
    r"([^\s,;.:]+(?: [^\s,;.:]+){0,2})"
)
_SPELT_ADDRESS: Final = re.compile(r"[\w.+-]{1,80} ?[\[(] ?(?:at|@) ?[\])] ?[\w-]{1,80}", re.IGNORECASE)
_DIALLED: Final = re.compile(r"(?<![\w/.,-])0\d{1,5}[/ –-]\d{5,12}(?![\w/-])")
"""A number with the nought of another town: `030/5550100`."""


def suspects(outcome: Mapping[str, Json], document: Document) -> list[str]:
    """Words that may be a person's name, number or address, as they stand: each once, those of the record first.

    Args:
        outcome: what the page gives, with made-up words in place of what was found.
        document: the page, with the same.
    """
    words = [*_contacts(outcome), *_on_page(document)]
    return [found for found in dict.fromkeys(words) if not is_made_up(found)]


def _contacts(outcome: Mapping[str, Json]) -> Iterator[str]:
    """The names of the record's contacts: of several people, or of an office."""
    trial = outcome.get("trial")
    contacts = trial.get("contacts") if isinstance(trial, dict) else None
    for contact in contacts if isinstance(contacts, list) else ():
        if isinstance(contact, dict) and isinstance(name := contact.get("name"), str):
            yield name


def _on_page(document: Document) -> Iterator[str]:
    for block in document.blocks:
        for match in _ROLE.finditer(block.text):
            if match[1][0].isupper() or not match[1].isascii():
                yield from () if is_office(match[1]) else (match[1],)
        for pattern in (_TITLED, _SPELT_ADDRESS, _DIALLED):
            yield from (match[0] for match in pattern.finditer(block.text))
