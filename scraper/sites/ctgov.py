"""The registry itself: study records of its API, e.g. https://clinicaltrials.gov/api/v2/studies/<NCT id>.

A record is JSON, so its blocks are values with JSON Pointers instead of labels in reading order.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from normalizers.identifiers import nct_id
from normalizers.text import lines
from schemas.document import Block, Document
from schemas.raw import Passage, Quote, RawArm, RawContact, RawDesign, RawLocation, RawOutcome, RawTrial
from schemas.vocabulary import Site
from scraper.errors import ExtractError
from scraper.layouts.candidate_urls import Candidate, Hints, Lookup, MissingHint
from scraper.layouts.labels import Label
from scraper.layouts.layout import Layout, Reading

PROTOCOL = "/protocolSection"
NCT_ID = f"{PROTOCOL}/identificationModule/nctId"

MAX_ENTRIES: Final = 5_000
"""Of one list: the registry's longest, of a trial's places, have less than three thousand."""

FIELDS: Mapping[str, tuple[str, ...]] = {
    "identificationModule/nctId": ("nct_id",),
    "identificationModule/orgStudyIdInfo/id": ("secondary_ids",),
    "identificationModule/orgStudyIdInfo/type": ("secondary_ids",),
    "identificationModule/secondaryIdInfos/id": ("secondary_ids",),
    "identificationModule/secondaryIdInfos/type": ("secondary_ids",),
    "identificationModule/briefTitle": ("title",),
    "identificationModule/officialTitle": ("official_title",),
    "identificationModule/acronym": ("acronym",),
    "statusModule/overallStatus": ("status",),
    "statusModule/startDateStruct/date": ("start_date",),
    "statusModule/primaryCompletionDateStruct/date": ("primary_completion_date",),
    "statusModule/completionDateStruct/date": ("completion_date",),
    "statusModule/lastUpdatePostDateStruct/date": ("last_updated",),
    "sponsorCollaboratorsModule/leadSponsor/name": ("sponsor",),
    "sponsorCollaboratorsModule/leadSponsor/class": ("funder_types",),
    "sponsorCollaboratorsModule/collaborators/name": ("collaborators",),
    "sponsorCollaboratorsModule/collaborators/class": ("funder_types",),
    "descriptionModule/briefSummary": ("summary",),
    "descriptionModule/detailedDescription": ("description",),
    "conditionsModule/conditions": ("conditions",),
    "conditionsModule/keywords": ("keywords",),
    "designModule/studyType": ("study_type",),
    "designModule/phases": ("phases",),
    "designModule/designInfo/allocation": ("design.allocation",),
    "designModule/designInfo/interventionModel": ("design.intervention_model",),
    "designModule/designInfo/observationalModel": ("design.observational_model",),
    "designModule/designInfo/primaryPurpose": ("design.primary_purpose",),
    "designModule/designInfo/timePerspective": ("design.time_perspective",),
    "designModule/designInfo/maskingInfo/masking": ("design.masking",),
    "designModule/enrollmentInfo/count": ("enrollment",),
    "designModule/enrollmentInfo/type": ("enrollment",),
    "armsInterventionsModule/armGroups/label": ("arms",),
    "armsInterventionsModule/armGroups/type": ("arms",),
    "armsInterventionsModule/armGroups/description": ("arms",),
    "armsInterventionsModule/armGroups/interventionNames": ("arms",),
    "armsInterventionsModule/interventions/type": ("interventions",),
    "armsInterventionsModule/interventions/name": ("interventions",),
    "outcomesModule/primaryOutcomes/measure": ("outcomes",),
    "outcomesModule/primaryOutcomes/description": ("outcomes",),
    "outcomesModule/primaryOutcomes/timeFrame": ("outcomes",),
    "outcomesModule/secondaryOutcomes/measure": ("outcomes",),
    "outcomesModule/secondaryOutcomes/description": ("outcomes",),
    "outcomesModule/secondaryOutcomes/timeFrame": ("outcomes",),
    "outcomesModule/otherOutcomes/measure": ("outcomes",),
    "outcomesModule/otherOutcomes/description": ("outcomes",),
    "outcomesModule/otherOutcomes/timeFrame": ("outcomes",),
    "eligibilityModule/eligibilityCriteria": ("eligibility.inclusion", "eligibility.exclusion", "eligibility.other"),
    "eligibilityModule/healthyVolunteers": ("eligibility.healthy_volunteers",),
    "eligibilityModule/sex": ("eligibility.sex",),
    "eligibilityModule/minimumAge": ("eligibility.minimum_age",),
    "eligibilityModule/maximumAge": ("eligibility.maximum_age",),
    "contactsLocationsModule/centralContacts/name": ("contacts",),
    "contactsLocationsModule/centralContacts/phone": ("contacts",),
    "contactsLocationsModule/centralContacts/phoneExt": ("contacts",),
    "contactsLocationsModule/centralContacts/email": ("contacts",),
    "contactsLocationsModule/locations/facility": ("locations", "location_count"),
    "contactsLocationsModule/locations/city": ("locations", "location_count"),
    "contactsLocationsModule/locations/state": ("locations", "location_count"),
    "contactsLocationsModule/locations/country": ("locations", "location_count"),
}
"""Parts of the protocol section that are read, without the numbers of list entries, and what they become."""

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
        "identificationModule.orgStudyIdInfo.domain",
        "identificationModule.orgStudyIdInfo.link",
        "identificationModule.secondaryIdInfos.domain",
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
        parts = [part for part in document.blocks[place].pointer.split("/")[1:] if not _is_entry(part)]
        if parts[:1] != ["protocolSection"]:
            rules[place] = "outside the protocol section"
        elif any(".".join(parts[1:end]) in OUTSIDE_THE_RECORD for end in range(2, len(parts) + 1)):
            rules[place] = "outside the record"
    return rules


def _is_entry(part: str) -> bool:
    """Whether a part of a pointer can be a list's number; a name of many digits is none."""
    return part.isdecimal() and len(part) <= _MOST_DIGITS


_MOST_DIGITS: Final = 6


class _Values:
    """The values of one record by JSON Pointer, relative to the protocol section."""

    def __init__(self, document: Document) -> None:
        self._blocks = {block.pointer: block for block in document.blocks}
        self._unread = dict(self._blocks)
        # Of each list its entries, in the record's order.
        self._lists: dict[str, dict[str, None]] = {}
        for pointer in self._blocks:
            path, _, last = pointer.rpartition("/")
            while path:
                if _is_entry(last):
                    entries = self._lists.setdefault(path, {})
                    if last in entries:
                        break  # and so are the lists around it
                    entries[last] = None
                path, _, last = path.rpartition("/")

    def maybe(self, pointer: str) -> Quote | None:
        block = self._blocks.get(PROTOCOL + pointer)
        if block is None:
            return None
        self._unread.pop(block.pointer, None)
        return Quote(block.text, block.number, block.number + 1, block.pointer)

    def many(self, pointer: str) -> tuple[Quote, ...]:
        return tuple(quote for entry in self.entries(pointer) if (quote := self.maybe(entry)) is not None)

    def entries(self, pointer: str) -> Iterator[str]:
        """The pointers of a list's entries.

        Raises:
            ExtractError: there are more of them than any trial has.
        """
        entries = self._lists.get(PROTOCOL + pointer, {})
        if len(entries) > MAX_ENTRIES:
            raise ExtractError(f"the record has {len(entries):,} entries in {PROTOCOL}{pointer}")
        for entry in entries:
            yield f"{pointer}/{entry}"

    def each(self, pointers: Iterable[str], key: str) -> tuple[Quote, ...]:
        """One value of each entry, of those that have it."""
        return tuple(quote for pointer in pointers if (quote := self.maybe(f"{pointer}/{key}")) is not None)

    def parts(self, pointer: str, *keys: str) -> tuple[Quote, ...]:
        """Those of an entry's values that it has, in the order of the keys."""
        return tuple(quote for key in keys if (quote := self.maybe(f"{pointer}/{key}")) is not None)

    def passage(self, pointer: str) -> Passage:
        quote = self.maybe(pointer)
        if quote is None:
            return ()
        return tuple(
            block._replace(number=quote.start, pointer=quote.pointer) for block in lines(quote.text, quote.start)
        )

    def unread(self) -> tuple[Block, ...]:
        return tuple(self._unread.values())

    def shown(self) -> set[str]:
        """The pointers without the numbers of list entries."""
        return {"/".join(part for part in pointer.split("/") if not _is_entry(part)) for pointer in self._blocks}


def extract(document: Document) -> Reading:
    """Read a study record that was cleaned of what the canonical record does not hold."""
    values = _Values(document)
    identification, status = "/identificationModule", "/statusModule"
    sponsors, design, arms = "/sponsorCollaboratorsModule", "/designModule", "/armsInterventionsModule"
    eligibility, contacts = "/eligibilityModule", "/contactsLocationsModule"
    nct_id = values.maybe(f"{identification}/nctId")
    if nct_id is None:
        raise ExtractError(f"the record has no {NCT_ID}")
    collaborators = tuple(values.entries(f"{sponsors}/collaborators"))
    raw = RawTrial(
        nct_id=nct_id,
        secondary_ids=tuple(
            (number, *values.parts(entry, "type"))
            for entry in (
                f"{identification}/orgStudyIdInfo",
                *values.entries(f"{identification}/secondaryIdInfos"),
            )
            if (number := values.maybe(f"{entry}/id")) is not None
        ),
        glued_ids=None,
        title=values.maybe(f"{identification}/briefTitle"),
        title_holds_acronym=False,
        slug=None,
        official_title=values.maybe(f"{identification}/officialTitle"),
        acronym=values.maybe(f"{identification}/acronym"),
        sponsor=values.maybe(f"{sponsors}/leadSponsor/name"),
        collaborators=values.each(collaborators, "name"),
        funder_types=values.each((f"{sponsors}/leadSponsor", *collaborators), "class"),
        status=values.maybe(f"{status}/overallStatus"),
        phases=values.many(f"{design}/phases"),
        study_type=values.maybe(f"{design}/studyType"),
        conditions=values.many("/conditionsModule/conditions"),
        keywords=values.many("/conditionsModule/keywords"),
        interventions=tuple(
            parts for entry in values.entries(f"{arms}/interventions") if (parts := values.parts(entry, "type", "name"))
        ),
        arms=tuple(
            RawArm(
                label=label,
                type=values.maybe(f"{entry}/type"),
                description=values.passage(f"{entry}/description"),
                interventions=values.many(f"{entry}/interventionNames"),
            )
            for entry in values.entries(f"{arms}/armGroups")
            if (label := values.maybe(f"{entry}/label")) is not None
        ),
        arms_heading=None,
        enrollment=values.maybe(f"{design}/enrollmentInfo/count"),
        enrollment_type=values.maybe(f"{design}/enrollmentInfo/type"),
        design=RawDesign(
            primary_purpose=values.maybe(f"{design}/designInfo/primaryPurpose"),
            allocation=values.maybe(f"{design}/designInfo/allocation"),
            intervention_model=values.maybe(f"{design}/designInfo/interventionModel"),
            masking=values.maybe(f"{design}/designInfo/maskingInfo/masking"),
            observational_model=values.maybe(f"{design}/designInfo/observationalModel"),
            time_perspective=values.maybe(f"{design}/designInfo/timePerspective"),
        ),
        sex=values.maybe(f"{eligibility}/sex"),
        ages=None,
        minimum_age=values.maybe(f"{eligibility}/minimumAge"),
        maximum_age=values.maybe(f"{eligibility}/maximumAge"),
        healthy_volunteers=values.maybe(f"{eligibility}/healthyVolunteers"),
        inclusion=(),
        exclusion=(),
        criteria=values.passage(f"{eligibility}/eligibilityCriteria"),
        summary=values.passage("/descriptionModule/briefSummary"),
        description=values.passage("/descriptionModule/detailedDescription"),
        start_date=values.maybe(f"{status}/startDateStruct/date"),
        primary_completion_date=values.maybe(f"{status}/primaryCompletionDateStruct/date"),
        completion_date=values.maybe(f"{status}/completionDateStruct/date"),
        last_updated=values.maybe(f"{status}/lastUpdatePostDateStruct/date"),
        contacts=tuple(
            RawContact(
                names=values.maybe(f"{entry}/name"),
                phone=values.parts(entry, "phone"),
                email=values.maybe(f"{entry}/email"),
                extension=values.maybe(f"{entry}/phoneExt"),
            )
            for entry in values.entries(f"{contacts}/centralContacts")
        ),
        locations=tuple(
            RawLocation(
                facility=values.maybe(f"{entry}/facility"),
                city=values.maybe(f"{entry}/city"),
                state=values.maybe(f"{entry}/state"),
                country=values.maybe(f"{entry}/country"),
            )
            for entry in values.entries(f"{contacts}/locations")
        ),
        location_count=None,
        outcomes=tuple(_outcomes(values)),
    )
    return Reading(raw, values.unread(), shown=values.shown)


def _outcomes(values: _Values) -> Iterator[RawOutcome]:
    for kind in ("primary", "secondary", "other"):
        for entry in values.entries(f"/outcomesModule/{kind}Outcomes"):
            measure = values.maybe(f"{entry}/measure")
            if measure is not None:
                yield RawOutcome(
                    # The list's name is the type: it stands in the pointer, not in a value.
                    type=measure._replace(text=kind),
                    measure=measure,
                    description=values.maybe(f"{entry}/description"),
                    time_frame=values.maybe(f"{entry}/timeFrame"),
                )


ALIASES = b"nctIdAliases"
"""The key under which a record names the numbers that its trial had before."""


def aliases(document: Document) -> frozenset[str]:
    """The numbers that a record's trial had before: the registry answers with it where one of them is asked for."""
    folder = f"{PROTOCOL}/identificationModule/{ALIASES.decode()}"
    texts = (block.text for block in document.blocks if block.pointer.rpartition("/")[0] == folder)
    return frozenset(number for text in texts if (number := nct_id(text)) is not None)


def candidate_urls(hints: Hints, _index: Lookup, _found: Mapping[str, str]) -> Iterator[Candidate | MissingHint]:
    """The registry knows its trials by their number."""
    yield Candidate(f"https://clinicaltrials.gov/api/v2/studies/{hints.nct_id}", "the registry's own record", STUDY.key)


STUDY = Layout(
    site=Site.CTGOV,
    name="study",
    urls=("https://clinicaltrials.gov/api/v2/studies/<NCT id>",),
    hosts=("clinicaltrials.gov",),
    marks=((NCT_ID.lower(),),),
    enough=1,
    lacks=(),
    never_shows=frozenset(),
    labels=tuple(Label((f"{PROTOCOL}/{pointer}",), "many", fields=fields) for pointer, fields in FIELDS.items()),
    required=frozenset({"nct_id", "title", "sponsor", "funder_types", "status", "last_updated"}),
    content=lambda document: range(len(document.blocks)),
    boilerplate=outside_the_record,
    extract=extract,
)
