"""What a host's robots.txt allows, read as RFC 9309 says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from protego import Protego

AGENT: Final = "trialpages"
"""The name that robots.txt files address us by."""

FRESH: Final = timedelta(hours=24)
"""How long a copy may be used (RFC 9309, 2.4)."""

FRESH_FAILURE: Final = timedelta(minutes=5)
"""How long a failure to read robots.txt is believed before it is tried again."""

SIZE_LIMIT: Final = 500 * 1024
"""How many bytes are read; RFC 9309 asks for at least 500 KiB."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a URL may not be fetched."""

    rule: str
    line: int | None = None
    """The line of the file, from 1."""

    def __str__(self) -> str:
        return self.rule if self.line is None else f"{self.rule} (line {self.line})"


class Rules:
    """A robots.txt file, or what its absence means."""

    def __init__(self, text: str, *, unreachable: str | None = None) -> None:
        self._text = text
        self._parsed = Protego.parse(text)
        self._unreachable = unreachable

    @classmethod
    def of(cls, content: bytes) -> "Rules":
        """The rules in a robots.txt file's bytes; what lies beyond the size limit is not read."""
        # A line cut in two could forbid more or less than it says, so the cut goes to the last whole line.
        if len(content) > SIZE_LIMIT:
            content = content[:SIZE_LIMIT].rpartition(b"\n")[0]
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
        delay = self._parsed.crawl_delay(AGENT) or 0.0
        rate = self._parsed.request_rate(AGENT)
        return max(delay, rate.seconds / rate.requests if rate and rate.requests else 0.0)

    @property
    def sitemaps(self) -> Sequence[str]:
        """The sitemaps that the file names."""
        return tuple(self._parsed.sitemaps)

    def refusal(self, url: str) -> Refusal | None:
        """None if the URL may be fetched, else the rule that forbids it."""
        if self._unreachable is not None:
            return Refusal(self._unreachable)
        if self._parsed.can_fetch(url, AGENT):
            return None
        return self._deciding_rule(url)

    def _deciding_rule(self, url: str) -> Refusal:
        """Find the line that decides: the one that, turned into `Allow`, would let the URL pass.

        Protego gives a verdict without a reason; asking it again is slow, but happens only on a refusal.
        """
        lines = self._text.splitlines()
        for number, line in enumerate(lines):
            path = _disallowed(line)
            if path and not Protego.parse(f"User-agent: *\nDisallow: {path}").can_fetch(url, AGENT):
                turned = [*lines[:number], f"Allow: {path}", *lines[number + 1 :]]
                if Protego.parse("\n".join(turned)).can_fetch(url, AGENT):
                    return Refusal(f"Disallow: {path}", number + 1)
        return Refusal("a rule of robots.txt")


def _disallowed(line: str) -> str:
    name, colon, value = line.partition("#")[0].partition(":")
    return value.strip() if colon and name.strip().lower() == "disallow" else ""
