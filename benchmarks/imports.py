"""How fast `trialpages import` is on a WARC file against `trialpages extract` on the same, and what memory it takes.

Run it with `python -m benchmarks.imports`, or with `--pages 100000` for as many as an archive may hold. It writes the
inflated cases into a WARC file, each time as another trial, imports it into a new store on SQLite, and imports it once
more. Needs /proc, as Linux has it.
"""

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from tempfile import TemporaryDirectory, TemporaryFile
from time import monotonic, sleep

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from benchmarks.pages import trial_pages
from benchmarks.processes import megabytes

RATIO = 0.7
"""At what part of the rate of `extract` an import should run: what it does besides is keep the records."""

AGAIN = 5
"""How many times as fast the same import should be a second time, when there is nothing to read."""

MEGABYTES = 500
"""What the command and its processes together may take at most, however many pages there are."""

JOBS = 2

BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)

_NUMBER = re.compile(rb"NCT\d{8}")


@dataclass(frozen=True, slots=True)
class Usage:
    """What one command took."""

    megabytes: float
    """Peak of the memory of all processes, each with its part of what they share."""
    seconds: float
    cpu: float
    """Seconds of all processors together: other programs that run meanwhile hardly change them."""
    last_line: str


def bodies(count: int) -> Iterator[bytes]:
    """So many pages, each of a trial of its own."""
    pages = [(page.content, _NUMBER.search(page.name.encode())) for page in trial_pages()]
    known = [(content, number[0]) for content, number in pages if number is not None and number[0] in content]
    for place in range(count):
        content, number = known[place % len(known)]
        yield content.replace(number, b"NCT%08d" % (10_000_000 + place))


def write_warc(path: Path, count: int) -> None:
    """Write a WARC file of so many pages, captured one a second; beside each tenth an image."""
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True, warc_version="1.1")
        for number, body in enumerate(bodies(count)):
            at = (BEGINNING + timedelta(seconds=number)).isoformat().replace("+00:00", "Z")
            answers = [("text/html", body)] + [("image/png", b"\x89PNG")] * (number % 10 == 0)
            for kind, content in answers:
                record = writer.create_warc_record(
                    f"https://archived.example/{number}",
                    "response",
                    payload=BytesIO(content),
                    length=len(content),
                    http_headers=StatusAndHeaders("200 OK", [("Content-Type", kind)], protocol="HTTP/1.1"),
                    warc_headers_dict={"WARC-Date": at},
                )
                writer.write_record(record)


def measure(home: Path, *arguments: str) -> Usage:
    """Run the command and watch its memory."""
    command = [str(Path(sys.executable).with_name("trialpages")), *arguments, "--jobs", str(JOBS), "--quiet"]
    environment = {**os.environ, "TRIALPAGES_HOME": str(home)}
    began, used, peak = monotonic(), processors(), 0.0
    with TemporaryFile() as said:
        output = said if arguments[0] == "import" else subprocess.DEVNULL
        with subprocess.Popen(command, stdout=output, stderr=said, env=environment) as process:
            while process.poll() is None:
                peak = max(peak, megabytes(process.pid))
                sleep(0.05)
        said.seek(0)
        lines = said.read().decode().splitlines()
    return Usage(peak, monotonic() - began, processors() - used, lines[-1] if lines else "")


def processors() -> float:
    """The seconds of processors that all ended commands have used."""
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pages", type=int, default=2_000, help="how many (default: %(default)s)")
    count = parser.parse_args().pages
    with TemporaryDirectory() as folder:
        archive = Path(folder, "archive.warc.gz")
        write_warc(archive, count)
        home = Path(folder, "home")
        runs = {
            "extract": measure(home, "extract", str(archive), "--format", "jsonl"),
            "import": measure(home, "import", str(archive)),
            "import again": measure(home, "import", str(archive)),
        }
        store = (home / "store.sqlite3").stat().st_size / 1_000_000
        packed = archive.stat().st_size / 1_000_000
        print(f"{count:,} pages in a WARC file of {packed:,.0f} MB; the store: {store:,.0f} MB")
    print(f"{'':14}{'peak MB':>10}{'seconds':>10}{'CPU s':>10}{'pages/s':>10}")
    for name, usage in runs.items():
        figures = f"{usage.megabytes:10.0f}{usage.seconds:10.1f}{usage.cpu:10.1f}{count / usage.seconds:10.0f}"
        print(f"{name:14}{figures}  {usage.last_line}")
    extracted, imported, again = runs.values()
    ratio, faster = extracted.cpu / imported.cpu, imported.cpu / again.cpu
    most = max(usage.megabytes for usage in runs.values())
    print("\nby seconds of processors:")
    print(f"import at {ratio:.2f} of the rate of extract ({RATIO}: {_verdict(ratio >= RATIO)})")
    print(f"again {faster:.1f} times as fast ({AGAIN}: {_verdict(faster >= AGAIN)})")
    print(f"at most {most:.0f} MB ({MEGABYTES}: {_verdict(most < MEGABYTES)})")
    return 0


def _verdict(is_reached: bool) -> str:  # noqa: FBT001 - what it is about stands beside it
    return "reached" if is_reached else "MISSED"


if __name__ == "__main__":
    sys.exit(main())
