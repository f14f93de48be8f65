"""What commands say beside their output: lines on standard error, for people or as JSON."""

import logging
import sys

from pydantic import ValidationError

from scraper.console.printing import LogStream, tell
from scraper.log import logger
from scraper.settings import Settings


def note(sentence: str, kind: str = "note") -> None:
    """One line on standard error.

    Args:
        sentence: what is to be said.
        kind: `error`, or another word that is put before the sentence; a mere note has none before it.
    """
    if log_is_json():
        level = logging.ERROR if kind == "error" else logging.INFO
        logger(LogStream(), as_json=True).log(level, kind, message=sentence)
    else:
        tell(sentence if kind == "note" else f"{kind}: {sentence}")


def note_traceback(traceback: str | None) -> None:
    """Under --debug, how a mistake of the program came about, line by line on standard error."""
    if traceback is not None and "--debug" in sys.argv[1:2]:
        for line in traceback.rstrip().split("\n"):
            note(line)


def log_is_json() -> bool:
    """Whether standard error is read by programs: known also where the command's line was not understood."""
    if "--log-json" in sys.argv:
        return True
    try:
        return Settings.model_validate({}).log_json
    except ValidationError:
        return False
