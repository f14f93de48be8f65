"""Answers that test whether a person is asking: a challenge is a refusal, whatever its status says."""

from typing import Final

from scraper.fetch.exchange import Exchange

HEADERS: Final = (
    # name, value, who sends it
    ("cf-mitigated", "challenge", "Cloudflare"),
    ("x-amzn-waf-action", "captcha", "AWS WAF"),
    ("x-amzn-waf-action", "challenge", "AWS WAF"),
    ("x-vercel-mitigated", "challenge", "Vercel"),
)
"""From the vendors' documentation."""

MARKS: Final = (
    # words, who writes them
    (b"<title>Access Denied</title>", "Akamai"),
    (b"<title>Attention Required! | Cloudflare</title>", "Cloudflare"),
    (b"<title>Just a moment...</title>", "Cloudflare"),
    (b"<title>Pardon Our Interruption", "Imperva"),
    (b"<title>Vercel Security Checkpoint</title>", "Vercel"),
    (b"Request unsuccessful. Incapsula incident ID", "Imperva"),
    (b"geo.captcha-delivery.com/captcha", "DataDome"),
    (b'id="px-captcha"', "HUMAN"),
    (b"window.gokuProps", "AWS WAF"),
)
"""Words at the start of challenge pages. Marks that ordinary pages behind the same vendor bear are left out:
Cloudflare puts its `/cdn-cgi/challenge-platform/` script on those, too."""

_LOOK_AT: Final = 16 * 1024


def challenge_vendor(exchange: Exchange, content: bytes) -> str | None:
    """Who challenges the visitor in this answer; None if nobody does.

    Args:
        exchange: the answer.
        content: its body without content encoding.
    """
    for name, value, vendor in HEADERS:
        if exchange.headers.get(name, "").lower() == value:
            return vendor
    if exchange.content_type in {"text/html", ""}:
        start = content[:_LOOK_AT]
        for mark, vendor in MARKS:
            if mark in start:
                return vendor
    return None
