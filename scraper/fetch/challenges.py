"""Recognises challenges, which test whether a person is asking. A challenge is a refusal, whatever its status."""

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

MARKERS: Final = (
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
"""Words at the start of challenge pages. Left out are markers that ordinary pages behind the same vendor have, too:
Cloudflare puts its `/cdn-cgi/challenge-platform/` script on those, too."""

_LOOK_AT: Final = 16 * 1024


def challenge_vendor(exchange: Exchange, content: bytes) -> str | None:
    """The vendor whose challenge this answer is; None if it is no challenge.

    Args:
        exchange: the answer.
        content: its body without content encoding.
    """
    for name, value, vendor in HEADERS:
        if exchange.headers.get(name, "").lower() == value:
            return vendor
    if exchange.content_type in {"text/html", ""}:
        start = content[:_LOOK_AT]
        for marker, vendor in MARKERS:
            if marker in start:
                return vendor
    return None
