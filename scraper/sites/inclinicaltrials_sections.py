"""What the sections of the aggregator's pages hold: both layouts read them alike."""

from collections.abc import Iterable, Iterator, Mapping

from normalizers.identifiers import nct_id, nct_ids
from normalizers.interventions import intervention, split_types
from normalizers.phrases import design_parts, intervention_type
from normalizers.text import fold
from schemas.raw import Quote, RawContact, RawDesign
from scraper.errors import ExtractError
from scraper.layouts.labels import Label
from scraper.layouts.sections import Sections
from scraper.sites.inclinicaltrials_labels import DESIGN, INTERVENTION, acronym


def read_nct_id(sections: Sections) -> Quote:
    """The row's number: what prose and lists of other trials cite is none of this trial's.

    Raises:
        ExtractError: there is none, or there are several that could be it.
    """
    own = sections.one("NCT number")
    candidates = [own.text]
    if own.start != sections.units[sections.start("NCT number")].block.number:
        # Nothing ties it to its label but its place: all that stands below the label could be it.
        candidates += [sections.units[place].text for place in sections.between("NCT number")]
    candidates += _numbers_again(sections)
    numbers = nct_ids(" ".join(candidates))
    if len(numbers) > 1:
        raise ExtractError(f"the page shows several NCT ids that could be the trial's: {', '.join(numbers)}")
    return own


def _numbers_again(sections: Sections) -> Iterator[str]:
    """The values of rows like the number's, wherever they stand."""
    for place, unit in enumerate(sections.units):
        if unit.text[:1] in "nN" and (words := fold(unit.text[:_LONGEST_ROW])).startswith("nct number"):
            following = sections.units[place + 1].text if place + 1 < len(sections.units) else ""
            value = words.removeprefix("nct number").strip(" :") or following
            if nct_id(value) is not None:
                yield value


def read_acronym(sections: Sections) -> Quote | None:
    """The acronym in the page's heading, `Premature Birth Clinical Trial — Petit-Poids`, or in a line below it."""
    for place in range(sections.first):
        if (name := acronym(sections.units[place].text)) is not None:
            return sections.quote(place)._replace(text=name)
    return None


def rows_again(sections: Sections, labels: Iterable[Label]) -> Iterator[tuple[str, Quote]]:
    """Rows of one value that stand once more than the page has them, with the field that they are: they stay unread."""
    units = sections.units
    unread = sections.unread()
    if not unread:
        return
    rows = {fold(known.name): known for known in labels if known.holds == "one" and known.fields}
    names = sorted(rows, key=len, reverse=True)
    for place in unread:
        text = units[place].text
        words = fold(text[:_LONGEST_ROW])
        name = next((name for name in names if words.startswith(name)), None)
        if name is None or len(text) > _LONGEST_ROW:
            continue
        rest = text[len(name) :]
        index = place
        if not rest.strip(" :") and place + 1 in unread:
            index = place + 1
            rest = units[index].text
        elif rest[:1] not in (" ", ":"):
            continue
        yield rows[name].fields[0], Quote(rest.strip(" :"), units[place].block.number, units[index].block.number + 1)


_LONGEST_ROW = 300
"""Characters of a row with its value: an official title may be that long, a paragraph is longer."""


def status_in_heading(sections: Sections) -> Quote | None:
    """The status in `Clinical Trial Details — Status: Completed`."""
    heading = sections.label("Heading")
    return None if heading is None else heading._replace(text=heading.text.partition(":")[2].strip())


def read_design(sections: Sections, occurrence: int = 0) -> dict[str, Quote]:
    """`Label: Value` items, labels each with its value behind or below it, or all in one line, separated by commas."""
    parts: dict[str, Quote] = {}
    units = sections.units
    places = sections.between(DESIGN, occurrence)
    for place in places:
        text = units[place].text
        known = design_parts(text)
        if known is None:
            continue
        last = place
        if not known[-1][1] and place + 1 in places and design_parts(units[place + 1].text) is None:
            last = place + 1
            known = design_parts(f"{text.rstrip(' :')}: {units[last].text}") or ()
        for name, words in known:
            if words:
                parts.setdefault(name, Quote(words, units[place].block.number, units[last].block.number + 1))
        for index in (place, last):
            sections.quote(index)
    return parts


def raw_design(parts: Mapping[str, Quote]) -> RawDesign:
    """The design of parts by name."""
    return RawDesign(
        primary_purpose=parts.get("primary_purpose"),
        allocation=parts.get("allocation"),
        intervention_model=parts.get("intervention_model"),
        masking=parts.get("masking"),
        observational_model=parts.get("observational_model"),
        time_perspective=parts.get("time_perspective"),
    )


def read_interventions(sections: Sections, occurrence: int) -> tuple[tuple[Quote, ...], ...]:
    """`Type: Name` lines, or a type, below it its name, and below that sentences about it, which no field holds."""
    found: list[tuple[Quote, ...]] = []
    kind: Quote | None = None
    for place in sections.between(INTERVENTION, occurrence):
        quote = sections.quote(place)
        if intervention_type(quote.text.rstrip(" :")) is not None and kind is None:
            kind = quote._replace(text=quote.text.rstrip(" :"))
        elif kind is not None:
            found.append((kind, quote))
            kind = None
        elif not found or not _is_sentence(quote.text) or intervention(quote.text) is not None:
            found += ((quote._replace(text=words),) for words in split_types(quote.text))
    if kind is not None:
        found.append((kind,))
    return tuple(found)


def _is_sentence(text: str) -> bool:
    return text.endswith(".") and len(text.split()) > 2


def read_contacts(sections: Sections) -> tuple[RawContact, ...]:
    """The one contact, where any part of it is shown."""
    name, phone, email = (sections.maybe(label) for label in ("Contact", "Phone", "Email"))
    if name is None and phone is None and email is None:
        return ()
    return (RawContact(name, () if phone is None else (phone,), email),)
