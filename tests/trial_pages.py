"""What the registry and Veeva show of one trial, night by night, for tests of the consensus through time."""

import json
from dataclasses import replace

from tests.build import VEEVA
from tests.replica_sites import REGISTRY, study
from tests.versions import TRIAL, at, shows

RECORD = f"{REGISTRY}/{TRIAL}"
"""The trial's address at the registry."""


def registry(day, status="RECRUITING", updated="2026-10-01", count=50, site="Registry University"):
    """A visit to the registry, whose record has the title, sponsor and enrollment of Veeva's page by default."""
    page = json.loads(study(TRIAL, "Stem Cells for Knee Pain", "Knee Osteoarthritis")[0])
    protocol = page["protocolSection"]
    protocol["statusModule"] |= {"overallStatus": status, "lastUpdatePostDateStruct": {"date": updated}}
    protocol["designModule"]["enrollmentInfo"] = {"count": count, "type": "ESTIMATED"}
    protocol["sponsorCollaboratorsModule"]["leadSponsor"]["name"] = site
    return fetched(day, shows(day, json.dumps(page), RECORD))


def veeva(day, status="Enrolling", **words):
    """A visit to Veeva."""
    page = VEEVA.replace("\nUnknown\n", f"\n{status}\n").replace("Army Medical University", "Registry University")
    for old, new in words.items():
        assert old in page, old
        page = page.replace(old, new)
    return fetched(day, shows(day, page))


def fetched(day, visit):
    """A visit whose records say when their pages were fetched."""
    (url, reading), *_ = visit.pages.items()
    source = reading.record.source.model_copy(update={"fetched_at": at(day)})
    reading = reading._replace(record=reading.record.model_copy(update={"source": source}))
    return replace(visit, pages={url: reading})
