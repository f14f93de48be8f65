"""The drift guard over the bundled pages: as they are, and with a label renamed."""

import json
import re
from collections import Counter
from dataclasses import replace
from random import Random

import pytest

from scraper.cases import Case
from scraper.jobs.drift.profile import PageProfile
from scraper.jobs.drift.stats import RunStats
from scraper.jobs.drift.verdict import judge
from scraper.layouts.labels import spellings
from scraper.parse.page import Page
from scraper.pipeline import read_page
from scraper.sites import DEFAULT_SITES, LAYOUTS, ctgov, inclinicaltrials, trialx, veeva
from tests import registry
from tests.build import TRIALX, VEEVA, without
from tests.drift import AS_EVER, is_good, pages, read_page_of, stats, told
from tests.each import each


@each("case", AS_EVER)
def test_every_page_has_what_its_layout_requires(case: Case):
    (layout,) = [layout for layout in LAYOUTS if layout.key == case.layout]
    for place in case.inputs:
        found = read_page(Page(place.read_bytes(), case.url))
        if not is_good(found):
            continue
        page = PageProfile.of(found)
        shown = {*page.filled, *(issue.removesuffix(" not_understood") for issue in page.issues)}
        assert layout.required <= shown, place.name
        assert judge(layout, RunStats.of([(page, 1)]), []) == []


def test_every_registry_record_has_what_its_layout_requires():
    for protocol in registry.protocols():
        page = PageProfile.of(read_page_of(json.dumps({"protocolSection": protocol})))
        assert ctgov.STUDY.required <= set(page.filled), protocol["identificationModule"]


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.key)
def test_what_a_layout_requires_it_shows(layout):
    assert layout.required.isdisjoint(layout.never_shows)
    assert "nct_id" in layout.required


def test_what_is_read_of_a_registry_record_is_a_label_with_its_field():
    fields = {known.name: known.fields for known in ctgov.STUDY.labels}
    for page in pages("ctgov/study"):
        for path, quotes in read_page(page).record.evidence.items():
            for quote in quotes:
                label = re.sub(r"/\d+", "", quote.pointer or "")
                assert any(field.startswith(path.partition("[")[0]) for field in fields[label]), (path, label)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.key)
def test_the_bundled_pages_judged_by_themselves_are_good(layout):
    run = stats(pages(layout.key))
    assert judge(layout, run, [run] * 3) == []


def test_nights_drawn_from_good_pages_raise_no_alarm():
    random = Random(20261122)
    alarms = []
    # Sites that are asked on request alone have too few pages, drawn again and again, to be a sample of anything.
    for layout in (layout for layout in LAYOUTS if layout.site in DEFAULT_SITES):
        kept = [PageProfile.of(read_page(page)) for page in pages(layout.key)]
        runs = [RunStats.of(Counter(random.choices(kept, k=random.randint(1, 60))).items()) for _ in range(60)]
        for _ in range(150):
            now, *before = random.sample(runs, random.randint(2, 6))
            # Of a few pages a bundled one that shows a new label can be drawn so often that most show it.
            alarms += [reason for reason in judge(layout, now, before) if reason.rule != "unknown"]
    assert alarms == []


def renamed(page: Page, words: str) -> Page:
    """The page with other words wherever these begin a line or an element."""
    form = rb"\s+".join(re.escape(word.encode()).replace(rb"\&", b"&(?:amp;)?") for word in words.split())
    return replace(page, content=re.sub(rb"(?im)((?:^|>)\s*)" + form + rb"(?!\w)", rb"\1Renamed part", page.content))


@pytest.mark.parametrize(
    ("layout", "not_read_without"),
    [
        (veeva.STUDY, ["Identifiers"]),
        (inclinicaltrials.SUMMARY, ["NCT number"]),
        (inclinicaltrials.DETAILS, ["NCT number"]),
        (trialx.LISTING, []),
        (trialx.WHITE_LABEL, ["Study details"]),
    ],
    ids=lambda value: getattr(value, "key", ""),
)
def test_a_renamed_label_is_named(layout, not_read_without):
    some = pages(layout.key)[:6]
    good = stats(some, times=9)
    unnamed = []
    for forms in (*spellings(layout.labels), *(mark.aliases[:1] for mark in layout.frame)):
        for form in forms:
            if 2 * good.labels.get(form, 0) <= good.pages or form in ("Arms", "Heading"):
                continue  # seen too rarely for so few pages, or known by a pattern
            bad = stats((renamed(page, form.removesuffix(" (2)")) for page in some), times=9)
            reasons = judge(layout, bad, [good] * 3)
            assert reasons, form
            if not any(repr(form) in reason.text for reason in reasons if reason.rule == "label"):
                assert told(reasons) == [f"no page of {bad.refused} was understood"]
                unnamed.append(form)
    assert unnamed == not_read_without


def test_a_renamed_field_of_the_registry_is_named():
    good = stats(pages("ctgov/study"), times=5)
    bad = [
        replace(page, content=page.content.replace(b'"briefTitle"', b'"shortTitle"')) for page in pages("ctgov/study")
    ]
    (reason,) = judge(ctgov.STUDY, stats(bad, times=5), [good])
    assert reason.text == (
        "the label '/protocolSection/identificationModule/briefTitle' vanished: on 100 % of pages in the last good "
        "run, on none of 50 now, and title with it"
    )


def test_a_night_of_one_page_notices_a_renamed_label():
    good = Page(VEEVA.encode())
    (reason,) = judge(veeva.STUDY, stats([renamed(good, "Sex")]), [stats([good], times=5)])
    assert reason.text == (
        "the label 'Sex' vanished: on 100 % of pages in the last good run, on none of 1 now, "
        "and eligibility.sex with it"
    )


def test_a_night_of_one_page_is_good_where_the_trial_lacks_something():
    lacking = without(VEEVA, "Enrollment", "50 estimated patients", "Central trial contact", "Ada Byron, MD")
    assert judge(veeva.STUDY, stats([Page(lacking.encode())]), [stats([Page(VEEVA.encode())], times=30)]) == []


def test_a_listing_s_labels_are_told_with_the_mark_that_ends_it():
    assert read_page_of(TRIALX).labels == ("Overview", "Eligibility", "Study details", trialx.END)
