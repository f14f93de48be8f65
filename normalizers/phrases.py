"""Words of the sites and the registry terms they stand for: `Enrolling` is RECRUITING, `Both` is ALL."""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Generic, TypeVar

from normalizers.text import fold
from schemas.vocabulary import (
    AgencyClass,
    Allocation,
    ArmType,
    EnrollmentType,
    InterventionModel,
    InterventionType,
    Masking,
    ObservationalModel,
    OutcomeType,
    Phase,
    PrimaryPurpose,
    Sex,
    Status,
    StudyType,
    TimePerspective,
)

Meaning = TypeVar("Meaning")
Term = TypeVar("Term", bound=StrEnum)


class Phrases(Generic[Meaning]):
    """A closed vocabulary: called with a text, it gives what the text means, or None where it is unknown."""

    __slots__ = ("_meanings",)

    def __init__(self, meanings: Mapping[str, Meaning]) -> None:
        self._meanings = dict(meanings)

    def __call__(self, text: str) -> Meaning | None:
        """Return the meaning of the whole text; case, white space, forms of dashes and quotes are no matter."""
        return self._meanings.get(fold(text))

    def __iter__(self) -> Iterator[str]:
        """The phrases, folded."""
        return iter(self._meanings)


def _constants(vocabulary: type[Term]) -> dict[str, Term]:
    """The registry's constants as phrases, with their underscores and with blanks.

    With blanks and without regard to case, a constant mostly is the registry's label too: `NOT_YET_RECRUITING`
    is shown as `Not yet recruiting`. The tables below hold the words that are not their constant.
    """
    return {
        phrase: term
        for term in vocabulary
        for phrase in (term.value.casefold(), term.value.casefold().replace("_", " "))
    }


_BLANKS = frozenset(
    {
        "",
        "-",  # inclinicaltrials
        "--",  # inclinicaltrials
        "n/a",  # inclinicaltrials, as contact and as description
        "none provided",
        "not provided",  # registry, tabular view of old
    }
)


def blank(text: str) -> bool:
    """Whether the words mean that nothing is shown.

    `N/A` is a blank for a contact or a description but a value for phases and allocation: ask their readers
    first.
    """
    return len(text.strip()) < 20 and fold(text) in _BLANKS


_STATUSES = Phrases(
    {
        **_constants(Status),
        "active, not recruiting": Status.ACTIVE_NOT_RECRUITING,  # registry, Veeva, inclinicaltrials, TrialX
        "enrolling": Status.RECRUITING,  # Veeva
        "not yet enrolling": Status.NOT_YET_RECRUITING,  # Veeva
        "the recruitment status of this study is unknown because the information has not been verified recently.": (
            Status.UNKNOWN
        ),
        "this study has been completed.": Status.COMPLETED,  # the registry's pages until 2017
        "this study has been terminated.": Status.TERMINATED,
        "this study has been withdrawn prior to enrollment.": Status.WITHDRAWN,
        "this study is currently recruiting participants.": Status.RECRUITING,
        "this study is enrolling participants by invitation only.": Status.ENROLLING_BY_INVITATION,
        "this study is not yet open for participant recruitment.": Status.NOT_YET_RECRUITING,
        "this study is ongoing, but not recruiting participants.": Status.ACTIVE_NOT_RECRUITING,
        "unknown status": Status.UNKNOWN,  # registry, inclinicaltrials
    }
)
_BEGINS = ("begins enrollment in ", "begins enrollment next ", "begins enrollment this ")  # Veeva


def status(text: str) -> Status | None:
    """The recruitment status; `Begins enrollment in 3 months` is NOT_YET_RECRUITING, whenever it begins."""
    known = _STATUSES(text)
    if known is None and fold(text).startswith(_BEGINS):
        return Status.NOT_YET_RECRUITING
    return known


_CLOSED = Phrases(
    dict.fromkeys(
        (
            "closed",
            "closed to accrual",
            "closed to enrollment",
            "closed to new participants",
            "no longer recruiting",
            "not enrolling",
            "not recruiting",  # TrialX
            "recruitment closed",
        ),
        "the trial takes no new participants, and the words do not say whether it has not begun, goes on or has ended",
    )
)


def vague_status(text: str) -> str | None:
    """Why words about recruitment stand for none of the registry's statuses: `Not Recruiting` can be any of six.

    None where the words are a status, or are not known at all.
    """
    return _CLOSED(text)


_PHASE1_2 = (Phase.PHASE1, Phase.PHASE2)
_PHASE2_3 = (Phase.PHASE2, Phase.PHASE3)

phases = Phrases(
    {
        **{phrase: (phase,) for phrase, phase in _constants(Phase).items()},
        "early phase 1": (Phase.EARLY_PHASE1,),  # registry, Veeva, inclinicaltrials
        "early phase i": (Phase.EARLY_PHASE1,),
        "n/a": (Phase.NA,),  # registry, inclinicaltrials
        "not applicable": (Phase.NA,),  # registry
        "phase 0": (Phase.EARLY_PHASE1,),  # registry, before 2016
        "phase 1": (Phase.PHASE1,),  # registry, Veeva, inclinicaltrials, TrialX
        "phase 1 / phase 2": _PHASE1_2,
        "phase 1, phase 2": _PHASE1_2,
        "phase 1/2": _PHASE1_2,
        "phase 1/phase 2": _PHASE1_2,  # registry, inclinicaltrials, TrialX
        "phase 1|phase 2": _PHASE1_2,  # registry, table downloads of old
        "phase 2": (Phase.PHASE2,),  # registry, Veeva, inclinicaltrials, TrialX
        "phase 2 / phase 3": _PHASE2_3,
        "phase 2, phase 3": _PHASE2_3,
        "phase 2/3": _PHASE2_3,
        "phase 2/phase 3": _PHASE2_3,  # registry, inclinicaltrials, TrialX
        "phase 2|phase 3": _PHASE2_3,  # registry, table downloads of old
        "phase 3": (Phase.PHASE3,),  # registry, Veeva, inclinicaltrials, TrialX
        "phase 4": (Phase.PHASE4,),  # registry, Veeva, inclinicaltrials, TrialX
        "phase i": (Phase.PHASE1,),
        "phase i/ii": _PHASE1_2,
        "phase i/phase ii": _PHASE1_2,
        "phase ii": (Phase.PHASE2,),
        "phase ii/iii": _PHASE2_3,
        "phase ii/phase iii": _PHASE2_3,
        "phase iii": (Phase.PHASE3,),
        "phase iv": (Phase.PHASE4,),
        "phase n/a": (Phase.NA,),  # TrialX
        "phase1, phase2": _PHASE1_2,
        "phase1/phase2": _PHASE1_2,  # registry, table downloads of old
        "phase1|phase2": _PHASE1_2,  # registry, table downloads
        "phase2, phase3": _PHASE2_3,
        "phase2/phase3": _PHASE2_3,  # registry, table downloads of old
        "phase2|phase3": _PHASE2_3,  # registry, table downloads
    }
)
"""The phases of one phrase, in order: `Phase 1/Phase 2` holds two, `N/A` is (NA,)."""

study_type = Phrases(
    {
        **_constants(StudyType),
        "interventional (clinical trial)": StudyType.INTERVENTIONAL,  # registry, of old
        "observational [patient registry]": StudyType.OBSERVATIONAL,  # registry, of old
    }
)
"""The type of the study."""

sex = Phrases(
    {
        **_constants(Sex),
        "both": Sex.ALL,  # registry before 2017, inclinicaltrials, TrialX
        "female & male": Sex.ALL,
        "female and male": Sex.ALL,
        "female or male": Sex.ALL,
        "female, male": Sex.ALL,  # TrialX
        "female/male": Sex.ALL,
        "male & female": Sex.ALL,
        "male and female": Sex.ALL,  # TrialX
        "male or female": Sex.ALL,
        "male, female": Sex.ALL,
        "male/female": Sex.ALL,
    }
)
"""The sex that may take part."""

funder_type = Phrases(
    {
        **_constants(AgencyClass),
        "all others (individuals, universities, organizations)": AgencyClass.OTHER,  # registry
        "ambiguous": AgencyClass.AMBIG,
        "individual": AgencyClass.INDIV,
        "other government": AgencyClass.OTHER_GOV,
        "other u.s. federal agency": AgencyClass.FED,  # registry
        "u.s. fed": AgencyClass.FED,  # registry
    }
)
"""The class of one agency that pays."""

healthy_volunteers = Phrases(
    {
        "accepts healthy volunteers": True,  # Veeva, registry of old
        "does not accept healthy volunteers": False,
        "false": False,  # registry
        "no": False,  # inclinicaltrials, registry
        "no healthy volunteers": False,  # Veeva
        "true": True,  # registry
        "yes": True,  # inclinicaltrials, registry
    }
)
"""Whether healthy people may take part."""

yes_or_no = Phrases({"no": False, "yes": True})
"""The answer below a label that asks, such as `Accepts Healthy Volunteers`, whose own words are no answer to it."""

enrollment_type = Phrases(
    {
        **_constants(EnrollmentType),
        "anticipated": EnrollmentType.ESTIMATED,  # registry, of old
        "estimate": EnrollmentType.ESTIMATED,
    }
)
"""Whether participants were counted or are expected."""

outcome_type = Phrases(
    {
        **_constants(OutcomeType),
        "other pre-specified": OutcomeType.OTHER,  # registry, results
        "other_pre_specified": OutcomeType.OTHER,  # registry, results
    }
)
"""The rank of an outcome measure."""

arm_type = Phrases(
    {
        **_constants(ArmType),
        "active comparator group": ArmType.ACTIVE_COMPARATOR,  # Veeva
        "experimental group": ArmType.EXPERIMENTAL,  # Veeva
        "no intervention group": ArmType.NO_INTERVENTION,  # Veeva
        "other group": ArmType.OTHER,  # Veeva
        "placebo comparator group": ArmType.PLACEBO_COMPARATOR,  # Veeva
        "sham comparator group": ArmType.SHAM_COMPARATOR,  # Veeva
    }
)
"""The role of an arm."""

intervention_type = Phrases(_constants(InterventionType))
"""The type of an intervention, as it stands before the colon in `Biological: Exosome`."""

primary_purpose = Phrases(
    {
        **_constants(PrimaryPurpose),
        "educational/counseling/training": PrimaryPurpose.ECT,  # registry
    }
)
"""What an interventional trial is for."""

allocation = Phrases(
    {
        **_constants(Allocation),
        "n/a": Allocation.NA,  # registry, Veeva
        "non-randomized": Allocation.NON_RANDOMIZED,  # registry, Veeva
        "nonrandomized": Allocation.NON_RANDOMIZED,
    }
)
"""How participants come to their arm; `N/A` means that there is but one."""

intervention_model = Phrases(
    {
        **_constants(InterventionModel),
        "crossover assignment": InterventionModel.CROSSOVER,  # registry, Veeva
        "factorial assignment": InterventionModel.FACTORIAL,  # registry, Veeva
        "parallel assignment": InterventionModel.PARALLEL,  # registry, Veeva
        "sequential assignment": InterventionModel.SEQUENTIAL,  # registry, Veeva
        "single group assignment": InterventionModel.SINGLE_GROUP,  # registry, Veeva
    }
)
"""How the arms of an interventional trial relate."""

observational_model = Phrases(
    {
        **_constants(ObservationalModel),
        "case-control": ObservationalModel.CASE_CONTROL,  # registry
        "case-crossover": ObservationalModel.CASE_CROSSOVER,  # registry
        "case-only": ObservationalModel.CASE_ONLY,  # registry
        "ecologic or community studies": ObservationalModel.ECOLOGIC_OR_COMMUNITY,  # registry, of old
        "family-based": ObservationalModel.FAMILY_BASED,  # registry
    }
)
"""How participants of an observational study are chosen and followed."""

time_perspective = Phrases(
    {
        **_constants(TimePerspective),
        "cross-sectional": TimePerspective.CROSS_SECTIONAL,  # registry
    }
)
"""Whether an observational study looks back, ahead or at one moment."""

_MASKINGS = Phrases(
    {
        **_constants(Masking),
        "double blind": Masking.DOUBLE,  # registry before 2017, Veeva
        "double-blind": Masking.DOUBLE,  # registry before 2017
        "no masking": Masking.NONE,  # registry, of old
        "none (open label)": Masking.NONE,  # registry, Veeva
        "open label": Masking.NONE,  # registry before 2017
        "quadruple blind": Masking.QUADRUPLE,  # Veeva
        "single blind": Masking.SINGLE,  # registry before 2017, Veeva
        "triple blind": Masking.TRIPLE,  # Veeva
    }
)
_MASKED_PARTIES = frozenset(
    {
        "care provider",  # registry
        "caregiver",  # registry before 2017
        "investigator",  # registry
        "outcomes assessor",  # registry
        "participant",  # registry
        "subject",  # registry before 2017
    }
)


def masking(text: str) -> Masking | None:
    """How many parties are masked; they may follow in parentheses: `Double (Participant, Investigator)`.

    The word counts, not the parties: before 2017 the registry knew no word above `Double Blind`, and trials of
    that time name up to four parties behind it. A party that nobody knows leaves the whole phrase unknown.
    """
    known = _MASKINGS(text)
    if known is not None or not text.rstrip().endswith(")"):
        return known
    word, _, parties = fold(text)[:-1].partition("(")
    if not all(party.strip() in _MASKED_PARTIES for party in parties.split(",")):
        return None
    return _MASKINGS(word)


DESIGN_LABELS = {
    "allocation": "allocation",  # registry, Veeva, inclinicaltrials
    "endpoint classification": "endpoint_classification",  # registry before 2017
    "intervention model": "intervention_model",  # registry
    "intervention model description": "intervention_model_description",  # registry
    "interventional model": "intervention_model",  # Veeva
    "masking": "masking",  # registry, Veeva
    "masking description": "masking_description",  # registry
    "observational model": "observational_model",  # registry
    "primary purpose": "primary_purpose",  # registry, Veeva
    "time perspective": "time_perspective",  # registry
}
"""From a label in a study's design, folded, to the part it names.

`endpoint_classification` and the two descriptions are parts that the canonical design has no place for: a label
that is known and left out on purpose is not an unknown one.
"""

_DESIGN_SEAM = re.compile(rf", ?(?=(?:{'|'.join(DESIGN_LABELS)}):)", re.IGNORECASE)


def design_part(text: str) -> tuple[str, str] | None:
    """One part of a design, `Allocation: Randomized`, as its name and words; None for an unknown label."""
    label, _, words = text.partition(":")
    name = DESIGN_LABELS.get(fold(label))
    return None if name is None else (name, words.strip())


def design_parts(text: str) -> tuple[tuple[str, str], ...] | None:
    """The parts of a design in one line, as in old XML: `Allocation: Randomized, Masking: Open Label`.

    Known labels tell the parts apart, since their words hold commas too. None where the first label is unknown.
    """
    parts = tuple(design_part(words) for words in _DESIGN_SEAM.split(text))
    return None if parts[0] is None else tuple(part for part in parts if part is not None)
