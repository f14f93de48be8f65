"""The words that headings of criteria are made of: in several languages, and misspelt by up to two letters."""

import re
import unicodedata
from functools import lru_cache
from typing import Literal, NamedTuple

Role = Literal[
    "in", "out", "either", "criteria", "eligibility", "chosen", "refused", "not", "no", "and", "of", "lead", ""
]
"""What a word does in a heading.

`in`, `out`: it names a side · `either`: it is a misspelling that can be of both sides · `criteria`: what is headed ·
`eligibility`: it is of both sides · `chosen`, `refused`: whom a sentence takes, or does not (`eligible`, `excluded`) ·
`not`: it turns the word behind it round · `no`: it denies (`none of the exclusion criteria`) · `and`, `of`: it joins ·
`lead`: it says nothing of its own in a heading · blank: any other word.
"""


class Word(NamedTuple):
    """A word of a text, with where it stands."""

    role: Role
    start: int
    end: int


# Named tuples are made without their keyword-reading constructor where hundreds are made.
_new = tuple.__new__

_MOST_WORDS = 16_384
"""How many different words are remembered: about those of two hundred trials."""


def tokenize(text: str) -> list[Word]:
    """Return a text's words in order; signs other than `/`, `&` and `+` are none."""
    pattern = _WORD if text.isascii() else _ANY_WORD
    return [_new(Word, (role_of(match[0]), *match.span())) for match in pattern.finditer(text)]


def mentions_criteria(text: str) -> bool:
    """Return whether any word of a text is about a side or about criteria; nothing else can be a side's heading."""
    return any(map(_is_mention, text.split()))


@lru_cache(maxsize=_MOST_WORDS)
def _is_mention(text: str) -> bool:
    word = text.strip("()[]*.,:;").lower()
    if word.isascii() and word.isalpha():
        return role_of(word) in _NOTED or word in _STARTS or (word[:1] in "adei" and mentions_exclusion(word))
    return mentions_exclusion(text) or any(word.role in _NOTED for word in tokenize(text))


@lru_cache(maxsize=_MOST_WORDS)
def role_of(word: str) -> Role:
    """Return what a word does in a heading.

    A word that is none of ours is taken for the nearest of them that two letters make of it (changed, left out,
    added, or exchanged with its neighbour). `inclusion` and `exclusion` are two letters apart: a word as near to one
    as to the other is of either side.
    """
    folded = _folded(word)
    known = _ROLES.get(folded.translate(_JOINED))
    if known is not None:
        return known
    if folded.endswith(("n't", "n’t")):
        return "not"
    if not _SHORTEST <= len(folded) <= _LONGEST or folded in _REAL_WORDS or not folded.isalpha():
        return ""
    nearest: set[Role] = set()
    least = _MOST_ERRORS
    letters = _letters(folded)
    for spelling, needed, of, most in _MISSPELT[len(folded)]:
        # An error takes no more than one letter away, and brings no more than one in.
        if (needed & ~letters).bit_count() <= least and (letters & ~needed).bit_count() <= least:
            errors = _edit_distance(folded, spelling)
            if errors < least:
                nearest.clear()
            if errors <= min(most, least):
                least = errors
                nearest.add(of)
    if len(nearest) > 1:
        return "either"
    return nearest.pop() if nearest else ""


def mentions_exclusion(text: str) -> bool:
    """Return whether any word of a text is about exclusion, understood or not."""
    return _ABOUT_EXCLUSION.search(_folded(text)) is not None


def _folded(text: str) -> str:
    """Return words in the form of the tables: without case and accents."""
    text = text.casefold()
    if text.isascii():
        return text
    parted = unicodedata.normalize("NFKD", text)
    return unicodedata.normalize("NFKC", "".join(sign for sign in parted if not unicodedata.combining(sign)))


def _letters(word: str) -> int:
    """Return which letters a word has, a bit each."""
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) & 63)
    return bits


def _edit_distance(word: str, spelling: str) -> int:
    """Return how many letters part two words; neighbours that changed places are one (Damerau-Levenshtein)."""
    before: list[int] = []
    last = list(range(len(spelling) + 1))
    for row, letter in enumerate(word, 1):
        current = [row]
        for column, other in enumerate(spelling, 1):
            errors = min(last[column] + 1, current[-1] + 1, last[column - 1] + (letter != other))
            if row > 1 and column > 1 and letter == spelling[column - 2] and word[row - 2] == other:
                errors = min(errors, before[column - 2] + 1)
            current.append(errors)
        before, last = last, current
    return last[-1]


# The languages that are written without blanks are read by the words we know, and else sign by sign.
_UNSPACED = (
    "排除|除外|排斥|不符合|纳入|納入|入选|入選|入组|入組|選択|選定|組入れ|組み入れ|选择|選擇|包含|适格|適格|资格|資格"
    "|标准|標準|基準|准则|準則|条件|條件|项目|項目|主要|关键|關鍵|患者|受试者|受試者|研究|试验|試驗|的|和|与|與|及|、"
    "|제외|선정|포함|기준"
)
_LATIN = (
    r"tak(?:e|ing) part\b|(?:in|ex)cl\.?(?: ?crit\w*|:)"
    r"|(?:in|ex)cluding criteri\w+|[/&+]|ein[-‐–](?=[ /,])|(?:d|l|dell|all|dall|qu|s)['’]"
    r"|[^\W_]+n['’]t\b|[^\W_]+"
)
_WORD = re.compile(_LATIN, re.IGNORECASE)
_ANY_WORD = re.compile(rf"{_UNSPACED}|[぀-ヿ㐀-鿿]|{_LATIN}", re.IGNORECASE)

_TABLE: dict[Role, str] = {
    "in": (
        "inclusion inclusions inclusionary includingcriteria inclusioncriteria inclcriteria inclcrit incl: inclusie"
        " inclusiecriteria inclusao inclusoes inclusione inclusioni ein- ein‐ ein– einschluss"
        " einschlusskriterien einschlusskriterium inklusion inklusionskriterien включения 纳入 納入 入选 入選 入组"
        " 入組 選択 選定 組入れ 組み入れ 选择 選擇 包含 선정 포함"
    ),
    "out": (
        "exclusion exclusions exclusionary excludingcriteria exclusioncriteria exclcriteria exclcrit excl: exclusie"
        " exclusiecriteria exclusao exclusoes exclusiones esclusione esclusioni ausschluss ausschlusse"
        " ausschlusskriterien ausschlusskriterium exklusion exklusionskriterien nichteinschluss"
        " nichteinschlusskriterien noninclusion noninclusions noneligibility ineligibility ineligibilite"
        " inelegibilidad inelegibilidade ineleggibilita исключения невключения 排除 除外 排斥 제외"
    ),
    "criteria": (
        "criteria criterion crit criterias criterium criteriums criterions critere criteres criterio"
        " criterios criteri kriterien kriterium критерии 标准 標準 基準 准则 準則 条件 條件 项目 項目 기준"
    ),
    "eligibility": (
        "eligibility selection recruitment eligibilite elegibilidad elegibilidade eleggibilita 适格 適格 资格 資格"
    ),
    "chosen": (
        "eligible included enrolled enroled enroll enrol participate recruited join qualify suitable"
        " takepart takingpart incluidos incluidas inclus incluses inclusi eingeschlossen"
    ),
    "refused": (
        "excluded exclude excludes excludable ineligible noneligible nonincluded excluidos excluidas"
        " exclus exclues esclusi ausgeschlossen disqualified disqualify disqualifies contraindication"
        " contraindications"
    ),
    "not": "non not cannot unable un nicht nao 不符合 不 非 未",
    "no": "no none neither nor never without",
    "and": "and or et y e ed und oder ou o and/or / & + 和 与 與 及",
    "of": (
        "for of from to in into at among by as de des du d' d’ l' l’ la le les los las el di dell' dell’"
        " della per para pour por da do dos das fur zum zur zu den der die das 的"
    ),
    "lead": (
        "a able additional additionally all an any anyone apply applies are as at be been below both can"
        " case cases clinical common condition conditions considered continued could current each either"
        " entering enrollment enrolment exist factor factors first following follow follows fulfil fulfill"
        " fulfilling fulfills fulfils further general had has have having her his how if include includes"
        " including individual individuals initial investigation is it key least list listed main major"
        " may meet meeting meets met more must next one other our overall part participant participants"
        " participating participation patient patients people person persons point points presence present"
        " presenting primary principal protocol reason reasons requirement requirements research rule"
        " rules satisfy satisfying shall should some specific study subject subjects that the suffering"
        " their them these they this those trial trials trigger two up volunteer volunteers was we were"
        " what when where which who whom whose will with would you your will principales principaux"
        " principais principali wichtigste wichtige allgemeine haupt pacientes patienten etude estudio"
        " estudo studie studio essai 主要 关键 關鍵 患者 受试者 受試者 研究 试验 試驗"
    ),
}
_ROLES: dict[str, Role] = {_folded(word): of for of in reversed(list(_TABLE)) for word in _TABLE[of].split()}

_NOTED = frozenset({"in", "out", "either", "criteria", "eligibility", "chosen", "refused"})
_STARTS = frozenset({"excl", "incl", "take", "taking"})  # of `take part`, `excl. criteria`

_JOINED = str.maketrans("", "", " .")  # `take part` and `excl. criteria` are read as one word

_MOST_ERRORS = 2
"""`Exculsoin` is an exclusion; with three errors `bacteria` would be criteria."""

# Which words are found where they are misspelt, and by how many letters at most. Participles are near to too many
# others (`exceeded`, `extruded`).
_MISSPELLINGS: tuple[tuple[tuple[str, ...], Role, int], ...] = (
    (("inclusion", "inclusions", "einschlusskriterien"), "in", 2),
    (("exclusion", "exclusions", "noninclusion", "ineligibility", "ausschlusskriterien"), "out", 2),
    (("criteria", "criterion", "kriterien"), "criteria", 2),
    (("eligibility",), "eligibility", 2),
    (("eligible", "included"), "chosen", 1),
    (("excluded", "ineligible"), "refused", 1),
)
_SHORTEST = 6
_LONGEST = 26
# By the length of the words that can be a misspelling of them.
_MISSPELT = {
    length: [
        (word, _letters(word), of, most)
        for of_words, of, most in _MISSPELLINGS
        for word in of_words
        if abs(len(word) - length) <= most
    ]
    for length in range(_SHORTEST, _LONGEST + 1)
}

# Words of their own that are within two letters of one of ours.
_REAL_WORDS = frozenset(
    (
        *("arterial", "bacteria", "conclusion", "conclusions", "excision", "excisions", "exclusive", "excursion"),
        *("excursions", "expansion", "explosion", "expulsion", "extrusion", "illegible", "illusion", "illusions"),
        *("incision", "incisions", "inclusive", "incursion", "incursions", "infusion", "infusions", "intrusion"),
        *("intrusions", "invasion", "legibility", "legible", "negligible", "occlusion", "occlusions", "preclusion"),
        *("reclusion", "seclusion"),
    )
)

_ABOUT_EXCLUSION = re.compile(
    r"\b(?:non?[- –—‐‑]?|in|not )(?:inclu[sd]|elig)|\bexclu(?!ding\b(?! criteri)|siv)|\besclu|\bausschl|\bausgeschl"
    r"|\be[xk]s?klu|\bwyklucz|\bdısla|استبعاد|\bdisqualif|\bnao inclu|исключ|невключ|排除|除外|제외"
)
