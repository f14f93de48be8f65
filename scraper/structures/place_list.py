"""Places of a trial as a nested list: the address in one line, the facility below it.

```
• Caba, Argentina, C1419AHN
  • Novartis Investigative Site
```

A line without a comma heads the places of a country or a state, which each of their addresses says again.
"""

from collections.abc import Sequence
from itertools import pairwise, zip_longest

from schemas.extraction import Quote, RawLocation
from schemas.record import IssueCode
from scraper.layouts.labels import Unit
from scraper.layouts.reading import PageReading


def is_place(units: Sequence[Unit], place: int) -> bool:
    """Whether a line is an entry of the list."""
    return units[place].block.kind == "item"


def read_places(page: PageReading, name: str) -> None:
    """Read the places, and tell what is no place of a known form.

    Args:
        page: the page.
        name: the label of the list.
    """
    sections = page.sections
    units = sections.units
    entries = [place for place in sections.between(name) if is_place(units, place)]
    found: list[RawLocation] = []
    headings: list[int] = []
    above = 0  # how deep the last address stands
    for place, following in zip_longest(entries, entries[1:]):
        depth, text = units[place].block.depth, units[place].text
        has_children = following is not None and units[following].block.depth > depth
        address = _address(sections.quote(place)) if has_children else None
        if address is not None:
            found.append(address)
            above = depth
        elif has_children and "," not in text:
            headings.append(place)
        elif found and not has_children and depth > above:
            facility = found[-1]._replace(facility=sections.quote(place))
            if found[-1].facility is None:
                found.pop()
            found.append(facility)
        else:
            message = "this stands among the places, and is no address of a known form"
            page.issue("locations", IssueCode.NOT_UNDERSTOOD, text, message)
    words = [tuple(quote and quote.text for quote in location) for location in found]
    if any(before == after for before, after in pairwise(words)):
        message = "the same place stands twice in a row"
        page.issue("locations", IssueCode.AMBIGUOUS, " | ".join(units[place].text for place in entries), message)
    said = {quote.text for location in found for quote in (location.state, location.country) if quote is not None}
    for place in headings:
        if units[place].text not in said:
            message = "this heads places, and none of their addresses says it"
            page.issue("locations", IssueCode.NOT_UNDERSTOOD, units[place].text, message)
    page.found.locations = tuple(found)


def _address(quote: Quote) -> RawLocation | None:
    """`City, Country`, or with a state or region before the country; a postal code may follow, and has a digit."""
    parts = [part.strip() for part in quote.text.split(",")]
    if len(parts) > 2 and any(map(str.isdigit, parts[-1])):
        parts = parts[:-1]
    if len(parts) not in (2, 3) or not all(parts) or any(map(str.isdigit, "".join(parts))):
        return None
    city, country = quote._replace(text=parts[0]), quote._replace(text=parts[-1])
    state = quote._replace(text=parts[1]) if len(parts) == 3 else None
    return RawLocation(None, city, state, country)
