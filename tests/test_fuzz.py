"""Inputs that were faults once stay none, and what fuzzing begins with is none."""

from pathlib import Path

import pytest

from tests.fuzz.targets import FOUND, TARGETS, target_of


@pytest.mark.parametrize("path", sorted(FOUND.iterdir()), ids=lambda path: path.name)
def test_what_fuzzing_found_is_mended(path: Path):
    TARGETS[target_of(path)][0](path.read_bytes())


@pytest.mark.parametrize("name", TARGETS)
def test_every_target_stands_what_fuzzing_begins_with(name):
    target, seeds = TARGETS[name]
    inputs = sorted(seeds(), key=len)[:5]
    assert inputs
    for content in inputs:
        target(content)
