"""From what a page says to what it means: Extraction to Trial, with everything doubtful noted.

Words are read by the parser that their layout names, and become the field that it names. Only what has parts that
belong together (arms, contacts, locations, outcomes, criteria) is read by code of its own.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any, Final, NamedTuple, get_origin

from normalizers import phrases
from normalizers.contacts import contact_name, contacts, email, phone
from normalizers.counts import Groups, groups
from normalizers.eligibility import read_eligibility
from normalizers.identifiers import nct_id, secondary_id_kind
from normalizers.interventions import Names
from normalizers.notes import Notes, free_words
from schemas.extraction import Extraction, Quote, RawArm, RawContact, RawLocation, RawOutcome, Words
from schemas.record import Evidence, Issue, IssueCode
from schemas.trial import Arm, Contact, Design, Enrollment, Location, Outcome, SecondaryId, Trial
from schemas.vocabulary import Phase

Values = dict[str, Any]
"""By canonical path: a value, or a list of them where the schema has several."""


class NoNctIdError(ValueError):
    """What stands for the NCT id is none, so that there is no trial to speak of."""


class Normalised(NamedTuple):
    """A trial, what is doubtful about it, and the words behind each value."""

    trial: Trial
    issues: tuple[Issue, ...]
    evidence: dict[str, tuple[Evidence, ...]]


def normalise(extraction: Extraction, untrusted: Mapping[str, str] | None = None) -> Normalised:
    """Turn quotes into typed values; what is not understood becomes an issue, never a guess.

    Args:
        extraction: what the page says.
        untrusted: canonical fields whose values the site is known to damage, each with the reason.

    Raises:
        NoNctIdError: the NCT id is none.
    """
    notes = Notes()
    values = _values(notes, extraction.words)
    if values.get("nct_id") is None:
        found = extraction.nct_id
        raise NoNctIdError("the page shows no NCT id" if found is None else f"{found.text!r} is no NCT id")
    names = Names(values.get("interventions", ()))
    values["arms"] = tuple(_arm(notes, f"arms[{n}]", arm, names) for n, arm in enumerate(extraction.arms))
    values["contacts"] = tuple(_contacts(notes, extraction.contacts))
    values["locations"] = tuple(_location(notes, f"locations[{n}]", raw) for n, raw in enumerate(extraction.locations))
    values["outcomes"] = tuple(_outcome(notes, f"outcomes[{n}]", raw) for n, raw in enumerate(extraction.outcomes))
    values["secondary_ids"] = tuple(_secondary_ids(notes, extraction, values))
    values["enrollment"] = _enrollment(notes, extraction, values)
    values["design"] = Design(**_parts(values, "design"))
    values["eligibility"] = read_eligibility(
        notes, extraction, _parts(values, "eligibility"), (untrusted or {}).get("eligibility")
    )
    for text in extraction.prose:
        values[text.field] = notes.prose(text)
    if extraction.locations:
        values["location_count"] = len(extraction.locations)
    trial = Trial(**{name: value for name, value in values.items() if "." not in name})
    _compare(notes, trial, extraction.words)
    return Normalised(trial, notes.issues(), notes.evidence())


def _values(notes: Notes, found: Iterable[Words]) -> Values:
    """Read the words that are a value by themselves. Of a field of one value the first words that have one count."""
    values: Values = {}
    for words in found:
        if words.repeats:
            continue
        value = notes.one(words.fields[0], words.quote, words.parser)
        if value is None:
            continue
        parts = (value,) if len(words.fields) == 1 else value
        for field, part in zip(words.fields, parts, strict=True):
            if field != words.fields[0]:
                notes.quote(field, words.quote, words.parser)
            if field in LISTS:
                values.setdefault(field, []).extend(part if type(part) is tuple else (part,))
            elif values.get(field) is None:
                values[field] = part
    for field, arranged in _ARRANGED.items():
        if field in values:
            values[field] = arranged(values[field])
    return values


def _in_order(found: Sequence[Phase]) -> list[Phase]:
    return [phase for phase in Phase if phase in found]


LISTS: Final = frozenset(name for name, field in Trial.model_fields.items() if get_origin(field.annotation) is tuple)
"""Fields of several values."""
_ARRANGED: Final[Mapping[str, Callable[[Sequence[Any]], list[Any]]]] = {
    "funder_types": lambda found: list(dict.fromkeys(found)),
    "phases": _in_order,
}
"""Fields whose values stand once each, or in an order of their own."""


def _parts(values: Values, whole: str) -> Values:
    """The values of a field's parts, by the part's name."""
    return {name.partition(".")[2]: value for name, value in values.items() if name.startswith(f"{whole}.")}


def _secondary_ids(notes: Notes, extraction: Extraction, values: Values) -> Iterable[SecondaryId]:
    """The trial's other numbers; some sponsors give the NCT id as their own number, too."""
    ids: list[SecondaryId] = list(values.get("secondary_ids", ()))
    for number, kind, domain in extraction.secondary_ids:
        notes.quote("secondary_ids", number, free_words)
        known = notes.one("secondary_ids", kind, secondary_id_kind)
        ids.append(SecondaryId(id=number.text, kind=known, domain=notes.words("secondary_ids", domain)))
    return (one for one in ids if nct_id(one.id) != values["nct_id"])


def _arm(notes: Notes, path: str, arm: RawArm, known: Names) -> Arm:
    label = notes.words(path, arm.label) or arm.label.text
    arm_type = notes.one(path, arm.type, phrases.arm_type)
    description = notes.passage(path, arm.description)
    names: list[str] = []
    for quote in arm.interventions:
        notes.quote(path, quote, known.match)
        name = known.match(quote.text)
        if name is None:
            notes.issue(
                path,
                IssueCode.MISMATCH,
                quote.text,
                "the arm's treatment is none of the trial's interventions",
            )
        else:
            names.append(name)
    return Arm(label=label, type=arm_type, description=description, interventions=tuple(names))


def _enrollment(notes: Notes, extraction: Extraction, values: Values) -> Enrollment | None:
    stated: Enrollment | None = values.get("enrollment")
    kind = values.get("enrollment.type")
    if stated is not None and kind is not None:
        stated = Enrollment(count=stated.count, type=kind)
    heading = extraction.arms_heading
    counted = None if heading is None else notes.one("arms", heading, groups)
    if heading is None or counted is None:
        return stated
    _check_groups(notes, extraction, heading, counted)
    if stated is None:
        notes.quote("enrollment", heading, groups)
        return Enrollment(count=counted.participants)
    if stated.count != counted.participants:
        notes.issue(
            "enrollment",
            IssueCode.MISMATCH,
            heading.text,
            f"the page states an enrollment of {stated.count} elsewhere",
        )
    return stated


def _check_groups(notes: Notes, extraction: Extraction, heading: Quote, counted: Groups) -> None:
    if counted.groups != len(extraction.arms):
        message = f"{len(extraction.arms)} of {counted.groups} groups were found below"
        notes.issue("arms", IssueCode.MISMATCH, heading.text, message)


def _location(notes: Notes, path: str, raw: RawLocation) -> Location:
    return Location(
        facility=notes.words(path, raw.facility),
        city=notes.words(path, raw.city),
        state=notes.words(path, raw.state),
        country=notes.words(path, raw.country),
    )


def _outcome(notes: Notes, path: str, raw: RawOutcome) -> Outcome:
    return Outcome(
        type=notes.one(path, raw.type, phrases.outcome_type),
        measure=notes.words(path, raw.measure) or raw.measure.text,
        description=notes.entry_passage(path, raw.description),
        time_frame=notes.words(path, raw.time_frame),
    )


def _contacts(notes: Notes, found: Iterable[RawContact]) -> Iterable[Contact]:
    for place, contact in enumerate(found):
        path = f"contacts[{place}]"
        names: Sequence[str | None] = _names(notes, path, contact)
        numbers = notes.many(path, contact.phone, phone)
        if contact.extension is not None:
            if numbers:
                numbers += notes.all_words(path, [contact.extension])
            elif not phrases.blank(contact.extension.text):
                message = "an extension without the number that it belongs to"
                notes.issue(path, IssueCode.NOT_UNDERSTOOD, contact.extension.text, message)
        address = notes.one(path, contact.email, email)
        if not names and (numbers or address):
            names = (None,)
        for name in names:
            yield Contact(name=name, phone=" ext. ".join(numbers) or None, email=address)


def _names(notes: Notes, path: str, contact: RawContact) -> Sequence[str]:
    """Each name by itself; several stand in one line where no number and no address say whose they are."""
    words = notes.words(path, contact.names)
    if words is None:
        return ()
    parts = (words,) if contact.phone or contact.email is not None else contacts(words)
    for part in parts:
        if contact_name(part) is None:
            notes.not_understood(path, part)
    return [part for part in parts if contact_name(part) is not None]


def _compare(notes: Notes, trial: Trial, found: Iterable[Words]) -> None:
    """A field that the page shows twice must say the same twice; a blank and a field of several values always do."""
    for words in found:
        field = words.fields[0]
        if not words.repeats or field in LISTS or phrases.blank(words.quote.text):
            continue
        known = tuple(attrgetter(name)(trial) for name in words.fields)
        if words.parser(words.quote.text) != (known if len(known) > 1 else known[0]):
            message = "the page shows another value in another place"
            notes.issue(field, IssueCode.MISMATCH, words.quote.text, message)
