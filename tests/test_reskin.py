"""A page in other clothes gives the same record: every bundled page in every markup, and in mixtures of them.

`TRIALPAGES_RESKINS=5000` tries that many mixtures instead of the few that every run has time for, and every markup on
every trial's page instead of a third of them on each.
"""

import os
import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.document import Document
from schemas.record import IssueCode, Record
from scraper import pipeline
from scraper.cases import Json, cases
from scraper.errors import NotATrialPage, PageError
from scraper.parse.blocks import parse
from scraper.parse.page import Page
from scraper.pipeline import read
from scraper.sites import LAYOUTS
from scraper.snapshots.comparing import differences
from tests.build import TRIALX, VEEVA, document
from tests.reskin import LABELS, SKINS, Around, Bullets, Dice, Outline, Shape, Skin, Words, outline, render

pytestmark = pytest.mark.no_cover  # other tests execute every line that these execute thousands of times

SNAPSHOTS = Path(__file__).parents[1] / "snapshots"


@pytest.fixture(scope="module", autouse=True)
def parsed_once() -> Iterator[None]:
    """A page that was parsed to compare its words is not parsed anew to be read."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "parse", lru_cache(maxsize=1)(parse))
        yield


class Pinned(NamedTuple):
    """One form of a case's page."""

    path: Path
    url: str | None
    layout: str | None

    def __str__(self) -> str:
        return str(self.path.relative_to(SNAPSHOTS))

    @property
    def page(self) -> Page:
        return Page(self.path.read_bytes(), self.url)


def record_or_error(page: Page) -> Record | PageError:
    try:
        return read(page)
    except PageError as error:
        return error


@cache
def own(pinned: Pinned) -> Record | PageError:
    """What the page gives as it is."""
    return record_or_error(pinned.page)


def is_readable(pinned: Pinned) -> bool:
    """Whether the page has blocks to dress anew: no JSON, no PDF, not empty."""
    try:
        return parse(pinned.page).form != "json"
    except NotATrialPage:
        return False


PINNED = [(Pinned(path, case.url, case.layout), case) for case in cases(SNAPSHOTS) for path in case.inputs]
TRIALS = [
    pinned for pinned, case in PINNED if case.expectation.name == "record.json" and pinned.path.name != "page.json"
]
REFUSED = [pinned for pinned, case in PINNED if case.expectation.name == "error.json" and is_readable(pinned)]

MIXTURES = st.lists(
    st.builds(
        Skin,
        shape=st.sampled_from(get_args(Shape)),
        bullets=st.sampled_from(get_args(Bullets)),
        words=st.sampled_from(get_args(Words)),
        around=st.sampled_from(get_args(Around)),
        closed=st.sampled_from((True, False)),
        noise=st.booleans(),
        loose=st.booleans(),
        nesting=st.integers(0, 100),
    ),
    min_size=1,
    max_size=4,
)
SEEDS = st.integers(0, 2**16)
RESKINS = os.environ.get("TRIALPAGES_RESKINS")
EXAMPLES = settings(max_examples=int(RESKINS or "100"), deadline=None, derandomize=RESKINS is None)
"""The same mixtures each time, so that a rare one is not found by whoever changes something else; set
TRIALPAGES_RESKINS to so many new ones."""
A_SHARE = 1 if "TRIALPAGES_RESKINS" in os.environ else 3
"""Each page of a trial is tried in one of so many markups, each page of a layout in others than the one before it."""


def chosen(pinned: Pinned) -> list[Skin]:
    """The markups that a trial's page is dressed in."""
    first = [other for other in TRIALS if other.layout == pinned.layout].index(pinned) % A_SHARE
    return list(SKINS.values())[first::A_SHARE]


@pytest.mark.parametrize("pinned", TRIALS, ids=str)
def test_a_trial_in_any_other_markup_gives_the_same_record(pinned: Pinned):
    for skin in chosen(pinned):
        assert_same_record(pinned, [skin], seed=0)


@pytest.mark.parametrize("layout", LABELS)
def test_every_markup_is_tried_on_pages_of_every_layout(layout: str):
    pages = [pinned for pinned in TRIALS if pinned.layout == layout]
    assert {skin for pinned in pages for skin in chosen(pinned)} == set(SKINS.values())


@pytest.mark.parametrize("pinned", REFUSED, ids=str)
def test_a_refused_page_in_any_other_markup_stays_refused(pinned: Pinned):
    for skin in SKINS.values():
        assert_same_refusal(pinned, [skin], seed=0)


@given(pinned=st.sampled_from(TRIALS), skins=MIXTURES, seed=SEEDS)
@EXAMPLES
def test_a_trial_in_a_mixture_of_markups_gives_the_same_record(pinned: Pinned, skins: list[Skin], seed: int):
    assert_same_record(pinned, skins, seed)


@given(pinned=st.sampled_from(REFUSED), skins=MIXTURES, seed=SEEDS)
@EXAMPLES
def test_a_refused_page_in_a_mixture_of_markups_stays_refused(pinned: Pinned, skins: list[Skin], seed: int):
    assert_same_refusal(pinned, skins, seed)


@cache
def own_outline(pinned: Pinned) -> Outline:
    page = parse(pinned.page)
    record = own(pinned)
    if isinstance(record, PageError):
        return outline(page, None)
    layout = next(known for known in LAYOUTS if (known.site, known.name) == (record.source.site, record.source.layout))
    # A text capture shows by blank lines that a label stands there which nobody knows; a page shows it as a heading.
    new_labels = [issue.text for issue in record.issues if issue.code is IssueCode.UNREAD_LABEL]
    return outline(page, layout, new_labels)


def assert_same_record(pinned: Pinned, skins: list[Skin], seed: int) -> None:
    page = own_outline(pinned)
    markup = render(page, skins, Dice(seed))
    written = Page(markup, pinned.url)
    dressed = pipeline.parse(written)
    assert letters(dressed) == letters(page.document), f"{skins}\n{near(page.document, dressed, markup)}"
    changed = [str(one) for one in differences(own_told(pinned), told(record_or_error(written)))]
    assert not changed, "\n".join([str(skins), *changed[:8], near(page.document, dressed, markup)])


def assert_same_refusal(pinned: Pinned, skins: list[Skin], seed: int) -> None:
    markup = render(own_outline(pinned), skins, Dice(seed))
    refusal = record_or_error(Page(markup, pinned.url))
    assert type(refusal) is type(own(pinned)), f"{skins}\n{refusal}"


def told(record: Record | PageError) -> Json:
    """What a record says, without what differs from one markup to the next: the numbers of blocks, the hash."""
    if isinstance(record, PageError):
        return {"error": type(record).__name__, "message": str(record)}
    whole = record.model_dump(mode="json")
    return {
        "trial": whole["trial"],
        "issues": whole["issues"],
        "evidence": {path: [quote["text"] for quote in quotes] for path, quotes in whole["evidence"].items()},
        "source": {name: whole["source"][name] for name in ("site", "layout", "url")},
    }


@cache
def own_told(pinned: Pinned) -> Json:
    """What the page says as it is."""
    return told(own(pinned))


def letters(page: Document) -> str:
    """All words of a page without white space, and without the signs that a skin may give to them."""
    return "".join("".join(block.words for block in page.blocks).translate(_GIVEN).split())


_GIVEN = str.maketrans("", "", "•:,|")


def near(page: Document, dressed: Document, markup: bytes) -> str:
    """The first blocks that read otherwise than on the page itself, and the markup around them."""
    mine, theirs = ([(block.kind, block.depth, block.words) for block in one.blocks] for one in (page, dressed))
    matcher = SequenceMatcher(None, [block[2] for block in mine], [block[2] for block in theirs], autojunk=False)
    text = markup.decode()
    lines: list[str] = []
    for operation, start, end, other_start, other_end in matcher.get_opcodes():
        if operation != "equal":
            lines += [f"- {block}" for block in mine[start:end]]
            lines += [f"+ {block}" for block in theirs[other_start:other_end]]
            place = find(text, mine[min(start, len(mine) - 1)][2])
            lines.append(f"  in: {text[max(place - 200, 0) : place + 300]!r}")
        if len(lines) > 20:
            break
    return "\n".join(lines)


def find(markup: str, words: str) -> int:
    """Where words stand in a markup that may split them."""
    between = r"(?:<[^>]*>|&#?\w+;|\s)*"
    match = re.search(between.join(map(re.escape, words.replace(" ", "")[:12])), markup)
    return match.start() if match else 0


# --- The skins are what they are called ---


@pytest.mark.parametrize(
    ("skin", "markup"),
    [
        ("bare divs", r"<div[^>]*>• Knee pain\.</div>"),
        ("breaks", r"<div[^>]*>Sex<(?i:br/?)>\s*All</div>|<pre[^>]*>Sex\nAll</pre>"),
        ("definition lists", "<dt>Sex</dt><dd>"),
        ("details", r"<details>\s*<summary>\s*Sex\s*</summary>"),
        ("div soup", '<div role="list"'),
        ("entities", "&#"),
        ("layout table", "<body><table width=100%><tr>"),
        ("nested wrappers", "<x-card>"),
        ("roles", 'role="row">'),
        ("scripts between", "<script>document.write"),
        ("semantic", "<ul><li>"),
        ("split text", "<!-- -->|<wbr>|</span><span>"),
        ("tables", r"<(td|th)[^>]*>\s*Sex\s*</\1>"),
        ("upper case without end tags", r"<DT>Sex\n<DD>"),
        ("upper-case divs", '<DIV class="open">'),
        ("upper-case tables", "<TR><T[HD]>"),
    ],
)
def test_a_skin_writes_what_its_name_says(skin: str, markup: str):
    page = outline(document(VEEVA), next(layout for layout in LAYOUTS if layout.key == "veeva/study"))
    assert re.search(markup, render(page, [SKINS[skin]], Dice(0)).decode())


def test_every_skin_is_told_by_its_markup():
    assert len(SKINS) == 16


def test_the_same_seed_gives_the_same_page():
    page = outline(document(VEEVA), None)
    assert render(page, [SKINS["div soup"]], Dice(7)) == render(page, [SKINS["div soup"]], Dice(7))


# --- What other markups taught ---


def paragraphs(text: str, **tags: str) -> str:
    """A text capture's lines as paragraphs, some of them in other elements."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    by_text = {words.replace("_", " "): tag for words, tag in tags.items()}
    return "".join(f"<{tag}>{line}</{tag}>" for line in lines for tag in [by_text.get(line, "p")])


def test_the_sites_name_is_no_title_though_it_is_the_highest_heading():
    markup = "<h1>ClinicalTrials.Veeva</h1>" + paragraphs(VEEVA, Stem_Cells_for_Knee_Pain="h2")
    trial = read(Page(markup.encode())).trial
    assert (trial.title, trial.sponsor) == ("Stem Cells for Knee Pain", "Army Medical University")


def test_a_title_of_any_level_outranks_its_place():
    markup = paragraphs(VEEVA, Stem_Cells_for_Knee_Pain="h2", Army_Medical_University="h3")
    markup = markup.replace("</h3>", "</h3><p>Follow this sponsor</p>")
    assert read(Page(markup.encode())).trial.title == "Stem Cells for Knee Pain"


def test_the_only_heading_of_a_listing_without_chips_is_its_title():
    text = TRIALX.replace("Knee Cells in Adults\n\n", "", 1).replace("Recruiting\n40-75 years\nAll\nPhase 3\n", "")
    markup = paragraphs(text, Knee_Cells_in_Adults="h2")
    assert read(Page(markup.encode())).trial.title == "Knee Cells in Adults"


def test_an_arm_in_a_cell_has_its_own_lines():
    arm = "Cells<br>Experimental group<br>Description:<br>Cells are given.<br>Treatment:<br>Biological: Cells"
    start, end = paragraphs(VEEVA).split("<p>50 participants in 1 patient group</p>")
    end = end[end.index("<p>Trial contacts and locations</p>") :]
    markup = f"{start}<table><tr><th>50 participants in 1 patient group</th><td>{arm}</td></tr></table>{end}"
    (read_arm,) = read(Page(markup.encode())).trial.arms
    assert (read_arm.label, read_arm.description, read_arm.interventions) == ("Cells", "Cells are given.", ("Cells",))


@pytest.mark.parametrize("widget", ["Show more", "Read less", "Loading..."])
def test_a_control_in_a_cell_is_no_text(widget: str):
    row = f"<table><tr><th>About</th><td>What it is about.<br>{widget}</td></tr></table>"
    markup = paragraphs(VEEVA).replace("<p>About</p><p>What it is about.</p>", row)
    assert read(Page(markup.encode())).trial.summary == "What it is about."


def test_unread_lines_beside_a_label_are_told_one_by_one():
    row = "<table><tr><th>Sex</th><td>All<br>for now<br>we think</td></tr></table>"
    markup = paragraphs(VEEVA).replace("<p>Sex</p><p>All</p>", row)
    issues = [issue for issue in read(Page(markup.encode())).issues if issue.field == "eligibility.sex"]
    assert [(issue.code, issue.text) for issue in issues] == [
        (IssueCode.AMBIGUOUS, "for now"),
        (IssueCode.AMBIGUOUS, "we think"),
    ]
