"""Reads a spreadsheet from standard input, and writes its rows as JSON lines: `["row 5", "NCT05160831 | knee"]`.

The last line is a text: why it cannot be read, or none. A sheet is as large in memory as the farthest cell in it says,
so that a small file can ask for any amount: the process may not take more than a list needs.
"""

import io
import json
import resource
import sys
from collections.abc import Iterator
from typing import Final

import python_calamine

MEMORY: Final = 2 * 2**30
"""Bytes of address space: a sheet of a million rows and twenty columns takes half of it."""
SECONDS: Final = 120
"""Of computing: such a sheet takes ten."""

PROTECTED: Final = "EncryptedPackage".encode("utf-16-le")
"""The name of the part in which Office keeps a workbook that a password protects."""


def main() -> None:
    """Read standard input."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for line in answer(sys.stdin.buffer.read()):
        sys.stdout.write(f"{line}\n")


def answer(content: bytes) -> Iterator[str]:
    """The lines that are written: those of the rows, and the last one."""
    why = ""
    try:
        for row in _rows(content):
            yield json.dumps(row)
    except (python_calamine.CalamineError, ValueError) as error:
        why = f"is damaged, protected by a password, or no spreadsheet: {' '.join(str(error).split())}"
        if PROTECTED in content:
            why = "is protected by a password: save it without one"
    yield json.dumps(why)


def _rows(content: bytes) -> Iterator[tuple[str, str]]:
    with python_calamine.load_workbook(io.BytesIO(content)) as book:
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            of = f" of {name}" if len(book.sheet_names) > 1 else ""
            for number, cells in enumerate(sheet.iter_rows(), 1):
                if words := [word for cell in cells if (word := _words(cell))]:
                    yield f"row {number}{of}", " | ".join(words)


def _words(cell: object) -> str:
    """A cell as it is shown, nearly: a whole number without a point."""
    return str(int(cell) if isinstance(cell, float) and cell.is_integer() else cell).strip()


if __name__ == "__main__":
    main()
