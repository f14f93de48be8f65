"""Ids that a page shows one behind the other without a separator: `2013-004508-21OA`."""

import re
from typing import NamedTuple

from normalizers import phrases
from schemas.extraction import Quote
from schemas.record import IssueCode
from schemas.trial import SecondaryId
from scraper.layouts.reading import PageReading


def add_ids(page: PageReading, quote: Quote | None) -> None:
    """Add the ids of a value, and the doubt where one of them can be several."""
    page.add("secondary_ids", quote, concatenated_ids, repeats=False)
    if quote is not None and not phrases.blank(quote.text) and not split_concatenated(quote.text).certain:
        message = "the page concatenates ids without a separator, and no known form of id shows where one ends"
        page.issue("secondary_ids", IssueCode.AMBIGUOUS, quote.text, message)


def concatenated_ids(text: str) -> tuple[SecondaryId, ...] | None:
    """The ids that stand in a value; None for a blank one."""
    if phrases.blank(text):
        return None
    return tuple(SecondaryId(id=one) for one in split_concatenated(text).ids) or None


class Concatenated(NamedTuple):
    """What a value of several ids, shown without a separator, can be divided into."""

    ids: tuple[str, ...]
    """The ids in order; none for a blank value."""
    certain: bool
    """False where one of these can be several that nothing shows the seam of."""


_SEPARATORS = " ,;"

# Forms of fixed length, so that they show where they end. The groups differ in how well they show where they
# start: `named` opens with the registry's name; `number` with digits, so it is not clear whose a digit before
# it is; `grant` opens with digits and letters as sponsors' ids do, so nothing may stand right before it.
_KNOWN_ID = re.compile(
    r"""
    (?P<named>
        ACTRN\d{14} | CDR\d{10} | ChiCTR\d{10} | DRKS\d{8} | ISRCTN-?\d{8} | JapicCTI-\d{6}
        | jRCT(?:\d{10}|s\d{9}) | KCT\d{7} | NCI-20\d\d-\d{5} | NCT\d{8} | TCTR\d{11} | U1111-\d{4}-\d{4}
        | UMIN\d{9}
    )
    | (?P<number>
        20\d\d-0\d{5}-\d\d              # EudraCT
        | 20\d\d-5\d{5}-\d\d(?:-\d\d)?  # CTIS, the last two digits are its version
        | 20\d\d-A\d{5}-\d\d            # ID-RCB, France
    )
    | (?P<grant>                        # NIH: application type, activity, institute, number, year and suffix
        [1-9]?(?:[A-Z]\d\d|[A-Z]{2}\d)
        (?:A[AGIRT]|C[AM]|D[ACEK]|E[BSY]|GM|H[DGLS]|LM|M[DH]|N[RS]|OD|RR|T[RW])
        \d{6}(?:-\d\d(?:[AS]\d){0,2}(?![A-Za-z\d]))?
    )
    """,
    re.ASCII | re.VERBOSE,
)


def split_concatenated(text: str) -> Concatenated:
    """Divide ids that stand without a separator where a known form of id shows the seam, and nowhere else.

    `2013-004508-21OA` is the EudraCT number `2013-004508-21` and `OA`. A single id comes back as it is. What is of no
    known form is certain only where it is too short for two: letters, up to five digits, or letters and such digits.
    """
    ids: list[str] = []
    certain = True
    last: _Piece | None = None
    for piece in _pieces(text):
        if last is None or _shows_seam(last, piece):
            ids.append(piece.text)
        else:
            ids[-1] += piece.text
            certain = False
        words = piece.text.strip(_SEPARATORS)
        certain = certain and (piece.form is not None or not words or _ONE_UNKNOWN_ID.fullmatch(words) is not None)
        last = piece
    return Concatenated(tuple(one for glued in ids if (one := glued.strip(_SEPARATORS))), certain)


class _Piece(NamedTuple):
    """A known id, or what stands between two of them; `form` is the name of the known id's group."""

    text: str
    form: str | None


def _pieces(text: str) -> list[_Piece]:
    pieces: list[_Piece] = []
    end = 0
    for match in _KNOWN_ID.finditer(text):
        if match.start() > end:
            pieces.append(_Piece(text[end : match.start()], None))
        pieces.append(_Piece(match[0], match.lastgroup))
        end = match.end()
    if end < len(text):
        pieces.append(_Piece(text[end:], None))
    return pieces


def _shows_seam(left: _Piece, right: _Piece) -> bool:
    """Whether one id surely ends and another begins between two pieces, one of them at least a known form."""
    if left.form is not None and right.form is not None:
        return True
    if left.form is None:
        # Letters alone can name the number behind them: `EudraCT2013-004508-21`, `WHO U1111-1264-5412`.
        if _DIGIT.search(left.text) is None:
            return not left.text.strip(_SEPARATORS)
        before = left.text[-1]
        return (
            before in _SEPARATORS
            or (right.form == "named" and before.isalnum())
            or (right.form == "number" and before.isalpha())
        )
    words = right.text.strip(_SEPARATORS)
    if right.text[0] == " ":
        return not words or _DIGIT.search(words) is not None  # `U1111-1277-3764 (WHO)` is one id
    return right.text[0] in _SEPARATORS or (right.text[0].isalpha() and len(words) > 1)


_DIGIT = re.compile(r"\d", re.ASCII)
# Of the 9,120 ways to glue two of the 96 secondary ids of real records none looks like this; 70 of the 96 themselves
# do, or have a known form.
_ONE_UNKNOWN_ID = re.compile(r"[A-Za-z]+(?:[-_ /.]?\d{1,5})?|\d{1,5}", re.ASCII)
