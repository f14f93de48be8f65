"""A pytest plugin: no test finds in a cache what another one has computed.

`make mutants` uses it: with caches, a function is seen to be called by the first test alone, and what is cached for the
unchanged code would hide a mutant.
"""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

OURS = ("normalizers", "schemas", "scraper", "tests")

CALLED_ON_LOADING = Path("called-on-loading.txt")
"""The functions that were called while modules were loaded; mutmut switches a mutant on after that."""


def pytest_collection_finish(session):
    """Note what was called by now, before any test."""
    del session
    if os.environ.get("MUTANT_UNDER_TEST") == "stats":
        from mutmut.state import state

        CALLED_ON_LOADING.write_text("\n".join(sorted(state()._stats)))
        state()._stats.clear()


def pytest_runtest_setup(item):
    """Begin each test without anything cached."""
    del item
    for clear in _caches():
        clear()


def _caches() -> Iterator[Callable[[], None]]:
    """What clears each cache of a function of ours."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in OURS:
            for value in list(vars(module).values()):
                if callable(clear := getattr(value, "cache_clear", None)):
                    yield clear
