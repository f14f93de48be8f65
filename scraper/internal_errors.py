"""Turns an unexpected exception into the error of one page: one line, with the traceback beside it."""

from traceback import TracebackException
from typing import Final

from scraper.errors import InternalError
from scraper.masking import masked

_LONGEST_MESSAGE: Final = 1_000
"""Characters of an exception's own words: some quote the whole page."""

_LONGEST_TRACEBACK: Final = 20_000
"""Characters of a traceback: two hundred frames, of which the first and the last tell the most."""


def internal_error(error: Exception, *, url: str | None = None) -> InternalError:
    """The error that stands for an unexpected exception; an `InternalError` stays as it is.

    Args:
        error: any exception.
        url: the page that was being read.
    """
    if isinstance(error, InternalError):
        return error
    kind = type(error).__name__
    words = shortened(_words(error), _LONGEST_MESSAGE)
    return InternalError(
        f"a mistake in trialpages: {kind}{f': {words}' if words else ''}; please report it",
        kind=kind,
        traceback=traceback_of(error),
        url=url,
    )


def traceback_of(error: BaseException) -> str:
    """The traceback of an exception as text; of a long one, the middle is left out."""
    try:
        text = "".join(TracebackException.from_exception(error, compact=True).format())
    except Exception as another:  # noqa: BLE001 - what cannot even be told must not hide that it happened
        text = f"{type(error).__name__}, of which no traceback can be made: {type(another).__name__}"
    return storable(shortened(masked(text), _LONGEST_TRACEBACK))


def storable(text: str) -> str:
    """Text that every database accepts: NUL and lone surrogates become escapes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "\\x00")


def shortened(text: str, longest: int) -> str:
    """At most so many characters of a text, from both of its ends."""
    left_out = len(text) - longest
    if left_out <= 0:
        return text
    return f"{text[: longest // 2]} [{left_out:,} characters left out] {text[-(longest // 2) :]}"


def _words(error: Exception) -> str:
    """An exception's message; some exceptions fail even at that."""
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - see above
        return "it cannot say what it is about"
