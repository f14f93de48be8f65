"""The same page in other clothes: a page's blocks written as HTML in many markups that keep its text and order.

What a markup shows by its elements alone is kept where a reader needs it: which blocks are headings, the depth and
the marker of items, the cells of rows. Only labels that a layout knows may lose their element, since their words
tell them.
"""

from tests.reskin.outlines import LABELS, Group, Outline, outline
from tests.reskin.rendering import render
from tests.reskin.skins import SKINS, Around, Bullets, Dice, Shape, Skin, Words

__all__ = [
    "LABELS",
    "SKINS",
    "Around",
    "Bullets",
    "Dice",
    "Group",
    "Outline",
    "Shape",
    "Skin",
    "Words",
    "outline",
    "render",
]
