"""How much memory `trialpages extract` takes for many files, and whether it grows with their number.

Run it with `python -m benchmarks.memory`. It writes the inflated cases once, links them many times into a temporary
folder, and watches the command and all its processes. Needs /proc, as Linux has it.
"""

import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from time import monotonic, sleep

from benchmarks.pages import refused_pages, trial_pages
from benchmarks.processes import megabytes

COUNTS = (2_000, 20_000)

MEGABYTES = 300
"""What the command and its processes together may take at most."""

GROWTH = 1.1
"""By how much more files may raise the peak: sampling and the allocator vary by some percent."""

JOBS = 2


@dataclass(frozen=True, slots=True)
class Usage:
    """What one run took."""

    files: int
    megabytes: float
    """Peak of the memory of all processes, each with its part of what they share."""
    seconds: float
    summary: str
    """The command's last line."""


def link_files(folder: Path, pages: Sequence[bytes], count: int) -> None:
    """Put so many files into a folder, each one of the pages; links, since the disk is not what is measured."""
    first = []
    for number, content in enumerate(pages):
        first.append(folder / f"{number:06}.html")
        first[-1].write_bytes(content)
    for number in range(len(pages), count):
        (folder / f"{number:06}.html").hardlink_to(first[number % len(pages)])


def counts(summary: str) -> tuple[int, int, int]:
    """Files, records and failures by the command's summary.

    Raises:
        ValueError: the line is no summary.
    """
    match = _SUMMARY.search(summary)
    if match is None:
        raise ValueError(f"this is no summary: {summary!r}")
    files, records, failures = (int(number.replace(",", "")) for number in match.groups())
    return files, records, failures


_SUMMARY = re.compile(r"([\d,]+) pages? in = ([\d,]+) records?(?: \([^)]*\))? \+ ([\d,]+) failures?")


def measure(folder: Path, files: int) -> Usage:
    """Read all files of a folder with the command and watch its memory."""
    command = [str(Path(sys.executable).with_name("trialpages")), "extract", str(folder)]
    options = ["--format", "jsonl", "--jobs", str(JOBS), "--quiet"]
    began = monotonic()
    peak = 0.0
    with TemporaryFile() as errors:
        with subprocess.Popen([*command, *options], stdout=subprocess.DEVNULL, stderr=errors) as process:
            while process.poll() is None:
                peak = max(peak, megabytes(process.pid))
                sleep(0.05)
        errors.seek(0)
        lines = errors.read().decode().splitlines()
    return Usage(files, peak, monotonic() - began, lines[-1] if lines else "")


def main() -> int:
    pages = [*(page.content for page in trial_pages()), *refused_pages()]
    usages = []
    print(f"{'files':>8}{'peak MB':>10}{'seconds':>10}{'files/s':>10}")
    for count in COUNTS:
        with TemporaryDirectory() as name:
            link_files(Path(name), pages, count)
            usage = measure(Path(name), count)
        usages.append(usage)
        print(f"{count:8,}{usage.megabytes:10.0f}{usage.seconds:10.1f}{count / usage.seconds:10.0f}  {usage.summary}")
    complete = True
    for usage in usages:
        files, records, failures = counts(usage.summary)
        complete &= files == usage.files == records + failures
    few, many = usages
    small = many.megabytes < MEGABYTES
    flat = many.megabytes <= few.megabytes * GROWTH
    print(
        f"\npages in = records + failures: {'yes' if complete else 'NO'}; below {MEGABYTES} MB:"
        f" {'reached' if small else 'MISSED'}; no growth with the number: {'reached' if flat else 'MISSED'}"
    )
    return 0 if complete else 1


if __name__ == "__main__":
    sys.exit(main())
