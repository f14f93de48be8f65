"""Trees of criteria in short: what tests compare."""

from collections import Counter
from collections.abc import Iterator, Sequence

from normalizers.criteria.tree import ParsedCriteria, parse_criteria
from normalizers.text import BULLETS, lines
from schemas.document import Block
from schemas.trial import Criterion


def tree(criteria: Sequence[Criterion], indent: str = "") -> list[str]:
    """Each criterion on its line: indented by its depth, with its marker, its text, and its cohort in brackets."""
    shown = []
    for criterion in criteria:
        marker = f"{criterion.marker} " if criterion.marker else ""
        cohort = f" <{criterion.cohort}>" if criterion.cohort else ""
        shown += [f"{indent}{marker}{criterion.text}{cohort}", *tree(criterion.children, indent + "  ")]
    return shown


def read(text: str) -> dict[str, list[str]]:
    divided = parse_criteria(lines(text))
    return {
        side: tree(getattr(divided, side)) for side in ("inclusion", "exclusion", "other") if getattr(divided, side)
    }


def soup(text: str) -> list[Block]:
    """The text's lines as a page without list markup gives them."""
    return [Block(number, "line", line.strip()) for number, line in enumerate(text.splitlines()) if line.strip()]


def items(*texts: str) -> list[str]:
    """The inclusion criteria that lines without any structure give."""
    return tree(parse_criteria(soup("\n".join(texts)), "inclusion").inclusion)


def every(criteria: Sequence[Criterion]) -> Iterator[Criterion]:
    for criterion in criteria:
        yield criterion
        yield from every(criterion.children)


def characters(divided: ParsedCriteria) -> Counter[str]:
    """How often each visible character stands in criteria, headings and items without words, bullets aside."""
    words = [*divided.headings, *divided.blanks]
    for side in divided[:3]:
        words += [(criterion.marker or "") + criterion.text for criterion in every(side)]
    return Counter(sign for sign in "".join(words) if not sign.isspace() and sign not in BULLETS)
