"""Diagnostics on standard error: lines for people, or JSON lines."""

import logging
import sys

from pydantic import ValidationError

from scraper.console.printing import LogStream, tell
from scraper.log import logger
from scraper.settings import Settings


def note(sentence: str, kind: str = "note") -> None:
    """Print one line on standard error.

    Args:
        sentence: the message.
        kind: `error`, or another word to put before the sentence; before a `note` there is none.
    """
    if log_is_json():
        level = logging.ERROR if kind == "error" else logging.INFO
        logger(LogStream(), as_json=True).log(level, kind, message=sentence)
    else:
        tell(sentence if kind == "note" else f"{kind}: {sentence}")


def note_traceback(traceback: str | None) -> None:
    """Under --debug, print the traceback of an internal error on standard error."""
    if traceback is not None and "--debug" in sys.argv[1:2]:
        for line in traceback.rstrip().split("\n"):
            note(line)


def log_is_json() -> bool:
    """Whether diagnostics are JSON; known also where the command line was not understood."""
    if "--log-json" in sys.argv:
        return True
    try:
        return Settings.model_validate({}).log_json
    except ValidationError:
        return False
