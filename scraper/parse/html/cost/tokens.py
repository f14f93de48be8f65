"""Splits markup into tags, comments and texts as a parser does."""

import re
import sys
from typing import Final

if sys.version_info < (3, 11, 5):  # there, groups that give nothing back lose what they hold (CPython's gh-106052)
    import regex as possessive
else:
    import re as possessive


class Unbounded(ValueError):
    """The parser could take too long or too much memory for the markup; the message says for what."""


MAX_ATTRIBUTES: Final = 500
"""Of one tag, and of all tags `html` and `body` together, whose attributes become those of one element."""
FEW: Final = 2 * MAX_ATTRIBUTES
"""Bytes in which no more attributes than that can stand."""

# Blanks are those of HTML, which are not those of `\s`. No quantifier gives back what it took: time is linear.
_BLANK: Final = rb"[\t\n\f\r ]"
_END: Final = rb"[\t\n\f\r />]"
_VALUE: Final = rb"""(?:"[^"]*+"?|'[^']*+'?|[^\t\n\f\r >"'][^\t\n\f\r >]*+|)"""
_NAMED: Final = rb"[^\t\n\f\r />][^\t\n\f\r />=]*+(?:" + _BLANK + rb"*+=" + _BLANK + rb"*+" + _VALUE + rb")?+"
_ATTRIBUTES: Final = rb"(?:[\t\n\f\r /]++|" + _NAMED + rb")*+"
ATTRIBUTE: Final[re.Pattern[bytes]] = possessive.compile(rb"[\t\n\f\r /]++|(" + _NAMED + rb")")

_WORDS: Final = rb"(?:[^<]++|<(?![a-zA-Z!?/]))*+"
WORDS: Final[re.Pattern[bytes]] = possessive.compile(_WORDS)
"""A text that no tag interrupts."""

# A script may hold a comment, and in it a script with its end.
_SCRIPT: Final = (
    rb"(?:[^<]++|<!--(?:-*+>|"
    rb"(?:[^<-]++|-(?!->)|<(?!/?script" + _END + rb")|<script(?=" + _END + rb")"
    rb"(?:[^<-]++|-(?!->)|<(?!/script" + _END + rb"))*+(?:</script(?=" + _END + rb"))?+)*+(?:-->)?+"
    rb")|<(?!!--|/script" + _END + rb"))*+"
)


def _tokens(texts: bytes) -> re.Pattern[bytes]:
    """The tokens of markup in which elements of these names hold a text."""
    tokens: re.Pattern[bytes] = possessive.compile(
        rb"<(?:!--(?:-?>|(?:[^-]++|-(?!-!?>))*+(?:--!?>)?+)"
        rb"|(script)(?=" + _END + rb")(" + _ATTRIBUTES + rb")>(" + _SCRIPT + rb")(?:</script" + _ATTRIBUTES + rb">?+)?+"
        rb"|(" + texts + rb")(?=" + _END + rb")(" + _ATTRIBUTES + rb")>([^<]*+(?:<(?!/\4" + _END + rb")[^<]*+)*+)"
        rb"(?:</\4" + _ATTRIBUTES + rb">?+)?+"
        rb"|(!\[CDATA\[[^>]*+>?+)"
        rb"|(?:[!?]|/(?![a-zA-Z]))[^>]*+>?+"
        # An element that holds but a text: most do, and one step passes over it. The last tag of a page may be cut.
        rb"|([a-zA-Z][^\t\n\f\r />]*+)(" + _ATTRIBUTES + rb")>([^<]*+)</\8" + _BLANK + rb"*+>"
        rb"|(/?+)([a-zA-Z][^\t\n\f\r />]*+)(" + _ATTRIBUTES + rb")>?+)(" + _WORDS + rb")",
        possessive.IGNORECASE,
    )
    return tokens


_TEXTS: Final = rb"style|textarea|title|xmp|iframe|noembed|noframes"
TOKENS: Final = {True: _tokens(_TEXTS + rb"|noscript"), False: _tokens(_TEXTS)}
BOTH_WAYS: Final[re.Pattern[bytes]] = possessive.compile(rb"\s*+(?:<!\[CDATA\[[^<]*?\]\]>|<!--[^<>]*?-->)?+[^<]*+")
"""A text of style sheets within a drawing that ends at the same place whether it is read as tags or not."""


def is_self_closing(attributes: bytes) -> bool:
    """Whether a tag's last sign is a slash that is no value's: `<svg/>`, not `<svg a=b/>`."""
    return attributes.endswith(b"/") and not ATTRIBUTE.findall(attributes)[-1]
