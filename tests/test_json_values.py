"""The values of a JSON list, cut out of a stream that may come in pieces of any size."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.imports.json_values import BreaksOff, TooLarge, compact, values

TEXTS = st.text(alphabet='a"\\[]{},: \n\té\u2028', max_size=6)
VALUES = st.recursive(
    TEXTS | st.integers() | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


class Pieces:
    """A stream that gives a few bytes at a time, however many are asked for."""

    def __init__(self, content, size):
        self._file, self._size = io.BytesIO(content), size

    def read(self, _=-1, /):
        return self._file.read(self._size)


def cut(content, size=1 << 16, limit=10_000):
    return list(values(Pieces(content, size), limit))


@given(
    st.lists(st.dictionaries(TEXTS, VALUES, max_size=3), max_size=4), st.integers(1, 40), st.booleans(), st.booleans()
)
def test_each_value_comes_as_it_stands_in_pieces_of_any_size(entries, size, ascii_only, indented):
    content = json.dumps(entries, ensure_ascii=ascii_only, indent=2 if indented else None).encode()
    found = cut(content[1:], size)
    assert [json.loads(value) for value in found] == entries
    assert all(value in content for value in found)


@given(VALUES, st.booleans())
def test_a_compact_value_says_the_same_whatever_the_white_space_was(value, ascii_only):
    plain, wide = (json.dumps(value, ensure_ascii=ascii_only, indent=indent).encode() for indent in (None, 3))
    assert json.loads(compact(wide)) == value
    assert compact(wide) == compact(plain)


def test_numbers_and_escapes_stay_as_they_are_written():
    assert compact(b'{ "a" : 1.0 , "b": 1E5,\r\n "c": "\\u00e9 \\" ]" }') == b'{"a":1.0,"b":1E5,"c":"\\u00e9 \\" ]"}'


def test_what_stands_behind_the_list_is_not_read():
    assert cut(b'{"a": 1}], "nextPageToken": "x", "more": [{"b": 2}]}') == [b'{"a": 1}']


def test_a_mistake_within_a_value_costs_that_value_alone():
    assert cut(b'{"a": nope}, {"b": 2}]') == [b'{"a": nope}', b'{"b": 2}']


@pytest.mark.parametrize("size", [3, 1 << 16])
def test_a_value_beyond_the_limit_is_told_and_the_next_one_is_read(size):
    large = b'{"a": "' + b"x" * 5_000 + b'", "b": [1, 2]}'
    first, second = cut(large + b', {"c": 3}]', size, limit=1_000)
    assert isinstance(first, TooLarge)
    assert second == b'{"c": 3}'


def test_of_a_value_beyond_the_limit_no_more_is_held():
    held = []

    class Endless(Pieces):
        def read(self, _=-1, /):
            held.append(len(held))
            return b'{"a": "' if len(held) == 1 else b"x" * 1_000 if len(held) < 500 else b""

    found = values(Endless(b"", 1), 2_000)
    with pytest.raises(BreaksOff, match="within a value"):
        next(found)
    assert len(held) == 500


@pytest.mark.parametrize(
    ("content", "where"), [(b'{"a": 1}, {"b"', "within"), (b'{"a": 1}, ', "behind"), (b"", "behind")]
)
def test_a_list_that_breaks_off_is_told_behind_its_values(content, where):
    found = values(io.BytesIO(content), 1_000)
    with pytest.raises(BreaksOff, match=f"it breaks off {where} a value"):
        list(found)
