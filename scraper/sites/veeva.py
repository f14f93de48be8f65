"""Study pages of ClinicalTrials.Veeva, e.g. https://ctv.veeva.com/study/<slug>."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice, pairwise
from urllib.parse import urlsplit

from normalizers import phrases
from normalizers.ages import age_range
from normalizers.co_occurrence import UNRELATED, unrelated
from normalizers.counts import enrollment, whole_number
from normalizers.identifiers import nct_id, slug
from normalizers.interventions import intervention
from normalizers.page_chrome import looks_like_heading, looks_like_phrase, not_an_entry, not_an_identifier
from normalizers.text import fold
from schemas.document import Document, undecorated
from schemas.raw import Quote, RawArm, RawContact, RawDesign, RawTrial
from schemas.vocabulary import Site
from scraper.addresses import page_address
from scraper.errors import ExtractError
from scraper.layouts.candidate_urls import Candidate, Hints, Lookup, MissingHint
from scraper.layouts.labels import Unit, heads_criteria, label, pattern
from scraper.layouts.layout import Layout, Reading, ends_before, find, reading
from scraper.layouts.sections import Sections
from scraper.sites.veeva_heading import STATUS, avatar, title_and_sponsor, title_place

SUB_LABELS = ("Description:", "Treatment:")
"""Labels within an arm. An arm may be named `Treatment`: only with its colon the word is a label."""

_ARM_TYPE = re.compile(r"[A-Z][\w ]{2,30} group", re.ASCII)
"""`Experimental group`: the line that follows an arm's name."""


def _is_of_an_arm(units: Sequence[Unit], place: int) -> bool:
    """Whether a line belongs to the arms though it is written as a label, or as a label and its value.

    So are an arm's name, its type, a sub-label, and an intervention.
    """
    words = [unit.text for unit in units[max(place - 1, 0) : place + 3]]
    index = min(place, 1)
    if words[index] in SUB_LABELS or phrases.arm_type(words[index]) is not None or intervention(words[index]):
        return True
    return index + 1 < len(words) and (words[index + 1] in SUB_LABELS or _is_type(words, index + 1))


LABELS = (
    label("Status", "Status and phase", holds="many", reads=phrases.status, fields=("status", "phases")),
    label("Conditions", holds="many", fields=("conditions",), refuses=not_an_entry),
    label("Treatments", holds="many", reads=intervention, fields=("interventions",)),
    label("Study type", holds="one", reads=phrases.study_type, fields=("study_type",)),
    label("Funder types", holds="many", reads=phrases.funder_type, fields=("funder_types",)),
    label(
        "Identifiers",
        holds="many",
        reads=nct_id,
        fields=("secondary_ids", "nct_id"),
        refuses=not_an_identifier,
        doubts=looks_like_heading,
    ),
    label("Details and patient eligibility", holds="nothing"),
    label("About", holds="prose", fields=("summary",)),
    label("Full description", holds="prose", fields=("description",)),
    label("Enrollment", holds="one", reads=enrollment, fields=("enrollment",)),
    label("Sex", holds="one", reads=phrases.sex, fields=("eligibility.sex",)),
    label("Ages", holds="one", reads=age_range, fields=("eligibility.minimum_age", "eligibility.maximum_age")),
    label("Volunteers", holds="one", reads=phrases.healthy_volunteers, fields=("eligibility.healthy_volunteers",)),
    label(
        "Inclusion and exclusion criteria",
        holds="prose",
        fields=("eligibility.inclusion", "eligibility.exclusion", "eligibility.other"),
        own=heads_criteria,
    ),
    label("Inclusion criteria", holds="prose", fields=("eligibility.inclusion",), own=heads_criteria),
    label("Exclusion criteria", holds="prose", fields=("eligibility.exclusion",), own=heads_criteria),
    label("Trial design", holds="nothing"),
    label("Primary purpose", holds="one", reads=phrases.primary_purpose, fields=("design.primary_purpose",)),
    label("Allocation", holds="one", reads=phrases.allocation, fields=("design.allocation",)),
    label("Interventional model", holds="one", reads=phrases.intervention_model, fields=("design.intervention_model",)),
    label("Masking", holds="one", reads=phrases.masking, fields=("design.masking",)),
    pattern(
        "Arms",
        r"[\d.,\s]+ participants? in \d+ (?:patient )?groups?(?:,.*)?",
        holds="prose",
        fields=("arms",),
        own=_is_of_an_arm,
    ),
    label("Trial contacts and locations", holds="one", reads=whole_number, fields=("location_count",)),
    label(
        "Central trial contact",
        "Central trial contacts",
        holds="many",
        fields=("contacts",),
        refuses=not_an_entry,
        doubts=looks_like_phrase,
    ),
)
END = "data sourced from clinicaltrials.gov"


def content(document: Document) -> range:
    """From the title to the line that names the source."""
    blocks = document.blocks
    ends = find(document, END)
    end = ends[-1] if ends else len(blocks)
    return range(title_place(document, _first_label(document, end), _slug(document.address)), end)


def extract(document: Document) -> Reading:
    """Read a study page that was cleaned to its content."""
    sections = Sections(document, LABELS)
    title, sponsor = title_and_sponsor(sections)
    status, *phases = sections.many("Status") or (None,)
    nct_ids, others = _identifiers(sections)
    raw = RawTrial(
        nct_id=nct_ids,
        secondary_ids=tuple((quote,) for quote in others),
        glued_ids=None,
        title=title,
        title_holds_acronym=True,
        slug=_slug(document.address),
        official_title=None,
        acronym=None,
        sponsor=sponsor,
        collaborators=(),
        funder_types=sections.many("Funder types"),
        status=status,
        phases=tuple(phases),
        study_type=sections.maybe("Study type"),
        conditions=sections.many("Conditions"),
        keywords=(),
        interventions=tuple((quote,) for quote in sections.many("Treatments")),
        arms=_arms(sections, document.form),
        arms_heading=sections.label("Arms"),
        enrollment=sections.maybe("Enrollment"),
        enrollment_type=None,
        design=RawDesign(
            primary_purpose=sections.maybe("Primary purpose"),
            allocation=sections.maybe("Allocation"),
            intervention_model=sections.maybe("Interventional model"),
            masking=sections.maybe("Masking"),
            observational_model=None,
            time_perspective=None,
        ),
        sex=sections.maybe("Sex"),
        ages=sections.maybe("Ages"),
        minimum_age=None,
        maximum_age=None,
        healthy_volunteers=sections.maybe("Volunteers"),
        inclusion=sections.passage("Inclusion criteria"),
        exclusion=sections.passage("Exclusion criteria"),
        criteria=sections.passage("Inclusion and exclusion criteria"),
        summary=sections.passage("About"),
        description=sections.passage("Full description"),
        start_date=None,
        primary_completion_date=None,
        completion_date=None,
        last_updated=None,
        contacts=tuple(RawContact(quote, (), None) for quote in sections.many("Central trial contact")),
        locations=(),
        location_count=sections.maybe("Trial contacts and locations"),
        outcomes=(),
    )
    _tell_lone_side(sections)
    _tell_unrelated(sections, raw.conditions)
    return reading(raw, sections)


def _tell_unrelated(sections: Sections, conditions: Sequence[Quote]) -> None:
    """Tell entries among the conditions whose words stand nowhere else on the page."""
    places = sections.between("Conditions")
    others = [unit.text for place, unit in enumerate(sections.units) if place not in places]
    for place in unrelated([quote.text for quote in conditions], others):
        sections.doubt("conditions", conditions[place].text, UNRELATED)


def _tell_lone_side(sections: Sections) -> None:
    """All pages show both sides of the criteria, or one label for both: below a lone one the other may stand, too."""
    lone = [name for name in ("Inclusion criteria", "Exclusion criteria") if name in sections]
    if len(lone) == 1 and "Inclusion and exclusion criteria" not in sections:
        message = "the page shows criteria of this side alone: those of the other may stand among them"
        for field in ("eligibility.inclusion", "eligibility.exclusion"):
            sections.doubt(field, lone[0], message)


def _first_label(document: Document, end: int) -> int:
    """The position of the first label: of the status, unless the page calls it by another name."""
    numbered = [place for place in find(document, "identifiers") if place < end and _has_number(document, place)]
    end = numbered[1] if len(numbered) > 1 else end  # a second trial: it begins behind the first one's labels
    blocks = document.blocks[:end]
    conditions = [place for place in find(document, "conditions") if place < end]
    statuses = [place for place in find(document, *STATUS) if conditions and place < conditions[0]]
    if len(conditions) == 1 and statuses:
        return statuses[-1]
    # A menu or a filter can name the labels too: then all labels together tell which ones are the trial's.
    sections = Sections(replace(document, blocks=blocks), LABELS)
    return next((place for place, block in enumerate(blocks) if block is sections.opening), end)


def _has_number(document: Document, place: int) -> bool:
    """Whether an NCT id stands right below a label."""
    return any(nct_id(block.text) is not None for block in document.blocks[place + 1 : place + 1 + _FIRST_IDS])


def _identifiers(sections: Sections) -> tuple[Quote, tuple[Quote, ...]]:
    """The NCT id usually stands first; a bare one is the trial's, wherever it stands."""
    quotes = sections.many("Identifiers")
    own = [quote for quote in quotes if nct_id(quote.text) is not None]
    if not own:
        raise ExtractError("the page shows no NCT id under Identifiers")
    shown = dict.fromkeys([*(quote.text for quote in own), *_ids_again(sections)])
    if len({nct_id(text) for text in shown}) > 1:
        raise ExtractError(f"the page shows several NCT ids under Identifiers: {', '.join(shown)}")
    number = nct_id(own[0].text)
    return own[0], tuple(quote for quote in quotes if nct_id(undecorated(quote.text)) != number)


def _ids_again(sections: Sections) -> Iterator[str]:
    """The first NCT id below each line that reads `Identifiers`: of a second trial on the page, whichever is read."""
    for place, unit in enumerate(sections.units):
        if fold(undecorated(unit.text)) == "identifiers":
            below = (other.text for other in sections.units[place + 1 : place + 1 + _FIRST_IDS])
            yield from islice((text for text in below if nct_id(text) is not None), 1)


_FIRST_IDS = 4
"""Lines below `Identifiers` in which the NCT id stands on nearly all pages."""


def _slug(url: str | None) -> str | None:
    """The address's last part, which is made of the brief title."""
    match = re.fullmatch(r"/study/([^/]+)/?", urlsplit(page_address(url) or "").path)
    return match[1] if match else None


def _arms(sections: Sections, form: str) -> tuple[RawArm, ...]:
    """One arm after the other: name, type, then `Description:` and `Treatment:` where they are shown."""
    places = _each_once(sections)
    words = [sections.units[place].text for place in places]
    starts = _arm_starts(words)
    arms = []
    for start, end in pairwise([*starts, len(words)]):
        label_quote = sections.quote(places[start])
        # A name such as `2. Cells`: in a text capture it reads like an item, and the number belongs to the name.
        block = sections.block(places[start])
        if form == "text" and block.marker[:1].isalnum():
            label_quote = label_quote._replace(text=block.words)
        type_quote = None
        description: list[int] = []
        treatments: list[int] = []
        parts = {"Description:": description, "Treatment:": treatments}
        part: list[int] | None = None
        for index in range(start + 1, end):
            word = words[index]
            if index == start + 1 and _is_type(words, index):
                type_quote = sections.quote(places[index])
            elif word in SUB_LABELS and parts[word] is not part and not parts[word]:
                part = parts[word]
                sections.quote(places[index])
            elif part is not None:
                part.append(places[index])
        sections.tell_intruders("arms", description)
        arms.append(
            RawArm(
                label_quote,
                type_quote,
                sections.blocks(description),
                tuple(sections.quote(place) for place in treatments),
            )
        )
    return tuple(arms)


def _each_once(sections: Sections) -> list[int]:
    """The lines of the arms, each once where it stands twice in a row, unless it may be an arm's name and its type."""
    places: list[int] = []
    for place in sections.between("Arms"):
        quote = sections.units[place].text
        if places and sections.units[places[-1]].text == quote:
            if _ARM_TYPE.fullmatch(quote) is None:
                sections.quote(place)
                continue
            before = sections.units[places[-2]].text if len(places) > 1 else None
            # Behind a treatment or the label a new arm begins, whose name is the first of both.
            if before is not None and intervention(before) is None:
                sections.doubt("arms", quote, "the same words stand twice: an arm's name and its type, or a type twice")
        places.append(place)
    return places


def _arm_starts(words: list[str]) -> list[int]:
    """Where arms begin: one line above each type; without any type, one line above the arm's first sub-label."""
    starts = [index - 1 for index in range(1, len(words)) if _is_type(words, index)]
    if starts:
        return starts
    for index, word in enumerate(words):
        if word in SUB_LABELS and index and (not starts or word in words[starts[-1] : index]):
            starts.append(index - 1)
    return starts


def _is_type(words: list[str], index: int) -> bool:
    """An arm can be named like a type (`Control group`, `Experimental group`): of two such lines the second is it.

    So can a description be (`Test group`): what stands right below a sub-label is what the sub-label holds.
    """
    if _ARM_TYPE.fullmatch(words[index]) is None or words[index - 1] in SUB_LABELS:
        return False
    following = words[index + 1] if index + 1 < len(words) else ""
    if phrases.arm_type(words[index]) is not None:
        return phrases.arm_type(following) is None or _ARM_TYPE.fullmatch(following) is None
    # A type that nobody has seen yet is told by its place; without any known type beside it, it may be a name.
    return following in SUB_LABELS and intervention(words[index - 1]) is None and any(map(phrases.arm_type, words))


def candidate_urls(hints: Hints, index: Lookup, _found: Mapping[str, str]) -> Iterator[Candidate | MissingHint]:
    """A study's address is made of its title; trials of the same title differ behind it."""
    if hints.title is None:
        yield MissingHint("its addresses are made of the trial's title, which only the registry tells")
        return
    address = f"https://ctv.veeva.com/study/{slug(hints.title)}"
    known = index.starting_with(STUDY.site, address, limit=5)
    for url in known:
        yield Candidate(url, "the site's sitemap names it, and it begins with the trial's title", STUDY.key)
    if address not in known:
        yield Candidate(address, "made of the trial's title, as the site makes its addresses", STUDY.key)


STUDY = Layout(
    site=Site.VEEVA,
    name="study",
    urls=("https://ctv.veeva.com/study/<slug>",),
    hosts=("ctv.veeva.com",),
    marks=(
        ("status", "status and phase"),
        ("conditions",),
        ("study type",),
        ("funder types",),
        ("identifiers",),
        ("details and patient eligibility",),
        ("trial contacts and locations",),
        (END,),
    ),
    enough=6,
    lacks=(),
    never_shows=frozenset(
        {
            "official_title",
            "collaborators",
            "keywords",
            "design.observational_model",
            "design.time_perspective",
            "start_date",
            "primary_completion_date",
            "completion_date",
            "last_updated",
            "locations",
            "outcomes",
        }
    ),
    labels=LABELS,
    required=frozenset(
        {
            "nct_id",
            "title",
            "sponsor",
            "funder_types",
            "status",
            "study_type",
            "conditions",
            "eligibility.sex",
            "summary",
        }
    ),
    content=content,
    boilerplate=avatar,
    ends_early=partial(ends_before, line=END),
    extract=extract,
)
