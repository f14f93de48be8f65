"""The canonical record: what it accepts, what it refuses, what its JSON Schema says."""

import json
from pathlib import Path

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from schemas import trial as trial_module
from schemas.record import Evidence, Issue, IssueCode, Record, Source
from schemas.trial import Criterion, Eligibility, Trial
from schemas.values import Age, NctId, PartialDate
from schemas.vocabulary import AgeUnit
from scraper.console import records as output
from tests.each import each

NCT = TypeAdapter(NctId)


def test_an_nct_id_is_nct_and_eight_digits():
    assert NCT.validate_python("NCT05160831") == "NCT05160831"


@pytest.mark.parametrize(
    "text",
    ["NCT00000000", "NCT0516083", "NCT051608310", "nct05160831", "NCT 05160831", "", "NCT٠٥١٦٠٨٣١", "NCT05160831\n"],
)
def test_a_malformed_or_all_zero_nct_id_is_refused(text):
    with pytest.raises(ValidationError):
        NCT.validate_python(text)


@pytest.mark.parametrize(
    ("text", "parts"),
    [("2021", (2021, None, None)), ("2021-08", (2021, 8, None)), ("2024-02-29", (2024, 2, 29))],
)
def test_a_date_keeps_its_precision(text, parts):
    date = PartialDate(text)
    assert (date.year, date.month, date.day) == parts
    assert date == text


@pytest.mark.parametrize(
    "text", ["2021-13", "2021-00", "2023-02-29", "2021-8", "21-08", "0000", "2021-08-01T00:00", ""]
)
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ValueError, match="is not a date"):
        PartialDate(text)


def test_partial_dates_sort_by_time():
    assert sorted([PartialDate("2021-08-01"), PartialDate("2020"), PartialDate("2021-08")]) == [
        "2020",
        "2021-08",
        "2021-08-01",
    ]


def test_a_date_in_a_trial_is_a_partial_date_after_validation():
    trial = Trial.model_validate({"nct_id": "NCT05160831", "start_date": "2021-08"})
    assert isinstance(trial.start_date, PartialDate)
    assert trial.model_dump(mode="json")["start_date"] == "2021-08"


def test_a_negative_age_is_refused():
    with pytest.raises(ValidationError):
        Age(value=-1, unit=AgeUnit.YEARS)


def test_a_trial_never_changes():
    trial = Trial(nct_id="NCT05160831")
    with pytest.raises(ValidationError, match="frozen"):
        trial.title = "another"


def test_a_field_that_the_schema_does_not_know_is_refused():
    with pytest.raises(ValidationError, match="extra"):
        Trial.model_validate({"nct_id": "NCT05160831", "lead_spondor": "x"})


def test_all_keys_are_present_and_unknown_is_null_or_an_empty_list():
    dumped = Trial(nct_id="NCT05160831").model_dump(mode="json")
    assert set(dumped) == set(Trial.model_fields)
    assert dumped["title"] is None
    assert dumped["conditions"] == []
    assert dumped["eligibility"]["minimum_age"] is None


def test_criteria_nest():
    tree = Eligibility(inclusion=(Criterion(text="a:", children=(Criterion(text="b", marker="-"),)),))
    assert tree.model_dump()["inclusion"][0]["children"][0] == {
        "text": "b",
        "marker": "-",
        "cohort": None,
        "children": (),
    }


def test_a_record_survives_the_way_through_json():
    record = Record(
        trial=Trial(nct_id="NCT05160831", start_date=PartialDate("2021-08")),
        source=Source(
            site="veeva", layout="study", url=None, fetched_at=None, sha256="0" * 64, package_version="0.1.0"
        ),
        issues=(Issue(field=None, code=IssueCode.UNREAD, text="x", message="y"),),
        evidence={"status": (Evidence(text="Unknown", blocks=(7, 8)),)},
    )
    assert Record.model_validate_json(record.model_dump_json()) == record


def models() -> list[type[BaseModel]]:
    return [
        value
        for value in vars(trial_module).values()
        if isinstance(value, type) and issubclass(value, trial_module.Part) and value is not trial_module.Part
    ]


@each(
    ("model", "field"),
    [(model, field) for model in models() for field in model.model_fields],
)
def test_every_field_says_what_it_means(model, field):
    assert (model.model_fields[field].description or "") != ""


def test_the_json_schema_in_the_repository_is_the_one_that_the_program_prints():
    stored = Path("schemas/trial.schema.json").read_text(encoding="utf-8")
    assert stored == output.json_schema(), "schemas/trial.schema.json is stale: run 'make schema'"


def test_the_json_schema_knows_the_form_of_an_nct_id():
    identity = json.loads(output.json_schema())["$defs"]["Trial"]["properties"]["nct_id"]
    assert identity["pattern"] == "^NCT[0-9]{8}$"
    assert identity["not"] == {"const": "NCT00000000"}
