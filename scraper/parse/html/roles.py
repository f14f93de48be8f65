"""What attributes say: which elements are hidden, which have a role, which raise their text."""

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser

from scraper.parse.html.handlers import ROLES, WITHOUT_ROLE, Handler
from scraper.parse.html.tags import ROOTS


class Roles(NamedTuple):
    """What attributes say of elements, which are known by their `mem_id`."""

    handlers: Mapping[int, Handler]
    """What an element does by its role."""
    tags: frozenset[int]
    """The tags of such elements."""
    raised: AbstractSet[int]
    """Elements whose style raises their text."""


def roles(tree: LexborHTMLParser) -> Roles:
    """What attributes say. Hidden elements leave the tree."""
    handlers: dict[int, Handler] = {}
    raised: set[int] = set()
    tags: set[int] = set()
    for node in tree.css("[hidden], [aria-hidden], [role], [style]"):
        if node.tag_id in ROOTS:  # a script will show what is hidden as a whole
            continue
        attributes = node.attributes
        if _is_hidden(attributes):
            node.decompose()
            continue
        if _RAISED.search(attributes.get("style") or "") is not None:
            raised.add(node.mem_id)
        role = ROLES.get((attributes.get("role") or "").strip().lower())
        if role is not None and node.tag_id not in role.tags and node.tag_id not in WITHOUT_ROLE:
            handlers[node.mem_id] = role.handler
            tags.add(node.tag_id)
    return Roles(handlers, frozenset(tags), raised)


_RAISED = re.compile(r"vertical-align\s*:\s*super\b", re.IGNORECASE)


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    if "hidden" in attributes or (attributes.get("aria-hidden") or "").lower() == "true":
        return True
    if (attributes.get("role") or "").lower() == "tooltip":  # shown only while the pointer rests on what it explains
        return True
    style = (attributes.get("style") or "").lower()
    if "none" not in style and "hidden" not in style and "collapse" not in style:
        return False
    return not _HIDING.isdisjoint("".join(style.replace("!important", "").split()).split(";"))


_HIDING = frozenset({"display:none", "visibility:collapse", "visibility:hidden"})
