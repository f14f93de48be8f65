"""How much work a call is, counted and not timed: the same on every computer."""

import sys
from collections.abc import Callable


def work(function: Callable[..., object], *arguments: object) -> int:
    """How often functions are called, be they written in Python or in C, until a function has returned."""
    count = 0

    def called(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(called)
    try:
        function(*arguments)
    finally:
        sys.setprofile(before)
    return count
