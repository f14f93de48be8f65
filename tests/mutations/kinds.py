"""All kinds of mutations, by name."""

from collections.abc import Mapping

from tests.mutations import labels, order, strangers
from tests.mutations.mutant import Kind

KINDS: Mapping[str, Kind] = {
    "label removed": labels.removed,
    "label renamed": labels.renamed,
    "label nonsense": labels.nonsense,
    "label colon": labels.colon,
    "label footnote": labels.footnote,
    "icon before label": labels.icon_before,
    "icon behind label": labels.icon_behind,
    "icon below label": labels.icon_below,
    "label emptied": labels.emptied,
    "section moved": order.moved,
    "sections swapped": order.swapped,
    "section doubled": order.doubled,
    "doubled otherwise": order.doubled_otherwise,
    "value decorated": strangers.decorated,
    "pair as heading": strangers.pair_as_heading,
    "pair as lines": strangers.pair_as_lines,
    "pair in a line": strangers.pair_in_a_line,
    "pair as own label": strangers.pair_as_own_label,
    "card of another trial": strangers.card,
    "advertisement": strangers.advertisement,
    "tooltip": strangers.tooltip,
    "tooltip below label": strangers.tooltip_below_label,
    "known button": strangers.known_button,
    "new button": strangers.new_button,
    "unknown chip": strangers.chip,
    "block doubled": order.block_doubled,
    "page cut": order.cut,
}
"""In the order of the table."""
