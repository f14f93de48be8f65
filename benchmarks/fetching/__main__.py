"""Pages a second fetched, archived and read, against Scrapy with a spider that only yields titles.

Run it with `python -m benchmarks.fetching`. Both fetch the same pages, the inflated cases under as many URLs as are
asked for, from a replica on loopback without a pace: eight hosts, eight requests in flight at most, robots.txt obeyed.
Once the replica compresses its pages, as sites do for those who ask, and once it does not, so that ours has to for its
archive.

Ours asks each host for one page at a time, keeps every exchange in WARC files, and writes every record as JSON. It
reads pages in processes beside the one that fetches, while Scrapy's spider shares a process with its downloader. Each
run is a new process; start and imports are not timed. Let nothing else run meanwhile: ours uses two processors and so
loses more to neighbours than Scrapy does. Needs /proc, as Linux has it.
"""

import argparse
import json
import os
import platform
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, sleep
from typing import IO, cast

from benchmarks.fetching.replica import HOSTS
from benchmarks.pages import trial_pages
from benchmarks.processes import megabytes

FEW, MANY = 500, 2_000

ROUNDS = 5

GROWTH = 1.1
"""By how much more pages may raise the peak: sampling and the allocator vary by some percent."""

PROGRAMS = {"ours": "ours: fetched, archived, read", "titles": "Scrapy: fetched, titles only"}

KINDS = ("gzip", "plain")


@dataclass(frozen=True, slots=True)
class Run:
    """What one run took."""

    rate: float
    """Pages a second."""
    milliseconds: float
    """Processor time a page, of all its processes, with start and imports."""
    megabytes: float
    """Peak of the memory of all its processes."""
    complete: bool
    """Whether every page became a line of output, and was archived where that is part of the work."""
    counts: Mapping[str, int]
    """How many pages became either, in the program's words."""


def measure(program: str, port: int, kind: str, pages: int) -> Run:
    """Let a program fetch so many pages, each under a URL of its own, and watch its memory."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        urls = [f"http://{HOSTS[number % len(HOSTS)]}:{port}/{kind}/{number}" for number in range(pages)]
        (folder / "urls").write_text("\n".join(urls), encoding="ascii")
        command = [sys.executable, "-m", f"benchmarks.fetching.{program}", str(folder / "urls"), name]
        peak, used = 0.0, _processor_seconds()
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            while process.poll() is None:
                peak = max(peak, megabytes(process.pid))
                sleep(0.1)
            output, _ = process.communicate()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    said = json.loads(output)
    seconds = said.pop("seconds")
    milliseconds = 1000 * (_processor_seconds() - used) / pages
    return Run(pages / seconds, milliseconds, peak, all(count == pages for count in said.values()), said)


def _processor_seconds() -> float:
    """What the processes that were started here and have ended took."""
    usage = getrusage(RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


@contextmanager
def replica(pages: Sequence[bytes]) -> Iterator[int]:
    """The replica in a process of its own; its port."""
    with TemporaryDirectory() as folder:
        files = [Path(folder, f"{number:04}.html") for number in range(len(pages))]
        for file, content in zip(files, pages, strict=True):
            file.write_bytes(content)
        command = [sys.executable, "-m", "benchmarks.fetching.replica", *map(str, files)]
        # Leaving closes its standard input, and so ends it.
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            yield int(cast("IO[str]", process.stdout).readline())


def bare_rate(port: int, pages: int) -> float:
    """Pages a second that the replica sends to a client that only counts bytes, over one connection."""
    buffer = bytearray(1 << 20)
    with socket.create_connection((HOSTS[0], port)) as connection:
        began = perf_counter()
        for number in range(pages):
            connection.sendall(b"GET /plain/%d HTTP/1.1\r\nHost: replica\r\n\r\n" % number)
            got = connection.recv_into(buffer)
            head, separator, _ = bytes(buffer[:got]).partition(b"\r\n\r\n")
            size = len(head + separator) + int(head.rpartition(b"Content-Length: ")[2])
            while got < size:
                got += connection.recv_into(buffer)
        return pages / (perf_counter() - began)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="how often each side runs (default %(default)s)")
    rounds = parser.parse_args(arguments).rounds
    pages = [page.content for page in trial_pages()]
    sizes = [len(page) // 1000 for page in pages]
    runs: dict[tuple[str, str], list[Run]] = {(kind, program): [] for kind in KINDS for program in PROGRAMS}
    load, _, _ = os.getloadavg()
    with replica(pages) as port:
        bare = bare_rate(port, MANY)
        few = {(kind, program): measure(program, port, kind, FEW) for kind, program in runs}
        for _ in range(rounds):
            for (kind, program), measured in runs.items():
                measured.append(measure(program, port, kind, MANY))
    packages = ", ".join(f"{name} {version(name)}" for name in ("Scrapy", "Twisted", "httpx", "warcio"))
    print(f"{len(pages)} pages of {min(sizes)} to {max(sizes)} kB under {MANY:,} URLs, medians of {rounds} rounds")
    print(f"{os.cpu_count()} processors, load {load:.1f} before, Python {platform.python_version()}, {packages}")
    print(f"the replica sends {bare:,.0f} pages a second to a client that only counts bytes")
    for kind in KINDS:
        print(f"\n{f'pages sent as {kind}':30}{'pages/s':>9}{'CPU ms':>9}{f'MB at {FEW:,}':>13}{f'MB at {MANY:,}':>13}")
        for program, name in PROGRAMS.items():
            rate = median(run.rate for run in runs[kind, program])
            used = median(run.milliseconds for run in runs[kind, program])
            peak = median(run.megabytes for run in runs[kind, program])
            print(f"{name:30}{rate:9.0f}{used:9.1f}{few[kind, program].megabytes:13.0f}{peak:13.0f}")
        both = zip(runs[kind, "ours"], runs[kind, "titles"], strict=True)
        ratios = [ours.rate / theirs.rate for ours, theirs in both]
        ratio, each = median(ratios), ", ".join(f"{one:.2f}" for one in ratios)
        print(f"ours: {ratio:.2f} times Scrapy's rate ({each}), to reach 1: {'reached' if ratio >= 1 else 'MISSED'}")
        growth = median(run.megabytes for run in runs[kind, "ours"]) / few[kind, "ours"].megabytes
        verdict = "reached" if growth <= GROWTH else "MISSED"
        print(f"ours: {growth:.2f} times the memory for {MANY // FEW} times the pages, {GROWTH} at most: {verdict}")
    complete = all(run.complete for measured in (*runs.values(), few.values()) for run in measured)
    print(f"\nevery page fetched, archived and read: {'yes' if complete else 'NO'}")
    return 0 if complete else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
