"""The issues of a page that breaks off.

A layout tells it by what stands behind the trial on every page of it. That markup ends within a tag or without
`</html>` tells nothing by itself: whole pages do so, too. Both together are a doubt about the page (`open_end`).
"""

from collections.abc import Iterator, Mapping, Sequence

from schemas.document import Document
from schemas.record import Evidence, Issue, IssueCode


def truncation_issues(
    document: Document, told: str | None, evidence: Mapping[str, Sequence[Evidence]]
) -> Iterator[Issue]:
    """What a page that breaks off leaves open: all that follows, and whether what was read last is whole.

    Args:
        document: the page before it was cleaned.
        told: where the page ends early, as its layout says it; None where it does not.
        evidence: the words that each value was read from.
    """
    if told is None:
        return
    message = f"{told}: what stands in front of it may be missing"
    yield Issue(field=None, code=IssueCode.MISSING, text="", message=message)
    end = max((quote.blocks[1] for quotes in evidence.values() for quote in quotes), default=0)
    last = next((block.text for block in document.blocks if block.number == end - 1), "")
    for path, quotes in evidence.items():
        quote = next((quote for quote in quotes if quote.blocks[1] == end), None)
        if quote is not None:
            # Of several blocks the last one alone can be cut; of a table's row the last line of the value's cell.
            text = quote.text.rpartition("\n")[2] if quote.blocks == (end - 1, end) else last
            message = "the page breaks off behind these words: they, or what belongs to them, may be cut"
            yield Issue(field=path, code=IssueCode.UNTRUSTED, text=text, message=message)
