"""Criteria of several pages beside each other, item by item."""

from normalizers.consensus import consensus
from normalizers.consensus import criteria as comparison
from tests.changing import issue, shown
from tests.each import each
from tests.observed import COPY, DAMAGED, ORIGINS, OTHER, REGISTRY, decided, relations, seen

ITEMS = ("Age of 18 years or more", "Signed consent of the patient", "Knee pain for ≥ 3 months")
OUT = ("Pregnant or nursing women", "Prior surgery of the knee")


def sides(inclusion=(), exclusion=(), other=()):
    """Criteria as they stand on a page."""
    return {
        "eligibility": {
            side: [item if isinstance(item, dict) else {"text": item} for item in items]
            for side, items in (("inclusion", inclusion), ("exclusion", exclusion), ("other", other))
        }
    }


def opinion(chosen, other, *, field="eligibility.inclusion", page=COPY, issues=()):
    """What is said of another page's criteria beside the registry's."""
    decision = decided(field, seen(REGISTRY, **chosen), seen(page, issues=issues, **other))
    return next(one for one in decision.opinions if one.page == page)


@each(
    "other",
    [
        [item.upper() for item in ITEMS],
        [f"  {item} ;" for item in ITEMS],
        [{"text": item, "marker": f"{number}."} for number, item in enumerate(ITEMS)],
        list(reversed(ITEMS)),
        [". ".join(ITEMS)],
        [ITEMS[0], "Signed consent", "of the patient", ITEMS[2]],
        [shown(ITEMS[0], children=[shown(ITEMS[1])]), ITEMS[2]],
        [{"text": item, "cohort": "Patients:"} for item in ITEMS],
        [*ITEMS[:2], "Knee pain for >= 3 months"],
    ],
)
def test_how_a_page_sets_its_criteria_makes_no_difference(other):
    assert opinion(sides(ITEMS), sides(other)).relation == "agrees"


def test_a_heading_of_one_page_can_be_an_item_of_another():
    ours = sides([shown("Patients with gout", children=[shown(item) for item in ITEMS])])
    assert (
        opinion(ours, sides([{"text": item, "cohort": "Patients with gout:"} for item in ITEMS])).relation == "agrees"
    )


@each("item", ["Knee pain for = 3 months", "Knee pain for 3 months", "Knee pain for ? 3 months"])
def test_a_lost_comparison_sign_is_no_conflict_and_loses(item):
    damage = issue("eligibility", "untrusted", message="this site damages comparison signs")
    ours, theirs = sides(ITEMS), sides([*ITEMS[:2], item])
    assert opinion(ours, theirs).relation == "says_less"
    found = opinion(ours, theirs, page=DAMAGED, issues=[damage])
    assert (found.relation, found.why) == ("doubtful", "this site damages comparison signs")
    assert found.differences == ("a comparison sign is lost in 'Knee pain for ≥ 3 months'",)
    decision = decided("eligibility.inclusion", seen(DAMAGED, issues=[damage], **theirs), seen("zz/page", **ours))
    assert decision.page == "zz/page"


@each(
    ("other", "difference"),
    [
        ("Knee pain for ≤ 3 months", "another comparison sign in 'Knee pain for ≥ 3 months'"),
        ("Knee pain for ≥ 6 months", "'Knee pain for ≥ 3 months' reads 'Knee pain for ≥ 6 months' here"),
    ],
)
def test_another_sign_and_another_number_are_conflicts_that_say_what_differs(other, difference):
    found = opinion(sides(ITEMS), sides([*ITEMS[:2], other]))
    assert (found.relation, found.differences) == ("conflict", (difference,))


def test_other_criteria_are_no_lost_sign_and_stay_a_conflict_on_a_site_that_loses_signs():
    damage = issue("eligibility", "untrusted")
    found = opinion(sides(ITEMS), sides([*ITEMS[:2], "Gout"]), page=DAMAGED, issues=[damage])
    assert found.relation == "conflict"
    doubt = issue("eligibility", "ambiguous")
    assert opinion(sides(ITEMS), sides([*ITEMS[:2], "Gout"]), issues=[doubt]).relation == "doubtful"


def test_fewer_criteria_say_less():
    found = opinion(sides(ITEMS), sides(ITEMS[:2]))
    assert (found.relation, found.differences) == ("says_less", ("missing here: 'Knee pain for ≥ 3 months'",))


@each("code", ["untrusted", "ambiguous"])
def test_what_one_page_demands_and_the_other_forbids_is_a_conflict_whatever_the_doubts(code):
    ours, theirs = sides(ITEMS, OUT), sides([*ITEMS, OUT[0]], OUT[1:])
    found = opinion(ours, theirs, issues=[issue("eligibility", code)])
    assert (found.relation, found.why) == ("conflict", "what one page demands, the other forbids")
    assert found.differences == ("exclusion there, inclusion here: 'Pregnant or nursing women'",)
    assert opinion(ours, theirs, field="eligibility.exclusion").differences == (
        "exclusion there, inclusion here: 'Pregnant or nursing women'",
    )


@each(
    ("chosen", "other"),
    [
        ("BMI in kg/m² ≤ 3", "BMI in kg/m² ≤ 35"),
        ("Male persons", "Female persons"),
        ("A history of seizures", "No history of seizures"),
        ("HER2+ disease", "HER2- disease"),
        ("Age of 18 to 65", "Age of 18-75"),
        ("ECOG of 0 or 1", "ECOG of 0 or 1 or 2"),
        ("Weight > 50 kg", "Weight > 50 kg and < 100 kg"),
        ("Hypertension", "Uncontrolled hypertension"),
        ("T-score of ≤ -2.5", "T-score of ≤ 2.5"),
    ],
)
def test_words_that_hold_others_by_accident_are_a_conflict(chosen, other):
    assert opinion(sides([*ITEMS, chosen]), sides([*ITEMS, other])).relation == "conflict"
    assert opinion(sides([*ITEMS, other]), sides([*ITEMS, chosen])).relation == "conflict"


@each(
    ("chosen", "other"),
    [
        (["Gout. Pain of both knees. Consent"], ["Gout"]),
        (["Consent (1) Adults (2) Healthy persons"], ["Consent", "Adults"]),
        ([ITEMS[0], "Gout of both knees for years", ITEMS[2]], [ITEMS[0], "Gout of both knees"]),
        ([ITEMS[0], "Gout of both knees for years"], [ITEMS[0], "Gout of both…"]),
    ],
)
def test_a_list_that_ends_within_an_item_says_less(chosen, other):
    assert opinion(sides(chosen), sides(other)).relation == "says_less"


@each("item", ["HIV", "Pregnancy", "No consent"])
def test_few_words_that_one_page_demands_and_the_other_forbids_are_a_conflict(item):
    found = opinion(sides(ITEMS, [*OUT, item]), sides([*ITEMS, item], OUT), field="eligibility.exclusion")
    assert (found.relation, found.why) == ("conflict", "what one page demands, the other forbids")


def test_an_item_below_the_sub_heading_of_another_group_is_a_conflict():
    ours, theirs = (
        sides([{"text": item, "cohort": cohort} for item, cohort in zip(ITEMS, order, strict=False)])
        for order in (("Part 1", "Part 2"), ("Part 2:", "Part 1:"))
    )
    found = opinion(ours, theirs)
    assert found.relation == "conflict"
    assert found.differences[0] == "under another sub-heading here: 'Age of 18 years or more'"
    both = sides([{"text": ITEMS[0], "cohort": cohort} for cohort in ("Part 1", "Part 2")])
    assert opinion(both, sides([{"text": ITEMS[0], "cohort": "Part 1"}])).relation != "conflict"


def test_the_contrary_on_the_other_side_is_no_demand_of_what_is_forbidden():
    ours = sides([*ITEMS, "Patients without a history of seizures"], [*OUT, "A history of seizures"])
    assert (
        opinion(
            ours, sides([*ITEMS, "Patients without a history of seizures"], OUT), field="eligibility.exclusion"
        ).relation
        == "says_less"
    )


def test_where_a_page_breaks_off_its_last_criterion_is_doubtful():
    broken = [issue(None, "missing"), issue("eligibility.inclusion", "untrusted")]
    found = opinion(sides(ITEMS), sides([*ITEMS[:2], "Knee pain f"]), issues=broken)
    assert found.relation == "doubtful"


def test_criteria_without_headings_say_less_and_are_not_listed_twice():
    headed, bare = seen(REGISTRY, **sides(ITEMS, OUT)), seen(OTHER, **sides(other=[*ITEMS, *OUT]))
    found = consensus([headed, bare], ORIGINS)
    assert found.trial.eligibility == headed.record.trial.eligibility
    decision = found.decisions["eligibility.other"]
    assert (decision.value, decision.page) == ([], REGISTRY)
    assert [(one.page, one.relation.value) for one in decision.opinions] == [(OTHER, "says_less")]
    copy = seen(COPY, **sides(ITEMS, OUT))  # whose name stands behind the other's
    assert consensus([copy, bare], ORIGINS).trial.eligibility == headed.record.trial.eligibility


def test_criteria_without_headings_that_nobody_else_shows_are_kept():
    found = consensus([seen(REGISTRY, **sides(ITEMS)), seen(OTHER, **sides(other=OUT))], ORIGINS)
    assert [item.text for item in found.trial.eligibility.other] == list(OUT)


def test_an_item_under_no_heading_of_one_page_is_no_conflict():
    ours, theirs = sides(ITEMS, OUT), sides(ITEMS[:2], OUT, [ITEMS[2]])
    assert opinion(ours, theirs).relation == "says_less"
    assert relations("eligibility.other", seen(REGISTRY, **ours), seen(COPY, **theirs)) == {COPY: "says_less"}
    assert opinion(theirs, ours).relation == "says_more"


def test_more_criteria_than_any_trial_has_are_not_compared_one_by_one(monkeypatch):
    monkeypatch.setattr(comparison, "MOST", 100)
    found = opinion(sides(ITEMS), sides(ITEMS[:2]))
    assert (found.relation, found.why) == ("conflict", "too many criteria to compare one by one")
