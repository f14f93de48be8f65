"""A page, written as HTML in skins."""

import html
from collections.abc import Sequence
from itertools import groupby

from tests.reskin.groups import Groups
from tests.reskin.outlines import Outline
from tests.reskin.skins import Dice, Skin


def render(page: Outline, skins: Sequence[Skin], dice: Dice) -> bytes:
    """Write a page as HTML.

    Args:
        page: what it shows.
        skins: the markups that its groups are dressed in, each group in one of them at random; the first one
            decides about the page as a whole.
        dice: for all that a skin leaves open, such as class names, levels of headings and where text is split.
    """
    title = page.title if dice.random() < 0.5 else None
    whole = Groups(skins[0], dice, title)
    chunks: list[str] = []
    for region, groups in groupby(page.groups, key=lambda group: group.region):
        inside = [
            chunk
            for skin, run in groupby(groups, key=lambda _: dice.choice(skins))
            for chunk in Groups(skin, dice, title).groups(list(run))
        ]
        chunks += [whole.in_region(region, inside)] if region else inside
    body = whole.noisy(whole.nested(chunks))
    if skins[0].around == "form":
        body = f'<form method="post" action="./">{body}<input type="hidden" name="state" value="Status"></form>'
    elif skins[0].around == "table":
        spacer = "<td></td>" if dice.random() < 0.5 else ""
        body = f"<table width=100%><tr>{spacer}<td>{body}</td></tr></table>"
    doctype = dice.choice(("<!doctype html>", "", '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN">'))
    address = page.document.address
    canonical = f'<link rel="canonical" href="{html.escape(address)}">' if address else ""
    name = html.escape(page.document.title, quote=False)
    head = f'<head><meta charset="utf-8"><title>{name}</title>{canonical}</head>'
    return f"{doctype}<html lang=en>{head}<body>{body}</body></html>".encode()
