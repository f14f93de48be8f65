"""Many cases of one test: each is tried and told by its own name, whatever the others do."""

import inspect
from contextlib import contextmanager

import pytest

from tests.each import each


class Subtests:
    """What pytest gives: it notes which case failed, and goes on."""

    def __init__(self):
        self.failed = []
        self.tried = []

    @contextmanager
    def test(self, **case):
        self.tried.append(case)
        try:
            yield
        except AssertionError:
            self.failed.append(case)


@pytest.fixture
def told():
    return Subtests()


def test_a_case_that_fails_is_told_by_its_values_and_the_next_is_tried(told):
    @each("number", [1, 2, 3, 4])
    def odd(number):
        assert number % 2

    odd(told)
    assert told.tried == [{"number": 1}, {"number": 2}, {"number": 3}, {"number": 4}]
    assert told.failed == [{"number": 2}, {"number": 4}]


def test_cases_above_each_other_are_tried_in_every_combination(told):
    @each(("letter", "number"), [("a", 1), ("b", 2)])
    @each("sign", "+-")
    def test(letter, number, sign):
        assert (letter, number, sign) != ("b", 2, "+")

    test(told)
    assert [case["letter"] + case["sign"] for case in told.tried] == ["a+", "a-", "b+", "b-"]
    assert told.failed == [{"letter": "b", "number": 2, "sign": "+"}]


def test_what_else_a_test_asks_for_is_asked_of_pytest_and_the_same_for_all_cases(told):
    @each("number", [1, 2])
    def test(number, folder):
        assert (number, folder) in {(1, "one"), (2, "one")}

    assert [*inspect.signature(test).parameters] == ["subtests", "folder"]
    test(told, folder="one")
    assert (len(told.tried), told.failed) == (2, [])


def test_no_case_at_all_is_a_mistake():
    with pytest.raises(AssertionError, match="there is no case"):
        each("number", [])
