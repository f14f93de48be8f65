"""Markup that an HTML parser, or whoever reads its tree, can spend much time or memory on.

Each generator writes a page of about so many bytes; twice the size is twice as much of the same.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

_HEAD: Final = "<!doctype html><html><head><title>A trial</title></head><body><h1>A trial NCT01234567</h1>"


def page(unit: str, size: int, *, before: str = "", after: str = "", head: str = _HEAD) -> bytes:
    """So much of one piece of markup; `{k}` in it is the number of the piece."""
    pieces = [head, before]
    length = len(head) + len(before) + len(after)
    number = 0
    while length < size:
        piece = unit.replace("{k}", str(number))
        pieces.append(piece)
        length += len(piece)
        number += 1
    return "".join((*pieces, after)).encode()


def halves(first: str, second: str, size: int) -> bytes:
    """One piece again and again, then another one as often."""
    return page(first, size // 2) + page(second, size // 2, head="")


def _words(size: int, text: str) -> bytes:
    return f"{_HEAD}<p>{text * (size // len(text))}</p>".encode()


def _units(*units: str) -> Mapping[str, Callable[[int], bytes]]:
    return {unit: partial(page, unit) for unit in units}


_FORMATTING = ("a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u")
_NESTING = (
    "div", "ul", "ol", "li", "dl", "dd", "dt", "table", "tbody", "tr", "td", "th", "caption", "colgroup", "span", "p",
    "h1", "h2", "form", "button", "select", "option", "optgroup", "template", "svg", "math", "object", "marquee",
    "applet", "fieldset", "legend", "details", "summary", "section", "article", "nav", "footer", "dialog", "label",
    "ruby", "rt", "rp", "pre", "listing", "center", "blockquote", "frameset", "iframe", "noscript", "noembed",
    "textarea", "title", "style", "script", "xmp", "plaintext", "head", "body", "html", "x-y", "sup", "mi",
    "foreignObject", "desc", "annotation-xml", "image", "input", "video", "canvas", "address",
)  # fmt: skip


MARKUP: Final[Mapping[str, Callable[[int], bytes]]] = {
    # Elements within each other, closed and not.
    **_units(*(f"<{name}>" for name in _NESTING)),
    **_units(*(f"<{name}>x" for name in _NESTING)),
    **_units(*(f"</{name}>" for name in ("p", "br", "b", "div", "table", "x", "body", "html", "li"))),
    **{
        f"<{one}> then {other}": partial(halves, f"<{one}>", other)
        for one in ("span", "div", "b", "ul", "table", "svg", "x-y", "button", "select", "p")
        for other in ("</i>", "</b>", "</x>", "<p>", "<li>", "</p>", "<a>", "x<br>", "</li>", "<div></div>", "<td>")
    },
    **_units(
        "<ul><li>x",
        "<ul><li><p>x",
        "<ol><li>x",
        "<ul><!--</ul>--><li>x",
        "<div><!--</div>-->",
        "<div title='</div>'>",
        "<div><script></div></script>",
        "<div><svg><style></div></style></svg>",
        "<svg><style><!--</style><div>-->",
        "<select><style><div></style>",
        "<table><tr><td>x",
        "<table><tr><td><b a{k}>x",
        "<table>x<b a{k}>",
        "<table><tr>x<td>",
        "<table><div>",
        "<b a{k}><table></b>",
        "<svg><foreignObject><div>",
        "<svg><desc><p>",
        "<math><mi><p>x",
        "<math><annotation-xml encoding='text/html'><p>",
        "<svg><title><b a{k}><p>",
        "<template><td>",
        "<template><b a{k}><p>",
        "<object><b a{k}><p>x",
        "<select><option>x",
        "<button><p>x",
        "<nobr a{k}><p>x",
        "<form><p>x",
        "<frameset><frame>",
        "<dialog open><p>x</dialog>",
        "<details><summary>x",
        "<label>x<input>",
        "<div><sup>1",
        "<p>1<sup>",
        "<pre>\n<pre>",
        "<rt><rp>x",
        "<isindex><p>",
    ),
    # Formatting elements that the adoption agency clones.
    **_units(*(f"<{name} a{{k}}=1><p>x" for name in _FORMATTING)),
    **_units(*(f"<{name}><p>x" for name in _FORMATTING)),
    **_units(*(f"<{name} a{{k}}><div></{name}>" for name in _FORMATTING)),
    "formatting, then paragraphs": partial(halves, "<b a{k}>", "<p>x"),
    "formatting, then blocks, then ends": lambda size: (
        page("<b a{k}>", size // 3) + page("<div>", size // 3, head="") + page("</b>", size // 3, head="")
    ),
    "all formatting three times, then paragraphs": lambda size: page(
        "<p>x", size, before="".join(f"<{name}>" * 3 for name in _FORMATTING)
    ),
    "few formatting with long values, then paragraphs": lambda size: page(
        "<p>x", size, before="".join(f"<b a{k}='{'v' * (size // 100)}'>" for k in range(50))
    ),
    "one formatting with many attributes, then paragraphs": lambda size: page(
        "<p>x", size, before=f"<b {' '.join(f'a{k}' for k in range(min(size // 16, 200)))}>"
    ),
    "formatting in comments": partial(page, "<b a{k}><!--</b>--><p>x"),
    "formatting in cells": lambda size: page("<p>x", size, before="<table><tr><td>" + "<b>" * 3),
    "formatting around links": partial(page, "<a href={k}><b a{k}>x</a>"),
    # Texts that grow piece by piece, because what stands in between is passed over or put elsewhere.
    **{
        f"texts and {unit} behind {before or 'nothing'}": partial(page, f"words {unit}", before=before, head="")
        for before, unit in (
            ("<p>", "</q a=b>"),
            ("<div>", "<td a=b>"),
            ("<div>", "<frame a=b>"),
            ("<form>", "<form a=b>"),
            ("<svg>", "</q a=b>"),
            ("<table>", "<tr a=b>"),
            ("<table>", "<input type=hidden>"),
            ("<table><tr>", "<td>y</td>"),
            ("<table><tr>", "<td><b a=b>y</b></td>"),
            ("<table><tr><td><svg></td></svg>", "</q a=b>"),
        )
    },
    "blanks and <meta a=b> behind a head": partial(page, " " * 50 + "<meta a=b>", head="<head></head>"),
    "blanks and <i a=b> in frames": partial(page, " " * 50 + "<i a=b>", head="<frameset>"),
    "blanks and <i a=b> in a template": partial(page, " " * 50 + "<i a=b>", head="<template><col>"),
    "blanks of a style sheet in a drawing": lambda size: page("\n", size, before="<svg><style>", after="<a></style>"),
    # Attributes.
    "attributes of one element": lambda size: page(" a{k}=1", size, before="<div", after=">x</div>"),
    "the same attribute": lambda size: page(" a=1", size, before="<div", after=">x</div>"),
    "attributes without a blank": lambda size: page('a{k}="1"', size, before="<div ", after=">x</div>"),
    "attributes of the body": partial(page, "<body a{k}=1>"),
    "attributes of the root": partial(page, "<html a{k}=1>"),
    "attributes of an end tag": lambda size: page(" a{k}=1", size, before="<p>x</p", after=">x"),
    "attributes of an unclosed tag": lambda size: page(" a{k}=1", size, before="<div"),
    "attributes, some": lambda size: page(f"<p {' '.join(f'a{k}' for k in range(100))}>x</p>", size),
    "an attribute's value": lambda size: page("v", size, before="<div title='", after="'>x</div>"),
    "an attribute's name": lambda size: page("v", size, before="<div ", after=">x</div>"),
    "a tag's name": lambda size: page("v", size, before="<d", after=">x</div>"),
    "quotes": partial(page, "<div a=\"'>x"),
    "unclosed quotes": partial(page, '<b a="'),
    "classes": lambda size: page("c{k} ", size, before="<div class='", after="'><p>x</p><p>y</p></div>"),
    "classes around many lines": lambda size: page(
        "<p>x</p>", size, before=f"<div class='{' '.join(f'c{k}' for k in range(size // 20))}'>"
    ),
    "classes around many lines of inline elements": lambda size: page(
        "<i>x</i><br>", size, before=f"<div><span class='{'c ' * (size // 4)}'>"
    ),
    "classes around many lines of nested inline elements": lambda size: page(
        "<i>x</i><br>", size, before="<div>" + f"<span class='{'c' * (size // 80)}'>" * 40
    ),
    "many classes": partial(page, "<p class='a{k} b{k} c{k}'>x</p>"),
    "a style": lambda size: page("color:red;", size, before="<div style='", after="'>x</div>"),
    "styles": partial(page, "<p style='vertical-align:    super'>x</p>"),
    "a role": lambda size: page(" ", size, before="<div role='", after="row'>x</div>"),
    "roles": partial(page, "<div role=row><div role=cell>x</div></div>"),
    "roles within each other": partial(page, "<div role=list><div role=listitem>x"),
    "hidden within hidden": partial(page, "<div hidden>x"),
    "hidden": partial(page, "<div hidden>x</div>y"),
    "links of the head": partial(page, "<link rel=canonical href='http://['>", head="<!doctype html><head>"),
    "a saved mark": lambda size: page(" ", size, before="<!-- saved from url=(1)"),
    "saved marks": partial(page, "<!--\n", head=""),
    # Tokens.
    **_units("<", "</", "<!", "<!-", "<!--", "<!-->", "<?", "&", "&a", "&amp;", "&#", "&#x110000;", "&notit;", "]]>"),
    **_units("<![CDATA[", "<svg><![CDATA[x]]></svg>", "<!doctype html>", "<a", "<a ", "<!--x", "-->", "--!>"),
    **_units("\n", " ", "\t\n", "\u200b", "\u0301", "e\u0301", "\ufffd", "\u202e", "\u3000", "ﷺ", "\u0344", "\xa0"),
    "combining marks": lambda size: _words(size, "a" + "\u0301\u0316" * 50),
    "marks of one letter": lambda size: _words(size, "\u0316\u0301"),
    "hangul": lambda size: _words(size, "\u1100\u1161\u11a8"),
    # What lines are made of.
    **_units(
        "<p>x</p>",
        "x<br>",
        "x<b>y</b>",
        "x<sup>2</sup>",
        "10<sup>9</sup> ",
        "<b> </b>",
        "<b></b>x",
        "<p><!-- --></p>",
        "<a href=x>y</a>",
        "<a href=x>y</a>, ",
        "<li>x</li>",
        "<li>• x</li>",
        "• x<br>",
        "<p>• x</p>",
        "<div>• x<div>• y</div></div>",
        "<div>• x",
        "<td>x</td>",
        "<tr><td>x</td></tr>",
        "<table><tr><td>x</td><td>y</td></tr></table>",
        "<img alt=x>",
        "x<img alt=y>",
        "<svg role=img><title>x</title></svg>",
        "<svg></svg>x",
        "x <script></script>",
        "x<template></template>",
        "<h2>x</h2>",
        "<h2>x</h2><p>y</p>",
        "<h1>x<br>y",
        "<dt>x</dt><dd>y</dd>",
        "<nav>x</nav>",
        "<form>x</form>",
        "<footer>x</footer>",
        "<section><footer>x</footer></section>",
        "<ol reversed><li>x</li></ol>",
        "<ol reversed><li>x",
        "<title>x</title>",
        "<option>x",
        "<input type=image alt=x>",
    ),
    "a table of two columns": lambda size: page("<tr><td>x</td><td>y</td></tr>", size, before="<table>"),
    "a wide row": lambda size: page("<td>x</td>", size, before="<table><tr>"),
    "rows of lists": lambda size: page("<tr><td>x</td><td><ul><li>y</ul></td><td>z</td></tr>", size, before="<table>"),
    "one row of lines": lambda size: page("<p>x</p>", size, before="<table><tr><td>y</td><td>"),
    "one row of blank cells": lambda size: page("<td>", size, before="<table><tr><td>y</td>"),
    "one row of tables": lambda size: page("<table></table>x", size, before="<table><tr><td>y</td><td>"),
    "one row of images": lambda size: page("<img alt=x>", size, before="<table><tr><td>y</td><td>z"),
    "a list of many": lambda size: page("<li>x</li>", size, before="<ol reversed>"),
    "lists of many": lambda size: page("<ol reversed>" + "<li>x" * 100 + "</ol>", size),
    "one paragraph of blanks in elements": lambda size: page("<i> </i>", size, before="<p>x"),
    "one paragraph of comments": lambda size: page("<!-- -->", size, before="<p>x"),
    "one line of scripts": lambda size: page("<script></script>", size, before="<p>x"),
    "lines in a form": lambda size: page("<p>x</p>", size, before="<form>"),
    "forms": partial(page, "<form><p>x</p></form>"),
    "preformatted lines": lambda size: page("x\n", size, before="<pre>"),
    "a preformatted list": lambda size: page("• x\n", size, before="<pre>"),
    "texts deep in elements": lambda size: page("x<i>y</i>", size, before="<span>" * 300),
    "lines deep in elements": lambda size: page("<p>x</p>", size, before="<div>" * 300),
    "lines deep in classes": lambda size: page(
        "<p>x</p>", size, before="".join(f"<div class='{'c' * 100}{k}'>" for k in range(100))
    ),
    "links deep in elements": lambda size: page("<a>x</a>", size, before="<span>" * 300),
    "a heading of many": lambda size: page("x<br>", size, before="<h1>"),
    "a text of one letter": lambda size: page("x", size, before="<p>"),
}
"""Generators by what they write."""
