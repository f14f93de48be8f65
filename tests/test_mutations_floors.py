"""No kind of mutation may leave more pages quietly different than its floor says."""

import pytest

from tests.mutations import floors
from tests.mutations.tables import shown
from tests.mutations.trying import Example, tried
from tests.reskin import LABELS

pytestmark = pytest.mark.no_cover  # other tests execute every line that these execute thousands of times

REPAIR = "run: make mutate ARGS='--case … --kind … --every 1' to see them all"
SHOWN = 5
"""How many of the mutants are printed where there are too many."""


@pytest.mark.parametrize("layout", sorted(LABELS))
def test_no_more_mutants_are_quietly_different_than_before(layout: str):
    results = [tried(job) for job in floors.jobs(layout)]
    assert sum(sum(result.counts.values()) for result in results) > 50
    examples = [example for result in results for example in result.examples]
    kept, found = floors.load(layout), floors.quiet(examples)
    complaints = list(floors.worse(kept, found))
    assert not complaints, "\n".join([*complaints, *pages(complaints, examples), REPAIR])
    if better := list(floors.better(kept, found)):
        pytest.skip(f"better: run make mutate ARGS=--accept to keep it: {'; '.join(better)}")


def pages(complaints: list[str], examples: list[Example]) -> list[str]:
    """Some of the mutants that are too many."""
    chosen = [one for one in examples if any(f" · {one.kind} · " in line for line in complaints)]
    return [line for example in chosen[:SHOWN] for line in shown(example)]


def test_every_markup_is_tried_on_every_layout():
    tried_on = {
        (job.markup, next(case.layout for case in floors.trials() if case.name == job.case)) for job in floors.jobs()
    }
    assert tried_on == {(markup, layout) for markup in floors.MARKUPS for layout in LABELS}


def test_a_count_above_its_floor_is_worse_and_one_below_is_better():
    kept = {"a · b · plain · typed": 2, "a · c · plain · prose": 1}
    found = {"a · b · plain · typed": 3, "a · d · plain · typed": 1}
    assert list(floors.worse(kept, found)) == [
        "a · b · plain · typed: 3 quietly different, the floor is 2",
        "a · d · plain · typed: 1 quietly different, the floor is 0",
    ]
    assert list(floors.better(kept, found)) == ["a · c · plain · prose: 0, the floor is 1"]


def test_floors_are_kept_only_where_no_count_is_worse(monkeypatch, tmp_path):
    monkeypatch.setattr(floors, "FLOORS", tmp_path / "floors.json")
    name = "a · b · plain · typed"
    assert floors.accept({name: 2}) == []
    assert floors.accept({name: 3}) == [f"{name}: 3 quietly different, the floor is 2"]
    assert floors.load() == {name: 2}
    assert floors.accept({name: 1}) == []
    assert floors.load() == {name: 1}
