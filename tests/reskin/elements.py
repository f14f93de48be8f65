"""Words and elements, written in one skin: what every part of a page is made of."""

import html
import re
from collections.abc import Sequence
from html.entities import codepoint2name

from schemas.document import Region
from tests.reskin.skins import Dice, Skin

_WRAPPERS = (
    "article",
    "aside",
    "blockquote",
    "center",
    "details open",
    "div",
    "div",
    "div",
    "fieldset",
    "figure",
    "main",
    "section",
    "span",
    "x-card",
)
# No `a`: no page parts a value into several links.
_INLINE = ("abbr", "b", "bdi", "cite", "em", "font", "i", "mark", "span", "span", "strong", "sub", "u", "x-text")
_BLANKS = ("\n", "\t", " \n  ", "&nbsp;", "&#32;", "<!-- --> <!-- -->", " <wbr>", "<span> </span>", "<b> </b> ")
_SEAMS = (
    "&#8203;",
    "&shy;",
    "</span><span>",
    "<!-- -->",
    "<!-- </p><h2>Status</h2> -->",
    "<b></b>",
    "<script>'Status'</script>",
    '<span aria-hidden="true">Conditions</span>',
    '<span style="display: none">Status</span>',
    "<wbr>",
)
_NOISE = (
    "",
    "",
    "",
    "<!-- <h2>Status</h2><p>Recruiting</p> -->",
    "<!--[if IE]><h2>Phase</h2><![endif]-->",
    "<dialog><h2>Status</h2>Completed</dialog>",
    "<div hidden><h2>Status</h2><p>Completed</p></div>",
    '<div style="color:red; DISPLAY : none">Study type</div>',
    '<input type="hidden" value="Conditions">',
    "<noscript><h2>Eligibility</h2></noscript>",
    '<p aria-hidden="true">Exclusion criteria</p>',
    "<script>document.write('<h2>Status</h2><p>Terminated</p>')</script>",
    "<style>.Status::before { content: 'Conditions' }</style>",
    "<svg><title>Status</title><text>Inclusion criteria</text></svg>",
    "<template><h2>Conditions</h2><p>Asthma</p></template>",
)
_FILLERS = (
    "",
    "",
    "<!-- Status -->",
    "<script>'</table><h2>Status</h2>'</script>",
    "<template><td>Status</td></template>",
)
"""What may stand in a table or a list, too."""
_CLASSES = ("MuiBox-", "_", "css-", "sc-")
_ATTRIBUTES = ("data-label='</p><h2>Status</h2>'", 'id="conditions"', "lang=en", 'title="Phase 1 > Phase 2"')
_MAY_STAY_OPEN = frozenset({"dd", "dt", "li", "p", "td", "th", "tr"})
_OPEN = 'class="open"'
"""The attribute of a div that is never closed where tags need not be: all that follows stands in it."""


_SIGN = re.compile(r"[<&](?=([\d=]|$)?)")
"""A sign that HTML may read as markup; the group is what it may stand before as it is."""


class Elements:
    """Writes words and elements in one skin."""

    def __init__(self, skin: Skin, dice: Dice, title: int | None) -> None:
        self.skin = skin
        self.dice = dice
        self.title = title
        """The number of a line that is shown as a heading."""

    def chance(self, share: float) -> bool:
        return self.dice.random() < share

    # Words

    def words(self, text: str) -> str:
        words = text.split(" ")
        if self.skin.words in {"split", "entities"} or "<" in text or "&" in text:
            words = [self.letters(word) for word in words]
        if self.skin.words == "split":
            tokens = [words[0]]
            for word in words[1:]:
                tokens += [" " if self.chance(0.8) else self.dice.choice(_BLANKS), word]
            return f"<span>{self.spans(tokens)}</span>"
        if self.skin.loose:
            return "".join([word + self.dice.choice(("\n", " ", "\n      ")) for word in words[:-1]]) + words[-1]
        return " ".join(words)

    def letters(self, word: str) -> str:
        if self.skin.words == "split" and len(word) > 1 and self.chance(0.15):
            cut = self.dice.randrange(1, len(word))
            return self.escaped(word[:cut]) + self.dice.choice(_SEAMS) + self.escaped(word[cut:])
        if self.skin.words == "entities":
            return "".join(map(self.entity, word))
        return self.escaped(word)

    def escaped(self, text: str) -> str:
        """The text with entities where HTML needs them; a sign before a digit or a blank may stand as it is."""
        if "<" not in text and "&" not in text:
            return text
        may_stay = self.chance(0.5)
        return _SIGN.sub(lambda sign: sign[0] if may_stay and sign[1] is not None else html.escape(sign[0]), text)

    def entity(self, letter: str) -> str:
        code = ord(letter)
        if self.chance(0.1):
            return self.dice.choice((f"&#{code};", f"&#x{code:X};"))
        return f"&{codepoint2name[code]};" if code in codepoint2name else letter

    def spans(self, tokens: Sequence[str]) -> str:
        """Inline elements around random stretches of the words, nested."""
        if len(tokens) < 3 or self.chance(0.5):
            return "".join(tokens)
        start, end = sorted(self.dice.sample(range(len(tokens) + 1), 2))
        name = self.dice.choice(_INLINE)
        inside = f"<{name}>{self.spans(tokens[start:end])}</{name}>"
        return "".join(tokens[:start]) + inside + self.spans(tokens[end:])

    # Elements

    def element(self, name: str, inner: str, attributes: str = "") -> str:
        if name in {"div", "section"} and not attributes and self.chance(0.7):
            attributes = f'class="{self.dice.choice(_CLASSES)}{self.dice.randrange(16**6):x}"'
            if self.chance(0.1):
                attributes = self.dice.choice(_ATTRIBUTES)
        space = self.dice.choice(("", " ", "\n    ")) if self.skin.loose else ""
        if self.skin.closed:
            start = f"{name} {attributes}".strip()
            return f"<{start}>{space}{inner}{space}</{name}>{space}"
        start = f"{name.upper()} {attributes}".strip()
        end = "" if name in _MAY_STAY_OPEN or attributes == _OPEN else f"</{name.upper()}>"
        return f"<{start}>{space}{inner}{end}\n"

    def maybe_open(self) -> str:
        return "" if self.skin.closed or self.skin.shape == "roles" or self.chance(0.5) else _OPEN

    def noisy(self, chunks: Sequence[str]) -> str:
        if not self.skin.noise:
            return "".join(chunks)
        return "".join([chunk + self.dice.choice(_NOISE) for chunk in chunks])

    def filler(self) -> str:
        return self.dice.choice(_FILLERS) if self.skin.noise else ""

    def nested(self, chunks: Sequence[str]) -> Sequence[str]:
        """The parts with wrapping elements around random stretches of them."""
        nested = list(chunks)
        for _ in range(self.skin.nesting):
            start = self.dice.randrange(len(nested) + 1)
            end = self.dice.randrange(start, len(nested) + 1)
            name, _, attributes = self.dice.choice(_WRAPPERS).partition(" ")
            nested[start:end] = [self.element(name, self.noisy(nested[start:end]), attributes)]
        return nested

    def in_region(self, region: Region, chunks: Sequence[str]) -> str:
        inner = self.noisy(chunks)
        if region == "form":
            return self.element("form", inner)
        name, role = {"navigation": ("nav", "navigation"), "footer": ("footer", "contentinfo")}.get(
            region, ("dialog", "dialog")
        )
        if _OPEN not in inner and self.chance(0.5):
            return self.element("div", inner, f"role={role}")
        return self.element(name, inner, "open" if name == "dialog" else "")
