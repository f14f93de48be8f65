"""Finds words which show that bytes were wrongly read as windows-1252.

Any bytes can be read as windows-1252: of Chinese, Korean, Cyrillic or Greek it makes letters, too. But no Western word
has three accented letters in a row, a capital behind a small letter, or a currency sign within.
"""

import re
from typing import Final


def misspelt_word(text: str, *, is_declared: bool = False) -> str | None:
    """The first word that no language of windows-1252 spells so; None where there is none.

    Args:
        text: what windows-1252 makes of the bytes, with `SOUND` for signs that were read otherwise.
        is_declared: the page itself says windows-1252; else its letters must be of one language or of those that have
            the same bytes in the code pages of Central Europe and Turkey.
    """
    alphabets = _ALPHABETS
    for run in _RUN.findall(text):
        for piece in () if run.isascii() else _BETWEEN_SIGNS.split(run):
            if piece.replace(SOUND, "").isascii():
                continue
            word = _WORD.fullmatch(piece)
            if word is None or (word[2] and not _is_word(word[1], word[2], word[3])):
                return str(run)
            if not is_declared and word[2] and (own := set(word[2].lower()) - _SHARED):
                alphabets = tuple(alphabet for alphabet in alphabets if own <= alphabet)
                if not alphabets:
                    return str(run)
    return None


def _is_word(opening: str, letters: str, closing: str) -> bool:
    if letters.isascii():
        return True
    if len(letters) == 1:
        return not opening and not closing  # `à`, `é`, `ó`; `Â°` is a degree sign in UTF-8
    return _NO_WORD.search(letters) is None


_LETTERS: Final = "A-Za-zÀ-ÖØ-öø-ÿŠšŽžŒœŸ"
SOUND: Final = "\ue000"
"""Stands for a sign that is known; what is glued to it and was a guess makes a word odd."""

_RUN: Final = re.compile("[A-Za-z\x80-\x9f\xa1-\uffff]+")
_BETWEEN_SIGNS: Final = re.compile(
    rf"[‘’–—…•]|(?<![^\x00-\x7f])[®™]|(?<![{_LETTERS}])[“”]|[“”](?![{_LETTERS}])|(?<=[A-Za-z])·(?=[A-Za-z])"
)
_WORD: Final = re.compile(rf"([«‹‚„¿¡§¶µ°º~†‡©]?)([{_LETTERS}]+)([»›®™©ªº°²³†‡]?)|[«»‹›¿¡£€¥¢§¶µ°ªº±×÷~†‡©®™¹²³¼½¾·]")
_NO_WORD: Final = re.compile(
    "[^\x00-\x7f]{3}"  # three accented letters
    "|[a-zß-ÿšžœ][À-ÞŠŽŒŸ]"  # a capital behind a small letter
    "|^[^\x00-\x7f]+$"  # none of ASCII's
)

_SHARED: Final = frozenset("abcdefghijklmnopqrstuvwxyzßáâäçéëíîóôöúü")
"""Letters that windows-1250 and windows-1254 have in the same place; `ý` stands for `ı` in the latter."""

_ALPHABETS: Final = tuple(
    map(frozenset, ("àèêïùûœæÿñ", "àèìòùïñ", "àãêõñ", "åæø", "åšž"))  # French, Italian and Catalan, Portuguese, Nordic
)
