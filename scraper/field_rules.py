"""Which rule gives a canonical field its value: what each site calls the field, and who reads the words there."""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Final, NamedTuple, get_args, get_origin

from pydantic import BaseModel

from schemas.trial import Trial
from schemas.vocabulary import Site
from scraper.sites import LAYOUTS
from scraper.store.changes import entry_name
from scraper.store.json import Json


class Entry(NamedTuple):
    """An entry of a list by what names it, as `scraper.store.changes` does."""

    words: str


class FieldPath(NamedTuple):
    """A canonical path: `status`, `eligibility.minimum_age`, `arms[0].label`, `arms[Placebo].label`."""

    parts: tuple[str | int | Entry, ...]
    """Names of fields, and entries of lists: places from 0, or what names them."""

    def __str__(self) -> str:
        """As people write it."""
        return "".join(
            f".{part}" if isinstance(part, str) else f"[{part.words if isinstance(part, Entry) else part}]"
            for part in self.parts
        ).removeprefix(".")

    @property
    def names(self) -> tuple[str, ...]:
        """Without places: the same for all entries of a list, and for criteria however deep they are nested."""
        return tuple(part for part in self.parts if isinstance(part, str) and part != "children")

    @property
    def upwards(self) -> list[str]:
        """The path and everything that it is a part of, the nearest first."""
        return [str(FieldPath(self.parts[:end])) for end in range(len(self.parts), 0, -1)]

    def of(self, trial: Json) -> Json:
        """The value there, of a trial as JSON; None where there is none, also where the list has no such entry."""
        value = trial
        for part in self.placed(trial).parts:
            if isinstance(part, int):
                value = value[part] if isinstance(value, list) and part < len(value) else None
            else:
                value = value.get(str(part)) if isinstance(value, dict) else None
        return value

    def placed(self, trial: Json) -> "FieldPath":
        """The path with the places that named entries have in a trial; the place after the last where there is none."""
        parts: list[str | int | Entry] = []
        for part in self.parts:
            if isinstance(part, Entry):
                entries = FieldPath(tuple(parts)).of(trial)
                names = [entry_name(str(parts[-1]), entry) for entry in entries] if isinstance(entries, list) else []
                parts.append(names.index(part.words) if part.words in names else len(names))
            else:
                parts.append(part)
        return FieldPath(tuple(parts))


def field_path(text: str) -> FieldPath:
    """The path that a text is.

    Raises:
        ValueError: the schema has no such field; the message names those that look like it.
    """
    parts: list[str | int | Entry] = []
    model: type[BaseModel] | None = Trial
    is_list = False
    steps = list(_STEP.finditer(f".{text}"))
    if "".join(step[0] for step in steps) != f".{text}":
        raise ValueError(f"{text!r} is no path such as status or arms[0].label{_suggestion(text)}")
    if text == "issues":  # so changes name them
        raise ValueError("issues belong to fields: name the one that the change's old or new value names")
    for step in steps:
        entry, name = step.groups()
        here = FieldPath(tuple(parts))
        if entry:
            if not is_list:
                raise ValueError(f"{here} is no list, so it has no [{entry}]")
            parts.append(int(entry) if re.fullmatch("[0-9]{1,6}", entry) else Entry(entry))
            is_list = False
            continue
        if model is None or name not in model.model_fields:
            raise ValueError(f"there is no field {text}{_suggestion(text)}")
        if is_list:
            raise ValueError(f"{here} is a list: say which entry, as in {here}[0].{name}")
        parts.append(name)
        annotation = model.model_fields[name].annotation
        inside = [kind for kind in (annotation, *get_args(annotation)) if isinstance(kind, type)]
        model = next((kind for kind in inside if issubclass(kind, BaseModel)), None)
        is_list = get_origin(annotation) is tuple
    return FieldPath(tuple(parts))


def rule(layout: str, path: FieldPath, pointer: str | None = None) -> str:
    """Where a layout's pages show a field, and who reads it: `veeva/study: "Status" -> normalizers.phrases.status`.

    Args:
        layout: its key.
        path: the field.
        pointer: registry records: the words' own JSON Pointer, where there is one for all of them.
    """
    site = Site(layout.partition("/")[0])
    where = pointer or label(site, path) or "the words"
    return f"{layout}: {where} -> {' or '.join(readers(site, path))}"


def label(site: Site, path: FieldPath) -> str | None:
    """What a site calls a field, as the schema tells it; of a part that has no label of its own, what it is part of."""
    for end in range(len(path.names), 0, -1):
        name = ".".join(path.names[:end])
        for known in (name, _LABELLED_AS.get(name)):
            if (site, known) in _LABELS:
                return _LABELS[site, known]
    return None


def readers(site: Site, path: FieldPath) -> tuple[str, ...]:
    """Who reads a field's words on a site, by module and name; several where the words come in several forms."""
    for end in range(len(path.names), 0, -1):
        name = ".".join(path.names[:end])
        found = _READERS_ON.get((site, name)) or READERS.get(name)
        if found is not None:
            return found
    whole = f"{path}."
    return tuple(dict.fromkeys(one for name, several in READERS.items() if name.startswith(whole) for one in several))


def never_shows(layout: str, path: FieldPath) -> bool:
    """Whether no page of a layout shows the field."""
    absent = next((known.never_shows for known in LAYOUTS if known.key == layout), frozenset[str]())
    return any(".".join(path.names[:end]) in absent for end in range(1, len(path.names) + 1))


READERS: Final[Mapping[str, tuple[str, ...]]] = {
    "acronym": ("normalizers.identifiers.acronym_in",),
    "arms": ("normalizers.text.clean",),
    "arms.description": ("normalizers.text.paragraphs",),
    "arms.interventions": ("normalizers.interventions.Names",),
    "arms.label": ("normalizers.text.clean",),
    "arms.type": ("normalizers.phrases.arm_type",),
    "collaborators": ("normalizers.text.clean",),
    "completion_date": ("normalizers.dates.partial_date",),
    "conditions": ("normalizers.text.clean",),
    "contacts": ("normalizers.contacts.contacts", "normalizers.text.clean"),
    "contacts.email": ("normalizers.text.clean",),
    "contacts.phone": ("normalizers.text.clean",),
    "description": ("normalizers.text.paragraphs",),
    "design.allocation": ("normalizers.phrases.allocation",),
    "design.intervention_model": ("normalizers.phrases.intervention_model",),
    "design.masking": ("normalizers.phrases.masking",),
    "design.observational_model": ("normalizers.phrases.observational_model",),
    "design.primary_purpose": ("normalizers.phrases.primary_purpose",),
    "design.time_perspective": ("normalizers.phrases.time_perspective",),
    "eligibility.exclusion": ("normalizers.criteria.tree.parse_criteria",),
    "eligibility.healthy_volunteers": ("normalizers.phrases.healthy_volunteers",),
    "eligibility.inclusion": ("normalizers.criteria.tree.parse_criteria",),
    "eligibility.maximum_age": ("normalizers.ages.age_range",),
    "eligibility.minimum_age": ("normalizers.ages.age_range",),
    "eligibility.other": ("normalizers.criteria.tree.parse_criteria",),
    "eligibility.sex": ("normalizers.phrases.sex",),
    "enrollment": ("normalizers.counts.enrollment",),
    "enrollment.type": ("normalizers.counts.enrollment",),
    "funder_types": ("normalizers.phrases.funder_type",),
    "interventions": ("normalizers.interventions.intervention",),
    "keywords": ("normalizers.text.clean",),
    "last_updated": ("normalizers.dates.partial_date",),
    "location_count": ("normalizers.counts.whole_number",),
    "locations": ("normalizers.text.clean",),
    "nct_id": ("normalizers.identifiers.nct_id",),
    "official_title": ("normalizers.text.clean",),
    "outcomes": ("normalizers.text.clean",),
    "outcomes.type": ("normalizers.phrases.outcome_type",),
    "phases": ("normalizers.phrases.phases",),
    "primary_completion_date": ("normalizers.dates.partial_date",),
    "secondary_ids": ("normalizers.identifiers.secondary_id",),
    "sponsor": ("normalizers.text.clean",),
    "start_date": ("normalizers.dates.partial_date",),
    "status": ("normalizers.phrases.status",),
    "study_type": ("normalizers.phrases.study_type",),
    "summary": ("normalizers.text.paragraphs",),
    "title": ("normalizers.text.clean",),
}
"""Who reads which field, as `normalizers.trial.normalise` has it."""

_READERS_ON: Final[Mapping[tuple[Site, str], tuple[str, ...]]] = {
    (Site.CTGOV, "acronym"): ("normalizers.text.clean",),
    (Site.INCLINICALTRIALS, "acronym"): ("normalizers.text.clean",),
    (Site.CTGOV, "eligibility.maximum_age"): ("normalizers.ages.age",),
    (Site.CTGOV, "eligibility.minimum_age"): ("normalizers.ages.age",),
    (Site.CTGOV, "enrollment.type"): ("normalizers.phrases.enrollment_type",),
    (Site.CTGOV, "location_count"): ("builtins.len",),
    (Site.CTGOV, "secondary_ids"): (
        "normalizers.identifiers.SECONDARY_ID_KINDS",
        "normalizers.identifiers.secondary_id",
    ),
    (Site.INCLINICALTRIALS, "location_count"): ("builtins.len",),
    (Site.INCLINICALTRIALS, "secondary_ids"): (
        "normalizers.identifiers.secondary_id",
        "normalizers.identifiers.split_glued",
    ),
    (Site.VEEVA, "enrollment"): ("normalizers.counts.enrollment", "normalizers.counts.groups"),
}
"""Where a site's words need another reader than elsewhere."""

_LABELLED_AS: Final[Mapping[str, str]] = {
    "eligibility.maximum_age": "eligibility.minimum_age",  # one phrase shows both
    "location_count": "locations",  # where no page states it
}
"""Fields that stand under another field's label, where the schema tells none of their own."""

_SITES: Final[Mapping[str, Site]] = {
    "Registry": Site.CTGOV,
    "TrialX": Site.TRIALX,
    "Veeva": Site.VEEVA,
    "inclinicaltrials": Site.INCLINICALTRIALS,
}
"""Sites as the schema's descriptions name them."""


def _walk(model: type[BaseModel], above: str) -> Iterator[tuple[str, str]]:
    """All canonical paths without places, each with its description."""
    for name, field in model.model_fields.items():
        yield f"{above}{name}", " ".join((field.description or "").split())
        for kind in (field.annotation, *get_args(field.annotation)):
            if isinstance(kind, type) and issubclass(kind, BaseModel) and name != "children":
                yield from _walk(kind, f"{above}{name}.")


_DESCRIPTIONS: Final = dict(_walk(Trial, ""))

_NAMES: Final = "|".join({"children", *(name.rpartition(".")[2] for name in _DESCRIPTIONS)})

_STEP: Final = re.compile(rf"\[([0-9]{{1,6}}|.+?(?=\](?:$|\[|\.(?:{_NAMES})\b)))\]|\.(\w+)", re.DOTALL)
"""From a value to a part of it. What names an entry may have brackets and full stops in it."""

_LABELS: Final[Mapping[tuple[Site, str | None], str]] = {
    (_SITES[site], name): words.replace("`", '"')
    for name, description in _DESCRIPTIONS.items()
    for sites, words in re.findall(
        # `Veeva, TrialX: heading.` A label can hold a full stop.
        rf"((?:{'|'.join(_SITES)})(?:, (?:{'|'.join(_SITES)}))*): ((?:`[^`]*`|[^`.])+)",
        description,
    )
    for site in sites.split(", ")
}


def _suggestion(text: str) -> str:
    close = get_close_matches(re.sub(r"\[[0-9]*\]", "", text.lower()), _DESCRIPTIONS, n=3)
    return f"; is it {' or '.join(close)}?" if close else "; trialpages sites lists the fields"
