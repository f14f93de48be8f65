"""Command lines that run in the process of the tests, in a home of their own."""

import sys

import pytest

from scraper.cli import main
from scraper.settings import Settings


def commands(monkeypatch, capsys):
    """What runs a command line; it gives exit code, standard output and standard error."""

    def run(*arguments, stdin=None):
        monkeypatch.setattr(sys, "argv", ["trialpages", *map(str, arguments)])
        if stdin is not None:
            monkeypatch.setattr(sys, "stdin", stdin)
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capsys.readouterr()
        return ended.value.code or 0, captured.out, captured.err

    return run


def own_home(monkeypatch, tmp_path):
    """A home of its own, no settings, and a person at work; a fixture of the files whose every test needs it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CI", raising=False)  # where it is set, some commands refuse: a test of that sets it
    set_home(monkeypatch, tmp_path / "home")


def set_home(monkeypatch, home):
    """Let the program know this home and no other setting."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"TRIALPAGES_{name.upper()}", raising=False)
    monkeypatch.setenv("TRIALPAGES_HOME", str(home))
