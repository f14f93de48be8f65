"""The labels of the aggregator's pages in reading order, the columns of its tables, and where the trial stands."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from normalizers import phrases
from normalizers.ages import age_range
from normalizers.counts import enrollment
from normalizers.dates import partial_date
from normalizers.identifiers import nct_id, nct_ids
from normalizers.interventions import intervention
from normalizers.page_chrome import not_an_entry
from schemas.document import Block, Document, undecorated
from scraper.layouts.labels import Label, Unit, heads_criteria, label, pattern
from scraper.layouts.layout import find

_READERS: Mapping[str, Callable[[str], object]] = {
    "completion_date": partial_date,
    "eligibility.healthy_volunteers": phrases.healthy_volunteers,
    "eligibility.minimum_age": age_range,
    "eligibility.sex": phrases.sex,
    "enrollment": enrollment,
    "last_updated": partial_date,
    "nct_id": nct_id,
    "phases": phrases.phases,
    "primary_completion_date": partial_date,
    "start_date": partial_date,
    "status": phrases.status,
    "study_type": phrases.study_type,
}
"""What knows the value of a row, by the first field that it becomes."""
_DATES_OF_THE_REGISTRY = frozenset({"First received", "Verified date"})
_CAN_BE_BLANK = frozenset({"First received", "Secondary ID", "Phase", "Last updated", "Contact", "Phone", "Email"})
"""Rows that known pages show without a value."""


def _row(name: str, *fields: str) -> Label:
    """A row of a two-column table; a text capture flattens it to one line."""
    reads = _READERS.get(fields[0]) if fields else partial_date if name in _DATES_OF_THE_REGISTRY else None
    return Label(
        (name,),
        "one",
        inline=True,
        fields=fields,
        reads=reads,
        doubts=None if fields and reads else partial(_doubtful, name),
        may_be_blank=name in _CAN_BE_BLANK,
    )


# How registrants say so; `E-mail address` is a label.
_BY_MAIL = re.compile(r"\b(?:only|please|use)\b.*\be-?mail\b|\be-?mail (?:only|please)\b", re.IGNORECASE)


def _doubtful(name: str, value: str) -> str | None:
    """What makes the value of a row of free words doubtful: a button or another label can stand in its place."""
    if phrases.blank(value):
        return None
    if value.lower().startswith((f"{name.lower()} ", f"{name.lower()}:")):
        return "its own label once more"
    digits = sum(map(str.isdigit, value))
    if name == "Phone" and _BY_MAIL.search(value) and not_an_entry(value) is None:
        return None  # the registrant's own words: `E-mail only`
    if (name == "Secondary ID" and not digits) or (name == "Phone" and digits < sum(map(str.isalpha, value))):
        return "words for a number"
    if name == "Contact" and _ROLE.match(value):
        return "a word that begins no name"
    if name in _DATES_OF_THE_REGISTRY:
        return "no date"
    return "a trial's number" if name in _NAMES and nct_ids(value) else None


_ROLE = re.compile(r"[a-z]{4,}:? (?=[A-Z]|n/a)")
"""The rest of a label that begins as this one does: `person Robin Example`, but `de Vries`, `pei shu`."""
_NAMES = frozenset({"Official title", "Source", "Contact"})


def _conditions() -> Label:
    """The list of conditions: nothing else says what one is, but some lines can be none."""
    return label(CONDITIONS, holds="many", fields=("conditions",), refuses=no_condition, may_be_blank=True)


def _column(name: str, *fields: str, lost: str | None = None) -> Label:
    """A column of a table, or in a text capture all its columns in one line."""
    return Label((name,) if lost is None else (name, lost), "many", fields=fields, may_be_blank=True)


def _is_part_of_design(units: Sequence[Unit], place: int) -> bool:
    return phrases.design_parts(units[place].text) is not None


def _is_intervention(units: Sequence[Unit], place: int) -> bool:
    """Whether a line is a type, or a type and a name: what stands below the label may be written as labels are."""
    return phrases.intervention_type(units[place].text.partition(":")[0].strip()) is not None


def no_condition(text: str) -> str | None:
    """What makes a line no condition, in one phrase: it is a sentence or a control, or another field holds it."""
    if text.endswith((".", "!")) and len(text.split()) > _LONGEST_WITH_A_STOP:
        return "a sentence"
    return not_an_entry(text) or next(
        (f"what {name} holds" for name, reads in _OTHERS if reads(text) is not None), None
    )


_LONGEST_WITH_A_STOP = 4
"""Words of a condition that ends in a full stop: a longer one is a sentence."""
_OTHERS: Sequence[tuple[str, Callable[[str], object]]] = (
    ("the design", phrases.design_parts),
    ("an intervention", intervention),
    ("the status", phrases.status),
    ("the study type", phrases.study_type),
    ("the phase", phrases.phases),
)

_DESIGN = (
    "design.primary_purpose",
    "design.allocation",
    "design.intervention_model",
    "design.masking",
    "design.observational_model",
    "design.time_perspective",
)
_PLACES = ("locations", "location_count")

CONDITIONS = "Related Conditions & MeSH terms"
DESIGN = "Study Design"
ELIGIBILITY = "Eligibility"
INTERVENTION = "Intervention"
SEE_ALSO = "see also"

_TITLE = Label(
    ("Official title:", "Official title"),
    "one",
    inline=True,
    fields=("official_title",),
    doubts=partial(_doubtful, "Official title"),
)
SUMMARY_LABELS = (
    _TITLE,
    label("Clinical Trial Summary", holds="prose", fields=("summary",)),
    label("Clinical Trial Description", holds="prose", fields=("description",)),
    label(DESIGN, holds="many", fields=_DESIGN, own=_is_part_of_design, may_be_blank=True),
    _conditions(),
    _row("NCT number", "nct_id"),
    _row("Study type", "study_type"),
    _row("Source", "sponsor"),
    _row("Contact", "contacts"),
    _row("Phone", "contacts"),
    _row("Email", "contacts"),
    _row("Status", "status"),
    _row("Phase", "phases"),
    _row("Start date", "start_date"),
    _row("Completion date", "completion_date"),
)
_BESIDE_CRITERIA = (
    label(DESIGN, holds="many", fields=_DESIGN, own=_is_part_of_design, may_be_blank=True),
    _conditions(),
    label(INTERVENTION, holds="many", fields=("interventions",), own=_is_intervention, may_be_blank=True),
)
"""They stand before the recruitment information, or behind the criteria."""
_ABOVE = (
    _TITLE,
    pattern("Heading", r"Clinical Trial Details\s*[—–-]\s*Status:.*", "nothing"),
    label("Administrative data", holds="nothing"),
    _row("NCT number", "nct_id"),
    _row("Other study ID #", "secondary_ids"),
    _row("Secondary ID", "secondary_ids"),
    _row("Status", "status"),
    _row("Phase", "phases"),
    _row("First received"),
    _row("Last updated", "last_updated"),
    _row("Start date", "start_date"),
    _row("Est. completion date", "completion_date"),
    label("Study information", holds="nothing"),
    _row("Verified date"),
    _row("Source", "sponsor"),
    _row("Contact", "contacts"),
    _row("Phone", "contacts"),
    _row("Email", "contacts"),
    _row("Is FDA regulated"),
    _row("Health authority"),
    _row("Study type", "study_type"),
    label("Clinical Trial Summary", holds="prose", fields=("summary",)),
    Label(("Description:", "Detailed description:"), "prose", inline=True, fields=("description",)),
)
_BELOW = (
    label("Recruitment information / eligibility", holds="nothing"),
    _row("Status", "status"),
    _row("Enrollment", "enrollment"),
    _row("Est. completion date", "completion_date"),
    _row("Est. primary completion date", "primary_completion_date"),
    _row("Accepts healthy volunteers", "eligibility.healthy_volunteers"),
    _row("Gender", "eligibility.sex"),
    _row("Age group", "eligibility.minimum_age", "eligibility.maximum_age"),
    Label(
        (ELIGIBILITY,),
        "prose",
        inline=True,
        fields=("eligibility.inclusion", "eligibility.exclusion", "eligibility.other"),
        own=heads_criteria,
    ),
    *_BESIDE_CRITERIA,
    # Tables whose columns are lost, in a text capture or in a grid of plain elements: they end the criteria, and
    # their rows stay unread, not guessed.
    label("Locations", holds="nothing"),
    _column("Country", *_PLACES, lost="Country Name City State"),
    _column("Name", *_PLACES),
    _column("City", *_PLACES),
    _column("State", *_PLACES),
    pattern("Sponsors", r"Sponsors?(?: \(\d+\))?", "nothing"),
    _column("Lead Sponsor", "sponsor", lost="Lead Sponsor Collaborator"),
    _column("Collaborator", "collaborators"),
    label("Country where clinical trial is conducted", holds="one"),
    label("Outcome", holds="nothing"),
    _column("Type", "outcomes", lost="Type Measure Description Time frame Safety issue"),
    _column("Measure", "outcomes"),
    _column("Description", "outcomes"),
    _column("Time frame", "outcomes"),
    _column("Safety issue", "outcomes"),
)
DETAILS_LABELS = (*_ABOVE, *_BESIDE_CRITERIA, *_BELOW)
_DETAILS_BEHIND = (*_ABOVE, *_BELOW)
"""Of pages that show the conditions behind the criteria: what reads so before them is a line of the description."""

NOT_IN_THE_RECORD = (
    "First received",
    "Verified date",
    "Is FDA regulated",
    "Health authority",
    "Country where clinical trial is conducted",
)
"""Labels that the canonical record has no field for."""


def details_labels(document: Document) -> tuple[Label, ...]:
    """The labels in the order of a page: only the conditions' label is never a line of a description."""
    conditions = find(document, CONDITIONS.lower())
    recruitment = find(document, "recruitment information / eligibility")
    return _DETAILS_BEHIND if conditions and recruitment and conditions[0] > recruitment[-1] else DETAILS_LABELS


def summary_content(document: Document) -> range:
    """From the title to the list of other trials."""
    return _content(document, "clinical trial summary")


def details_content(document: Document) -> range:
    """From the heading with the status to the last table."""
    return _content(document, "administrative data")


def with_title_apart(document: Document) -> Document:
    """The document, cut to its content, with a line for each part of its title, as most pages have them.

    The acronym may share a line with the official title's label, and the status have one of its own. A dash stands
    before both, which elsewhere opens an item.
    """
    blocks: list[Block] = []
    for block in document.blocks[:_HEAD_BLOCKS]:
        words = block.words
        if blocks and blocks[-1].text.lower() == _STATUS_HEADING and _STATUS.match(words):
            blocks[-1] = blocks[-1]._replace(text=f"{blocks[-1].text} {words}")
        elif match := _GLUED_TITLE.fullmatch(words):
            blocks += (Block(block.number, "line", part, after_gap=block.after_gap) for part in match.groups())
        elif _BARE_ACRONYM.fullmatch(words):
            blocks.append(Block(block.number, "line", words, after_gap=block.after_gap))
        else:
            blocks.append(block)
    return replace(document, blocks=(*blocks, *document.blocks[_HEAD_BLOCKS:]))


_HEAD_BLOCKS = 12
"""From the page's heading to its first label: tabs, acronym, label and title, and some to spare."""
_STATUS_HEADING = "clinical trial details"
_STATUS = re.compile(r"[—–-]\s*Status:", re.IGNORECASE)
_PAGE_HEADING = re.compile(r"\S.* Clinical Trial(?:\s*[—–-]\s*(\S.{0,19}))?")
"""The page's heading: a condition, and sometimes an acronym, for which the registry takes up to 14 characters."""
_BARE_ACRONYM = re.compile(r"[—–-]\s*(\S.{0,19})")
_GLUED_TITLE = re.compile(r"((?:.* Clinical Trial\s*)?[—–-]\s*\S.*?)\s*(Official title:.*)", re.IGNORECASE | re.DOTALL)
_LOGO = "clinical trials logo"
_BEHIND_LOGO = 4
"""Blocks between the logo and the title on pages without a heading, at the most: more are a menu."""
_TABS = frozenset({"summary", "details", "references"})


def tabs(document: Document, content: range) -> Mapping[int, str]:
    """The positions of the links to the trial's pages that stand below the page's heading, each with its rule."""
    first = document.blocks[content.start : min(content.start + _HEAD_BLOCKS, content.stop)]
    return {place: "tabs" for place, block in enumerate(first, content.start) if block.text.lower() in _TABS}


def acronym(words: str) -> str | None:
    """The acronym in the page's heading, or in a line below it: `Asthma Clinical Trial — BREATHE`, `— BREATHE`."""
    match = _PAGE_HEADING.fullmatch(words) or _BARE_ACRONYM.fullmatch(words)
    return undecorated(match[1].rstrip(" :")) if match and match[1] else None


def _content(document: Document, first: str) -> range:
    blocks = document.blocks
    start = next(iter(find(document, first)), 0)
    # A list of other trials may stand within the trial, too: what follows it is still the trial's.
    end = next((place for place in reversed(find(document, SEE_ALSO)) if place > start), len(blocks))
    return range(_begin(blocks[:start]), end)


def _begin(above: Sequence[Block]) -> int:
    """The place behind the page's heading, or of the heading itself if it holds the acronym.

    On pages without a heading it is the place behind the logo, or the title's.

    Args:
        above: the blocks above the first label that every page has.
    """
    title = next((place for place, block in enumerate(above) if _begins(block.words)), len(above))
    head = range(max(title - _HEAD_BLOCKS, 0), title)
    # The first one: the trial's own title, below it, may end in the same words.
    heading = next((place for place in head if _PAGE_HEADING.fullmatch(undecorated(above[place].words))), None)
    if heading is not None:
        return heading if acronym(above[heading].words) else heading + 1
    starts = [place for place in head[-_BEHIND_LOGO:] if above[place].text.lower() in (_LOGO, SEE_ALSO)]
    if starts:
        return starts[-1] + 1
    return title - 1 if title and _BARE_ACRONYM.fullmatch(above[title - 1].words) else title


def _begins(words: str) -> bool:
    words = undecorated(words)
    return words.lower().startswith(("official title", _STATUS_HEADING)) or (
        "itle:" in words and _GLUED_TITLE.fullmatch(words) is not None
    )
