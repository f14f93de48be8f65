"""Reads robots.txt files by RFC 9309, in time that grows with their size alone."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from urllib.parse import quote

AGENT: Final = "trialpages"
"""The name that robots.txt files address us by."""

FRESH: Final = timedelta(hours=24)
"""How long a capture may be used (RFC 9309, 2.4)."""

FRESH_FAILURE: Final = timedelta(minutes=5)
"""How long a failure to read robots.txt is believed before it is tried again."""

SIZE_LIMIT: Final = 500 * 1024
"""How many bytes are read; RFC 9309 asks for at least 500 KiB."""

_NAMES: Final = {
    # as it is written, in any case; what it is. Misspellings are those that Google's parser knows, too.
    "allow": "allow",
    "crawl delay": "delay",
    "crawl-delay": "delay",
    "diasllow": "disallow",
    "disallaw": "disallow",
    "disallow": "disallow",
    "disalow": "disallow",
    "dissallow": "disallow",
    "dissalow": "disallow",
    "request rate": "rate",
    "request-rate": "rate",
    "site-map": "sitemap",
    "sitemap": "sitemap",
    "sitemaps": "sitemap",
    "user agent": "agent",
    "user-agent": "agent",
    "useragent": "agent",
}

# Some leave out the colon.
_DIRECTIVE: Final = re.compile(rf"\s*({'|'.join(sorted(_NAMES, reverse=True))})(?:\s*:|\s|\Z)", re.IGNORECASE)

_TOKEN: Final = re.compile(r"[A-Za-z_-]*")
"""A product token (RFC 9309, 2.2.1); what follows it, such as a version, does not count."""

_DELAY: Final = re.compile(r"[0-9]{1,9}(?:\.[0-9]*)?|\.[0-9]+")
_RATE: Final = re.compile(r"([0-9]{1,9})/([0-9]{1,9})([smhd]?)(?!\S)", re.IGNORECASE)
_SECONDS: Final = {"": 1, "s": 1, "m": 60, "h": 3_600, "d": 86_400}

_ORIGIN: Final = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:)?//[^/?#]*")

# Escapes, and characters that have to be escaped, in a URL's path and query, and in a pattern.
_ESCAPED: Final = re.compile(r"%[0-9A-Fa-f]{2}|[^A-Za-z0-9_.~/=%-]")
_PLAIN: Final = re.compile(r"[A-Za-z0-9_.~=-]")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a URL may not be fetched."""

    rule: str
    line: int | None = None
    """The line of the file, from 1."""

    def __str__(self) -> str:
        return self.rule if self.line is None else f"{self.rule} (line {self.line})"


@dataclass(frozen=True, slots=True)
class _Rule:
    allows: bool
    pattern: str
    refusal: Refusal
    """What a refusal says, where the rule forbids."""

    def matches(self, path: str) -> bool:
        """Whether a path begins with the pattern; `*` stands for anything, `$` at its end for the path's end."""
        pattern = self.pattern.removesuffix("$")
        anchored = len(pattern) < len(self.pattern)
        first, *parts = pattern.split("*")
        if not path.startswith(first):
            return False
        if not parts:
            return not anchored or path == first
        # The first place where a part is found leaves the most room for those behind it: nothing is tried twice.
        at = len(first)
        last = parts.pop() if anchored else ""
        for part in parts:
            at = path.find(part, at)
            if at < 0:
                return False
            at += len(part)
        return at + len(last) <= len(path) and path.endswith(last)


@dataclass(slots=True, eq=False)
class _Group:
    """What a file says to one name, in all places together (RFC 9309, 2.2.1)."""

    addressed: bool = False
    rules: list[_Rule] = field(default_factory=list)
    interval: float = 0.0


class Rules:
    """A robots.txt file, or what its absence means."""

    def __init__(self, text: str, *, unreachable: str | None = None) -> None:
        self._unreachable = unreachable
        ours, everyones = _Group(), _Group()
        sitemaps: dict[str, None] = {}
        named: list[_Group] = []
        ruled = False
        for number, name, value in _directives(text):
            if name == "sitemap":
                sitemaps[value] = None
            elif name == "agent":
                if ruled:
                    named, ruled = [], False
                group = _addressed(value, ours, everyones)
                if group is not None and group not in named:
                    group.addressed = True
                    named.append(group)
            else:
                ruled = True
                for group in named:
                    _enter(group, number, name, value)
        group = ours if ours.addressed else everyones
        # The longest pattern decides; of two that are as long, the one that allows (RFC 9309, 2.2.2).
        self._rules = sorted(group.rules, key=lambda rule: (-len(rule.pattern), not rule.allows))
        self._interval = group.interval
        self._sitemaps = tuple(sitemap for sitemap in sitemaps if sitemap)

    @classmethod
    def of(cls, content: bytes) -> "Rules":
        """The rules in a robots.txt file's bytes; what lies beyond the size limit is not read."""
        # A line cut in two could forbid more or less than it says, so the cut goes to the last whole line.
        if len(content) > SIZE_LIMIT:
            content = content[: max(content.rfind(end, 0, SIZE_LIMIT) for end in (b"\n", b"\r")) + 1]
        return cls(content.decode("utf-8-sig", errors="replace"))

    @classmethod
    def none(cls) -> "Rules":
        """The rules of a host without robots.txt (any 4xx): everything is allowed."""
        return cls("")

    @classmethod
    def unreachable(cls, why: str) -> "Rules":
        """The rules of a host whose robots.txt cannot be read (5xx, no answer): nothing is allowed."""
        return cls("", unreachable=why)

    @property
    def interval(self) -> float:
        """The seconds from one request to the next that the file asks for; 0 where it does not."""
        return self._interval

    @property
    def sitemaps(self) -> Sequence[str]:
        """The sitemaps that the file names."""
        return self._sitemaps

    def refusal(self, url: str) -> Refusal | None:
        """None if the URL may be fetched, else the rule that forbids it."""
        if self._unreachable is not None:
            return Refusal(self._unreachable)
        path = _path(url)
        if path == "/robots.txt":
            return None
        decides = next((rule for rule in self._rules if rule.matches(path)), None)
        return None if decides is None or decides.allows else decides.refusal


def _directives(text: str) -> Iterator[tuple[int, str, str]]:
    """The lines that say something we know: number, what it is, value."""
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), 1):
        found = _DIRECTIVE.match(line)
        if found is not None:
            yield number, _NAMES[found[1].lower()], line[found.end() :].partition("#")[0].strip()


def _addressed(value: str, ours: _Group, everyones: _Group) -> _Group | None:
    """The group that a User-agent line begins: ours, everyone's, or None where it addresses others."""
    if value == "*" or value.startswith(("* ", "*\t")):
        return everyones
    token = _TOKEN.match(value)
    return ours if token is not None and token[0].lower() == AGENT else None


def _enter(group: _Group, number: int, name: str, value: str) -> None:
    if name == "delay":
        delay = _DELAY.fullmatch(value)
        group.interval = max(group.interval, float(delay[0]) if delay else 0.0)
    elif name == "rate":
        rate = _RATE.match(value)
        requests = int(rate[1]) if rate else 0
        if rate is not None and requests:
            group.interval = max(group.interval, int(rate[2]) * _SECONDS[rate[3].lower()] / requests)
    elif value:
        allows = name == "allow"
        pattern = _pattern(value)
        refusal = Refusal(f"Disallow: {value}", number)
        group.rules.append(_Rule(allows, pattern, refusal))
        # Who lets the page of a folder be fetched means the folder's own address as well; so reads Google.
        if allows and pattern.endswith("/index.html"):
            group.rules.append(_Rule(allows, pattern.removesuffix("index.html") + "$", refusal))


def _pattern(value: str) -> str:
    anchor = "$" if value.endswith("$") else ""
    path = value.removesuffix("$")
    if path.startswith(("http://", "https://")):
        # It matches a path with that address in it: nothing in practice, as with other readers.
        path = f"/{path}"
    return "*".join(map(_normal, re.split(r"\*+", path))) + anchor


def _path(url: str) -> str:
    origin = _ORIGIN.match(url)
    path = url[origin.end() if origin else 0 :].partition("#")[0]
    return _normal(path if path.startswith("/") else f"/{path}")


def _normal(path: str) -> str:
    """A path in the one spelling in which paths and patterns are compared (RFC 9309, 2.2.2)."""
    return _ESCAPED.sub(_respelled, path)


def _respelled(found: re.Match[str]) -> str:
    sign = found[0]
    if len(sign) == 1:
        return quote(sign, safe="", errors="surrogatepass")
    plain = chr(int(sign[1:], 16))
    return plain if _PLAIN.fullmatch(plain) else sign.upper()
