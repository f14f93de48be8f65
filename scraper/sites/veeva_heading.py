"""What stands above the first label of a Veeva page: the title, the sponsor's initial or logo, the sponsor.

None of them has a label. The page itself says which block is the title: by its address, by the words of its `title`
element, by a heading, or by the initial between title and sponsor. Where nothing says so, neither is read.
"""

from collections.abc import Mapping, Sequence
from itertools import islice

from normalizers.boilerplate import block_rule
from normalizers.identifiers import slug
from normalizers.page_chrome import not_an_entry
from normalizers.text import fold
from schemas.document import Block, Document
from schemas.raw import Quote
from scraper.layouts.sections import Sections

SITE_NAME = "ClinicalTrials.Veeva"
STATUS = ("status", "status and phase")
"""The first label, in lower case."""


def title_place(document: Document, status: int, page_slug: str | None) -> int:
    """The position of the title among the blocks before the status; that of the status where nothing tells it."""
    blocks = document.blocks[:status]
    places = [place for place, block in enumerate(blocks) if block_rule(block) is None and block.text != SITE_NAME]
    if page_slug is not None:
        for place in places:
            if _fits_slug(blocks[place].text, page_slug):
                return place
    if named := _in_title_element(document.title, blocks, places):
        return named[-1]
    headings = _highest_headings(blocks, places)
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
    return places[0] if len(places) == 2 else status


def avatar(document: Document, content: range) -> Mapping[int, str]:
    """The sponsor's initial or the name of its logo, which stands between title and sponsor."""
    blocks = document.blocks
    above = list(islice((place for place in content if block_rule(blocks[place]) is None), 8))
    ends = [place for form in STATUS for place in document.places.get(form, ()) if place > content.start]
    places = [place for place in above if not ends or place < min(ends)]
    return {place: "avatar" for place in _avatars(blocks, places)[:1] if place != content.start}


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


def _fits_slug(text: str, page_slug: str) -> bool:
    """Whether the address is made of a title, as far as its own parenthesis may be the acronym."""
    title = slug(text.rpartition(" (")[0] or text)
    return len(title) > 3 and (page_slug.startswith(title) or title.startswith(page_slug))


def _in_title_element(title: str, blocks: Sequence[Block], places: Sequence[int]) -> list[int]:
    """The blocks whose words the `title` element begins with, of several kinds of them the longest."""
    folded = fold(title)
    found = [place for place in places if len(blocks[place].text) > 3 and folded.startswith(fold(blocks[place].text))]
    longest = max((len(blocks[place].text) for place in found), default=0)
    return [place for place in found if len(blocks[place].text) == longest]


def _highest_headings(blocks: Sequence[Block], places: Sequence[int]) -> Sequence[int]:
    """The headings of the highest level; none where several have it that is not the first, as menus and filters do."""
    levels = {place: blocks[place].depth for place in places if blocks[place].kind == "heading" and blocks[place].depth}
    highest = min(levels.values(), default=1)
    top = [place for place, level in levels.items() if level == highest]
    return [] if highest > 1 and len(top) > 1 else top


def _avatars(blocks: Sequence[Block], places: Sequence[int]) -> list[int]:
    """The positions of initials and logos: the sponsor's name follows, and the title stands before."""
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
