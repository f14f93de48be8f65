"""The rows of a spreadsheet, read in a process of its own: a file that asks for too much ends that one alone."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from scraper.id_lists.rows import Row, UnreadableList

_ZIP: Final = b"PK\x03\x04"
"""What xlsx, xlsm, xlsb and ods begin with."""
_COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""What xls begins with, and whatever Office has protected by a password."""


def is_spreadsheet(content: bytes) -> bool:
    """Whether a file begins as spreadsheets do."""
    return content.startswith((_ZIP, _COMPOUND))


def spreadsheet_rows(content: bytes) -> Iterator[Row]:
    """The rows of all sheets that hold words.

    Args:
        content: the file's.

    Raises:
        UnreadableList: it is damaged, protected or too large.
    """
    lines = _answer(content)
    if not lines:
        raise UnreadableList(
            "asks for more memory or time than a list of trials: keep the column of ids alone, or save it as .csv"
        )
    if why := json.loads(lines[-1]):
        raise UnreadableList(why)
    for line in lines[:-1]:
        yield Row(*json.loads(line))


def _answer(content: bytes) -> list[str]:
    """What the process says, as its module describes it; nothing, where it came to no good end."""
    # -P: nothing of the folder where the command was begun is imported. The file itself needs nothing else of ours, so
    # that it begins at once.
    command = [sys.executable, "-P", str(Path(__file__).with_name("spreadsheet_process.py"))]
    done = subprocess.run(command, input=content, capture_output=True, check=False)  # noqa: S603 - nothing of it is input
    return done.stdout.decode().splitlines() if done.returncode == 0 else []
