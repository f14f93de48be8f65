"""Labels with what stands below them, written in one skin."""

from collections.abc import Callable, Sequence

from schemas.document import Block
from tests.reskin.blocks import Blocks
from tests.reskin.outlines import Group, is_plain


class Groups(Blocks):
    """Writes groups in one skin."""

    def groups(self, groups: Sequence[Group]) -> list[str]:
        """Each group as a part of the page; neighbours can share a table or a list of terms."""
        chunks: list[str] = []
        shared: list[str] = []
        for group in groups:
            inside = self.inside(group)
            if shared and (inside is None or self.chance(0.3)):
                chunks.append(self.holder()("".join(shared)))
                shared = []
            if inside is None:
                chunks += self.group(group)
            else:
                shared.append(inside)
        return [*chunks, self.holder()("".join(shared))] if shared else chunks

    def holder(self) -> Callable[[str], str]:
        """The element that holds several groups."""
        if self.skin.shape == "terms":
            return lambda inner: self.element("dl", inner)
        return self.table

    def inside(self, group: Group) -> str | None:
        """A group as part of an element that holds several; None where it stands for itself."""
        label, body = group.label, group.body
        if label is None or group.design or not group.is_label or self.skin.shape not in {"terms", "table", "roles"}:
            return None
        if self.skin.shape != "terms":
            return self.labelled_rows(label, body)
        terms = self.element("dt", self.words(label.text)) + self.described(body)
        return self.element("div", terms) if self.skin.closed and self.chance(0.3) else terms

    def group(self, group: Group) -> Sequence[str]:
        """A group that stands for itself, in one or several parts."""
        label, holds, body = group.label, group.holds, group.body
        if label is None:
            return self.flow(body)
        if not group.is_label:
            return [self.heading(label, self.words(label.text), is_label=label.depth == 1), *self.flow(body)]
        if group.design:
            return [self.label(label), self.design(group.design)]
        if group.is_line and label.kind != "heading" and self.chance(0.3):
            return [self.one_line(label, body[0])]
        plain = all(map(is_plain, body))
        if self.skin.shape == "details":
            summary = self.element("summary", self.words(label.text))
            return [self.element("details", summary + "".join(self.flow(body)))]
        if self.skin.shape == "breaks" and plain and label.kind != "heading":
            return [self.broken((label, *body), self.maybe_open())]
        below = self.flow(body)
        if plain and body and holds in {"one", "many"} and self.chance(0.3):
            below = [self.element("ul", "".join([self.element("li", self.words(block.text)) for block in body]))]
        elif plain and len(body) > 1 and holds == "many" and self.chance(0.2):
            # What no field takes, such as the columns of a grid, is counted line by line.
            is_list = group.known is not None and "conditions" in group.known.fields
            gap = self.dice.choice(("", " ", "&nbsp;", *((", ", " | ") if is_list else ())))
            below = [self.element("div", gap.join([f"<a href=x>{self.words(block.text)}</a>" for block in body]))]
        if label.kind != "heading" and self.chance(0.1):
            return [self.element("fieldset", self.element("legend", self.words(label.text)) + "".join(below))]
        parts = [self.label(label), *below]
        return [self.element("section", "".join(parts))] if self.chance(0.5) else parts

    def one_line(self, label: Block, value: Block) -> str:
        """A label and its value side by side, apart by a blank, a colon or both."""
        name = self.dice.choice(("b", "span", "strong"))
        colon = self.dice.choice(("", ":"))
        gap = self.dice.choice((" ", "&nbsp;", "\n"))
        inner = f"<{name}>{self.words(label.text)}{colon}</{name}>{gap}<span>{self.words(value.text)}</span>"
        return self.element("div", inner, self.maybe_open())

    def design(self, parts: Sequence[tuple[str, str]]) -> str:
        """Parts of a design: terms, pairs of elements, rows, or lines of a label, a colon and a value."""
        form = self.dice.choice(("dl", "div", "p", "table", "line"))
        colon = ":" if form == "line" else self.dice.choice(("", ":"))
        pairs = [(self.words(name) + colon, self.words(words)) for name, words in parts]
        if form == "table":
            return self.table("".join(map(self.row, pairs)))
        if form == "line":
            return "".join([self.element("li", f"<b>{name}</b> {words}") for name, words in pairs])
        names = {"dl": ("dt", "dd")}.get(form, (form, form))
        inner = "".join([self.element(names[0], name) + self.element(names[1], words) for name, words in pairs])
        return self.element("dl", inner) if form == "dl" else inner

    def label(self, label: Block) -> str:
        words = self.words(label.text)
        if label.kind == "heading":
            return self.heading(label, words)
        if self.skin.shape in {"divs", "breaks"}:
            return self.element("div", words, self.maybe_open())
        if self.chance(0.1):
            return self.element("p", self.element("strong", words))
        if self.chance(0.1):
            return self.element("h3", self.element("button", words))
        return self.heading(label, words)

    def described(self, body: Sequence[Block]) -> str:
        """What a term is described by: one dd in all or one for each line."""
        if all(map(is_plain, body)) and self.chance(0.7):
            return "".join([self.filler() + self.element("dd", self.words(block.text)) for block in body])
        return self.element("dd", "".join(self.flow(body)))

    def labelled_rows(self, label: Block, body: Sequence[Block]) -> str:
        """A row of a label and its values, or one row for each value."""
        words = self.words(label.text)
        if label.kind == "heading":  # a cell is no heading by itself
            words = self.heading(label, words)
        if not all(map(is_plain, body)):
            return self.row([words, "".join(self.flow(body))], first="th")
        lines = [self.words(block.text) for block in body]
        is_table = self.skin.shape == "table"
        if is_table and not lines and self.chance(0.3):
            return self.element("tr", self.element("th", words, "colspan=2"))
        if is_table and len(lines) > 1 and self.chance(0.2):
            spanning = self.element("th", words, f"rowspan={len(lines)}") + self.element("td", lines[0])
            return self.element("tr", spanning) + "".join([self.row([line]) for line in lines[1:]])
        if len(lines) > 1 and self.chance(0.3):
            return "".join([self.row([words if place == 0 else "", line]) for place, line in enumerate(lines)])
        if self.chance(0.5):
            return self.row([words, "<br>".join(lines)], first="th")
        return self.row([words, "".join([self.element("p", line) for line in lines])])
