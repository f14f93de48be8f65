"""What a case's page gives now, in the form in which its expectation is written."""

import json
from pathlib import Path

from scraper.cases import Case, Json
from scraper.errors import TrialPagesError
from scraper.parse.page import Page
from scraper.pipeline import read


def outcome(case: Case, place: Path) -> Json:
    """What one form of a case's page gives now: a record, or an error's class and message."""
    return outcome_of(case.page(place))


def outcome_of(page: Page) -> dict[str, Json]:
    """What a page gives now: a record, or an error's class and message."""
    try:
        record = read(page)
    except TrialPagesError as error:
        return {"error": type(error).__name__, "message": str(error), "exit_code": error.exit_code}
    result: dict[str, Json] = record.model_dump(mode="json")
    source: dict[str, Json] = record.source.model_dump(mode="json")
    return {**result, "source": {**source, "package_version": "*"}}  # a release changes no expectation


def is_failure(outcome: Json) -> bool:
    """Whether an outcome is an error, no record."""
    return isinstance(outcome, dict) and "error" in outcome


def written(outcome: Json) -> str:
    """An expectation as it stands in its file."""
    return json.dumps(outcome, ensure_ascii=False, indent=2) + "\n"
