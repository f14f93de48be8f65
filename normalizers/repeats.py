"""Whether a page that shows a field once more says the same there, as the field's own reader has it."""

from collections.abc import Callable, Mapping
from operator import attrgetter

from normalizers import phrases
from normalizers.ages import AgeRange, age_range
from normalizers.counts import enrollment
from normalizers.dates import partial_date
from normalizers.text import clean
from schemas.trial import Trial


def differs(trial: Trial, path: str, text: str) -> bool:
    """Whether the words mean another value than the trial has; a blank and a field of several values never do."""
    if path not in _READERS or phrases.blank(text):
        return False
    value: object = attrgetter(path)(trial)
    if path == "eligibility.minimum_age":  # one phrase shows both limits
        value = AgeRange(trial.eligibility.minimum_age, trial.eligibility.maximum_age)
    return _READERS[path](text) != value


_READERS: Mapping[str, Callable[[str], object]] = {
    "acronym": clean,
    "completion_date": partial_date,
    "design.allocation": phrases.allocation,
    "design.intervention_model": phrases.intervention_model,
    "design.masking": phrases.masking,
    "design.observational_model": phrases.observational_model,
    "design.primary_purpose": phrases.primary_purpose,
    "design.time_perspective": phrases.time_perspective,
    "eligibility.healthy_volunteers": phrases.healthy_volunteers,
    "eligibility.minimum_age": age_range,
    "eligibility.sex": phrases.sex,
    "enrollment": enrollment,
    "last_updated": partial_date,
    "official_title": clean,
    "primary_completion_date": partial_date,
    "sponsor": clean,
    "start_date": partial_date,
    "status": phrases.status,
    "study_type": phrases.study_type,
    "title": clean,
}
