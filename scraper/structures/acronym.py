"""A heading that is a title with an acronym in parentheses behind it, told from a title that ends in parentheses."""

import re

from normalizers.identifiers import last_parenthesis, slugged
from normalizers.notes import free_words
from schemas.extraction import Quote
from schemas.record import IssueCode
from scraper.layouts.reading import PageReading


def add_title_and_acronym(page: PageReading, heading: Quote, page_slug: str | None, cut: int) -> None:
    """Add the title and the acronym of a heading; what the page's address holds is the title.

    Args:
        page: gets both, and the doubt where the address does not tell them apart.
        heading: the words.
        page_slug: the part of the page's address that is made of the title, where it is known.
        cut: how many characters of the title an address holds.
    """
    title, acronym = free_words(heading.text) or "", None
    if title.endswith(")") and "(" in title:
        parted = None if page_slug is None else acronym_in(title, page_slug, cut)
        if parted is None:
            tells = "would tell" if page_slug is None else "does not tell"
            message = f"the title ends in a parenthesis that can be its own or the acronym; the page's address {tells}"
            page.issue("acronym", IssueCode.AMBIGUOUS, title[title.rindex("(") :], message)
        else:
            title, acronym = parted
    page.add("title", heading._replace(text=title), free_words)
    page.add("acronym", None if acronym is None else heading._replace(text=acronym), free_words)


def acronym_in(heading: str, page_slug: str, cut: int) -> tuple[str, str | None] | None:
    """Tell the acronym behind a title from a title that ends in parentheses, by the page's address.

    So `… at Home (HAAPI)` with `…-at-home` has an acronym, `… Feasibility Study (EFS)` with `…-efs` has none.

    Returns:
        The title, and the acronym or None. None alone where the address allows both readings, since it is cut before
        the parentheses, or neither, and where the title ends in a sign of unknown spelling.
    """
    last = last_parenthesis(heading)
    if last is None:
        return heading, None
    title, acronym = last
    if not heading.startswith(" (", len(title)) or not 0 < len(acronym) <= LONGEST_ACRONYM:
        return heading, None
    # Only what stands behind the title's last sign of unknown spelling can be compared.
    start = max((sign.end() for sign in _UNKNOWN_IN_SLUG.finditer(title[:cut])), default=0)
    tail = slugged(title[start:cut])
    ends_without = page_slug.endswith(tail)
    ends_with = page_slug.endswith(slugged(heading[start:cut]))
    if not tail or ends_without == ends_with:
        return None
    return (title, acronym) if ends_without else (heading, None)


LONGEST_ACRONYM = 14
"""Characters; the registry takes no longer ones."""
_UNKNOWN_IN_SLUG = re.compile(r"[^A-Za-z0-9 \-',/()]")
