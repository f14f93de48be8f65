"""Fuzz some targets, one after the other, or try an input again: `python -m tests.fuzz --help`."""

import argparse
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from tests.fuzz.seeds import LARGEST
from tests.fuzz.targets import FOUND, TARGETS, target_of

BUILD = Path("build/fuzz")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"of {', '.join(TARGETS)}; by default all")
    parser.add_argument("--seconds", type=int, default=60, help="how long each target is fuzzed")
    parser.add_argument("--again", type=Path, metavar="FILE", help="try one input, named TARGET-..., and say no more")
    options = parser.parse_args()
    if options.again is not None:
        TARGETS[target_of(options.again)][0](options.again.read_bytes())
        return 0
    if find_spec("atheris") is None:
        sys.exit(
            f"atheris, which finds the inputs, is not installed; is there one for Python {sys.version.split()[0]}?"
        )
    unknown = [name for name in options.targets if name not in TARGETS]
    if unknown:
        parser.error(f"no target: {', '.join(unknown)}; there are {', '.join(TARGETS)}")
    faults = [name for name in options.targets or TARGETS if not fuzz(name, options.seconds)]
    return int(bool(faults))


def fuzz(name: str, seconds: int) -> bool:
    """Whether a target stood the time."""
    corpus, found = BUILD / "corpus" / name, BUILD / "found"
    for folder in (corpus, found):
        folder.mkdir(parents=True, exist_ok=True)
    for number, content in enumerate(TARGETS[name][1]()):
        (corpus / f"seed-{number}").write_bytes(content)
    before = set(found.iterdir())
    command = [sys.executable, "-m", "tests.fuzz.worker", name, str(found), str(corpus), str(FOUND)]
    options = [f"-max_total_time={seconds}", f"-max_len={LARGEST}", "-timeout=20", "-rss_limit_mb=3000", "-verbosity=0"]
    done = subprocess.run([*command, *options, f"-artifact_prefix={found / name}-"], check=False)
    new = sorted(set(found.iterdir()) - before)
    for path in new:
        print(f"{name}: a fault; see it with: python -m tests.fuzz --again {path}")
    if not new and done.returncode == 0:
        print(f"{name}: no fault in {seconds} s")
    return not new and done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
