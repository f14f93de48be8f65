"""Signs that end sentences and items of lists, announce what follows, or enclose a number."""

from typing import Final

COLONS: Final = frozenset(":：")
SEMICOLONS: Final = frozenset(";；")
ITEM_ENDS: Final = frozenset(".。") | SEMICOLONS
SENTENCE_ENDS: Final = ITEM_ENDS | COLONS | frozenset("!?！？")
OPENING: Final = "(（"
CLOSING: Final = ")）"
HEADING_END: Final = " :："
"""What stands between the words of a heading and what it heads; for `str.rstrip`."""
