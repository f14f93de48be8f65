"""The registry itself: study records of its API, e.g. https://clinicaltrials.gov/api/v2/studies/<NCT id>.

A record is JSON, so its blocks are values with JSON Pointers instead of labels in reading order.
"""

import re
from collections.abc import Iterator, Mapping
from functools import partial
from urllib.parse import urlsplit

from normalizers import phrases
from normalizers.ages import age
from normalizers.counts import enrollment
from normalizers.dates import partial_date
from normalizers.identifiers import nct_id
from normalizers.interventions import intervention
from normalizers.notes import free_words
from schemas.consensus import Nearness
from schemas.document import Document
from schemas.extraction import (
    CriteriaText,
    Extraction,
    Prose,
    Quote,
    RawArm,
    RawContact,
    RawId,
    RawLocation,
    RawOutcome,
    Words,
)
from scraper.addresses import page_address
from scraper.layouts.candidate_urls import Candidate, Hints, Lookup, MissingHint
from scraper.layouts.json_record import JsonValues, is_entry, read_record
from scraper.layouts.labels import SIDES, Fields, Label, Reads, many
from scraper.layouts.layout import Layout
from scraper.parse.blocks import parse
from scraper.parse.page import Page

PROTOCOL = "/protocolSection"
NCT_ID = f"{PROTOCOL}/identificationModule/nctId"

INTERVENTIONS, OUTCOMES = "interventionNames", ("primary", "secondary", "other")
ID, STATUS, SPONSORS = "identificationModule", "statusModule", "sponsorCollaboratorsModule"
DESIGN, INFO, ARMS = "designModule", "designModule/designInfo", "armsInterventionsModule"
ELIGIBILITY, PLACES = "eligibilityModule", "contactsLocationsModule"


def value(pointer: str, *, reads: Reads | None = None, fields: Fields = (), required: bool = False) -> Label:
    """A row for a value by its JSON Pointer within the protocol section, without the numbers of list entries."""
    return many(f"{PROTOCOL}/{pointer}", reads=reads, fields=fields, required=required)


TABLE = (
    many(NCT_ID, reads={"nct_id": nct_id}, required=True, marker=True),
    *(
        value(f"{ID}/{number}/{key}", fields=("secondary_ids",))
        for number in ("orgStudyIdInfo", "secondaryIdInfos")
        for key in ("id", "type", "domain")
    ),
    value(f"{ID}/briefTitle", reads={"title": free_words}, required=True),
    value(f"{ID}/officialTitle", reads={"official_title": free_words}),
    value(f"{ID}/acronym", reads={"acronym": free_words}),
    value(f"{STATUS}/overallStatus", reads={"status": phrases.status}, required=True),
    value(f"{STATUS}/startDateStruct/date", reads={"start_date": partial_date}),
    value(f"{STATUS}/primaryCompletionDateStruct/date", reads={"primary_completion_date": partial_date}),
    value(f"{STATUS}/completionDateStruct/date", reads={"completion_date": partial_date}),
    value(f"{STATUS}/lastUpdatePostDateStruct/date", reads={"last_updated": partial_date}, required=True),
    value(f"{SPONSORS}/leadSponsor/name", reads={"sponsor": free_words}, required=True),
    value(f"{SPONSORS}/leadSponsor/class", reads={"funder_types": phrases.funder_type}, required=True),
    value(f"{SPONSORS}/collaborators/name", reads={"collaborators": free_words}),
    value(f"{SPONSORS}/collaborators/class", reads={"funder_types": phrases.funder_type}),
    value("descriptionModule/briefSummary", fields=("summary",)),
    value("descriptionModule/detailedDescription", fields=("description",)),
    value("conditionsModule/conditions", reads={"conditions": free_words}),
    value("conditionsModule/keywords", reads={"keywords": free_words}),
    value(f"{DESIGN}/studyType", reads={"study_type": phrases.study_type}),
    value(f"{DESIGN}/phases", reads={"phases": phrases.phases}),
    value(f"{INFO}/allocation", reads={"design.allocation": phrases.allocation}),
    value(f"{INFO}/interventionModel", reads={"design.intervention_model": phrases.intervention_model}),
    value(f"{INFO}/observationalModel", reads={"design.observational_model": phrases.observational_model}),
    value(f"{INFO}/primaryPurpose", reads={"design.primary_purpose": phrases.primary_purpose}),
    value(f"{INFO}/timePerspective", reads={"design.time_perspective": phrases.time_perspective}),
    value(f"{INFO}/maskingInfo/masking", reads={"design.masking": phrases.masking}),
    value(f"{DESIGN}/enrollmentInfo/count", reads={"enrollment": enrollment}),
    value(f"{DESIGN}/enrollmentInfo/type", reads={"enrollment.type": phrases.enrollment_type}),
    *(value(f"{ARMS}/armGroups/{key}", fields=("arms",)) for key in ("label", "type", "description", INTERVENTIONS)),
    *(value(f"{ARMS}/interventions/{key}", fields=("interventions",)) for key in ("type", "name")),
    *(
        value(f"outcomesModule/{kind}Outcomes/{key}", fields=("outcomes",))
        for kind in OUTCOMES
        for key in ("measure", "description", "timeFrame")
    ),
    value(f"{ELIGIBILITY}/eligibilityCriteria", fields=SIDES),
    value(f"{ELIGIBILITY}/healthyVolunteers", reads={"eligibility.healthy_volunteers": phrases.healthy_volunteers}),
    value(f"{ELIGIBILITY}/sex", reads={"eligibility.sex": phrases.sex}),
    value(f"{ELIGIBILITY}/minimumAge", reads={"eligibility.minimum_age": age}),
    value(f"{ELIGIBILITY}/maximumAge", reads={"eligibility.maximum_age": age}),
    *(value(f"{PLACES}/centralContacts/{key}", fields=("contacts",)) for key in ("name", "phone", "phoneExt", "email")),
    *(
        value(f"{PLACES}/locations/{key}", fields=("locations", "location_count"))
        for key in ("facility", "city", "state", "country")
    ),
)
"""Parts of the protocol section that are read, and what they become."""

OUTSIDE_THE_RECORD = frozenset(
    {
        "armsInterventionsModule.interventions.armGroupLabels",
        "armsInterventionsModule.interventions.description",
        "armsInterventionsModule.interventions.otherNames",
        "contactsLocationsModule.centralContacts.role",
        "contactsLocationsModule.locations.contacts",
        "contactsLocationsModule.locations.geoPoint",
        "contactsLocationsModule.locations.status",
        "contactsLocationsModule.locations.zip",
        "contactsLocationsModule.locations_nested",
        "contactsLocationsModule.overallOfficials",
        "designModule.bioSpec",
        "designModule.designInfo.interventionModelDescription",
        "designModule.designInfo.maskingInfo.maskingDescription",
        "designModule.designInfo.maskingInfo.whoMasked",
        "designModule.designInfo.timePerspectiveDescription",
        "designModule.expandedAccessTypes",
        "designModule.nPtrsToThisExpAccNctId",
        "designModule.patientRegistry",
        "designModule.targetDuration",
        "eligibilityModule.genderBased",
        "eligibilityModule.genderDescription",
        "eligibilityModule.samplingMethod",
        "eligibilityModule.stdAges",
        "eligibilityModule.studyPopulation",
        "identificationModule.nctIdAliases",
        "identificationModule.organization",
        "identificationModule.orgStudyIdInfo.link",
        "identificationModule.secondaryIdInfos.link",
        "ipdSharingStatementModule",
        "oversightModule",
        "referencesModule",
        "sponsorCollaboratorsModule.responsibleParty",
        "statusModule.completionDateStruct.type",
        "statusModule.delayedPosting",
        "statusModule.dispFirstPostDateStruct",
        "statusModule.dispFirstSubmitDate",
        "statusModule.dispFirstSubmitQcDate",
        "statusModule.expandedAccessInfo",
        "statusModule.lastKnownStatus",
        "statusModule.lastUpdatePostDateStruct.type",
        "statusModule.lastUpdateSubmitDate",
        "statusModule.primaryCompletionDateStruct.type",
        "statusModule.resultsFirstPostDateStruct",
        "statusModule.resultsFirstSubmitDate",
        "statusModule.resultsFirstSubmitQcDate",
        "statusModule.startDateStruct.type",
        "statusModule.statusVerifiedDate",
        "statusModule.studyFirstPostDateStruct",
        "statusModule.studyFirstSubmitDate",
        "statusModule.studyFirstSubmitQcDate",
        "statusModule.whyStopped",
    }
)
"""Parts of the protocol section that the canonical record has no field for, without the numbers of list entries."""


def outside_the_record(document: Document, content: range) -> Mapping[int, str]:
    """Sections and fields of the registry's record that the canonical record does not hold."""
    rules: dict[int, str] = {}
    for place in content:
        parts = [part for part in document.blocks[place].pointer.split("/")[1:] if not is_entry(part)]
        if parts[:1] != ["protocolSection"]:
            rules[place] = "outside the protocol section"
        elif any(".".join(parts[1:end]) in OUTSIDE_THE_RECORD for end in range(2, len(parts) + 1)):
            rules[place] = "outside the record"
    return rules


def structure(values: JsonValues, found: Extraction) -> None:
    """Read what has parts."""
    numbers = (f"/{ID}/orgStudyIdInfo", *values.entries(f"/{ID}/secondaryIdInfos"))
    found.secondary_ids = tuple(
        RawId(number, values.maybe(f"{entry}/type"), values.maybe(f"{entry}/domain"))
        for entry in numbers
        if (number := values.maybe(f"{entry}/id")) is not None
    )
    for entry in values.entries(f"/{ARMS}/interventions"):
        if parts := values.parts(entry, "type", "name"):
            words = ": ".join(quote.text for quote in parts)
            quote = Quote(words, parts[0].start, parts[-1].end, parts[-1].pointer)
            found.words.append(Words(("interventions",), quote, intervention))
    found.arms = tuple(
        RawArm(
            label=label,
            type=values.maybe(f"{entry}/type"),
            description=values.passage(f"{entry}/description"),
            interventions=values.many(f"{entry}/{INTERVENTIONS}"),
        )
        for entry in values.entries(f"/{ARMS}/armGroups")
        if (label := values.maybe(f"{entry}/label")) is not None
    )
    found.criteria.append(CriteriaText("other", values.passage(f"/{ELIGIBILITY}/eligibilityCriteria")))
    found.prose.append(Prose("summary", values.passage("/descriptionModule/briefSummary")))
    found.prose.append(Prose("description", values.passage("/descriptionModule/detailedDescription")))
    found.contacts = tuple(
        RawContact(
            names=values.maybe(f"{entry}/name"),
            phone=values.parts(entry, "phone"),
            email=values.maybe(f"{entry}/email"),
            extension=values.maybe(f"{entry}/phoneExt"),
        )
        for entry in values.entries(f"/{PLACES}/centralContacts")
    )
    found.locations = tuple(
        RawLocation(*(values.maybe(f"{entry}/{key}") for key in ("facility", "city", "state", "country")))
        for entry in values.entries(f"/{PLACES}/locations")
    )
    found.outcomes = tuple(_outcomes(values))


def _outcomes(values: JsonValues) -> Iterator[RawOutcome]:
    for kind in OUTCOMES:
        for entry in values.entries(f"/outcomesModule/{kind}Outcomes"):
            measure = values.maybe(f"{entry}/measure")
            if measure is not None:
                yield RawOutcome(
                    # The list's name is the type: it stands in the pointer, not in a value.
                    type=measure._replace(text=kind),
                    measure=measure,
                    description=values.passage(f"{entry}/description"),
                    time_frame=values.maybe(f"{entry}/timeFrame"),
                )


_ALIASES = b"nctIdAliases"
"""The key under which a record names the numbers that its trial had before."""


def former_numbers(page: Page) -> frozenset[str]:
    """The numbers that a record's trial had before: the registry answers with it where one of them is asked for."""
    if _ALIASES not in page.content:
        return frozenset()
    folder = f"{PROTOCOL}/{ID}/{_ALIASES.decode()}"
    texts = (block.text for block in parse(page).blocks if block.pointer.rpartition("/")[0] == folder)
    return frozenset(number for text in texts if (number := nct_id(text)) is not None)


def record_url(number: str) -> str:
    """The address of a trial's record."""
    return f"https://clinicaltrials.gov/api/v2/studies/{number}"


def number_of_page(url: str) -> str | None:
    """The NCT id in the address of a page on which the registry shows a study to people; None of other addresses."""
    address = urlsplit(page_address(url) or "")
    match = _STUDY_PAGE.match(address.path)
    is_registry = f".{address.hostname or ''}".endswith(".clinicaltrials.gov")
    return match[1].upper() if is_registry and match is not None else None


_STUDY_PAGE = re.compile(r"/(?:ct2/show|ct2/history|show|study)/(?:.*/)?(NCT\d{8})(?![^/])", re.IGNORECASE | re.ASCII)


def candidate_urls(hints: Hints, _index: Lookup, _found: Mapping[str, str]) -> Iterator[Candidate | MissingHint]:
    """The registry knows its trials by their number."""
    yield Candidate(record_url(hints.nct_id), "the registry's own record", STUDY.key)


STUDY = Layout(
    site="ctgov",
    name="study",
    urls=("https://clinicaltrials.gov/api/v2/studies/<NCT id>",),
    hosts=("clinicaltrials.gov",),
    table=TABLE,
    min_markers=1,
    nearness=Nearness.REGISTRY,
    content=lambda document: range(len(document.blocks)),
    boilerplate=outside_the_record,
    read=partial(read_record, root=PROTOCOL, structure=structure),
)

LAYOUTS = (STUDY,)
