"""Clean pages: what each layout shows of a registry record, with nothing unknown on it."""

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from typing import Any

from normalizers.text import lines
from schemas.document import Document
from schemas.trial import Contact, Enrollment, SecondaryId, Trial
from schemas.values import Age
from schemas.vocabulary import Phase
from scraper.sites.veeva import slug
from tests.mutations.clean_sheet import Sheet, Study
from tests.mutations.clean_words import (
    ALLOCATIONS,
    FUNDERS,
    MASKINGS,
    PHASES,
    PURPOSES,
    REGISTRY_MASKINGS,
    VEEVA_STATUS,
    age_words,
    date_words,
    hyphened,
    intervention_words,
    registry_status,
    sentence,
    slashed,
    title_case,
)

# --- Veeva ---


def veeva(one: Study) -> Document:
    """A study page."""
    trial, sheet = one.trial, Sheet()
    sheet.lines("ClinicalTrials.Veeva", "Menu")
    sheet.heading(f"{trial.title} ({trial.acronym})" if trial.acronym else trial.title or "", 1)
    sheet.lines((trial.sponsor or "?")[0].upper(), trial.sponsor or "")
    phases = [PHASES[phase] for phase in trial.phases if phase is not Phase.NA]
    status = trial.status and VEEVA_STATUS.get(trial.status, sentence(trial.status))
    sheet.labelled("Status and phase" if phases else "Status", status, *phases)
    sheet.labelled("Conditions", *trial.conditions)
    sheet.labelled("Treatments", *map(intervention_words, trial.interventions))
    sheet.labelled("Study type", sentence(trial.study_type))
    sheet.labelled("Funder types", *[FUNDERS.get(known, sentence(known)) for known in trial.funder_types])
    others = [
        f"{one.id} ({': '.join(filter(None, (one.kind, one.domain)))})" if one.kind else one.id
        for one in trial.secondary_ids
    ]
    sheet.labelled("Identifiers", trial.nct_id, *others)
    sheet.heading("Details and patient eligibility", 2)
    for name, text in (("About", one.summary), ("Full description", one.description)):
        if text:
            sheet.heading(name, 3)
            sheet.prose(text)
    if trial.enrollment is not None:
        kind = "estimated " if trial.enrollment.type == "ESTIMATED" else ""
        noun = "patient" if trial.enrollment.count == 1 else "patients"
        sheet.labelled("Enrollment", f"{trial.enrollment.count:,} {kind}{noun}")
    eligibility = trial.eligibility
    sheet.labelled("Sex", sentence(eligibility.sex))
    sheet.labelled("Ages", _veeva_ages(eligibility.minimum_age, eligibility.maximum_age))
    accepts = {True: "Accepts Healthy Volunteers", False: "No Healthy Volunteers", None: None}
    sheet.labelled("Volunteers", accepts[eligibility.healthy_volunteers])
    _veeva_criteria(sheet, one.criteria)
    design = trial.design
    sheet.heading("Trial design", 2)
    sheet.labelled(
        "Primary purpose",
        design.primary_purpose and PURPOSES.get(design.primary_purpose, title_case(design.primary_purpose)),
    )
    sheet.labelled("Allocation", design.allocation and ALLOCATIONS[design.allocation])
    sheet.labelled(
        "Interventional model", design.intervention_model and f"{title_case(design.intervention_model)} Assignment"
    )
    sheet.labelled("Masking", design.masking and MASKINGS[design.masking])
    _veeva_arms(sheet, trial)
    sheet.labelled("Trial contacts and locations", str(len(trial.locations)), "Loading...")
    names = "; ".join(contact.name for contact in trial.contacts if contact.name)
    sheet.labelled("Central trial contact", names)
    sheet.lines("Data sourced from clinicaltrials.gov", "Clinical trials", "© Copyright 2026 Veeva Systems")
    return Document("html", tuple(sheet.blocks), title=trial.title or "")


_PAIR = re.compile(
    r"\s*Inclusion criteria:?[ \t]*\n(.+?)\n\s*Exclusion criteria:?[ \t]*\n(.+)", re.IGNORECASE | re.DOTALL
)
_SIDE = re.compile(r"clusion criteria", re.IGNORECASE)


def _veeva_criteria(sheet: Sheet, text: str) -> None:
    """Two labels where the registry's text has a plain pair of headings, else one."""
    match = _PAIR.fullmatch(text)
    if match is None or _SIDE.search(match[1]) or _SIDE.search(match[2]):
        if text:
            sheet.heading("Inclusion and exclusion criteria", 3)
            sheet.prose(text)
        return
    for name, side in (("Inclusion criteria", match[1]), ("Exclusion criteria", match[2])):
        sheet.heading(name, 3)
        sheet.prose(side)


def _veeva_arms(sheet: Sheet, trial: Trial) -> None:
    if trial.enrollment is None or not _has_arms(trial):
        return
    count, groups = f"{trial.enrollment.count:,}", len(trial.arms)
    placebo = ", including a placebo group" if any(arm.type == "PLACEBO_COMPARATOR" for arm in trial.arms) else ""
    noun = "participant" if trial.enrollment.count == 1 else "participants"
    sheet.heading(f"{count} {noun} in {groups} patient group{'s' * (groups > 1)}{placebo}", 3)
    by_name = {known.name: known for known in trial.interventions}
    for arm in trial.arms:
        kind = title_case(arm.type or "").removesuffix(" Group")
        sheet.lines(arm.label, f"{'No Intervention' if arm.type == 'NO_INTERVENTION' else kind} group")
        if arm.description:
            sheet.lines("Description:")
            sheet.prose(arm.description)
        if arm.interventions:
            sheet.lines(
                "Treatment:", *[intervention_words(by_name[name]) for name in arm.interventions if name in by_name]
            )


def _has_arms(trial: Trial) -> bool:
    """Whether the page shows the arms: it counts participants above them, and tells the role of each."""
    return bool(trial.arms) and trial.enrollment is not None and all(arm.type is not None for arm in trial.arms)


def _veeva_ages(least: Age | None, most: Age | None) -> str | None:
    if least is None:
        return None if most is None else f"Under {age_words(most)} old"
    if most is None:
        return f"{least.value}+ {least.unit.lower()} old"
    start = str(least.value) if least.unit == most.unit else age_words(least)
    return f"{start} to {age_words(most)} old"


# --- The aggregator ---


def details(one: Study) -> Document:
    """A details page."""
    trial, sheet = one.trial, Sheet()
    eligibility = trial.eligibility
    status = registry_status(trial.status)
    _aggregator_head(sheet, trial)
    sheet.heading(f"Clinical Trial Details — Status: {status}", 2)
    sheet.heading("Administrative data", 3)
    sheet.row("NCT number", trial.nct_id)
    sheet.row("Other study ID #", trial.secondary_ids[0].id if trial.secondary_ids else "")
    sheet.row("Secondary ID", "")
    sheet.row("Status", status)
    sheet.row("Phase", slashed(trial.phases))
    sheet.row("First received", "")
    sheet.row("Last updated", date_words(trial.last_updated))
    sheet.row("Start date", date_words(trial.start_date))
    sheet.row("Est. completion date", date_words(trial.completion_date))
    sheet.heading("Study information", 3)
    sheet.row("Verified date", one.verified)
    sheet.row("Source", trial.sponsor)
    _contact_rows(sheet, trial)
    sheet.row("Is FDA regulated", "No")
    sheet.row("Health authority", "")
    sheet.row("Study type", sentence(trial.study_type))
    sheet.heading("Clinical Trial Summary", 3)
    sheet.prose(one.summary)
    if one.description:
        sheet.heading("Description:", 4)
        sheet.prose(one.description)
    _design_and_conditions(sheet, trial)
    _interventions(sheet, trial)
    sheet.heading("Recruitment information / eligibility", 3)
    sheet.row("Status", status)
    sheet.row("Enrollment", str(trial.enrollment.count) if trial.enrollment else "")
    sheet.row("Est. completion date", date_words(trial.completion_date))
    sheet.row("Est. primary completion date", date_words(trial.primary_completion_date))
    if eligibility.healthy_volunteers is not None:  # no page is known that shows the row without a value
        sheet.row("Accepts healthy volunteers", "Yes" if eligibility.healthy_volunteers else "No")
    sheet.row("Gender", sentence(eligibility.sex))
    least, most = eligibility.minimum_age, eligibility.maximum_age
    start = "N/A" if least is None else title_case(age_words(least))
    sheet.row("Age group", f"{start} and older" if most is None else f"{start} to {title_case(age_words(most))}")
    criteria = [
        ("- " + block.text if block.marker in "*-•" and block.marker else block.words) for block in lines(one.criteria)
    ]
    sheet.row("Eligibility", "\n".join(criteria))
    _tables(sheet, trial)
    _see_also(sheet)
    return Document("html", tuple(sheet.blocks))


def summary(one: Study) -> Document:
    """A summary page."""
    trial, sheet = one.trial, Sheet()
    _aggregator_head(sheet, trial)
    sheet.heading("Clinical Trial Summary", 3)
    sheet.prose(one.summary)
    sheet.heading("Clinical Trial Description", 3)
    sheet.lines(" ".join([block.words for block in lines(one.description)]) + " ;" if one.description else "n/a")
    _design_and_conditions(sheet, trial)
    sheet.row("NCT number", trial.nct_id)
    sheet.row("Study type", sentence(trial.study_type))
    sheet.row("Source", trial.sponsor)
    _contact_rows(sheet, trial)
    sheet.row("Status", registry_status(trial.status))
    sheet.row("Phase", slashed(trial.phases))
    sheet.row("Start date", date_words(trial.start_date))
    sheet.row("Completion date", date_words(trial.completion_date))
    _see_also(sheet)
    return Document("html", tuple(sheet.blocks))


def _aggregator_head(sheet: Sheet, trial: Trial) -> None:
    sheet.add("image", "Clinical Trials Logo")
    name = f"{trial.conditions[0] if trial.conditions else 'Other'} Clinical Trial"
    sheet.heading(f"{name} — {trial.acronym}" if trial.acronym else name, 1)
    if trial.official_title:
        sheet.lines(f"Official title: {trial.official_title}")


def _contact_rows(sheet: Sheet, trial: Trial) -> None:
    if trial.contacts:
        sheet.row("Contact", trial.contacts[0].name)
        sheet.row("Phone", trial.contacts[0].phone)
        sheet.row("Email", trial.contacts[0].email)


def _design_and_conditions(sheet: Sheet, trial: Trial) -> None:
    design = trial.design
    sheet.heading("Study Design", 3)
    model = design.intervention_model and f"{title_case(design.intervention_model)} Assignment"
    observed = design.observational_model and hyphened(design.observational_model)
    perspective = design.time_perspective and hyphened(design.time_perspective)
    purpose = design.primary_purpose and PURPOSES.get(design.primary_purpose, title_case(design.primary_purpose))
    for name, value in (
        ("Allocation", design.allocation and ALLOCATIONS[design.allocation]),
        ("Intervention Model", model),
        ("Observational Model", observed),
        ("Primary Purpose", purpose),
        ("Masking", design.masking and REGISTRY_MASKINGS[design.masking]),
        ("Time Perspective", perspective),
    ):
        if value:
            sheet.add("item", f"{name}: {value}", depth=1, marker="•")
    sheet.heading("Related Conditions & MeSH terms", 3)
    for condition in trial.conditions:
        sheet.add("item", condition, depth=1, marker="•")


def _tables(sheet: Sheet, trial: Trial) -> None:
    if trial.locations:
        sheet.row("Country", "Name", "City", "State")
        for place in trial.locations:
            sheet.row(place.country, place.facility, place.city, place.state)
    sheet.row("Lead Sponsor", "Collaborator")
    sheet.row(trial.sponsor, "\n".join(trial.collaborators))
    if trial.outcomes:
        sheet.row("Type", "Measure", "Description", "Time frame", "Safety issue")
        for outcome in trial.outcomes:
            sheet.row(sentence(outcome.type), outcome.measure, outcome.description, outcome.time_frame, "")


def _interventions(sheet: Sheet, trial: Trial) -> None:
    if trial.interventions:
        sheet.heading("Intervention", 3)
        for known in trial.interventions:
            sheet.add("item", intervention_words(known), depth=1, marker="•")


def _see_also(sheet: Sheet) -> None:
    sheet.heading("See also", 2)
    sheet.row("Status", "Clinical Trial", "Phase")
    sheet.row("Completed", "NCT01234567 - Another trial", "Phase 2")


# --- TrialX ---


def listing(one: Study) -> Document:
    """A listing of a patient portal."""
    trial, sheet = one.trial, Sheet()
    sheet.add("image", "Image")
    sheet.heading(trial.title or "", 1)
    sheet.lines(trial.title or "", registry_status(trial.status))
    least, most = trial.eligibility.minimum_age, trial.eligibility.maximum_age
    if least is not None:
        start = str(least.value) if most is not None and least.unit == most.unit else age_words(least)
        sheet.lines(f"{least.value}+ {least.unit.lower()}" if most is None else f"{start}-{age_words(most)}")
    sheet.lines(sentence(trial.eligibility.sex) or "")
    sheet.lines("Phase N/A" if trial.phases in ((), (Phase.NA,)) else slashed(trial.phases))
    sheet.lines("Powered by AI")
    for name, text in (("Overview", one.summary), ("Description", one.description), ("Eligibility", one.criteria)):
        if text:
            sheet.heading(name, 2)
            sheet.prose(text)
    sheet.heading("Study details", 2)
    sheet.lines(*trial.conditions, trial.nct_id, trial.sponsor or "", date_words(trial.last_updated, day_first=True))
    sheet.heading("Step 1 Get in touch with the nearest study center", 2)
    sheet.lines("We have submitted the contact information you provided to the research team at {{SITE_NAME}}.", "FAQs")
    sheet.lines("What is a clinical trial?", "A clinical trial is a study.")
    return Document("html", tuple(sheet.blocks))


PAGES: Mapping[str, Callable[[Study], Document]] = {
    "inclinicaltrials/details": details,
    "inclinicaltrials/summary": summary,
    "trialx/listing": listing,
    "veeva/study": veeva,
}
"""How a page of each layout is written."""


def pages(one: Study) -> Iterator[tuple[str, Document]]:
    """A study's page in each layout, by the layout's key."""
    for key, write in PAGES.items():
        yield key, write(one)


def address(key: str, trial: Trial) -> str | None:
    """The page's address, where a value cannot be read without it."""
    if key != "veeva/study" or trial.title is None:
        return None
    return f"https://ctv.veeva.com/study/{slug(trial.title)}"


def shown(key: str, trial: Trial) -> Trial:
    """The trial as far as a page of the layout shows it."""
    changes: dict[str, Any] = {}
    if key == "veeva/study":
        changes["contacts"] = tuple(Contact(name=contact.name) for contact in trial.contacts if contact.name)
        changes["location_count"] = len(trial.locations)
        changes["phases"] = tuple(phase for phase in trial.phases if phase is not Phase.NA)
        # Two lines of the same words, one below the other, are one entry: the page may show a line twice.
        changes["interventions"] = tuple(known for known, _ in groupby(trial.interventions))
        changes["secondary_ids"] = tuple(known for known, _ in groupby(trial.secondary_ids))
        if not _has_arms(trial):
            changes["arms"] = ()
    if key.startswith("inclinicaltrials/"):
        changes["contacts"] = trial.contacts[:1]
        changes["secondary_ids"] = tuple(SecondaryId(id=one.id) for one in trial.secondary_ids[:1])
        if trial.enrollment is not None:
            changes["enrollment"] = Enrollment(count=trial.enrollment.count)
    if key == "trialx/listing":
        changes["phases"] = trial.phases or (Phase.NA,)
        if trial.eligibility.minimum_age is None:
            changes["eligibility"] = trial.eligibility.model_copy(update={"maximum_age": None})
    return trial.model_copy(update=changes)
