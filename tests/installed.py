"""The program as a user gets it: built as a wheel, installed into an environment of its own, run far from the checkout.

`make wheel` runs this. The wheel is made from a source distribution, so that nothing but what is packed can get in, and
everything that is installed besides is locked.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
CASE: Final = Path("snapshots/veeva/NCT05160831-seed")
"""The bundled page that the installed program reads."""


def installed(folder: Path) -> Path:
    """Build a wheel, install it with the locked packages below a folder, and give the programs' folder."""
    uv = str(Path(sys.executable).with_name("uv"))
    venv, wheels = folder / "venv", folder / "wheels"
    python = venv / "bin" / "python"

    def run(*words: object) -> None:
        subprocess.run([uv, *map(str, words)], cwd=ROOT, check=True)

    run("build", "--quiet", "--no-build-isolation", "--python", sys.executable, "--out-dir", wheels)
    run("venv", "--quiet", "--python", sys.executable, venv)
    run("pip", "install", "--quiet", "--python", python, "--require-hashes", "-r", ROOT / "requirements.lock")
    run("pip", "install", "--quiet", "--python", python, "--no-deps", *wheels.glob("*.whl"))
    return python.parent


def check(programs: Path, folder: Path) -> None:
    """Use the installed program in a folder that holds the bundled snapshots and nothing else of the checkout.

    Raises:
        AssertionError: it does not do what it must; the message says what.
    """
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "TRIALPAGES_"))}

    def output(*words: object, code: int = 0) -> str:
        done = subprocess.run(
            [programs / words[0], *map(str, words[1:])],
            check=False,
            cwd=folder,
            env=clean,
            capture_output=True,
            text=True,
        )
        line = " ".join(map(str, words))
        assert done.returncode == code, f"{line}: exit code {done.returncode}, not {code}\n{done.stderr}"
        print(f"ok: {line}")
        return done.stdout

    def same(what: str, now: object, expected: object) -> None:
        assert now == expected, f"the installed program's {what} is not the checkout's"

    where = Path(output("python", "-c", "import scraper; print(scraper.__file__)").strip())
    assert where.is_relative_to(programs.parent), f"not the installed program was run, but {where}"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    same("version", output("trialpages", "--version").split()[-1], project["version"])
    schema = (ROOT / "schemas" / "trial.schema.json").read_text(encoding="utf-8")
    same("schema", json.loads(output("trialpages", "schema")), json.loads(schema))

    output("trialpages", "extract", CASE / "page.html", "--quiet")
    output("trialpages", "snapshot", "check")  # every bundled page gives what it must give

    # A store of its own, which its migrations make; some of the bundled pages fail on purpose.
    output("trialpages", "scrape", "--all", "--replay", "snapshots", "--home", "home", "--quiet", code=1)
    records = output("trialpages", "show", "--home", "home", "--format", "jsonl").splitlines()
    assert len(records) > 50, f"only {len(records)} records of the bundled pages are in the store"
    output("python", "-c", "from scraper import extract_page; import schemas.record, normalizers.trial")


def main() -> None:
    """Build, install, use; what is not as it must be is one line and exit code 1."""
    with tempfile.TemporaryDirectory(prefix="trialpages-") as name:
        folder = Path(name)
        programs = installed(folder)
        shutil.copytree(ROOT / "snapshots", folder / "snapshots")
        try:
            check(programs, folder)
        except AssertionError as error:
            sys.exit(f"make wheel: {error}")


if __name__ == "__main__":
    main()
