"""FHIR: what a trial becomes, that the standard allows it, and what it costs where it does not."""

import json
import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from fhir.resources.bundle import Bundle
from fhir.resources.researchstudy import ResearchStudy
from markdown_it import MarkdownIt

from normalizers.consensus import consensus
from schemas.consensus import Observation, Opinion, Relation
from schemas.record import Record
from schemas.trial import Criterion, Eligibility, Enrollment, field_names
from schemas.values import PartialDate
from schemas.vocabulary import EnrollmentType, OutcomeType, Phase, Status
from scraper.exports import fhir_codes
from scraper.exports.export import Export
from scraper.exports.fhir import research_study, write
from scraper.pipeline import extract_page
from tests.each import each
from tests.registry import protocols

SNAPSHOTS = Path(__file__).parents[1] / "snapshots"
RECORDS = sorted(SNAPSHOTS.glob("*/*/record.json"))
RANDOMISED = SNAPSHOTS / "ctgov" / "NCT05887817-randomised" / "record.json"


def consensus_of(found):
    return consensus([Observation(record=found)])


@cache
def kept(path):
    """The consensus of one bundled record."""
    return consensus_of(Record.model_validate_json(path.read_text()))


@cache
def study_of(path):
    """A bundled record as a study."""
    return research_study(kept(path))


def bundled(path=RANDOMISED, **values):
    one = kept(path)
    return one.model_copy(update={"trial": one.trial.model_copy(update=values)})


def exported(folder, *trials, **options):
    told = []
    export = Export(trials, tell=told.append, **options)
    write(export, folder)
    return export, told


@each("path", RECORDS)
def test_a_trial_of_any_site_is_a_valid_study(path):
    made = study_of(path)
    assert ResearchStudy.model_validate_json(json.dumps(made)).id == kept(path).trial.nct_id


def test_real_records_are_valid_studies():
    for protocol in protocols()[::4]:  # all of them take seconds
        page = json.dumps({"protocolSection": protocol}).encode()
        assert research_study(consensus_of(extract_page(page)))["resourceType"] == "ResearchStudy"


def test_a_study_says_what_the_trial_is():
    made = research_study(bundled())
    trial = bundled().trial
    assert made["identifier"][0] == {
        "use": "official",
        "system": "http://clinicaltrials.gov",
        "value": trial.nct_id,
    }
    assert [one["text"] for one in made["condition"]] == list(trial.conditions)
    assert [one["name"] for one in made["comparisonGroup"]] == [arm.label for arm in trial.arms]
    assert [one["name"] for one in made["outcomeMeasure"]] == [one.measure for one in trial.outcomes]
    assert made["associatedParty"][0]["name"] == trial.sponsor
    assert made["period"] == {"start": trial.start_date, "end": trial.completion_date}
    assert made["recruitment"]["eligibility"] == {"reference": "#eligibility"}
    [group] = [one for one in made["contained"] if one["resourceType"] == "Group"]
    assert trial.eligibility.inclusion[0].text[:20] in group["description"]


@each("status", Status)
def test_each_status_has_its_words_and_a_code_only_where_the_standard_has_the_same(status):
    [progress] = research_study(bundled(status=status))["progressStatus"]
    codes = [one["code"] for one in progress["state"].get("coding", [])]
    assert progress["state"]["text"].upper() == status.replace("_", " ")
    assert codes == ([fhir_codes.STATUSES.codes[status].code] if status in fhir_codes.STATUSES.codes else [])


@pytest.mark.parametrize(
    ("phases", "codes", "text"),
    [
        ((Phase.PHASE1, Phase.PHASE2), ["phase-1-phase-2"], "Phase 1/Phase 2"),
        ((Phase.NA,), ["n-a"], "Not applicable"),
        ((Phase.EARLY_PHASE1,), ["early-phase-1"], "Early phase 1"),
        ((Phase.PHASE1, Phase.PHASE3), [], "Phase 1/Phase 3"),
    ],
)
def test_phases_have_a_code_where_the_standard_has_one(phases, codes, text):
    phase = research_study(bundled(phases=phases))["phase"]
    assert ([one["code"] for one in phase.get("coding", [])], phase["text"]) == (codes, text)


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        (EnrollmentType.ACTUAL, {"actualNumber": 50}),
        (EnrollmentType.ESTIMATED, {"targetNumber": 50}),
        (None, {}),
    ],
)
def test_a_number_of_participants_is_meant_or_counted_or_not_written(kind, shown):
    recruitment = research_study(bundled(enrollment=Enrollment(count=50, type=kind)))["recruitment"]
    assert {name: value for name, value in recruitment.items() if name != "eligibility"} == shown


@pytest.mark.parametrize(
    ("start", "end", "period"),
    [
        ("2021-08", "2023", {"start": "2021-08", "end": "2023"}),
        ("2021-08", "2021", {"start": "2021-08", "end": "2021"}),
        ("2021-08", "2021-07-31", {"start": "2021-08"}),
        (None, "2023-01-31", {"end": "2023-01-31"}),
    ],
)
def test_dates_keep_their_precision_and_an_end_before_the_start_is_left_out(start, end, period):
    days = {"start_date": start and PartialDate(start), "completion_date": end and PartialDate(end)}
    assert research_study(bundled(**days))["period"] == period


def test_an_outcome_of_another_rank_has_words_and_no_code():
    outcomes = tuple(one.model_copy(update={"type": OutcomeType.OTHER}) for one in bundled().trial.outcomes[:1])
    [outcome] = research_study(bundled(outcomes=outcomes))["outcomeMeasure"]
    assert outcome["type"] == [{"text": "Other"}]


def test_each_page_is_what_the_study_is_derived_from_with_its_address_where_it_is_known():
    one = bundled()
    unknown = one.sources[0].model_copy(update={"site": "veeva", "url": None, "fetched_at": None})
    when = {"url": "https://ctv.veeva.com/study/a", "fetched_at": datetime(2026, 1, 2, tzinfo=UTC)}
    known = unknown.model_copy(update=when)
    made = research_study(one.model_copy(update={"sources": (unknown, known)}))
    assert made["relatedArtifact"] == [
        {"type": "derived-from", "label": "veeva/study"},
        {
            "type": "derived-from",
            "label": "veeva/study",
            "document": {"url": "https://ctv.veeva.com/study/a", "creation": "2026-01-02T00:00:00Z"},
        },
    ]


def test_a_conflict_of_the_pages_is_a_note():
    one = bundled()
    other = Opinion(page="veeva/study", value="COMPLETED", relation=Relation.CONFLICT, as_of=None, seen_at=None)
    decision = one.decisions["status"]
    decision = decision.model_copy(update={"opinions": (*decision.opinions, other), "rule": "the registry comes first"})
    found = one.model_copy(update={"decisions": {**one.decisions, "status": decision}})
    [note] = research_study(found)["note"]
    assert note["text"] == "status: the value is that of ctgov/study (the registry comes first); veeva/study differ"


def documented():
    """Which element holds which fields, by docs/fhir.md."""
    text, _, _ = (SNAPSHOTS.parent / "docs" / "fhir.md").read_text().partition("## Codes")
    rows = re.findall(r"^\| `(\w+)` \| (.*) \|$", text, re.MULTILINE)
    return {element: set(re.findall(r"`([a-z_.]+)`", words)) & set(field_names()) for element, words in rows}


def test_the_document_says_of_each_field_which_element_holds_it_and_of_each_element_what_it_holds():
    written = {element for path in RECORDS for element in study_of(path)}
    assert written - documented().keys() == {"resourceType", "contained", "status"}
    assert documented().keys() - written == {"note"}
    held = set().union(*documented().values())
    assert set(field_names()) - held == {"primary_completion_date", "location_count"}


def test_the_bundle_holds_every_study_once(tmp_path):
    trials = [bundled(path) for path in RECORDS[:3]]
    exported(tmp_path, *trials)
    bundle = Bundle.model_validate_json((tmp_path / "Bundle.json").read_text())
    assert [entry.resource.id for entry in bundle.entry] == [one.trial.nct_id for one in trials]
    assert len({entry.fullUrl for entry in bundle.entry}) == 3
    alone = json.loads((tmp_path / f"ResearchStudy-{trials[0].trial.nct_id}.json").read_text())
    assert json.loads((tmp_path / "Bundle.json").read_text())["entry"][0]["resource"] == alone


def test_an_export_of_nothing_leaves_no_bundle_of_earlier_studies(tmp_path):
    exported(tmp_path, bundled())
    exported(tmp_path)
    assert Bundle.model_validate_json((tmp_path / "Bundle.json").read_text()).entry is None


def items(text):
    """How many items of lists a reader of Markdown sees."""
    return sum(token.type == "list_item_open" for token in MarkdownIt().parse(text))


@each("marker", ["•", "*", "-", "1.", "a)", "(iv)", "①"])
def test_each_criterion_is_an_item_of_a_list_whatever_its_marker(marker):
    below = Criterion(text="Wheezing", marker=marker)
    several = tuple(Criterion(text=f"Adult {place}", marker=marker, children=(below,)) for place in range(3))
    made = research_study(bundled(eligibility=Eligibility(inclusion=several)))
    [text] = [one["description"] for one in made["contained"] if one["resourceType"] == "Group"]
    assert items(text) == 6
    assert marker in text or marker == "•"


def test_items_of_a_summary_stay_items():
    made = research_study(bundled(summary="Aims:\n\n• to cure\n• to help\n\nMore • or less."))
    assert items(made["descriptionSummary"]) == 2
    assert made["descriptionSummary"].endswith("More • or less.")


def test_contacts_are_written_only_where_they_are_asked_for(tmp_path):
    one = bundled()
    assert one.trial.contacts
    exported(tmp_path / "without", one)
    exported(tmp_path / "with", one, with_contacts=True)
    assert "PractitionerRole" not in (tmp_path / "without" / "Bundle.json").read_text()
    [entry] = json.loads((tmp_path / "with" / "Bundle.json").read_text())["entry"]
    roles = [party["role"]["coding"][0]["code"] for party in entry["resource"]["associatedParty"]]
    assert roles.count("general-contact") == len(one.trial.contacts)


def test_a_trial_that_the_standard_does_not_allow_is_told_and_costs_itself_alone(tmp_path):
    endless = bundled(nct_id="NCT00000009", enrollment=Enrollment(count=2**31, type=EnrollmentType.ACTUAL))
    export, [told] = exported(tmp_path, endless, bundled())
    assert (export.written, export.failed) == (1, 1)
    assert told == (
        "NCT00000009 is left out: FHIR does not allow its recruitment.actualNumber:"
        " Input should be less than or equal to 2147483647"
    )
    assert len(json.loads((tmp_path / "Bundle.json").read_text())["entry"]) == 1


def test_nothing_is_left_of_an_interrupted_export_but_whole_files(tmp_path):
    def trials():
        yield bundled()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(Export(trials(), tell=str), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [f"ResearchStudy-{bundled().trial.nct_id}.json"]
