"""Records of ClinicalTrials.gov, where a folder of them exists: real values for the tests of the readers."""

import json
import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(os.environ.get("TRIALPAGES_REGISTRY_RECORDS") or Path(__file__).parents[2] / "shared" / "ctgov" / "v2")


@cache
def protocols() -> tuple[dict[str, Any], ...]:
    """The protocol section of each record, by NCT id; none where there is no such folder."""
    return tuple(json.loads(path.read_text())["protocolSection"] for path in sorted(_FOLDER.glob("*.json")))


def found(*path: str) -> list[Any]:
    """What stands at a path in any record, each value once; lists on the way are gone through one by one."""
    values = [value for protocol in protocols() for value in _at(protocol, path)]
    return list({json.dumps(value): value for value in values}.values())


def _at(node: Any, path: tuple[str, ...]) -> Iterable[Any]:
    if isinstance(node, list):
        for item in node:
            yield from _at(item, path)
    elif not path:
        yield node
    elif path[0] in node:
        yield from _at(node[path[0]], path[1:])
