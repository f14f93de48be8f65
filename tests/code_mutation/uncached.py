"""A pytest plugin: no test finds in a cache what another one has computed.

`make mutants` uses it: with caches, a function is seen to be called by the first test alone, and what is cached for the
unchanged code would hide a mutant.
"""

import sys
from collections.abc import Callable, Iterator

OURS = ("normalizers", "schemas", "scraper", "tests")


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
