"""What stands above the first label of a study's page: the title, the sponsor's initial or logo, the sponsor.

None of them has a label. The page itself says which block is the title: by its address, by the words of its `title`
element, by a heading, or by the initial between title and sponsor. Where nothing says so, neither is read.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from normalizers.page_chrome import not_an_entry
from normalizers.text import fold
from schemas.document import Block, Document
from schemas.extraction import Quote
from scraper.layouts.labels import Label
from scraper.layouts.layout import find
from scraper.layouts.openers import first_opening
from scraper.layouts.sections import Sections
from scraper.structures.identifiers import has_nct_id


def first_label(document: Document, labels: tuple[Label, ...], end: int, second: str, numbers: str) -> int:
    """The number of the first label, also where a menu or a filter above the trial names labels, too.

    Args:
        document: the page.
        labels: the layout's.
        end: the number behind the trial.
        second: the label that follows the first one, in lower case.
        numbers: the label of the trial's numbers, in lower case.
    """
    numbered = [place for place in find(document, numbers) if place < end and has_nct_id(document, place)]
    end = numbered[1] if len(numbered) > 1 else end  # a second trial: it begins behind the first one's labels
    seconds = [place for place in find(document, second) if place < end]
    names = [alias.lower() for alias in labels[0].aliases]
    firsts = [place for place in find(document, *names) if seconds and place < seconds[0]]
    if len(seconds) == 1 and firsts:
        return firsts[-1]
    # All labels together tell which ones are the trial's.
    return first_opening(replace(document, blocks=document.blocks[:end]), labels)


def title_place(
    document: Document, first_label: int, site_words: Sequence[str], fits_address: Callable[[str], bool]
) -> int:
    """The number of the title above the first label; that of the label where nothing tells it.

    Args:
        document: the page.
        first_label: its number.
        site_words: what the site says of itself above the title, in lower case.
        fits_address: whether the page's address is made of a title.
    """
    blocks = document.blocks[:first_label]
    known = {*document.boilerplate, *find(document, *site_words)}
    places = [place for place in range(first_label) if place not in known]
    for place in places:
        if fits_address(blocks[place].text):
            return place
    if named := in_title_element(document.title, blocks, places):
        return named[-1]
    headings = highest_headings(blocks, places)
    before = dict(zip(places[1:], places, strict=False))
    avatars = [place for place in _avatars(blocks, places) if not headings or before[place] in headings]
    if avatars:
        # A button may stand between the title and the initial: the frame ends above the last line that is none.
        frame = max({*range(before[avatars[-1]])}.difference(places), default=-1)
        above = [place for place in places if frame < place < avatars[-1]]
        named = [place for place in above if not_an_entry(blocks[place].text) is None] or above
        if headings or document.form != "text":
            return above[-1] if headings else named[-1]
        # No markup tells a title from a menu: titles are long. What stands behind the longest line is told.
        return max(named, key=lambda place: len(blocks[place].text))
    if headings:
        return headings[-1]
    return places[0] if len(places) == 2 else first_label


def around_title(
    document: Document, content: range, first_labels: Sequence[str], badges: Sequence[str]
) -> Mapping[int, str]:
    """Badges, and the sponsor's initial or the name of its logo, which stands between title and sponsor.

    Args:
        document: the page.
        content: the numbers of the blocks that are the trial.
        first_labels: the first label in all its forms, in lower case.
        badges: what the site says of a trial that is no word of it, in lower case.
    """
    blocks = document.blocks
    widgets = {place: "widget" for place in find(document, *badges) if place in content}
    known = {*document.boilerplate, *widgets}
    above = list(islice((place for place in content if place not in known), 8))
    ends = [place for form in first_labels for place in document.places.get(form, ()) if place > content.start]
    places = [place for place in above if not ends or place < min(ends)]
    return widgets | {place: "avatar" for place in _avatars(blocks, places)[:1] if place != content.start}


def title_and_sponsor(sections: Sections) -> tuple[Quote | None, Quote | None]:
    """What stands before the first label: the title, and the sponsor behind the initial, or right behind the title.

    Where more lines stand there, which of them is which is doubtful, and the others stay unread.
    """
    above = range(sections.first)
    if not above:
        return None, None
    units = sections.units
    gaps = [place for place in above[1:] if units[place].block.number > units[place - 1].block.number + 1]
    start = gaps[0] if gaps else 1
    titles = [place for place in above[:start] if not_an_entry(units[place].text) is None] or list(above[:start])
    names = [place for place in above[start:] if not_an_entry(units[place].text) is None]
    names = [place for place in names if len(units[place].text) > 1] or names  # an initial that nobody's name follows
    title, sponsor = max(titles, key=lambda place: len(units[place].text)), next(iter(names), None)
    if start > 1:
        sections.doubt("title", units[title].text, "several lines stand where the title stands")
    if sponsor is not None and len(above) - start > 1:
        sections.doubt("sponsor", units[sponsor].text, "several lines stand where the sponsor stands")
    return sections.quote(title), None if sponsor is None else sections.quote(sponsor)


def in_title_element(title: str, blocks: Sequence[Block], places: Sequence[int]) -> list[int]:
    """The blocks whose words the `title` element begins with, of several kinds of them the longest."""
    folded = fold(title)
    found = [place for place in places if len(blocks[place].text) > 3 and folded.startswith(fold(blocks[place].text))]
    longest = max((len(blocks[place].text) for place in found), default=0)
    return [place for place in found if len(blocks[place].text) == longest]


def highest_headings(blocks: Sequence[Block], places: Sequence[int]) -> Sequence[int]:
    """The headings of the highest level; none where several have it that is not the first, as menus and filters do."""
    levels = {place: blocks[place].depth for place in places if blocks[place].kind == "heading" and blocks[place].depth}
    highest = min(levels.values(), default=1)
    top = [place for place, level in levels.items() if level == highest]
    return [] if highest > 1 and len(top) > 1 else top


def _avatars(blocks: Sequence[Block], places: Sequence[int]) -> list[int]:
    """The numbers of initials and logos: the sponsor's name follows, and the title stands before."""
    return [
        place
        for before, place, after in zip(places, places[1:], places[2:], strict=False)
        if len(blocks[before].text) > 1
        and (_is_avatar(blocks[place].text, blocks[after].text) or (len(places) == 3 and len(blocks[place].text) == 1))
    ]


def _is_avatar(text: str, sponsor: str) -> bool:
    """`A`, the initial that stands in for a logo, or `<Name> logo`, the logo's alt text."""
    if len(text) == 1:
        return text.isalpha() and fold(sponsor).startswith(fold(text)) and len(sponsor) > 1
    return text == sponsor or (text.lower().endswith(" logo") and fold(text[:-5]) == fold(sponsor))
