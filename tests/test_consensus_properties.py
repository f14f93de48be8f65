"""What holds for the consensus of any pages."""

from operator import attrgetter

from hypothesis import given, settings
from hypothesis import strategies as st

from normalizers.consensus import consensus
from schemas.consensus import Nearness, Origin, Relation
from schemas.trial import Trial, field_names
from tests.changing import LISTS, issue
from tests.observed import COPY, DAMAGED, ORIGINS, OTHER, REGISTRY, STRANGER, seen

PAGES = (REGISTRY, COPY, OTHER, DAMAGED, STRANGER)
FEW = settings(max_examples=25)  # each example has up to forty values of four pages
DAYS = st.sampled_from([None, "2026-01-01", "2026-02-01", "2026-03-01"])
UPDATES = st.sampled_from([None, "2026-01-15", "2026-02-15", "2026"])
DOUBTS = st.lists(
    st.builds(
        issue,
        st.sampled_from([None, "arms", "arms[1]", "eligibility", "start_date", "status"]),
        st.sampled_from(["ambiguous", "untrusted", "missing"]),
    ),
    max_size=2,
)
WORDS = st.lists(
    st.sampled_from(["Gout of the knees", "No gout of the knees", "Pain for ≥ 3 months", "Pain for = 3 months"]),
    max_size=3,
)
TEXTS = st.sampled_from([None, "Knees hurt", "Knees hurt. Hips do, too.", "Hips hurt", "Knees h…"])
CRITERIA = st.builds(lambda words: [{"text": text} for text in words], WORDS)
AGES = st.sampled_from([None, {"value": 18, "unit": "YEARS"}, {"value": 6, "unit": "WEEKS"}])
SHOWN = st.fixed_dictionaries(
    {},
    optional={
        "status": st.sampled_from(["RECRUITING", "COMPLETED", "UNKNOWN"]),
        "sponsor": st.sampled_from(["Lilly", "Eli Lilly and Company", "Lilly Ltd", "Merck"]),
        "last_updated": UPDATES,
        "location_count": st.integers(0, 1),
        "title": TEXTS,
        "summary": TEXTS,
        "conditions": WORDS,
        "phases": st.lists(st.sampled_from(["PHASE1", "PHASE2"]), max_size=2),
        "enrollment": st.fixed_dictionaries({"count": st.integers(0, 1), "type": st.sampled_from([None, "ACTUAL"])}),
        "start_date": st.sampled_from(["2021", "2021-01", "2021-01-02", "2022"]),
        "arms": st.lists(st.fixed_dictionaries(LISTS["arms"]), max_size=2),
        "interventions": st.lists(st.fixed_dictionaries(LISTS["interventions"]), max_size=2),
        "eligibility": st.fixed_dictionaries(
            {
                "sex": st.sampled_from([None, "ALL", "MALE"]),
                "minimum_age": AGES,
                "maximum_age": AGES,
                "inclusion": CRITERIA,
                "exclusion": CRITERIA,
                "other": CRITERIA,
            }
        ),
    },
)
OBSERVATIONS = st.lists(st.sampled_from(PAGES), min_size=1, max_size=4, unique=True).flatmap(
    lambda keys: st.tuples(
        *(
            st.builds(lambda day, doubts, shown, key=key: seen(key, day, doubts, **shown), DAYS, DOUBTS, SHOWN)
            for key in keys
        )
    )
)
LISTED_ELSEWHERE = frozenset({"eligibility.inclusion", "eligibility.exclusion", "eligibility.other"})
LIMITS = frozenset({"eligibility.minimum_age", "eligibility.maximum_age"})


def known(trial):
    """The fields of a trial that are known, with their values."""
    return {name: value for name in field_names() if (value := attrgetter(name)(trial)) not in (None, ())}


def differing(found):
    """The fields on which pages differ: a range of ages is one, and so are all criteria."""
    wholes = dict.fromkeys(LIMITS, "ages") | dict.fromkeys(LISTED_ELSEWHERE, "criteria")
    return {wholes.get(one.field, one.field) for one in found.conflicts}


@FEW
@given(OBSERVATIONS, st.randoms(use_true_random=False))
def test_neither_order_nor_an_observation_said_twice_changes_a_consensus(pages, random):
    assert consensus(random.sample([*pages, *pages], 2 * len(pages)), ORIGINS) == consensus(pages, ORIGINS)


@FEW
@given(OBSERVATIONS)
def test_a_consensus_is_the_consensus_of_the_pages_that_it_chose(pages):
    found = consensus(pages, ORIGINS)
    chosen = {decision.page for decision in found.decisions.values()}
    again = consensus([page for page in pages if page.key in chosen or page.key == REGISTRY], ORIGINS)
    assert again.trial == found.trial


@FEW
@given(OBSERVATIONS)
def test_every_value_stands_on_its_page_and_every_page_that_shows_the_field_has_one_opinion(pages):
    found = consensus(pages, ORIGINS)
    records = {page.key: page.record.trial for page in pages}
    for name, decision in found.decisions.items():
        value = attrgetter(name)(found.trial)
        assert value == attrgetter(name)(records[decision.page])
        shown = sorted(key for key, trial in records.items() if name in known(trial))
        assert sorted(one.page for one in decision.opinions) == shown
        if value not in (None, ()):
            assert (decision.opinions[0].page, decision.opinions[0].relation) == (decision.page, Relation.AGREES)
    assert set(known(found.trial)) <= set(found.decisions)


@FEW
@given(OBSERVATIONS)
def test_one_more_page_never_makes_a_known_field_blank(pages):
    """But criteria may turn out to stand under headings, and a limit of age to stand against the other limit."""
    before, after = consensus(pages[1:] or pages, ORIGINS), consensus(pages, ORIGINS)
    assert set(known(before.trial)) - set(known(after.trial)) <= LISTED_ELSEWHERE | LIMITS


@FEW
@given(OBSERVATIONS, st.sampled_from(PAGES))
def test_one_more_page_that_says_the_same_changes_no_value(pages, key):
    before = consensus(pages, ORIGINS)
    if key in {page.key for page in pages} or key == REGISTRY:
        return
    same = seen(key, **before.trial.model_dump(exclude={"nct_id"}))
    assert consensus([*pages, same], ORIGINS).trial == before.trial


@FEW
@given(OBSERVATIONS, SHOWN, st.sampled_from(PAGES))
def test_an_older_page_changes_no_value_that_changes_over_time(pages, shown, key):
    before = consensus(pages, ORIGINS)
    if key in {page.key for page in pages}:
        return
    older = seen(key, "2025-12-31", **{**shown, "last_updated": "2025-12-01"})
    after = consensus([*pages, older], ORIGINS)
    for name in ("status", "enrollment", "start_date", "location_count", "locations", "contacts"):
        decision = before.decisions.get(name)
        if decision is not None and decision.opinions[0].as_of is not None:
            doubtful = any(issue.field in {None, name, f"{name}s"} for page in pages for issue in page.record.issues)
            assert doubtful or after.decisions[name].value == decision.value


@FEW
@given(OBSERVATIONS)
def test_two_pages_are_told_to_differ_whichever_counts(pages):
    pages = pages[:2]
    if len(pages) < 2:
        return
    first, second = (
        consensus(pages, {page.key: Origin(nearness) for page, nearness in zip(pages, order, strict=True)})
        for order in ((Nearness.COPY, Nearness.REWORKED), (Nearness.REWORKED, Nearness.COPY))
    )
    assert differing(first) == differing(second)


@FEW
@given(OBSERVATIONS)
def test_pages_that_agree_are_no_conflict(pages):
    same = [seen(page.key, **pages[0].record.trial.model_dump(exclude={"nct_id"})) for page in pages]
    found = consensus(same, ORIGINS)
    assert found.conflicts == ()
    assert found.trial == Trial.model_validate(pages[0].record.trial)
