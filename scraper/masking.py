"""Masks passwords in addresses: everything that is printed or logged passes through here."""

import re
from typing import Final
from urllib.parse import unquote_plus

MASK: Final = "***"

SECRETS: Final = frozenset({"pass", "sig"})
"""Names of parameters, in lower case, whose values are masked."""

SECRET_ENDINGS: Final = (
    "api-key",
    "api_key",
    "apikey",
    "passphrase",
    "passwd",
    "password",
    "pwd",
    "secret",
    "signature",
    "token",
)
"""Ends of such names, as in `access_token`, `X-Amz-Signature` and `sslpassword`, which is that of a PostgreSQL key."""


def masked(text: str) -> str:
    """A text with `***` for each password in an address within: `://user:***@host`, `?password=***`.

    When in doubt, more is masked than necessary: a password that nobody escaped can contain any character.
    """
    if "@" in text:
        text = _USER.sub(_masked_user, text)
    if "=" in text:
        text = _PARAMETER.sub(_masked_parameter, text)
    return text


def masked_address(address: str) -> str:
    """One whole address with `***` for each password in it, be there blanks in them, and no scheme before them."""
    start, *parameters = re.split(r"([?&])", _WHOLE_USER.sub(rf"\1{MASK}@", address))
    pairs = (part.partition("=") for part in parameters)
    whole = start + "".join(name + sign + (MASK if value and is_secret(name) else value) for name, sign, value in pairs)
    return masked(whole)


def without_passwords_of(address: str, text: str) -> str:
    """What a library says of an address, with `***` for each password of the address, and for each part of one.

    A library that takes a password apart in the wrong place repeats the rest of it as a host or a port.
    """
    user = _WHOLE_USER.search(address)
    words = [user[0].removeprefix(user[1]).removesuffix("@")] if user is not None else []
    for part in re.split(r"[?&]", address)[1:]:
        name, _, value = part.partition("=")
        words += [value] if is_secret(name) else []
    words += [unquote_plus(word) for word in words]
    secrets = {*words, *(part for word in words for part in re.split(r"[@:/?#&=\s]", word))} - {""}
    for secret in sorted(secrets, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", MASK, text)
    return text


def is_secret(name: str) -> bool:
    """Whether the value of a parameter is masked; its name may be percent-encoded."""
    plain = unquote_plus(name).strip(" []\"'").lower()
    return plain in SECRETS or plain.endswith(SECRET_ENDINGS)


_USER: Final = re.compile(r"(?P<before>//[^\s:/?#@]*:)(?!//)(?P<word>\S*)(?P<on>(?:(?!://)[^\n])*)")
"""What follows a user's name: the word, and the line, though not to another address."""

_PORT: Final = re.compile(r"\d+(?:[/?#]|\Z)")

_WHOLE_USER: Final = re.compile(r"((?:\A|://)[^\s:/?#@]*:)(?!//|\d+(?:[/?#]|\Z)).*@", re.DOTALL)

_PARAMETER: Final = re.compile(
    r"(?<![^\s?&;#/|<\[('\"{,])(?P<name>[\w%.+-]{1,60})(?P<is>[\]'\"]?\s?=\s?)"
    # The sentence's own sign behind it stays.
    r"(?P<value>'(?:[^'\\]|\\.)*'[^\s&]*|[^\s&]*[^\s&:,;.)'\"]|[^\s&]+)"
)
"""In a query, and as PostgreSQL writes it: `password='it is mine'`."""


def _masked_user(found: re.Match[str]) -> str:
    """Up to the last `@` there is a password: within a word, and across blanks unless it begins as a port does."""
    word, on = found["word"], found["on"]
    if _PORT.match(word) is None:
        word, on = word + on, ""
    _, at, host = word.rpartition("@")
    return f"{found['before']}{MASK}@{host}{on}" if at else found[0]


def _masked_parameter(found: re.Match[str]) -> str:
    hides = is_secret(found["name"]) or ("%" in found["value"] and _holds_secret(unquote_plus(found["value"])))
    return f"{found['name']}{found['is']}{MASK}" if hides else found[0]


def _holds_secret(address: str) -> bool:
    """Whether an address that is a parameter of another has a password."""
    if any(is_secret(parameter["name"]) for parameter in _PARAMETER.finditer(address)):
        return True
    return any(_masked_user(user) != user[0] for user in _USER.finditer(address))
