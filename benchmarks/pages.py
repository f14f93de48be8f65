"""The bundled cases as pages of the size that sites send: scripts, styles, menus and other trials around the trial.

A case's page holds little more than the trial. `inflate` puts around it what pages carry besides, in proportions that
are usual: about half of the bytes are scripts and styles, the rest is markup with many class names. The same name
gives the same page, byte for byte.
"""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path
from random import Random

from scraper.cases import Case, is_case
from scraper.parse.blocks import parse
from scraper.parse.encoding import utf8
from scraper.parse.page import Page

CASES = Path(__file__).parents[1] / "snapshots"

SMALLEST, LARGEST = 30_000, 80_000
"""How many bytes an inflated page has, evenly spread between the two; a case that is larger stays larger."""


@dataclass(frozen=True, slots=True)
class BenchPage:
    """A case's page, inflated."""

    name: str
    content: bytes
    url: str | None
    trial: str | None = None
    """The trial's own blocks, one per line, written by whoever made the case; None where nobody did."""

    @property
    def text(self) -> str:
        """The page decoded, for programs that leave that to others."""
        return utf8(self.content).decode()


def trial_pages(cases: Path = CASES) -> list[BenchPage]:
    """The pages of all cases that give a record, inflated, sorted by name. Registry records are no pages."""
    return list(_trial_pages(cases))


def refused_pages(cases: Path = CASES) -> list[bytes]:
    """The pages of all cases that give an error, as they are."""
    return [case.inputs[0].read_bytes() for case in _cases(cases) if case.expectation.name == "error.json"]


def inflate(page: bytes, name: str) -> bytes:
    """The page with a site's chrome around what it shows.

    What the page says about the trial stays as it is and in its order: the additions stand in the head, before the
    first and behind the last element of the body, and in the tags as class names. They are ASCII, so that they fit
    into a page of any encoding.

    Args:
        page: a page of HTML that has a head and a body.
        name: what the choices depend on; the same name gives the same page.

    Raises:
        ValueError: the page has no head or no body.
    """
    random = Random(name)  # noqa: S311 - no secret is made of it
    size = random.randint(SMALLEST, LARGEST)
    chrome = _Chrome(random, rich=(size - SMALLEST) / (LARGEST - SMALLEST))
    text = _TAG.sub(lambda tag: f"<{tag[1]} {chrome.classes()}", page.decode("latin-1"))
    head = "".join((*_metas(random), *_links(random), f"<style>{chrome.styles(20)}</style>", _ANALYTICS))
    before, after = chrome.header(), chrome.others() + chrome.newsletter() + chrome.footer() + chrome.consent()
    missing = size - len(text + head + before + after)
    state = _state(page)
    filler = f"<style>{chrome.styles(max(missing - len(state), 0) // 300)}</style>"
    scripts = chrome.scripts(state if len(state) < missing else "", missing - len(filler))
    text = _before_end("head", text, head + filler, name)
    opening = _BODY.search(text)
    if opening is None:
        raise ValueError(f"{name}: the page has no body to put anything into")
    text = text[: opening.end()] + before + text[opening.end() :]
    return _before_end("body", text, after + scripts, name).encode("latin-1")


def _cases(folder: Path) -> Iterator[Case]:
    return (Case.load(path.parent) for path in sorted(folder.glob("*/*/case.json")) if is_case(path.parent))


def _trial_pages(folder: Path) -> Iterator[BenchPage]:
    for case in _cases(folder):
        source = case.inputs[0]
        if source.suffix == ".json" or not (case.folder / "record.json").is_file():
            continue
        content = source.read_bytes()
        page = content if source.suffix == ".html" else markup(content).encode()
        labels = case.folder / "content.txt"
        trial = labels.read_text(encoding="utf-8") if labels.is_file() else None
        yield BenchPage(case.name, inflate(page, case.name), case.url, trial)


def markup(capture: bytes) -> str:
    """The blocks of a text capture as plain HTML: a heading, paragraphs and lists."""
    lines: list[str] = []
    for is_item, blocks in groupby(parse(Page(capture)).blocks, lambda block: block.kind == "item"):
        if is_item:
            lines += ["<ul>", *(f"<li>{html.escape(block.text)}</li>" for block in blocks), "</ul>"]
        else:
            lines += [f"<p>{html.escape(block.text)}</p>" for block in blocks]
    body = "\n".join(lines)
    return f"<!doctype html>\n<html><head><title></title></head>\n<body>\n<main>\n{body}\n</main>\n</body></html>\n"


_TAG = re.compile(r"<(a|article|dd|div|dl|dt|h[1-6]|li|ol|p|section|span|td|th|tr|ul)(?=>)", re.IGNORECASE)
"""Start tags without attributes."""

_BODY = re.compile(r"<body\b[^>]*>", re.IGNORECASE)


def _before_end(tag: str, page: str, added: str, name: str) -> str:
    place = page.lower().rfind(f"</{tag}>")
    if place < 0:
        raise ValueError(f"{name}: the page has no {tag} to put anything into")
    return page[:place] + added + page[place:]


def _metas(random: Random) -> Iterator[str]:
    token = f"{random.getrandbits(128):032x}"
    for name, content in (
        ("theme-color", "#ffffff"),
        ("format-detection", "telephone=no"),
        ("mobile-web-app-capable", "yes"),
        ("msapplication-TileColor", "#1a4480"),
        ("robots", "index, follow, max-image-preview:large, max-snippet:-1"),
        ("google-site-verification", token),
        ("csrf-token", token[::-1]),
        ("twitter:card", "summary_large_image"),
        ("twitter:site", "@example"),
        ("generator", "Example CMS 6.4.2"),
    ):
        yield f'<meta name="{name}" content="{content}">\n'
    for name, content in (
        ("og:site_name", "Example"),
        ("og:type", "article"),
        ("og:locale", "en_US"),
        ("og:image", f"https://static.example.org/share/{token}.png"),
        ("og:image:width", "1200"),
        ("og:image:height", "630"),
    ):
        yield f'<meta property="{name}" content="{content}">\n'


def _links(random: Random) -> Iterator[str]:
    for number in range(8):
        path = f"/static/chunks/{number}-{random.getrandbits(64):016x}"
        yield f'<link rel="preload" as="style" href="{path}.css" crossorigin="anonymous">\n'
        yield f'<link rel="stylesheet" href="{path}.css" data-precedence="next" media="all">\n'
    for size in (16, 32, 180):
        yield f'<link rel="icon" type="image/png" sizes="{size}x{size}" href="/icons/{size}.png">\n'
    for host in ("fonts", "cdn", "static"):
        yield f'<link rel="dns-prefetch" href="https://{host}.example.org"><link rel="preconnect" href="//{host}">\n'


def _state(page: bytes) -> str:
    """The page's text once more, as frameworks send it for the browser's scripts."""
    text = re.sub(rb"<[^>]*>|\s+", b" ", page).decode("latin-1")
    return json.dumps({"props": {"pageProps": {"text": text}}}).replace("</", "<\\/")


_ANALYTICS = """<script>(function(w,d,s,l,i){w[l]=w[l]||[];w[l].push({'gtm.start':new Date().getTime(),event:'gtm.js'});
var f=d.getElementsByTagName(s)[0],j=d.createElement(s),dl=l!='dataLayer'?'&l='+l:'';j.async=true;
j.src='https://www.example.org/gtm.js?id='+i+dl;f.parentNode.insertBefore(j,f);})(window,document,'script','dataLayer','GTM-XXXXXXX');
</script>
<script type="application/ld+json">{"@context":"https://schema.org","@type":"WebSite","name":"Example","url":
"https://www.example.org/","potentialAction":{"@type":"SearchAction","target":"https://www.example.org/search?q={q}"}}</script>
"""

_CLASS_NAMES = (
    "absolute antialiased bg-white block border border-gray-200 cursor-pointer duration-200 ease-in-out flex flex-1"
    " flex-col flex-wrap focus:outline-none focus:ring-2 font-medium font-semibold gap-2 gap-4 gap-x-6 grid"
    " grid-cols-1 h-5 h-full hidden hover:bg-gray-50 hover:text-blue-700 hover:underline inline-flex items-center"
    " items-start justify-between justify-center leading-6 leading-tight lg:flex lg:grid-cols-4 lg:px-8 max-w-7xl"
    " md:grid-cols-2 md:text-base min-h-screen min-w-0 mb-2 mb-4 mt-1 mt-4 mx-auto no-underline overflow-hidden p-4"
    " px-3 px-4 py-1.5 py-2 relative ring-1 rounded-full rounded-lg rounded-md shadow-sm shrink-0 sm:px-6 sm:text-sm"
    " space-y-4 sr-only text-base text-blue-600 text-gray-500 text-gray-700 text-gray-900 text-left text-sm text-xs"
    " tracking-tight transition truncate underline-offset-2 uppercase w-5 w-full whitespace-nowrap z-10"
)
_UTILITIES = _CLASS_NAMES.split()

_MENU = {
    "Find a trial": "Search by condition|Search by country|Search by treatment|Trials near me|Trials for children"
    "|Trials for healthy people|New trials this week|Trials with results|Trial finder for physicians|Saved searches",
    "For patients": "What is a clinical trial?|How trials are run|Your rights|Informed consent|Questions to ask"
    "|Costs and insurance|Stories of participants|Glossary of terms|Safety and oversight|After a trial ends",
    "For sites": "Join the network|Manage your studies|Study start-up|Site training|Feasibility surveys"
    "|Document exchange|Payments|Site profile|Events and webinars|Release notes",
    "For sponsors": "Recruitment services|Protocol design|Site selection|Patient communities|Diversity in research"
    "|Case studies|White papers|Request a demo|Integrations|Pricing",
    "About": "Our mission|Leadership|Careers|Press room|Blog|Partners|Contact|Help center|Investors|Sustainability",
}
_FOOTER = {
    "Company": "About us|Careers|Newsroom|Investors|Contact us|Locations",
    "Resources": "Help center|Blog|Guides|Webinars|API|Status page",
    "Popular searches": "Asthma trials|Breast cancer trials|COVID-19 trials|Depression trials|Diabetes trials"
    "|Psoriasis trials",
    "Legal": "Privacy policy|Terms of use|Cookie policy|Accessibility|Modern slavery statement"
    "|Do not sell my information",
}
_DRUGS = ("Alonitide", "Betrimab", "Corvacept", "Delurafin", "Enzitinib", "Fostavir", "Gelumaxine", "Hepratide")
_DISEASES = (
    "Chronic Kidney Disease",
    "Crohn's Disease",
    "Moderate to Severe Asthma",
    "Migraine",
    "Plaque Psoriasis",
    "Rheumatoid Arthritis",
    "Type 2 Diabetes",
    "Ulcerative Colitis",
)
_STATES = ("Recruiting", "Completed", "Not yet recruiting", "Active, not recruiting")


class _Chrome:
    """What a site shows around a trial, written with or without the elements that name a page's regions."""

    def __init__(self, random: Random, rich: float) -> None:
        self.random = random
        self.menus, self.cards, self.columns = (1 + round(rich * more) for more in (4, 5, 3))
        landmarks = random.random() < 0.5
        self.nav, self.top, self.foot, self.part = (
            ("nav", "header", "footer", "section") if landmarks else ("div", "div", "div", "div")
        )

    def classes(self) -> str:
        """A class attribute as utility frameworks fill it."""
        return f'class="{" ".join(self.random.sample(_UTILITIES, self.random.randint(1, 8)))}"'

    def styles(self, rules: int) -> str:
        """Rules of a style sheet, about 130 bytes each."""
        random = self.random
        return "".join(
            f".css-{random.getrandbits(40):010x}{{display:flex;padding:{random.randint(0, 48)}px;color:#"
            f"{random.getrandbits(24):06x};border-radius:{random.randint(0, 9)}px;font:500"
            f" {random.randint(11, 28)}px/1.5 var(--font-sans)}}"
            for _ in range(rules)
        )

    def icon(self) -> str:
        """A drawing without words."""
        points = " ".join(f"{self.random.uniform(0, 24):.2f}" for _ in range(12))
        return (
            f'<svg {self.classes()} viewBox="0 0 24 24" fill="none" stroke="currentColor" aria-hidden="true">'
            f'<path stroke-linecap="round" stroke-linejoin="round" d="M{points}Z"></path></svg>'
        )

    def link(self, words: str) -> str:
        """A link to another page of the site."""
        slug = re.sub(r"\W+", "-", words.lower()).strip("-")
        return f'<a {self.classes()} href="/{slug}" data-track="nav:{slug}">{html.escape(words)}</a>'

    def links(self, words: str) -> str:
        """A list of links."""
        items = "".join(f"<li {self.classes()}>{self.link(one)}</li>\n" for one in words.split("|"))
        return f"<ul {self.classes()}>\n{items}</ul>\n"

    def header(self) -> str:
        """Skip link, logo, menu, search, trail."""
        menu = "".join(
            f'<li {self.classes()}><button {self.classes()} type="button" aria-expanded="false">{name}{self.icon()}'
            f"</button>\n<div {self.classes()}>{self.links(words)}</div></li>\n"
            for name, words in islice(_MENU.items(), self.menus)
        )
        return (
            '\n<noscript><iframe src="https://www.example.org/ns.html" height="0" width="0"></iframe></noscript>'
            f'<a {self.classes()} href="#content">Skip to main content</a>\n'
            f"<{self.top} {self.classes()}>\n"
            f'<a {self.classes()} href="/"><img {self.classes()} src="/logo.svg" alt="Example" width="140"></a>\n'
            f"<{self.nav} {self.classes()}>\n<ul {self.classes()}>\n{menu}</ul>\n</{self.nav}>\n"
            f'<form {self.classes()} action="/search" role="search"><label {self.classes()}>Search'
            f' <input {self.classes()} type="search" name="q" placeholder="Search trials"></label>'
            f"<button {self.classes()}>{self.icon()}</button></form>\n"
            f"<{self.nav} {self.classes()}>{self.links('Log in|Register')}</{self.nav}>\n"
            f"</{self.top}>\n"
        )

    def others(self) -> str:
        """Cards of other trials."""
        random = self.random
        cards = ""
        for _ in range(self.cards):
            disease = random.choice(_DISEASES)
            title = html.escape(f"Study of {random.choice(_DRUGS)} in People With {disease}")
            number = f"NCT09{random.randint(100_000, 999_999)}"
            cards += (
                f"<div {self.classes()}>\n<h3 {self.classes()}><a {self.classes()} href="
                f'"/trial/{number}">{title}</a></h3>\n'
                f"<div {self.classes()}><span {self.classes()}>{self.icon()}</span><span>{number}</span></div>\n"
                f"<div {self.classes()}>{random.choice(_STATES)}</div>\n"
                f"<div {self.classes()}>Phase {random.randint(1, 4)}</div>\n</div>\n"
            )
        return f"<{self.part} {self.classes()}>\n<h2 {self.classes()}>Similar trials</h2>\n{cards}</{self.part}>\n"

    def newsletter(self) -> str:
        """A form."""
        return (
            f'<form {self.classes()} action="/newsletter" method="post"><p {self.classes()}>Sign up for our newsletter'
            f'</p><label {self.classes()}>Email address <input {self.classes()} type="email" name="email" required>'
            f'</label><button {self.classes()} type="submit">Subscribe</button></form>\n'
        )

    def footer(self) -> str:
        """Columns of links and a line of copyright."""
        columns = "".join(
            f"<div {self.classes()}><h4 {self.classes()}>{name}</h4>{self.links(words)}</div>\n"
            for name, words in islice(_FOOTER.items(), self.columns)
        )
        social = "".join(
            f'<a {self.classes()} href="https://{name}.example.org/" aria-label="{name}">{self.icon()}</a>'
            for name in ("facebook", "linkedin", "x", "youtube")
        )
        return (
            f"<{self.foot} {self.classes()}>\n<div {self.classes()}>{columns}</div>\n<div {self.classes()}>{social}"
            f"</div>\n<p {self.classes()}>&copy; 2026 Example Inc. All rights reserved.</p>\n</{self.foot}>\n"
        )

    def consent(self) -> str:
        """A cookie banner."""
        buttons = "".join(
            f'<button {self.classes()} type="button">{words}</button>\n'
            for words in ("Accept all cookies", "Reject all", "Cookie settings")
        )
        return (
            f'<div {self.classes()} role="dialog" aria-modal="true"><p {self.classes()}>We use cookies to improve your'
            f" experience and to measure how this site is used.</p>\n{buttons}</div>\n"
        )

    def scripts(self, state: str, size: int) -> str:
        """The state for the browser's scripts, filled up with the site's messages, and the scripts themselves."""
        random = self.random
        tags = [
            f'<script id="__STATE__" type="application/json">{state}</script>\n',
            *(f'<script src="/static/chunks/{random.getrandbits(64):016x}.js" async></script>\n' for _ in range(6)),
        ]
        messages: list[str] = []
        missing = size - sum(map(len, tags)) - 60
        while missing > 0:
            messages.append(f'"m{random.getrandbits(32):08x}":"{" ".join(random.choices(_UTILITIES, k=14))}"')
            missing -= len(messages[-1]) + 1
        tags.append(f'<script type="application/json">{{{",".join(messages)}}}</script>\n')
        return "".join(tags)
