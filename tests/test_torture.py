"""Runs that are killed: nothing is lost, nothing kept twice. `make torture` kills far more of them."""

from random import Random

from tests.torture import torture


def test_a_run_that_is_killed_again_and_again_loses_nothing_and_keeps_nothing_twice(databases, tmp_path):
    figures = torture(databases, tmp_path, trials=6, kills=3, random=Random(4), crashes=False)
    assert (figures.kills, figures.versions >= 18, figures.archived > 0) == (3, True, True)
