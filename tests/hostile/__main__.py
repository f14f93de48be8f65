"""The command line: what each generator's page takes, and how that grows with its size."""

import argparse
import gc
import os
import pickle
import resource
from collections.abc import Sequence
from math import log2
from time import process_time
from typing import Final, NamedTuple

from scraper.errors import TrialPagesError
from scraper.parse.page import Page
from scraper.pipeline import clean_page, read
from tests.build import VEEVA
from tests.hostile.markup import MARKUP
from tests.hostile.records import ENCODINGS, JSON, MHTML
from tests.hostile.words import WORDS

GENERATORS: Final = {**MARKUP, **JSON, **MHTML, **ENCODINGS, **WORDS}

SECONDS: Final = 2.0
MEGABYTES: Final = 100.0
"""What a megabyte of page may take at most."""
SMALL: Final = 2**19
"""Bytes of a page that may take as much as a larger one: some costs are not of its size."""


class Taken(NamedTuple):
    """What reading a page took."""

    seconds: float
    megabytes: float
    end: str
    """The record's trial, or the kind of the error and its words."""


def padded(name: str, size: int, share: int) -> bytes:
    """A generator's page of which only a part is what it writes: a long text behind it keeps it within the bounds."""
    content = GENERATORS[name](size // share)
    words = b"word " * ((size - len(content)) // 5)
    if share > 1 and content[:1] == b"{" and content[-1:] == b"}":
        return content[:-1] + b',"words":"' + words + b'"}'
    return content + b"\n" + words if share > 1 else content


def measure(name: str, size: int, command: str, *, share: int, seconds: int, megabytes: int) -> Taken:
    """Read a generator's page in a process of its own, with limits of processor time and memory."""
    content = padded(name, size, share)
    gc.collect()
    from_child, to_parent = os.pipe()
    child = os.fork()
    if not child:
        os.close(from_child)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
        os.write(to_parent, pickle.dumps(_take(content, command)))
        os._exit(0)
    os.close(to_parent)
    with os.fdopen(from_child, "rb") as pipe:
        answer = pipe.read()
    status = os.waitpid(child, 0)[1]
    return pickle.loads(answer) if answer else Taken(seconds, 0.0, f"KILLED by signal {os.WTERMSIG(status)}")  # noqa: S301


def _take(content: bytes, command: str) -> Taken:
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, process_time()
    try:
        end = "cleaned" if command == "clean" and clean_page(Page(content)) else read(Page(content)).trial.nct_id
    except TrialPagesError as error:
        end = f"{type(error).__name__}: {error}"[:150]
    except Exception as error:  # noqa: BLE001 - a mistake of ours is what is looked for
        end = f"MISTAKE {type(error).__name__}: {error}"[:150]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return Taken(process_time() - start, (peak - before) / 1024, end)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.hostile", description=__doc__)
    parser.add_argument("parts", nargs="*", help="only generators whose name has one of these parts")
    parser.add_argument("--size", type=int, default=SMALL, help="bytes of the smallest page")
    parser.add_argument("--sizes", type=int, default=2, help="how many sizes, each twice the one before")
    parser.add_argument("--share", type=int, default=1, help="write but so small a part of the page, 6 for a sixth")
    parser.add_argument("--command", choices=("extract", "clean"), default="extract")
    parser.add_argument("--bad", action="store_true", help="print only what takes too much")
    parser.add_argument("--seconds", type=int, default=20, help="of processor time until a page is given up")
    parser.add_argument("--megabytes", type=int, default=3000, help="of memory until a page is given up")
    options = parser.parse_args(arguments)
    read(Page(VEEVA.encode()))  # what is made once, such as patterns, is no page's
    print(f"{'s/MB':>7} {'growth':>6} {'MB/MB':>7}  generator: end")
    for name in GENERATORS:
        if not options.parts or any(part in name for part in options.parts):
            line, is_bad = _line(name, options)
            if is_bad or not options.bad:
                print(line, flush=True)


def _line(name: str, options: argparse.Namespace) -> tuple[str, bool]:
    """One line of the table, and whether the generator's page takes too much."""
    taken: list[Taken] = []
    for size in (options.size << step for step in range(options.sizes)):
        taken.append(
            measure(
                name, size, options.command, share=options.share, seconds=options.seconds, megabytes=options.megabytes
            )
        )
        if taken[-1].end.startswith(("KILLED", "MISTAKE")):
            break
    last, size = taken[-1], options.size << (len(taken) - 1)
    growth = log2(max(last.seconds, 0.001) / max(taken[-2].seconds, 0.001)) if len(taken) > 1 else 0.0
    seconds, megabytes = last.seconds * 2**20 / size, last.megabytes * 2**20 / size
    is_bad = seconds > SECONDS or megabytes > MEGABYTES or last.end.startswith(("KILLED", "MISTAKE"))
    is_bad = is_bad or (growth > 1.5 and last.seconds > 0.2)
    return f"{seconds:7.2f} {growth:6.2f} {megabytes:7.1f}  {name}: {last.end}{'   <---' if is_bad else ''}", is_bad


if __name__ == "__main__":
    main()
