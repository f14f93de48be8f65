"""Rows and lists of the registry's older pages, as copies of them show them: `NCT number | NCT04953572`."""

from collections.abc import Iterable, Iterator, Sequence

from normalizers import phrases
from normalizers.identifiers import nct_id, nct_ids
from normalizers.interventions import intervention, split_types
from normalizers.phrases import design_parts, intervention_type
from normalizers.text import fold
from schemas.extraction import Quote, RawContact
from schemas.trial import Design
from scraper.errors import ExtractError
from scraper.layouts.labels import Label, Unit, many
from scraper.layouts.reading import PageReading
from scraper.layouts.sections import Sections


def read_nct_id(sections: Sections, name: str) -> Quote:
    """The row's number: what prose and lists of other trials cite is none of this trial's.

    Args:
        sections: the page's.
        name: the row's label.

    Raises:
        ExtractError: there is none, or there are several that could be it.
    """
    own = sections.one(name)
    candidates = [own.text]
    if own.start != sections.units[sections.start(name)].block.number:
        # Nothing ties it to its label but its place: all that stands below the label could be it.
        candidates += [sections.units[place].text for place in sections.between(name)]
    candidates += _numbers_again(sections, fold(name))
    numbers = nct_ids(" ".join(candidates))
    if len(numbers) > 1:
        raise ExtractError(f"the page shows several NCT ids that could be the trial's: {', '.join(numbers)}")
    return own


def _numbers_again(sections: Sections, name: str) -> Iterator[str]:
    """The values of rows like the number's, wherever they stand."""
    for place, unit in enumerate(sections.units):
        if unit.text[:1].lower() == name[0] and (words := fold(unit.text[:_LONGEST_ROW])).startswith(name):
            following = sections.units[place + 1].text if place + 1 < len(sections.units) else ""
            value = words.removeprefix(name).strip(" :") or following
            if nct_id(value) is not None:
                yield value


def rows_again(sections: Sections, labels: Iterable[Label]) -> Iterator[tuple[Label, Quote]]:
    """Rows of one value that stand once more than the page has them, with what they are: they stay unread."""
    units = sections.units
    unread = sections.unread()
    if not unread:
        return
    rows = {fold(known.name): known for known in labels if known.kind == "one" and known.fields}
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
        yield rows[name], Quote(rest.strip(" :"), units[place].block.number, units[index].block.number + 1)


_LONGEST_ROW = 300
"""Characters of a row with its value: an official title may be that long, a paragraph is longer."""


def status_in_heading(sections: Sections, name: str) -> Quote | None:
    """The status in `Clinical Trial Details — Status: Completed`."""
    heading = sections.label(name)
    return None if heading is None else heading._replace(text=heading.text.partition(":")[2].strip())


def read_design(sections: Sections, name: str, occurrence: int = 0) -> dict[str, Quote]:
    """`Label: Value` items, labels each with its value behind or below it, or all in one line, separated by commas."""
    parts: dict[str, Quote] = {}
    units = sections.units
    places = sections.between(name, occurrence)
    for place in places:
        text = units[place].text
        known = design_parts(text)
        if known is None:
            continue
        last = place
        if not known[-1][1] and place + 1 in places and design_parts(units[place + 1].text) is None:
            last = place + 1
            known = design_parts(f"{text.rstrip(' :')}: {units[last].text}") or ()
        for part, words in known:
            if words:
                parts.setdefault(part, Quote(words, units[place].block.number, units[last].block.number + 1))
        for index in (place, last):
            sections.quote(index)
    return parts


def read_interventions(sections: Sections, name: str, occurrence: int) -> tuple[Quote, ...]:
    """`Type: Name` lines, or a type, below it its name, and below that sentences about it, which no field holds."""
    found: list[Quote] = []
    kind: Quote | None = None
    for place in sections.between(name, occurrence):
        quote = sections.quote(place)
        if intervention_type(quote.text.rstrip(" :")) is not None and kind is None:
            kind = quote._replace(text=quote.text.rstrip(" :"))
        elif kind is not None:
            found.append(kind._replace(text=f"{kind.text}: {quote.text}", end=quote.end))
            kind = None
        elif not found or not _is_sentence(quote.text) or intervention(quote.text) is not None:
            found += (quote._replace(text=words) for words in split_types(quote.text))
    return tuple(found) if kind is None else (*found, kind)


def _is_sentence(text: str) -> bool:
    return text.endswith(".") and len(text.split()) > 2


def read_contacts(sections: Sections) -> tuple[RawContact, ...]:
    """The one contact, where any part of it is shown."""
    name, phone, email = (sections.maybe(label) for label in ("Contact", "Phone", "Email"))
    if name is None and phone is None and email is None:
        return ()
    return (RawContact(name, () if phone is None else (phone,), email),)


def add_rows_again(page: PageReading) -> None:
    """Add the words of rows that stand once more, after everything else was read."""
    for known, quote in rows_again(page.sections, page.labels):
        for fields, parser in known.values:
            page.add(fields, quote, parser, repeats=True)


def add_design(page: PageReading, name: str, occurrence: int) -> None:
    """Add the parts of the design below one of the labels of a name, or beside the first one."""
    beside = page.sections.beside(name) if not occurrence else None
    first = {} if beside is None else {part: beside._replace(text=words) for part, words in _parts(beside.text)}
    for part, quote in (first | read_design(page.sections, name, occurrence)).items():
        if part in Design.model_fields:  # older pages show some that the record does not have
            page.add(f"design.{part}", quote, getattr(phrases, part))


def _parts(text: str) -> Sequence[tuple[str, str]]:
    return design_parts(text) or ()


def design_list(name: str, *, is_beside: bool = False, marker: bool = False) -> Label:
    """A label with the parts of the design below it, which may be written as labels are.

    Args:
        name: the label.
        is_beside: the first part can stand on the label's line.
        marker: as of `many`.
    """
    return many(
        name,
        fields=tuple(f"design.{part}" for part in Design.model_fields),
        telling=design_parts if is_beside else None,
        is_own=_is_part_of_design,
        may_be_blank=True,
        marker=marker,
    )


def _is_part_of_design(units: Sequence[Unit], place: int) -> bool:
    return design_parts(units[place].text) is not None


def intervention_list(name: str) -> Label:
    """A label with interventions below it, whose types may be written as labels are."""
    return many(name, fields=("interventions",), is_own=_is_intervention, may_be_blank=True)


def _is_intervention(units: Sequence[Unit], place: int) -> bool:
    """Whether a line is a type, or a type and a name."""
    return intervention_type(units[place].text.partition(":")[0].strip()) is not None
