"""What a page says of people, and made-up words in its place: the repository holds no real person's contact data."""

import html
import json
import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Final

from normalizers.contact_details import FEWEST_DIGITS, emails, phones
from normalizers.contacts import contacts
from schemas.document import Document
from scraper.cases import Json

_FIRST_NAMES: Final = ("Ana", "Robin", "Kim", "Alex", "Jo", "Sam", "Noor", "Chris", "Mika", "Toni", "Lou", "Dana")
_LAST_NAMES: Final = ("Example", "Sample", "Specimen", "Placeholder")
_MADE_UP: Final = re.compile(
    rf"(?i)@example\.(?:org|com|net)$|\b(?:{'|'.join(_LAST_NAMES)}|Muster)\b|555\D?01\d\d|555\D?010"
)
"""What is made up already, here or by hand."""

_WORD: Final = r"[A-ZÀ-ÖØ-Þ][\w’'.-]{0,40}"
_PARTICLES: Final = r"(?:al|bin|da|de|del|della|den|der|di|dos|du|el|la|le|ten|ter|van|von|zu)"
_FOLLOWING: Final = rf"(?: (?:{_PARTICLES} ){{0,2}}{_WORD})"
_NAME: Final = rf"{_WORD}{_FOLLOWING}{{1,4}}"
_DEGREES: Final = (
    r"(?:M\.? ?D|Ph\.? ?D|D\.? ?O|M\.?P\.?H|M\.?Sc?|B\.?Sc?|R\.?N|Dr\.? ?med|Prof(?:essor)?|FRC\w+|FACC|DDS|PharmD"
    r"|MBBS)\.?"
)
_WITH_DEGREE: Final = re.compile(rf"(?<![\w’'.-])({_NAME}),? (?={_DEGREES}(?:\W|$))")
_WITH_TITLE: Final = re.compile(rf"\b(?:Dr|Prof|Professor)\.? (?:Dr\.? )?({_WORD}{_FOLLOWING}{{0,3}})")
_ALONE: Final = re.compile(rf"(?:(?:Dr|Prof|Professor|Mr|Mrs|Ms)\.? )*({_NAME})(?:,? (?:{_DEGREES}|,)+)*")
_REVERSED: Final = re.compile(rf"({_WORD}, {_WORD})(?:,? {_DEGREES})*")
"""`Doetown, Mary`."""
_ROLES: Final = re.compile(
    r"(?i)(?:(?:principal|sub-?|co-?|overall|responsible)[ -]?)?investigators?"
    r"|study (?:director|chair|contact|coordinator)"
    r"|(?:central|primary|backup|overall|facility|trial|study)? ?(?:trial )?(?:contacts?|officials?)(?: name| person)?"
)
"""Labels below or behind which a person's name stands."""


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


_NO_NAMES: Final = _words(
    "academy address agency call care center centre clinic clinical co college company contact contacts corp department"
    " dept details development director email enquiries form foundation gmbh group health hospital inc information"
    " inquiries inquiry institute investigators laboratories limited line llc location locations ltd mail medical"
    " ministry name number office pharma pharmaceuticals phone program registry research school service services site"
    " society sponsor study support team telephone therapeutics transparency trial trials unit university use"
)
"""Words that people's names have not: what holds one is an office or a label."""

_PEOPLE_KEYS: Final = frozenset({"investigatorFullName", "oldNameTitle"})
_PEOPLE_LISTS: Final = frozenset({"centralContacts", "overallOfficials", "contacts", "pointOfContact"})
"""Parts of a registry record that name people."""


def personal(outcome: Mapping[str, Json], document: Document) -> dict[str, str]:
    """What of a page is personal data, each with what stands in its place: names, numbers and addresses of people.

    Offices and what is made up already stay.

    Args:
        outcome: what the page gives: its contacts are people's.
        document: the page, of which all that looks like an address, a number or the name of an investigator is.
    """
    texts = [document.title, *(block.text for block in document.blocks)]
    names = dict.fromkeys(name for name in (*_contacts(outcome), *_names(document)) if _is_person(name))
    organisations = set(_organisations(outcome))
    addresses = dict.fromkeys(found for text in texts for found in emails(text) if not is_made_up(found))
    numbers = dict.fromkeys(found for text in texts for found in phones(text) if not is_made_up(found))
    numbers.update(dict.fromkeys(number for number in _numbers(outcome) if not is_made_up(number)))
    return {
        **{name: _name(place, name) for place, name in enumerate(names) if name not in organisations},
        **{address: f"contact{place}@example.org" for place, address in enumerate(addresses, 1)},
        **{number: _number(place, number) for place, number in enumerate(numbers)},
    }


def replaced(text: str, by: Mapping[str, str], *, is_markup: bool = False) -> str:
    """A text with made-up words in place of personal data, wherever that stands, also in capitals.

    Args:
        text: any text, or markup.
        by: what `personal` found.
        is_markup: whether blanks and signs may be written as HTML writes them.
    """
    for found in sorted(by, key=len, reverse=True):
        text = _pattern(found, is_markup=is_markup).sub(lambda match, found=found: _like(match[0], by[found]), text)  # type: ignore[misc]
    return text


def replaced_in(value: Json, by: Mapping[str, str]) -> Json:
    """A JSON value with made-up words in all its texts."""
    if isinstance(value, dict):
        return {key: replaced_in(inner, by) for key, inner in value.items()}
    if isinstance(value, list):
        return [replaced_in(inner, by) for inner in value]
    return replaced(value, by) if isinstance(value, str) else value


def replaced_on(content: bytes, form: str, by: Mapping[str, str]) -> bytes:
    """A page with made-up words in place of personal data.

    Args:
        content: in UTF-8.
        form: of the page, as `Document.form`.
        by: what `personal` found.
    """
    if not by:
        return content
    if form == "json":
        record: Json = json.loads(content)
        return (json.dumps(replaced_in(record, by), ensure_ascii=False, indent=1) + "\n").encode(
            "utf-8", "surrogatepass"
        )
    text = content.decode("utf-8", "surrogateescape")
    return replaced(text, by, is_markup=form == "html").encode("utf-8", "surrogateescape")


def left(document: Document, by: Mapping[str, str]) -> list[str]:
    """Which personal data still stands on a page, such as a name that markup parts in two."""
    page = " ".join([document.title, *(block.text for block in document.blocks)])
    return [found for found in by if _pattern(found).search(page)]


def _contacts(outcome: Mapping[str, Json]) -> Iterator[str]:
    """The names of a record's contacts, without titles and degrees, as the page writes them."""
    for quote in _contact_quotes(outcome):
        for part in contacts(quote):
            match = _ALONE.match(part) or _REVERSED.fullmatch(part)
            if match is not None:
                yield match[1]


def _numbers(outcome: Mapping[str, Json]) -> Iterator[str]:
    for quote in _contact_quotes(outcome):
        if sum(map(str.isdigit, quote)) >= FEWEST_DIGITS and "@" not in quote:
            yield quote


def _contact_quotes(outcome: Mapping[str, Json]) -> Iterator[str]:
    evidence = outcome.get("evidence")
    for path, quotes in evidence.items() if isinstance(evidence, dict) else ():
        if path.startswith("contacts") and isinstance(quotes, list):
            yield from (str(quote["text"]) for quote in quotes if isinstance(quote, dict))


def _organisations(outcome: Mapping[str, Json]) -> Iterator[str]:
    trial = outcome.get("trial")
    if isinstance(trial, dict):
        collaborators, locations = trial.get("collaborators"), trial.get("locations")
        yield str(trial.get("sponsor"))
        yield from map(str, collaborators if isinstance(collaborators, list) else ())
        for place in locations if isinstance(locations, list) else ():
            if isinstance(place, dict):
                yield from map(str, place.values())


def _names(document: Document) -> Iterator[str]:
    """The names of investigators and contacts: with a degree or title, below a label, or where records name people."""
    for block in document.blocks:
        for text in (block.text, *block.cells):
            yield from (match[1] for match in _WITH_DEGREE.finditer(text))
            yield from (match[1] for match in _WITH_TITLE.finditer(text) if " " in match[1])
            role, colon, name = text.partition(":")
            if colon and _ROLES.fullmatch(role.strip()) and (match := _ALONE.fullmatch(name.strip())):
                yield match[1]
        parts = block.pointer.split("/")
        is_person = parts[-1] in _PEOPLE_KEYS or (parts[-1] == "name" and not _PEOPLE_LISTS.isdisjoint(parts))
        if is_person and (match := _ALONE.match(block.text)):
            yield match[1]
        if block.kind == "row" and _ROLES.fullmatch(block.cells[0].rstrip(": ")):
            yield from (match[1] for cell in block.cells[1:] if (match := _ALONE.fullmatch(cell)))
    for label, value in pairwise(document.blocks):
        if _ROLES.fullmatch(label.text.rstrip(": ")) and (match := _ALONE.fullmatch(value.text)):
            yield match[1]


def is_made_up(words: str) -> bool:
    """Whether a name, a number or an address is nobody's."""
    return _MADE_UP.search(words) is not None


def is_office(words: str) -> bool:
    """Whether words that stand where names do hold one that people's names have not."""
    return not _NO_NAMES.isdisjoint(_in_words(words))


def _in_words(name: str) -> list[str]:
    return re.findall(r"[\w()]+", name.casefold())


def _is_person(name: str) -> bool:
    return bool(_in_words(name)) and not is_office(name) and not is_made_up(name)


def _name(place: int, name: str) -> str:
    """A made-up name, another one for each place, with as many words as a name has from two on."""
    first, last = _FIRST_NAMES[place % len(_FIRST_NAMES)], _LAST_NAMES[place // len(_FIRST_NAMES) % len(_LAST_NAMES)]
    return f"{first} {last}" if " " in name else last


def _number(place: int, number: str) -> str:
    """A made-up number in the form of another, with its country: noughts, then 555 and a number from 0100 on."""
    code = re.match(r"\+\d{1,2}(?=\D)", number)
    digits = [where for where, sign in enumerate(number) if sign.isdigit() and (code is None or where >= code.end())]
    new = [*("0" * max(len(digits) - FEWEST_DIGITS, 0)), *f"555{100 + place % 100:04}"][-len(digits) :]
    signs = list(number)
    for where, digit in zip(digits, new, strict=True):
        signs[where] = digit
    return "".join(signs)


def _pattern(found: str, *, is_markup: bool = False) -> re.Pattern[str]:
    words = [html.escape(word, quote=False) if is_markup else word for word in found.split()]
    between = r"(?:\s|&nbsp;)+" if is_markup else r"\s+"
    return re.compile(rf"(?<!\w){between.join(map(re.escape, words))}(?!\w)", re.IGNORECASE)


def _like(old: str, new: str) -> str:
    return new.upper() if old.isupper() and any(map(str.isalpha, old)) and "@" not in old else new
