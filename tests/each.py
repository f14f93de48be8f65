"""Many cases of one test, each of which takes next to no time."""

import inspect
from collections.abc import Callable, Iterable
from typing import Any

Test = Callable[..., None]


def each(names: str | tuple[str, ...], cases: Iterable[Any]) -> Callable[[Test], Test]:
    """Try a test on each case: written as `pytest.mark.parametrize` is, and one test with a subtest for each case.

    Each case that fails is reported by itself, and the others are tried all the same. It is quicker, because to
    collect, begin, end and report a test takes some milliseconds, a subtest a fraction of one. Fixtures that the test
    asks for are the same for all cases.
    """
    columns = (names,) if isinstance(names, str) else names
    rows = [dict(zip(columns, (case,) if isinstance(names, str) else case, strict=True)) for case in cases]
    assert rows, "there is no case"

    def decorate(test: Test) -> Test:
        tried, inner = getattr(test, "tried_on_each", (test, [{}]))
        both = [{**row, **more} for row in rows for more in inner]

        def run(subtests, **shared: Any) -> None:
            for case in both:
                with subtests.test(**case):
                    tried(**case, **shared)

        shared = [value for name, value in inspect.signature(tried).parameters.items() if name not in both[0]]
        subtests = inspect.Parameter("subtests", inspect.Parameter.POSITIONAL_OR_KEYWORD)
        run.__signature__ = inspect.Signature([subtests, *shared])
        run.__name__, run.__qualname__, run.__module__ = tried.__name__, tried.__qualname__, tried.__module__
        run.__doc__, run.tried_on_each = tried.__doc__, (tried, both)
        return run

    return decorate
