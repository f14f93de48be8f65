"""Tests of the cases: `pytest snapshots/veeva/NCT05160831-seed` tries one, `pytest snapshots` all."""

from scraper.snapshots.pytest_plugin import pytest_collect_file

__all__ = ["pytest_collect_file"]
