"""The registry's own shape: what is written there, and that reading it gives the same trial again."""

import io
import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from normalizers.consensus import consensus
from normalizers.text import clean
from schemas.consensus import Observation
from schemas.record import Record
from schemas.trial import Enrollment, Intervention, Outcome, SecondaryId, Trial, field_names
from schemas.values import Age
from schemas.vocabulary import AgencyClass, AgeUnit, EnrollmentType, InterventionType, OutcomeType
from scraper.exports.ctgov import study, unlike, write, write_lines
from scraper.exports.export import Export
from scraper.exports.private import without_contacts
from scraper.pipeline import extract_page
from scraper.sites.ctgov import TABLE
from tests.each import each
from tests.registry import protocols

SNAPSHOTS = Path(__file__).parents[1] / "snapshots"
RECORDS = sorted(SNAPSHOTS.glob("*/*/record.json"))
STUDIES = [path for path in sorted(SNAPSHOTS.glob("ctgov/*/page.json")) if (path.parent / "record.json").exists()]

FIELDS_OF_LISTS = {"funder_types", "location_count"}
"""Fields of which the shape holds no more than what organisations and places are listed with."""


def consensus_of(found):
    return consensus([Observation(record=found)])


def bundled(path):
    return consensus_of(Record.model_validate_json(path.read_text()))


def with_trial(**values):
    one = bundled(STUDIES[0].with_name("record.json"))
    return one.model_copy(update={"trial": one.trial.model_copy(update=values)})


def again(found):
    return extract_page(json.dumps(study(found)).encode()).trial


def leaves(node, pointer=""):
    """The values of a record with their pointers, without the numbers of list entries."""
    if isinstance(node, dict):
        for key, part in node.items():
            yield from leaves(part, f"{pointer}/{key}")
    elif isinstance(node, list):
        for part in node:
            yield from leaves(part, pointer)
    elif node is not None:
        yield pointer, node


def read_of(raw):
    """The values of a registry record that the schema has a field for."""
    names = {row.name for row in TABLE}
    return [(pointer, value) for pointer, value in leaves(raw) if pointer in names]


HEADINGS_ARE_OURS = "/protocolSection/eligibilityModule/eligibilityCriteria"
CLASSES = "/protocolSection/sponsorCollaboratorsModule/collaborators/class"


def same_words(pointer, value):
    """A value without what the schema holds no more of: white space, and in criteria the wording of headings."""
    return (pointer, "".join(clean(value).split()) if isinstance(value, str) else value)


def check_round_trip(raw):
    found = consensus_of(extract_page(json.dumps(raw).encode()))
    made = study(found)
    left, right = (
        Counter(same_words(*one) for one in read_of(given) if one[0] not in (HEADINGS_ARE_OURS, CLASSES))
        for given in (raw, made)
    )
    assert left == right
    classes = [[value for pointer, value in read_of(given) if pointer == CLASSES] for given in (raw, made)]
    assert not Counter(classes[1]) - Counter(classes[0]), "no class that the registry does not give"
    assert set(unlike(found.trial, again(found))) <= {"funder_types"}


@each("path", STUDIES)
def test_the_registry_s_values_come_back_in_the_registry_s_shape(path):
    check_round_trip(json.loads(path.read_text()))


def test_the_values_of_real_records_come_back_in_the_registry_s_shape():
    for protocol in protocols()[::4]:  # all of them take seconds
        check_round_trip({"protocolSection": protocol})


@each("path", RECORDS)
def test_a_trial_of_any_site_reads_the_same_when_it_was_written(path):
    found = bundled(path)
    assert set(unlike(found.trial, again(found))) <= FIELDS_OF_LISTS


def test_a_field_that_no_page_shows_is_left_out_and_nothing_is_made_up():
    found = consensus_of(bundled_record({"nct_id": "NCT05160831"}))
    assert study(found) == {"protocolSection": {"identificationModule": {"nctId": "NCT05160831"}}}


def bundled_record(trial):
    known = Record.model_validate_json(STUDIES[0].with_name("record.json").read_text())
    return known.model_copy(update={"trial": Trial.model_validate(trial)})


ids = st.text("abc-/123", min_size=1, max_size=9)
words = st.text("ab12<>[]*_~&^#\\`'|!-.:()é≥ \n", min_size=1, max_size=40).map(clean).filter(lambda one: len(one) > 3)


@settings(max_examples=20)
@given(
    title=words,
    conditions=st.lists(words, max_size=3),
    numbers=st.lists(st.builds(SecondaryId, id=ids, kind=st.sampled_from(["Other Identifier"]), domain=words)),
    outcomes=st.lists(
        st.builds(Outcome, type=st.just(OutcomeType.PRIMARY), measure=words, time_frame=words), max_size=2
    ),
    interventions=st.lists(st.builds(Intervention, type=st.sampled_from(InterventionType), name=words), max_size=3),
)
def test_signs_of_markdown_and_backslashes_read_the_same_when_they_were_written(
    title, conditions, numbers, outcomes, interventions
):
    values = {
        "title": title,
        "conditions": tuple(conditions),
        "secondary_ids": tuple(numbers),
        "outcomes": tuple(outcomes),
        "interventions": tuple(interventions),
        "arms": (),
    }
    found = with_trial(**values)
    assert set(unlike(found.trial, again(found))) <= FIELDS_OF_LISTS


def test_paragraphs_and_items_are_written_as_the_registry_does():
    text = "Pain by a scale [0-10]:\n\n* 0 is none\n  * 10 * 2 is much\n\nThe *mean* counts."
    made = study(with_trial(description=text))["protocolSection"]["descriptionModule"]["detailedDescription"]
    assert made == "Pain by a scale \\[0-10\\]:\n\n* 0 is none\n  * 10 \\* 2 is much\n\nThe \\*mean\\* counts."
    assert again(with_trial(description=text)).description == text


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [(18, "YEARS", "18 Years"), (1, "YEARS", "1 Year"), (6, "MONTHS", "6 Months"), (1, "DAYS", "1 Day")],
)
def test_ages_are_written_as_the_registry_writes_them(value, unit, written):
    trial = with_trial().trial
    who = trial.eligibility.model_copy(update={"minimum_age": Age(value=value, unit=AgeUnit(unit))})
    made = study(with_trial(eligibility=who))
    assert made["protocolSection"]["eligibilityModule"]["minimumAge"] == written


SPONSORS = "sponsorCollaboratorsModule"


@pytest.mark.parametrize(
    ("page", "known", "collaborators", "lead", "others"),
    [
        ("ctgov/study", ["NIH", "OTHER"], ["A"], "NIH", ["OTHER"]),
        ("ctgov/study", ["NIH", "OTHER"], ["A", "B"], "NIH", [None, None]),
        ("ctgov/study", ["NIH"], ["A", "B"], "NIH", ["NIH", "NIH"]),
        ("veeva/study", ["NIH"], ["A"], "NIH", ["NIH"]),
        ("veeva/study", ["NIH", "OTHER"], ["A"], None, [None]),
    ],
)
def test_a_class_is_written_where_it_can_be_only_that_organisation_s(page, known, collaborators, lead, others):
    found = with_trial(funder_types=tuple(map(AgencyClass, known)), collaborators=tuple(collaborators))
    decision = found.decisions["funder_types"].model_copy(update={"page": page})
    found = found.model_copy(update={"decisions": {**found.decisions, "funder_types": decision}})
    made = study(found)["protocolSection"][SPONSORS]
    assert made["leadSponsor"].get("class") == lead
    assert [one.get("class") for one in made["collaborators"]] == others


def exported(folder, *trials, **options):
    told = []
    export = Export(trials, tell=told.append, **options)
    write(export, folder)
    return export, told


def test_each_trial_has_a_file_and_a_second_export_replaces_it(tmp_path):
    one = with_trial(enrollment=Enrollment(count=3, type=EnrollmentType.ACTUAL), location_count=None, locations=())
    exported(tmp_path / "new", one)
    exported(tmp_path / "new", one.model_copy(update={"trial": one.trial.model_copy(update={"title": "Knees"})}))
    [path] = (tmp_path / "new").iterdir()
    assert path.name == f"{one.trial.nct_id}.json"
    assert extract_page(path.read_bytes()).trial.title == "Knees"


def test_one_file_may_hold_a_line_for_each_trial():
    one, told, stream = with_trial(location_count=9, locations=()), [], io.StringIO()
    write_lines(Export([one, with_trial()], tell=told.append), stream)
    assert [json.loads(line) for line in stream.getvalue().splitlines()] == [
        study(without_contacts(one)),
        study(without_contacts(with_trial())),
    ]
    assert len(told) == 1
    assert "location_count (1)" in told[0]


def test_files_of_trials_that_are_not_exported_any_more_stay_and_are_told(tmp_path):
    for number in range(5):
        (tmp_path / f"NCT0000000{number}.json").write_text("{}")
    (tmp_path / "notes.json").write_text("{}")
    _, told = exported(tmp_path, with_trial())
    left = "NCT00000000.json, NCT00000001.json, NCT00000002.json, …"
    assert f"{tmp_path} still holds 5 files of trials that are not among these: {left}" in told


def test_a_file_where_the_folder_should_be_is_one_line_and_stays(tmp_path):
    (tmp_path / "out").write_text("mine")
    with pytest.raises(NotADirectoryError, match="out is there, and no folder"):
        exported(tmp_path / "out", with_trial())
    assert (tmp_path / "out").read_text() == "mine"


def test_what_the_shape_does_not_hold_is_told_with_the_number_of_trials(tmp_path):
    some = with_trial(location_count=9, locations=(), outcomes=(Outcome(measure="Pain"),))
    _, told = exported(tmp_path, some, with_trial(location_count=8, locations=()))
    assert told == [
        "the registry's shape does not hold all of these fields, of so many trials: location_count (2), outcomes (1)"
    ]


def test_contacts_are_written_only_where_they_are_asked_for(tmp_path):
    one = next(found for path in STUDIES if (found := bundled(path.with_name("record.json"))).trial.contacts)
    exported(tmp_path / "without", one)
    exported(tmp_path / "with", one, with_contacts=True)
    name = f"{one.trial.nct_id}.json"
    assert "centralContacts" not in (tmp_path / "without" / name).read_text()
    assert extract_page((tmp_path / "with" / name).read_bytes()).trial.contacts == one.trial.contacts


def test_a_trial_that_cannot_be_written_is_told_and_costs_itself_alone(tmp_path):
    broken = with_trial(nct_id="NCT00000009", arms=(None,))
    export, told = exported(tmp_path, broken, with_trial())
    assert (export.written, export.failed) == (1, 1)
    assert told[0].startswith("NCT00000009 is left out: ")


def test_an_interrupted_export_leaves_whole_files_and_nothing_else(tmp_path):
    one = with_trial()

    def trials():
        yield one
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(Export(trials(), tell=str), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [f"{one.trial.nct_id}.json"]


def test_every_field_of_the_schema_has_a_row_in_the_registry_s_table():
    read = {name for row in TABLE for name in row.fields}
    assert {name for name in field_names() if name not in read} == set()
