"""Fuzzes one target in a process of its own: libFuzzer ends the process that it runs in."""

import hashlib
import sys
import traceback
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["normalizers", "schemas", "scraper"]):
    from tests.fuzz.targets import TARGETS


def main() -> None:
    name, found, *arguments = sys.argv[1:]
    target = TARGETS[name][0]
    known: set[str] = set()

    def one(content: bytes) -> None:
        """Try an input; a fault is kept, and the search goes on. What takes too long or too much, libFuzzer keeps."""
        try:
            target(content)
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            frame = traceback.extract_tb(error.__traceback__)[-1]
            place = f"{type(error).__name__} at {frame.filename}:{frame.lineno}"
            if place not in known:
                known.add(place)
                path = Path(found) / f"{name}-{hashlib.sha256(content).hexdigest()[:12]}"
                path.write_bytes(content)
                print(f"{name}: {place}: {str(error)[:200]!r}", file=sys.stderr)

    atheris.Setup([sys.argv[0], *arguments], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
