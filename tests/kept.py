"""Stores in which some nights are kept, and the command line over them."""

import atexit
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

from scraper.cli import main
from scraper.settings import Settings
from tests.nights import DAY, FIRST, Nights, Time, veeva, veeva_page

TRIALS = range(1, 9)
"""The trials of the kept nights: enough for the drift guard to compare rates."""

_HOMES = Path(tempfile.mkdtemp(prefix="trialpages-"))
"""The archive of each store that was prepared."""
atexit.register(shutil.rmtree, _HOMES)


def two_nights(url):
    """Prepare a store: two nights in which nothing failed, the second of which saw nothing new."""
    nights = Nights(url, _home(two_nights, url), TRIALS)
    nights.night()
    nights.night(everything=True)
    nights.close()


def quarantined(url):
    """Prepare a store: the same, then two nights in which what Veeva shows is put aside."""
    nights = Nights(url, _home(quarantined, url), TRIALS)
    nights.night()
    nights.night(everything=True)
    break_veeva(nights)
    nights.night(everything=True)
    nights.night(everything=True)
    nights.close()


def failed(url):
    """Prepare a store: the same, then a night in which no page is where it was."""
    nights = Nights(url, _home(failed, url), TRIALS)
    nights.night()
    break_veeva(nights)
    nights.night(everything=True)
    nights.web.pages = {}
    nights.night(everything=True)
    nights.close()


def kept(databases, prepare, folder):
    """A team with a store of its own in which some nights are kept, before the next one; the folder is its home."""
    url = databases.copy_of(prepare)
    shutil.copytree(_home(prepare, url), folder / "home")
    nights = Nights(url, folder / "home", TRIALS)
    nights.time.at = FIRST + {two_nights: 2, failed: 3, quarantined: 4}[prepare] * DAY
    return nights


def break_veeva(nights, label="Years of life"):
    """Let Veeva rename a label on all pages."""
    for place in TRIALS:
        nights.web.pages[veeva(place)] = veeva_page(place, Ages=label)


def command_line(monkeypatch, capsys, url, home, time=None):
    """What runs a command over a store; it gives exit code, standard output and standard error."""
    for name in ("runs", "store"):
        monkeypatch.setattr(f"scraper.cli.{name}.SystemClock", lambda: time or Time())
    for name in Settings.model_fields:
        monkeypatch.delenv(f"TRIALPAGES_{name.upper()}", raising=False)
    monkeypatch.setenv("TRIALPAGES_HOME", str(home))
    monkeypatch.setenv("TRIALPAGES_STORE", url)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["trialpages", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capsys.readouterr()
        return int(ended.value.code or 0), captured.out, captured.err

    return run


def _home(prepare, url):
    return _HOMES / f"{prepare.__name__}-{url.partition(':')[0]}"
