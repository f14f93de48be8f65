"""Conditions on an export: a field, an operator, a value; a mistake is told with its cure."""

import pytest

from scraper.exports.where import condition
from tests.each import each
from tests.exports import record, trial

TRIAL = trial(
    record(
        title="Cells in Knees",
        status="RECRUITING",
        phases=["PHASE1", "PHASE2"],
        enrollment={"count": 50},
        start_date="2021-08",
        conditions=["Knee Osteoarthritis", "Pain"],
        eligibility={
            "minimum_age": {"value": 18, "unit": "YEARS"},
            "maximum_age": {"value": 24, "unit": "MONTHS"},
            "healthy_volunteers": False,
            "inclusion": [{"text": "One of", "children": [{"text": "insulin"}]}],
        },
        locations=[{"city": "Bonn", "country": "Germany"}, {"city": "Paris", "country": "France"}],
        interventions=[{"type": "DRUG", "name": "Aspirin"}],
    ),
)


def holds(text, entry=TRIAL, level="trial", *, with_contacts=False):
    return condition(text, level, with_contacts=with_contacts)(entry)


@each(
    ("text", "answer"),
    [
        ("status=RECRUITING", True),
        ("status = recruiting", True),
        ("status!=COMPLETED", True),
        ("status!=RECRUITING", False),
        ("status='Not yet recruiting'", False),
        ("phases=Phase 2", True),
        ("phases!=PHASE2", False),
        ("phases=PHASE3", False),
        ("title=cells  in knees", True),
        ("title=knees", False),
        ("title~KNEE", True),
        ("enrollment.count>=50", True),
        ("enrollment_count<50", False),
        ("enrollment=50", True),
        ("location_count=", True),
        ("title=", False),
        ("title!=", True),
        ("acronym!=X", False),
        ("start_date=2021", True),
        ("start_date=2021-08", True),
        ("start_date=2021-08-01", False),
        ("start_date>=2021-08", True),
        ("start_date>=2021-08-02", False),
        ("start_date>2021-07-31", True),
        ("start_date<2022", True),
        ("start_date<=2021-08-31", True),
        ("start_date<=2021-08-30", False),
        ("start_date_latest=2021-08-31", True),
        ("minimum_age>=18", True),
        ("eligibility.minimum_age<19 years", True),
        ("minimum_age_value=18", True),
        ("maximum_age=2 years", True),
        ("maximum_age>23 months", True),
        ("eligibility.healthy_volunteers=no", True),
        ("healthy_volunteers!=no", False),
        ("locations.country=france", True),
        ("countries=Germany", True),
        ("locations~bonn", True),
        ("conditions=pain", True),
        ("conditions!=pain", False),
        ("interventions.type=drug", True),
        ("eligibility.inclusion~INSULIN", True),
        ("pages=veeva/study", True),
    ],
)
def test_a_condition_holds_or_does_not(text, answer):
    assert holds(text) is answer


@each(
    ("text", "words"),
    [
        ("status=RECRUTING", "status is never RECRUTING: did you mean RECRUITING"),
        ("sex=unknown", "sex is never unknown: it is one of FEMALE, MALE, ALL"),
        ("staus=RECRUITING", "no field staus: did you mean status"),
        ("count=5", "no field count: did you mean"),
        ("nonsense", "no condition such as status=RECRUITING"),
        ("title<x", "title cannot be compared by <"),
        ("status>=RECRUITING", "status cannot be compared by >="),
        ("enrollment_count~5", "enrollment_count cannot be compared by ~"),
        ("enrollment_count=many", "compared with a whole number, not with 'many'"),
        ("start_date>soon", "compared with a date such as 2024"),
        ("start_date>2021-02-30", "compared with a date such as 2024"),
        ("minimum_age>grown up", "compared with an age such as 18"),
        ("healthy_volunteers=perhaps", "compared with yes or no"),
        ("title~", "no value behind ~"),
        ("contacts~Doe", "contacts can be asked for only with --with-contacts"),
        ("contacts.email~doe", "contacts.email can be asked for only with --with-contacts"),
    ],
)
def test_a_mistake_is_told_with_its_cure(text, words):
    with pytest.raises(ValueError, match=words):
        holds(text)


def test_contacts_can_be_asked_for_where_they_are_exported():
    named = trial(record(contacts=[{"name": "Mary Doetown"}]))
    assert holds("contacts~doetown", named, with_contacts=True)


def test_pages_can_be_asked_for_by_where_they_are_from():
    assert holds("site=veeva", record(), "page")
    assert holds("fetched_at>=2026-11-01", record(), "page")
    assert not holds("page=ctgov/study", record(), "page")
