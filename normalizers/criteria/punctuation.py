"""Signs that end sentences and items of lists, or announce what follows."""

from typing import Final

COLONS: Final = frozenset(":：")
SEMICOLONS: Final = frozenset(";；")
ITEM_ENDS: Final = frozenset(".。") | SEMICOLONS
SENTENCE_ENDS: Final = ITEM_ENDS | COLONS | frozenset("!?！？")
HEADING_END: Final = " :："
"""What stands between the words of a heading and what it heads; for `str.rstrip`."""
