"""Stores in which some nights are kept, and the command line over them."""

import atexit
import functools
import shutil
import tempfile
from pathlib import Path

from scraper.store.copy import copy
from scraper.store.database import Database
from tests.commands import commands, set_home
from tests.nights import DAY, Nights, Time, veeva, veeva_page

TRIALS = range(1, 9)
"""The trials of the kept nights: enough for the drift guard to compare rates."""

_HOMES = Path(tempfile.mkdtemp(prefix="trialpages-"))
"""What was kept in those nights, which pass once for all databases: a store in a file, and the archive beside it."""
atexit.register(shutil.rmtree, _HOMES)


def two_nights(url):
    """Prepare a store: two nights in which nothing failed, the second of which saw nothing new."""
    _fill(url, _two_nights())


def quarantined(url):
    """Prepare a store: the same, then two nights in which what Veeva shows is put aside."""
    _fill(url, _quarantined())


def kept(databases, prepare, folder):
    """A team with a store of its own in which some nights are kept, before the next one; the folder is its home."""
    url = databases.copy_of(prepare)
    past, passed = {two_nights: (_two_nights, 2), quarantined: (_quarantined, 4)}[prepare]
    shutil.copytree(past(), folder / "home", ignore=shutil.ignore_patterns("store.sqlite3*"))
    return _team(url, folder / "home", passed)


def break_veeva(nights, label="Years of life"):
    """Let Veeva rename a label on all pages."""
    for place in TRIALS:
        nights.web.pages[veeva(place)] = veeva_page(place, Ages=label)


def command_line(monkeypatch, capsys, url, home, time=None):
    """What runs a command over a store; it gives exit code, standard output and standard error."""
    for name in ("runs", "store"):
        monkeypatch.setattr(f"scraper.cli.{name}.SystemClock", lambda: time or Time())
    set_home(monkeypatch, home)
    monkeypatch.setenv("TRIALPAGES_STORE", url)
    return commands(monkeypatch, capsys)


def _once(make):
    """Let a home be made once. No cache that can be cleared: the databases that were filled from it stay, too."""
    made = []

    @functools.wraps(make)
    def home():
        if not made:
            made.append(make())
        return made[0]

    return home


@_once
def _two_nights():
    home = _new_home() / "two_nights"
    nights = _team(f"sqlite:///{home}/store.sqlite3", home)
    nights.night()
    nights.night(everything=True)
    nights.close()
    return home


def _new_home():
    """A folder of its own for each attempt: one that a copied process made is in nobody's way."""
    return Path(tempfile.mkdtemp(dir=_HOMES))


@_once
def _quarantined():
    home = shutil.copytree(_two_nights(), _new_home() / "quarantined")
    nights = _team(f"sqlite:///{home}/store.sqlite3", home, passed=2)
    break_veeva(nights)
    nights.night(everything=True)
    nights.night(everything=True)
    nights.close()
    return home


def _team(url, home, passed=0):
    """Before the next night, of which some passed."""
    nights = Nights(url, home, TRIALS)
    nights.time.at += passed * DAY
    return nights


def _fill(url, home):
    with Database(f"sqlite:///{home}/store.sqlite3") as source, Database(url) as target:
        copy(source, target)
