"""From what a page says to what it means: RawTrial to Trial, one line per field, with everything doubtful noted."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar

from normalizers import phrases
from normalizers.contacts import contact_name, contacts, email, phone
from normalizers.counts import Groups, enrollment, groups, whole_number
from normalizers.dates import partial_date
from normalizers.eligibility import read_eligibility
from normalizers.identifiers import SECONDARY_ID_KINDS, acronym_in, nct_id, secondary_id, split_concatenated
from normalizers.interventions import Names, intervention
from normalizers.notes import Notes, free_words
from normalizers.repeats import differs
from schemas.raw import Quote, RawArm, RawContact, RawDesign, RawTrial
from schemas.record import Evidence, Issue, IssueCode
from schemas.trial import Arm, Contact, Design, Enrollment, Location, Outcome, SecondaryId, Trial
from schemas.vocabulary import Phase

Value = TypeVar("Value")


class NoNctIdError(ValueError):
    """What stands for the NCT id is none, so that there is no trial to speak of."""


class Normalised(NamedTuple):
    """A trial, what is doubtful about it, and the words behind each value."""

    trial: Trial
    issues: tuple[Issue, ...]
    evidence: dict[str, tuple[Evidence, ...]]


def normalise(
    raw: RawTrial,
    *,
    again: Iterable[tuple[str, Quote]] = (),
    untrusted: Mapping[str, str] | None = None,
) -> Normalised:
    """Turn quotes into typed values; what is not understood becomes an issue, never a guess.

    Args:
        raw: what the page says.
        again: canonical fields that the page shows once more; a different meaning is an issue.
        untrusted: canonical fields whose values the site is known to damage, each with the reason.

    Raises:
        NoNctIdError: the NCT id is none.
    """
    notes = Notes()
    identity = notes.one("nct_id", raw.nct_id, nct_id)
    if identity is None:
        raise NoNctIdError(f"{raw.nct_id.text!r} is no NCT id")
    title, acronym = _title(notes, raw)
    interventions = notes.many("interventions", [_joined(quotes) for quotes in raw.interventions], intervention)
    names = Names(interventions)
    arms = tuple(_arm(notes, f"arms[{place}]", arm, names) for place, arm in enumerate(raw.arms))
    locations = tuple(
        Location(
            facility=notes.words(f"locations[{place}]", location.facility),
            city=notes.words(f"locations[{place}]", location.city),
            state=notes.words(f"locations[{place}]", location.state),
            country=notes.words(f"locations[{place}]", location.country),
        )
        for place, location in enumerate(raw.locations)
    )
    trial = Trial(
        nct_id=identity,
        secondary_ids=_secondary_ids(notes, raw, identity),
        title=title,
        official_title=notes.words("official_title", raw.official_title),
        acronym=acronym,
        sponsor=notes.words("sponsor", raw.sponsor),
        collaborators=notes.all_words("collaborators", raw.collaborators),
        funder_types=_each_once(notes.many("funder_types", raw.funder_types, phrases.funder_type)),
        status=notes.one("status", raw.status, phrases.status),
        phases=_phases(notes.many("phases", raw.phases, phrases.phases)),
        study_type=notes.one("study_type", raw.study_type, phrases.study_type),
        conditions=notes.all_words("conditions", raw.conditions),
        keywords=notes.all_words("keywords", raw.keywords),
        interventions=interventions,
        arms=arms,
        enrollment=_enrollment(notes, raw),
        design=_design(notes, raw.design),
        eligibility=read_eligibility(notes, raw, (untrusted or {}).get("eligibility")),
        summary=notes.prose("summary", raw.summary),
        description=notes.prose("description", raw.description),
        start_date=notes.one("start_date", raw.start_date, partial_date),
        primary_completion_date=notes.one("primary_completion_date", raw.primary_completion_date, partial_date),
        completion_date=notes.one("completion_date", raw.completion_date, partial_date),
        last_updated=notes.one("last_updated", raw.last_updated, partial_date),
        contacts=tuple(_contacts(notes, raw)),
        locations=locations,
        location_count=notes.one("location_count", raw.location_count, whole_number)
        if not locations
        else len(locations),
        outcomes=tuple(
            Outcome(
                type=notes.one(f"outcomes[{place}]", outcome.type, phrases.outcome_type),
                measure=notes.words(f"outcomes[{place}]", outcome.measure) or outcome.measure.text,
                description=notes.words(f"outcomes[{place}]", outcome.description),
                time_frame=notes.words(f"outcomes[{place}]", outcome.time_frame),
            )
            for place, outcome in enumerate(raw.outcomes)
        ),
    )
    _compare(notes, trial, again)
    return Normalised(trial, notes.issues(), notes.evidence())


def _joined(quotes: Sequence[Quote]) -> Quote:
    """A type and a name that stand apart, as the one phrase in which other sites show them."""
    if len(quotes) == 1:
        return quotes[0]
    return Quote(": ".join(quote.text for quote in quotes), quotes[0].start, quotes[-1].end, quotes[-1].pointer)


def _each_once(values: Iterable[Value]) -> tuple[Value, ...]:
    return tuple(dict.fromkeys(values))


def _phases(read: Iterable[tuple[Phase, ...]]) -> tuple[Phase, ...]:
    found = {phase for phases_of_one in read for phase in phases_of_one}
    return tuple(phase for phase in Phase if phase in found)


def _title(notes: Notes, raw: RawTrial) -> tuple[str | None, str | None]:
    """Veeva's heading is the brief title and the acronym; what the address holds is the title."""
    acronym = notes.words("acronym", raw.acronym)
    title = notes.words("title", raw.title)
    if title is None or raw.acronym is not None or not raw.title_holds_acronym:
        return title, acronym
    if not title.endswith(")") or "(" not in title:
        return title, acronym
    parted = None if raw.slug is None else acronym_in(title, raw.slug)
    if parted is None:
        notes.issue(
            "acronym",
            IssueCode.AMBIGUOUS,
            title[title.rindex("(") :],
            "the title ends in a parenthesis that can be its own or the acronym; the page's address would tell"
            if raw.slug is None
            else "the title ends in a parenthesis that can be its own or the acronym; the page's address does not tell",
        )
        return title, None
    if parted[1] is not None and raw.title is not None:
        notes.quote("acronym", raw.title)
    return parted


def _secondary_ids(notes: Notes, raw: RawTrial, identity: str) -> tuple[SecondaryId, ...]:
    path = "secondary_ids"
    ids: list[SecondaryId] = []
    for number, *kind in raw.secondary_ids:
        if kind:
            notes.quote(path, number)
            ids.append(SecondaryId(id=number.text, kind=notes.one(path, kind[0], SECONDARY_ID_KINDS.get)))
        else:
            ids.extend(notes.many(path, [number], secondary_id))
    if raw.glued_ids is not None and not phrases.blank(raw.glued_ids.text):
        notes.quote(path, raw.glued_ids)
        glued = split_concatenated(raw.glued_ids.text)
        ids.extend(SecondaryId(id=text) for text in glued.ids)
        if not glued.certain:
            notes.issue(
                path,
                IssueCode.AMBIGUOUS,
                raw.glued_ids.text,
                "the page glues ids without a separator and no known form of id shows the seam",
            )
    return tuple(one for one in ids if nct_id(one.id) != identity)  # some sponsors give it as their own number, too


def _arm(notes: Notes, path: str, arm: RawArm, known: Names) -> Arm:
    label = notes.words(path, arm.label) or arm.label.text
    arm_type = notes.one(path, arm.type, phrases.arm_type)
    description = notes.prose(path, arm.description)
    names: list[str] = []
    for quote in arm.interventions:
        notes.quote(path, quote)
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


def _enrollment(notes: Notes, raw: RawTrial) -> Enrollment | None:
    stated = notes.one("enrollment", raw.enrollment, enrollment)
    kind = notes.one("enrollment", raw.enrollment_type, phrases.enrollment_type)
    if stated is not None and kind is not None:
        stated = Enrollment(count=stated.count, type=kind)
    heading = raw.arms_heading
    counted = None if heading is None else notes.one("arms", heading, groups)
    if heading is None or counted is None:
        return stated
    _check_groups(notes, raw, heading, counted)
    if stated is None:
        notes.quote("enrollment", heading)
        return Enrollment(count=counted.participants)
    if stated.count != counted.participants:
        notes.issue(
            "enrollment",
            IssueCode.MISMATCH,
            heading.text,
            f"the page states an enrollment of {stated.count} elsewhere",
        )
    return stated


def _check_groups(notes: Notes, raw: RawTrial, heading: Quote, counted: Groups) -> None:
    if counted.groups != len(raw.arms):
        notes.issue(
            "arms",
            IssueCode.MISMATCH,
            heading.text,
            f"{len(raw.arms)} of {counted.groups} groups were found below",
        )


def _design(notes: Notes, raw: RawDesign) -> Design:
    return Design(
        primary_purpose=notes.one("design.primary_purpose", raw.primary_purpose, phrases.primary_purpose),
        allocation=notes.one("design.allocation", raw.allocation, phrases.allocation),
        intervention_model=notes.one("design.intervention_model", raw.intervention_model, phrases.intervention_model),
        masking=notes.one("design.masking", raw.masking, phrases.masking),
        observational_model=notes.one(
            "design.observational_model", raw.observational_model, phrases.observational_model
        ),
        time_perspective=notes.one("design.time_perspective", raw.time_perspective, phrases.time_perspective),
    )


def _cleaned(reader: Callable[[str], Value | None]) -> Callable[[str], Value | None]:
    """A reader of words that were cleaned first."""
    return lambda text: None if (words := free_words(text)) is None else reader(words)


def _contacts(notes: Notes, raw: RawTrial) -> Iterable[Contact]:
    for place, contact in enumerate(raw.contacts):
        path = f"contacts[{place}]"
        names: Sequence[str | None] = _names(notes, path, contact)
        numbers = notes.many(path, contact.phone, _cleaned(phone))
        if contact.extension is not None:
            if numbers:
                numbers += notes.all_words(path, [contact.extension])
            elif not phrases.blank(contact.extension.text):
                message = "an extension without the number that it belongs to"
                notes.issue(path, IssueCode.NOT_UNDERSTOOD, contact.extension.text, message)
        address = notes.one(path, contact.email, _cleaned(email))
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


def _compare(notes: Notes, trial: Trial, again: Iterable[tuple[str, Quote]]) -> None:
    """A field that the page shows twice must say the same twice."""
    for path, quote in again:
        if differs(trial, path, quote.text):
            notes.issue(path, IssueCode.MISMATCH, quote.text, "the page shows another value in another place")
