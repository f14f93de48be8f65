"""The best sequence of labels, against one that tries all."""

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from schemas.document import Block
from scraper.layouts.labels import Label, Unit
from scraper.layouts.matches import LabelMatch
from scraper.layouts.sequence import best_sequence

HOLDS = st.sampled_from(["heading", "one", "many", "prose"])


def fit(holds: str, size: int) -> float:
    """How well a section's length fits what its label holds."""
    by_size = {"heading": [2.0], "one": [1.0, 2.0], "many": [0.5, 1.0, 1.0, 1.0], "prose": [0.5] * 20}[holds]
    return by_size[size] if size < len(by_size) else {"many": 1.0}.get(holds, 0.0)


def score(labels: list[Label], sequence: list[LabelMatch], stop: int) -> float:
    ends = [candidate.unit for candidate in sequence[1:]] + [stop]
    return sum(
        (3.75 if candidate.rest else 4.0)
        + fit(labels[candidate.label].kind, end - candidate.unit - 1 + bool(candidate.rest))
        for candidate, end in zip(sequence, ends, strict=True)
    )


@given(st.lists(HOLDS, min_size=1, max_size=4), st.data())
def test_no_sequence_in_label_order_explains_a_page_better(holds, data):
    stop = 12
    labels = [Label((f"label {number}",), each) for number, each in enumerate(holds)]
    units = [Unit("words", Block(number, "line", "words")) for number in range(stop)]
    places = st.tuples(st.integers(0, stop - 1), st.integers(0, len(labels) - 1), st.sampled_from(["", "value"]))
    found = [LabelMatch(*each) for each in sorted(data.draw(st.sets(places, min_size=1, max_size=8)))]

    best = best_sequence(units, labels, found)

    rising = [
        list(each)
        for size in range(1, len(found) + 1)
        for each in combinations(found, size)
        if all(a.unit < b.unit and a.label < b.label for a, b in pairwise(each))
    ]
    assert best in rising
    assert score(labels, best, stop) == max(score(labels, each, stop) for each in rising)


def test_a_label_repeated_very_often_costs_no_more_than_its_repetitions():
    looked = []

    class Units(list[Unit]):
        def __getitem__(self, place):  # each look at a unit's markup
            looked.append(place)
            return super().__getitem__(place)

    units = Units(Unit("Sex", Block(number, "line", "Sex")) for number in range(2000))
    found = [LabelMatch(number, 0, "") for number in range(2000)]

    assert best_sequence(units, [Label(("Sex",), "one")], found) == [found[-2]]
    assert len(looked) <= 2 * len(units)
