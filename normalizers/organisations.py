"""Whether two names are spellings of one organisation: `Lilly` and `Eli Lilly and Company`.

A name is made of words of four kinds: its *own* words (`Lilly`, `Peking`), words of *kind* (`University`, `Hospital`),
words of *trade* that many names share (`Medical`, `Cancer`, `Third`), and its legal form (`Inc.`). Two names are of one
organisation where

- they are the same without legal forms, marks and abbreviations, unless their legal forms are of different countries
  (`Merck KGaA`, `Merck & Co., Inc.`);
- one says in parentheses what the other is (`NCI`, `National Cancer Institute (NCI)`), or is the other's initials;
- one goes on where the other ends (`Peking University`, `Peking University Third Hospital`), but not with `of`
  (`Indiana University of Pennsylvania`), unless a whole follows that (`West China Hospital of Sichuan University`),
  and not to a company's charity (`Novo Nordisk Foundation`);
- one ends with the other, which is own words alone (`Lilly`, `Eli Lilly`), or stands behind a whole name
  (`First Affiliated Hospital of Harbin Medical University`): `Washington University` is not
  `George Washington University`, and `University of Vienna` not `Medical University of Vienna`.

What has no word of its own (`National Cancer Institute`) is one with nothing but itself, since its namesakes stand in
many countries. Undecidable by names, and therefore different here: translations, former names, a daughter and her
mother (`Janssen`, `Johnson & Johnson`). Undecidable, and therefore the same: a short name that two companies share
(`Merck` and either of them).
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

_LEGAL: Final = {
    **dict.fromkeys(("inc", "incorporated", "corp", "corporation", "llc", "lp"), "US"),
    **dict.fromkeys(("ltd", "limited", "plc", "llp", "pty", "pvt"), "GB"),
    **dict.fromkeys(("gmbh", "mbh", "ag", "kg", "kgaa", "ohg"), "DE"),
    **dict.fromkeys(("as", "aps", "ab", "oy", "oyj", "asa"), "Nordic"),
    **dict.fromkeys(("bv", "nv"), "NL"),
    **dict.fromkeys(("sa", "sas", "sarl", "spa", "sprl", "srl", "sl", "ltda", "lda"), "Latin"),
    "kk": "JP",
    **dict.fromkeys(("co", "company", "se", "public"), ""),
}
"""Legal forms, with where they are used; blank where that tells nothing."""

_SHORT: Final = {
    "univ": "university",
    "hosp": "hospital",
    "inst": "institute",
    "ctr": "center",
    "centre": "center",
    "dept": "department",
    "intl": "international",
    "natl": "national",
    "pharma": "pharmaceutical",
    "pharm": "pharmaceutical",
    "lab": "laboratory",
    "laboratories": "laboratory",
    "med": "medical",
    "st": "saint",
    "assoc": "association",
    "biopharma": "biopharmaceutical",
    "universities": "university",
    "therapeutic": "therapeutics",
}
"""Words that are spelled in two ways, each with the one that counts."""

_KINDS: Final = frozenset(
    word
    for line in (
        "academy agency alliance association authority center clinic college company consortium council department",
        "faculty federation foundation fondation fondazione group hopital hopitaux hospital hospitalier hospices",
        "institut institute institution instituto istituto klinik klinikum laboratory ministry network office",
        "organisation organization school service society trust unit universidad universidade universita",
        "universitaire universitat universitario universite universiteit university",
    )
    for word in line.split()
)
"""What an organisation can be."""

_LITTLE: Final = frozenset(
    {
        *("a", "al", "and", "at", "d", "de", "del", "der", "des", "di", "do", "du", "for", "fuer", "fur", "in", "la"),
        *("le", "of", "on", "r", "s", "the", "to", "u", "und", "y"),
    }
)
"""Words that join others. They stand in names of their own, too: `Hoffmann-La Roche`."""

_SHARED: Final = frozenset(
    word
    for line in (
        "biologics biomedical biopharmaceutical bioscience biotech biotechnology innovation pharmaceutical products",
        "technology therapeutics vaccine",
        "cancer cardiology care chest children clinical disease eye health healthcare heart infectious kidney life",
        "lung maternity medical medicine mental oncology ophthalmology orthopaedic orthopedic pediatric prevention",
        "rehabilitation research science stroke surgery surgical traditional translational tropical tuberculosis",
        "women youth",
        "first second third fourth fifth sixth seventh eighth ninth tenth",
        "affiliated american central china chinese city comprehensive control county district federal general global",
        "international municipal national northern people provincial public regional royal saint southern state us usa",
        "veterans",
    )
    for word in line.split()
)
"""Words of branches, ranks and places that names of many organisations share."""

_TRADE: Final = _KINDS | _LITTLE | _SHARED
"""Words that names of many organisations share: alone they name none."""

_PARENTHESIS: Final = re.compile(r"\(([^()]*)\)")
_DOTTED: Final = re.compile(r"\b(?:[^\W\d_](?:\.\s?|/)){1,5}[^\W\d_]\b\.?")
_WORD: Final = re.compile(r"[^\W_]+")


class _Name(NamedTuple):
    words: tuple[str, ...]
    """In order, without legal forms, marks and parentheses."""
    whole: tuple[str, ...]
    """The same with legal forms."""
    turned: tuple[str, ...]
    """The words with what stands behind the first comma put in front: `University Hospital, Ghent`."""
    countries: frozenset[str]
    """Of its legal forms."""
    inside: tuple[str, ...]
    """What stands in parentheses, as one word each."""

    @property
    def is_own(self) -> bool:
        """Whether it holds a word of its own."""
        return _has_own(self.words)


def are_one(first: str, second: str) -> bool:
    """Whether two names are spellings of one organisation, or of it and a part of it."""
    one, two = _name(first), _name(second)
    if not one.words or not two.words:
        return first.split() == second.split()
    if one.inside and two.inside and one.inside != two.inside and one.words == two.words:
        return False
    if {"".join(one.words), "".join(one.turned)} & {"".join(two.words), "".join(two.turned)}:
        return one.countries == two.countries or not one.countries or not two.countries
    if "".join(two.words) in one.inside or "".join(one.words) in two.inside:
        return True
    if sorted(one.words) == sorted(two.words) and "of" not in one.words:
        return True
    if _are_initials(first, two) or _are_initials(second, one):
        return True
    short, long = sorted((one, two), key=lambda name: len(name.whole))
    return short.is_own and (_goes_on(short.whole, long.whole) or _ends_with(short, long.whole))


def _are_initials(short: str, name: _Name) -> bool:
    """Whether a name is the initials of another: `UCSF`, `AP-HP`."""
    letters = short.replace("-", "").strip()
    if len(letters) < _INITIALS or not letters.isalpha() or not letters.isupper():
        return False
    return letters.casefold() == "".join(word[0] for word in name.words if word not in _LITTLE)


_INITIALS: Final = 3
"""Letters at the least."""


def _goes_on(short: Sequence[str], long: Sequence[str]) -> bool:
    """Whether a longer name begins with the shorter, and what follows does not make it another's."""
    if len(short) >= len(long) or tuple(long[: len(short)]) != tuple(short):
        return False
    rest = long[len(short) :]
    if rest[0] == "of":
        return bool(_KINDS.intersection(short)) and bool(_KINDS.intersection(rest)) and _has_own(rest)
    return not _is_charity(short, rest)


def _is_charity(company: Sequence[str], rest: Sequence[str]) -> bool:
    """Whether what stands behind a company's name makes it the name of its charity."""
    return rest[0] in _ENDOWED and not _KINDS.intersection(company)


_ENDOWED: Final = frozenset({"foundation", "fondation", "fondazione", "stiftung"})
"""What stands behind a company's name in that of its charity, which is another organisation."""


def _ends_with(short: _Name, long: Sequence[str]) -> bool:
    """Whether a longer name holds the shorter behind other words, and these do not make it another's."""
    size = len(short.whole)
    for place in range(1, len(long) - size + 1):
        if tuple(long[place : place + size]) == short.whole:
            before, behind = long[:place], long[place + size :]
            if behind and _is_charity(short.whole, behind):
                return False
            is_part = bool(_KINDS.intersection(before)) and (before[-1] in _OF or _has_own(before))
            return is_part or not (_KINDS | _SHARED).intersection(short.words)
    return False


_OF: Final = frozenset({"of", "de", "der", "des", "di", "at"})
"""What stands between a part and its whole: `First Affiliated Hospital of Harbin Medical University`."""


def _has_own(words: Sequence[str]) -> bool:
    return any(word not in _TRADE for word in words)


@lru_cache(maxsize=4096)
def _name(text: str) -> _Name:
    inside = tuple("".join(_words(found)) for found in _PARENTHESIS.findall(text))
    outside = _PARENTHESIS.sub(" ", text)
    head, comma, tail = outside.partition(",")
    words = _words(outside)
    own = _without_forms(words)
    turned = _without_forms(_words(f"{tail} {head}")) if comma else own
    return _Name(own, words, turned, frozenset(filter(None, (_LEGAL.get(word, "") for word in words[1:]))), inside)


def _words(text: str) -> tuple[str, ...]:
    plain = unicodedata.normalize("NFKD", text.replace("&", " and ").replace("'", "").replace("’", ""))
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign)).casefold()
    joined = _DOTTED.sub(lambda found: re.sub(r"[./\s]", "", found[0]), letters)
    found = [_SHORT.get(word, word) for word in _WORD.findall(joined)]
    return tuple(word for word in (_singular(word) for word in found) if word != "the")


def _singular(word: str) -> str:
    """A word of trade without its plural."""
    single = word.removesuffix("s")
    return single if single in _TRADE else word


def _without_forms(words: tuple[str, ...]) -> tuple[str, ...]:
    """A name without its legal form, which stands behind its first word: `and Company`, too."""
    end = len(words)
    while end > 1 and words[end - 1] in _LEGAL:
        end -= 1
        if words[end] in {"co", "company"} and end > 1 and words[end - 1] == "and":
            end -= 1
    kept = words[:1] + tuple(word for word in words[1:end] if word not in _FORMS_WITHIN)
    return kept or words


_FORMS_WITHIN: Final = frozenset({"gmbh", "ltd", "inc", "llc"})
"""Legal forms that are no word of any name, so that they go also where a place follows them."""
