"""What a trial is known by: its NCT id, its numbers elsewhere, the slug in its address, its acronym."""

import re
import unicodedata

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


def secondary_id_kind(constant: str) -> str | None:
    """The words for a constant of the registry: `NIH` is `U.S. NIH Grant/Contract`."""
    return SECONDARY_ID_KINDS.get(constant)


_KINDS = frozenset(fold(kind) for kind in SECONDARY_ID_KINDS.values())
_LONGEST_ID = 60
"""Characters; the registry takes 30."""
_KIND_ENDINGS = (" identifier", " number", " grant/contract")


def secondary_id(text: str) -> SecondaryId | None:
    """One id with its kind, where parentheses behind it hold one: `R01AR053684 (U.S. NIH Grant/Contract)`.

    Who gave it stands behind the kind, after a colon or in parentheses of its own: `Other Identifier: Sponsor`.
    Parentheses that hold no kind belong to the id, as in `CiproPAL (129038)`.

    Returns:
        The id, its kind in the page's words and who gave it, or None where there is no id, parentheses do not pair, or
        the words are too many for an id: then it is prose that slipped below the label.
    """
    words = text.strip()
    if words.count("(") != words.count(")"):
        return None
    number, kind, domain = words, "", ""
    if (last := last_parenthesis(words)) is not None:
        before, inside = last
        if _is_kind(inside):
            number, (kind, _, domain) = before, inside.partition(":")
        elif (inner := last_parenthesis(before)) is not None and _is_kind(inner[1]):
            number, (kind, _, domain) = inner[0], f"{inner[1]}: {inside}".partition(":")
    if not 0 < len(number) <= _LONGEST_ID:
        return None
    return SecondaryId(id=number, kind=kind.strip() or None, domain=domain.strip() or None)


def slugged(text: str) -> str:
    """Words as a part of an address: letters lose their marks and capitals, blanks become hyphens, all else goes."""
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    return _SLUG_JOINTS.sub("-", _NOT_IN_SLUG.sub("", letters)).strip("-")


_NOT_IN_SLUG = re.compile(r"[^a-z0-9\s-]+")
_SLUG_JOINTS = re.compile(r"[\s-]+")


def last_parenthesis(text: str) -> tuple[str, str] | None:
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
