"""How the criteria of registry records are read: sides, headings, letters, and no character lost.

`python -m tests.criteria_figures` prints the figures for the registry's texts, for the same texts joined to one line as
the aggregator shows them, and for clean pages of each layout with criteria. `--list` names what they count.
"""

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import NamedTuple

from normalizers.criteria.sides import parse_side_heading
from normalizers.criteria.tree import ParsedCriteria, parse_criteria
from normalizers.text import BULLETS, lines, unescaped
from schemas.document import Block
from schemas.record import IssueCode, Record
from schemas.trial import Criterion, Eligibility
from scraper.sites import LAYOUTS
from tests.mutations.bases import outcome, with_tables_apart, write
from tests.mutations.clean_pages import address, pages
from tests.mutations.clean_sheet import Study, study
from tests.mutations.flood import bundled, kept_elsewhere
from tests.reskin import Dice, outline

MARKUP = "semantic"
FAULTS = (
    "criterion on the wrong side, not told",
    "criterion lost in a heading",
    "criterion without a letter",
    "character lost",
)
BULLET = "bullet before an item's own marker, left out"
"""`* 1. …`: no fault, and counted by itself."""
_BY_KEY = {layout.key: layout for layout in LAYOUTS}
_SIDES = ("inclusion", "exclusion")


class Figures(NamedTuple):
    """What was counted in one form of the criteria."""

    form: str
    criteria: int
    doubted: bool
    """Something about them is told to be doubtful."""
    faults: tuple[tuple[str, str], ...]
    """One of `FAULTS` each, and the words."""


def of_record(content: bytes) -> list[Figures]:
    """The figures of one record in all forms."""
    one = study(content)
    blocks = lines(one.criteria)
    read = parse_criteria(blocks)
    return [
        _of_text("registry text", one.criteria, read, _plain_sides(one.criteria)),
        _of_text("one line", one.criteria, parse_criteria([Block(0, "line", in_one_line(one.criteria))]), _sides(read)),
        *_of_pages(one, read),
    ]


def in_one_line(text: str) -> str:
    """Criteria as the newer pages of the aggregator show them: bullets are hyphens, and all is one line."""
    return " ".join([f"- {block.text}" if block.marker in {"*", "-", "•"} else block.words for block in lines(text)])


def flat(criteria: Iterable[Criterion]) -> Iterator[Criterion]:
    """Criteria with those below them, in reading order."""
    for criterion in criteria:
        yield criterion
        yield from flat(criterion.children)


def _plain_sides(text: str) -> dict[str, str]:
    """The words on each side, where one line says where each begins and no other speaks of criteria; else nothing."""
    heads = list(re.finditer(r"(?m)^.*clusion.*$", text, re.IGNORECASE))
    plain = [re.fullmatch(r"\W*(in|ex)clusion criteria\W*", match[0], re.IGNORECASE) for match in heads]
    if [match and match[1].lower() for match in plain] != ["in", "ex"]:
        return {}
    between = text[heads[0].end() : heads[1].start()]
    return {"inclusion": _letters(between), "exclusion": _letters(text[heads[1].end() :])}


def _sides(read: ParsedCriteria | Eligibility) -> dict[str, str]:
    return {side: "|".join(_letters(one.text) for one in flat(getattr(read, side))) for side in _SIDES}


def _of_text(form: str, text: str, read: ParsedCriteria, sides: dict[str, str]) -> Figures:
    every = [*flat(read.inclusion), *flat(read.exclusion), *flat(read.other)]
    faults = [(FAULTS[0], words) for words in _wrong_sided(read, sides) if not read.doubts]
    # An item, or a sentence, is a criterion; a heading of a side may be written as either.
    items = {_letters(block.text) for block in lines(text) if block.marker and block.text[-1:] not in ":："}
    own = [words for words in read.headings if parse_side_heading(words) is None]
    faults += [(FAULTS[1], words) for words in own if words[-1] == "." or _letters(words) in items]
    faults += [(FAULTS[2], one.text) for one in every if not any(map(str.isalpha, one.text))]
    held = [*(f"{one.marker or ''}{one.text}" for one in every), *read.headings, *read.blanks]
    shown = _COMMENT.sub("", in_one_line(text) if form == "one line" else text)
    lost = _characters(unescaped(shown)) - _characters(" ".join(held))
    faults += [(BULLET if sign in BULLETS else FAULTS[3], f"{sign} ({count})") for sign, count in lost.items()]
    return Figures(form, len(every), bool(read.doubts), tuple(faults))


def _wrong_sided(read: ParsedCriteria | Eligibility, sides: dict[str, str]) -> Iterator[str]:
    """Criteria whose words stand on the other side, and on theirs do not."""
    for side, other in (_SIDES, _SIDES[::-1]):
        for one in flat(getattr(read, side)):
            words = _letters(one.text)
            if sides and words in sides[other] and words not in sides[side]:
                yield one.text


def _of_pages(one: Study, read: ParsedCriteria) -> Iterator[Figures]:
    truth = _sides(read)
    expected = [_letters(each.text) for side in (*_SIDES, "other") for each in flat(getattr(read, side))]
    for key, document in pages(one):
        if "eligibility.inclusion" in _BY_KEY[key].never_shows:
            continue
        page = write(with_tables_apart(outline(document, _BY_KEY[key])), MARKUP, Dice(f"{one.trial.nct_id} {key}"))
        record = outcome(page, address(key, one.trial))
        if not isinstance(record, Record):
            raise TypeError(f"{one.trial.nct_id} {key}: {record}")
        found = record.trial.eligibility
        told = any(
            (issue.field or "").startswith("eligibility") and issue.code is not IssueCode.UNTRUSTED
            for issue in record.issues
        ) or any(issue.code is IssueCode.UNREAD for issue in record.issues)
        every = [each for side in (*_SIDES, "other") for each in flat(getattr(found, side))]
        faults = [(FAULTS[0], words) for words in _wrong_sided(found, truth) if not told]
        faults += [(FAULTS[2], each.text) for each in every if not any(map(str.isalpha, each.text))]
        cohorts = dict.fromkeys(each.cohort for each in every if each.cohort)
        lost = Counter("".join(expected)) - Counter(_letters(" ".join([*(each.text for each in every), *cohorts])))
        faults += [(FAULTS[3], f"{sign} ({count})") for sign, count in lost.items() if not told]
        yield Figures(key, len(every), told, tuple(faults))


_COMMENT = re.compile(r"<!--.*?-->")
"""The registry's editor puts an empty one between two lists; it shows nothing."""


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()


def _characters(text: str) -> Counter[str]:
    return Counter(sign for sign in text if not sign.isspace())


def report(figures: Sequence[Figures], *, lists: bool) -> Iterator[str]:
    """The figures, form by form."""
    for form in dict.fromkeys(one.form for one in figures):
        own = [one for one in figures if one.form == form]
        told = sum(one.doubted for one in own)
        criteria = sum(one.criteria for one in own)
        yield f"{form}: {len(own)} records, {criteria:,} criteria, a doubt on {told} records"
        for fault in (*FAULTS, BULLET):
            words = [words for one in own for kind, words in one.faults if kind == fault]
            yield f"  {fault}: {len(words)}"
            yield from [f"      {text[:200]}" for text in words if lists]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; fail where a criterion is on the wrong side, in a heading, without a letter or incomplete."""
    parser = argparse.ArgumentParser(prog="python -m tests.criteria_figures", description=__doc__)
    parser.add_argument("--list", action="store_true", help="name what is counted")
    options = parser.parse_args(arguments)
    records = kept_elsewhere() or bundled()
    with ProcessPoolExecutor(2) as pool:
        figures = [one for each in pool.map(of_record, records, chunksize=4) for one in each]
    print("\n".join(report(figures, lists=options.list)))
    return int(any(kind in FAULTS for one in figures for kind, _ in one.faults))


if __name__ == "__main__":
    sys.exit(main())
