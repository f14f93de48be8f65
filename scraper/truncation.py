"""Pages that break off: how one is told, and what of it is doubtful."""

from collections.abc import Iterator, Mapping, Sequence

from schemas.document import Document
from schemas.record import Evidence, Issue, IssueCode
from scraper.sites.layout import Layout, find


def truncation(document: Document, layout: Layout) -> str | None:
    """How a page is known to end early, in a few words; None where it is not.

    The line that stands behind the trial on every page of the layout is not there. Of a layout without such a line it
    is never known. That markup ends within a tag or without `</html>` tells nothing by itself: whole pages do so, too.

    Args:
        document: the page before it was cleaned.
        layout: the page's.
    """
    if layout.ends_early is not None:
        return layout.ends_early(document)
    if layout.end is None or (layout.ends_otherwise is not None and layout.ends_otherwise(document)):
        return None
    ends = find(document, layout.end)
    # A menu above the trial may hold the same words.
    is_whole = ends and ends[-1] >= layout.content(document).start
    return None if is_whole else f"the page ends before the line {layout.end!r}"


def truncation_issues(
    document: Document, layout: Layout, evidence: Mapping[str, Sequence[Evidence]]
) -> Iterator[Issue]:
    """What a page that breaks off leaves open: all that follows, and whether what was read last is whole.

    Args:
        document: the page before it was cleaned.
        layout: the page's.
        evidence: the words that each value was read from.
    """
    told = truncation(document, layout)
    if told is None:
        return
    message = f"{told}: what stands in front of it may be missing"
    yield Issue(field=None, code=IssueCode.MISSING, text="", message=message)
    end = max((quote.blocks[1] for quotes in evidence.values() for quote in quotes), default=0)
    last = next((block.text for block in document.blocks if block.number == end - 1), "")
    for path, quotes in evidence.items():
        quote = next((quote for quote in quotes if quote.blocks[1] == end), None)
        if quote is not None:
            # Of several blocks the last one alone can be cut; of a table's row the cell that holds the value.
            text = quote.text if quote.blocks == (end - 1, end) else last
            message = "the page breaks off behind these words: they, or what belongs to them, may be cut"
            yield Issue(field=path, code=IssueCode.UNTRUSTED, text=text, message=message)
