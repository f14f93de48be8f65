"""The memory of a process and all below it. Needs /proc, as Linux has it."""

from pathlib import Path


def megabytes(process: int) -> float:
    """The memory of a process and all below it; of pages that several processes share, each one's part."""
    return sum(map(_kilobytes, _tree(process))) / 1000


def _tree(process: int) -> list[int]:
    """A process and all below it."""
    found = [process]
    for parent in found:
        try:
            for thread in Path(f"/proc/{parent}/task").iterdir():
                found += map(int, (thread / "children").read_text(encoding="ascii").split())
        except OSError:
            continue  # it has ended
    return found


def _kilobytes(process: int) -> int:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0  # it has ended
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
