"""What a trial is known by: its NCT id, its numbers elsewhere, the slug in its address, its acronym."""

import re
import unicodedata
from typing import NamedTuple

from normalizers.text import fold
from schemas.trial import SecondaryId
from schemas.values import NCT_ID

_NCT_WORD = re.compile(rf"(?<![A-Z0-9]){NCT_ID.pattern}(?![A-Z0-9])", re.ASCII)


def nct_ids(text: str) -> list[str]:
    """The NCT ids that stand in the text as whole words, in capitals, in order, each once."""
    capitals = text.upper()
    return list(dict.fromkeys(_NCT_WORD.findall(capitals))) if "NCT" in capitals else []


def nct_id(text: str) -> str | None:
    """The NCT id, in capitals, that the text is; None where it is anything else or more."""
    capitals = text.strip().upper()
    return capitals if NCT_ID.fullmatch(capitals) is not None else None


SECONDARY_ID_KINDS = {
    "AHRQ": "U.S. AHRQ Grant/Contract",
    "CDC": "U.S. CDC Grant/Contract",
    "CTIS": "EU Trial (CTIS) Number",
    "EUDRACT_NUMBER": "EudraCT Number",
    "FDA": "U.S. FDA Grant/Contract",
    "NIH": "U.S. NIH Grant/Contract",
    "OTHER": "Other Identifier",
    "OTHER_GRANT": "Other Grant/Funding Number",
    "REGISTRY": "Registry Identifier",
    "SAMHSA": "U.S. SAMHSA Grant/Contract",
    "VA": "U.S. VA Grant/Contract",
}
"""From the registry's constants (API v2 `SecondaryIdType`) to the words it shows."""

_KINDS = frozenset(fold(kind) for kind in SECONDARY_ID_KINDS.values())
_LONGEST_ID = 60
"""Characters; the registry takes 30."""
_KIND_ENDINGS = (" identifier", " number", " grant/contract")


def secondary_id(text: str) -> SecondaryId | None:
    """One id with its kind, where parentheses behind it hold one: `R01AR053684 (U.S. NIH Grant/Contract)`.

    A detail of the kind is kept behind a colon, whether it has parentheses of its own or not: `Other
    Identifier: Sponsor`. Parentheses that hold no kind belong to the id, as in `CiproPAL (129038)`.

    Returns:
        The id and its kind in the page's words, or None where there is no id, parentheses do not pair, or the words
        are too many for an id: then it is prose that slipped below the label.
    """
    words = text.strip()
    if words.count("(") != words.count(")"):
        return None
    number, kind = words, None
    if (last := _last_parenthesis(words)) is not None:
        before, inside = last
        if _is_kind(inside):
            number, kind = before, inside
        elif (inner := _last_parenthesis(before)) is not None and _is_kind(inner[1]):
            number, kind = inner[0], f"{inner[1]}: {inside}"
    return SecondaryId(id=number, kind=kind) if 0 < len(number) <= _LONGEST_ID else None


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
    return Concatenated(tuple(one for joined in ids if (one := joined.strip(_SEPARATORS))), certain)


def slug(title: str) -> str:
    """The last part of a Veeva page's address, as it is made of the trial's brief title.

    The title is cut at 100 characters first, be it within a word. Letters lose their marks and capitals,
    blanks become hyphens, everything else goes; several hyphens become one. Seen are only letters, digits and
    `'`, `,`, `/`, `(`, `)`: how the site spells other signs is not known.
    """
    return _slugged(title[:_SLUG_CUT])


def acronym_in(heading: str, page_slug: str) -> tuple[str, str | None] | None:
    """Tell the acronym behind a title from a title that ends in parentheses, by the page's address.

    A Veeva heading is the brief title, then the acronym in parentheses; the slug is made of the title alone.
    So `… at Home (HAAPI)` with `…-at-home` has an acronym, `… Feasibility Study (EFS)` with `…-efs` has none.

    Args:
        heading: the page's first heading.
        page_slug: the last part of the page's address.

    Returns:
        The title, and the acronym or None. None alone where the slug allows both readings, since it is cut
        before the parentheses, or neither, and where the title ends in a sign of unknown spelling.
    """
    last = _last_parenthesis(heading)
    if last is None:
        return heading, None
    title, acronym = last
    if not heading.startswith(" (", len(title)) or not 0 < len(acronym) <= _LONGEST_ACRONYM:
        return heading, None
    # Only what stands behind the title's last sign of unknown spelling can be compared.
    start = max((sign.end() for sign in _UNKNOWN_IN_SLUG.finditer(title[:_SLUG_CUT])), default=0)
    tail = _slugged(title[start:_SLUG_CUT])
    ends_without = page_slug.endswith(tail)
    ends_with = page_slug.endswith(_slugged(heading[start:_SLUG_CUT]))
    if not tail or ends_without == ends_with:
        return None
    return (title, acronym) if ends_without else (heading, None)


_SLUG_CUT = 100
_LONGEST_ACRONYM = 14
"""Characters; the registry takes no longer ones."""
_NOT_IN_SLUG = re.compile(r"[^a-z0-9\s-]+")
_SLUG_JOINTS = re.compile(r"[\s-]+")
_UNKNOWN_IN_SLUG = re.compile(r"[^A-Za-z0-9 \-',/()]")


def _slugged(title: str) -> str:
    letters = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode("ascii").lower()
    return _SLUG_JOINTS.sub("-", _NOT_IN_SLUG.sub("", letters)).strip("-")


def _last_parenthesis(text: str) -> tuple[str, str] | None:
    """What stands before the parentheses that end the text, and what stands in them."""
    if not text.endswith(")"):
        return None
    depth = 0
    for position in range(len(text) - 1, -1, -1):
        if text[position] == ")":
            depth += 1
        elif text[position] == "(":
            depth -= 1
            if depth == 0:
                return text[:position].rstrip(), text[position + 1 : -1].strip()
    return None


def _is_kind(words: str) -> bool:
    kind = fold(words).partition(":")[0].rstrip()
    return kind in _KINDS or kind.endswith(_KIND_ENDINGS)


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
