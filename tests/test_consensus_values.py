"""How values of a field stand to each other: texts, titles, dates, numbers, lists."""

from tests.each import each
from tests.observed import COPY, REGISTRY, decided, nested, relation, relations, seen


def place(facility, city, country):
    return {"facility": facility, "city": city, "country": country}


US_PLACE = {"city": "C", "country": "United States"}
PROSE = "Knees hurt. This study looks at stem cells in knees of 18-65 years. It lasts a year."


@each(
    ("field", "chosen", "other"),
    [
        ("title", "Stem cells for “knee” pain – a study", 'STEM CELLS for "knee" pain - a study.'),
        ("title", "É of knees", "E\u0301 of knees"),
        ("title", "Knee pain", "Knee  pain"),
        ("acronym", "HAAPI", "HAAPI "),
        (
            "summary",
            PROSE,
            "Knees hurt.\n\n* This study looks at **stem cells** in knees of 18 – 65 years.\n* It lasts a year.",
        ),
        ("conditions", ["Gout", "Pain"], ["pain", "Gout"]),
        ("phases", ["PHASE2", "PHASE3"], ["PHASE3", "PHASE2"]),
        ("summary", "Platelets of 100 000/µL, or 2 × 10⁹/L", "Platelets of 100,000/µl, or 2 x 10^9/L"),
        ("summary", "Platelets >/= 100, > or = 100", "Platelets ≥ 100, ≥ 100"),
        ("secondary_ids", [{"id": "2020-001234-12"}], [{"id": "2020 001234 12"}]),
        ("contacts", [{"name": "Dr A", "phone": "+1 555-010-4567"}], [{"name": "Dr A", "phone": "(555) 010 4567"}]),
        ("contacts", [{"phone": "555-010-4567 ext. 12"}], [{"phone": "5550104567 x12"}]),
        ("keywords", ["Gout"], ["Gout", "gout"]),
    ],
)
def test_how_words_are_set_makes_no_difference(field, chosen, other):
    assert set(relation(field, chosen, other)) <= {"agrees", "variant"}


@each(
    ("field", "chosen", "other"),
    [
        ("title", "Stem cells for knees", "Stem cells for knees (HAAPI)"),
        ("acronym", "HAAPI-2", "Haapi 2"),
        ("conditions", ["Diabetes Mellitus, Type 2"], ["Type 2 Diabetes Mellitus"]),
        ("sponsor", "Eli Lilly and Company", "Lilly"),
        ("collaborators", ["Pfizer", "Novo Nordisk A/S"], ["Novo Nordisk", "Pfizer Inc."]),
        ("eligibility.minimum_age", {"value": 1, "unit": "YEARS"}, {"value": 12, "unit": "MONTHS"}),
        ("eligibility.maximum_age", {"value": 2, "unit": "WEEKS"}, {"value": 14, "unit": "DAYS"}),
        ("secondary_ids", [{"id": "A-1", "kind": "EudraCT"}], [{"id": "A-1", "kind": "EudraCT Number"}]),
        ("locations", [{"city": "C", "state": "TX", "country": "USA"}], [US_PLACE | {"state": "Texas"}]),
        ("locations", [{"country": "United States"}], [{"country": "USA"}]),
        *(
            ("locations", [{"facility": "F", "city": "C", "country": one}], [place("F", "C", other)])
            for one, other in [
                ("Turkey", "Türkiye"),
                ("Turkey (Türkiye)", "Türkiye"),
                ("Korea, Republic of", "South Korea"),
                ("Russian Federation", "Russia"),
                ("Viet Nam", "Vietnam"),
            ]
        ),
    ],
)
def test_other_words_for_the_same_are_variants(field, chosen, other):
    assert relation(field, chosen, other) == ("variant", "variant")


@each(
    ("field", "chosen", "other"),
    [
        ("title", "A trial of stem cells in knees", "A trial of stem c…"),
        ("title", "A trial of stem cells in knees", "A trial of stem cells..."),
        ("summary", PROSE, "Knees hurt. This study looks at stem cells in knees of 18-65 years."),
        ("summary", f"{PROSE} {PROSE}", f"{PROSE} {PROSE}"[:-5]),
        ("summary", PROSE, "This study looks at stem cells in knees [...]"),
        ("start_date", "2021-08-15", "2021-08"),
        ("start_date", "2021-08", "2021"),
        ("enrollment", {"count": 50, "type": "ACTUAL"}, {"count": 50}),
        ("collaborators", ["Pfizer", "Novartis"], ["Novartis"]),
        ("conditions", ["Gout", "Pain"], ["gout"]),
        ("funder_types", ["INDUSTRY", "OTHER"], ["OTHER"]),
        ("secondary_ids", [{"id": "A-1", "kind": "EudraCT"}], [{"id": "A1"}]),
        ("arms", [{"label": "A", "type": "EXPERIMENTAL"}], [{"label": "a"}]),
        ("outcomes", [{"measure": "Pain", "type": "PRIMARY", "time_frame": "1 year"}], [{"measure": "Pain"}]),
        (
            "locations",
            [{"facility": "F", "city": "C"}, {"facility": "G", "city": "C"}],
            [{"facility": "F", "city": "C"}],
        ),
        ("contacts", [{"name": "Dr A", "phone": "1"}], [{"name": "Dr A"}]),
        ("contacts", [{"name": "Dr A", "phone": "5550104567 x12"}], [{"name": "Dr A", "phone": "5550104567"}]),
        ("locations", [place("F", "Lyon", "France"), place("G", "Lyon", "France")], [place(None, "Lyon", "France")]),
        ("summary", "The T-score is ≤ -2.5 at the hip", "The T-score is = -2.5 at the hip"),
        (
            "outcomes",
            [{"measure": "Pain", "time_frame": "1 year"}, {"measure": "Pain", "time_frame": "2 years"}],
            [{"measure": "Pain", "time_frame": "2  Years"}],
        ),
    ],
)
def test_less_is_no_conflict_and_neither_is_more(field, chosen, other):
    more = decided(field, seen(REGISTRY, **nested(field, other)), seen(COPY, **nested(field, chosen)))
    assert (
        relations(field, seen(REGISTRY, **nested(field, chosen)), seen(COPY, **nested(field, other)))[COPY]
        == "says_less"
    )
    assert [one.relation.value for one in more.opinions[1:]] in (["says_less"], ["says_more"])


@each(
    ("field", "chosen", "other"),
    [
        ("title", "Stem cells for knees", "Stem cells for hips"),
        ("title", "Stem cells for knees (HAAPI)", "Stem cells for knees (HIPPI)"),
        ("title", "Stem cells in HER2+ cancer", "Stem cells in HER2- cancer"),
        ("summary", PROSE, PROSE.replace("18-65", "18-75")),
        ("summary", f"{PROSE} The dose is 35 mg.", f"{PROSE} The dose is 3"),
        ("summary", "Pain for ≥ 3 months in both of the knees", "Pain for ≤ 3 months in both of the knees"),
        ("phases", ["PHASE2", "PHASE3"], ["PHASE2"]),
        ("enrollment", {"count": 50, "type": "ACTUAL"}, {"count": 50, "type": "ESTIMATED"}),
        ("enrollment", {"count": 50}, {"count": 60}),
        ("start_date", "2021-08", "2021-09-01"),
        ("start_date", "2021-01", "2021-10"),
        ("acronym", "HAAPI", "HIPPI"),
        ("sponsor", "Merck KGaA", "Merck Sharp & Dohme"),
        ("collaborators", ["Pfizer", "Novartis"], ["Pfizer", "Roche"]),
        ("keywords", ["Gout", "Pain"], ["Gout", "Knee"]),
        ("interventions", [{"type": "DRUG", "name": "A"}], [{"type": "DEVICE", "name": "A"}]),
        ("interventions", [{"type": "DRUG", "name": "A 5 mg"}], [{"type": "DRUG", "name": "A 50 mg"}]),
        ("arms", [{"label": "A", "type": "EXPERIMENTAL"}], [{"label": "A", "type": "NO_INTERVENTION"}]),
        ("outcomes", [{"measure": "Pain", "time_frame": "1 year"}], [{"measure": "Pain", "time_frame": "2 years"}]),
        ("eligibility.minimum_age", {"value": 18, "unit": "YEARS"}, {"value": 16, "unit": "YEARS"}),
        ("eligibility.healthy_volunteers", True, False),
        ("location_count", 3, 4),
        ("contacts", [{"name": "Dr A", "phone": "12345"}], [{"name": "Dr A", "phone": "12399"}]),
        ("contacts", [{"name": "Dr A", "phone": "555-010-4567"}], [{"name": "Dr A", "phone": "7"}]),
        ("contacts", [{"name": "Dr A", "phone": "555-010-4567"}], [{"name": "Dr A", "phone": "on request"}]),
        ("contacts", [{"name": "Dr A", "phone": "5550104567 x12"}], [{"name": "Dr A", "phone": "5550104567 x13"}]),
        ("contacts", [{"name": "Dr A", "email": "a.b@example.org"}], [{"name": "Dr A", "email": "ab@example.org"}]),
        ("summary", "The T-score is ≤ -2.5 at the hip", "The T-score is ≤ 2.5 at the hip"),
        ("summary", "A creatinine of 1,5 mg is the limit", "A creatinine of 15 mg is the limit"),
        ("summary", "ECOG of 0, 1", "ECOG of 01"),
        ("secondary_ids", [{"id": "ABC-12"}], [{"id": "ABC-1-2"}]),
        ("locations", [{"country": "France"}], [{"country": "Germany"}]),
        ("locations", [place(None, "Paris", "France")], [place(None, "Paris", "United States")]),
        ("locations", [place("F", "Paris", "France")], [place(None, "Paris", "United States")]),
        ("locations", [place("F", "C", "Austria")], [place("F", "C", "Australia")]),
        ("locations", [place("F", "C", "United States")], [place("F", "C", "United Kingdom")]),
        ("locations", [US_PLACE | {"state": "North Carolina"}], [US_PLACE | {"state": "South Carolina"}]),
    ],
)
def test_other_values_are_a_conflict_whichever_counts(field, chosen, other):
    assert relation(field, chosen, other) == ("conflict", "conflict")


def test_a_conflict_of_lists_says_what_differs_line_by_line():
    ours = {"interventions": [{"type": "DRUG", "name": "A"}, {"type": "DRUG", "name": "Placebo"}]}
    theirs = {"interventions": [{"type": "DEVICE", "name": "a"}, {"type": "OTHER", "name": "Talks"}]}
    (conflict,) = decided("interventions", seen(REGISTRY, **ours), seen(COPY, **theirs)).conflicting
    assert conflict.differences == (
        "missing here: 'Placebo'",
        "only here: 'Talks'",
        "type of 'A': 'DRUG', here 'DEVICE'",
    )


def test_of_entries_that_bear_one_name_the_equal_ones_belong_together():
    one, two, three = ({"label": "A", "description": text} for text in ("Talks", "Pills", "Walks"))
    assert relation("arms", [one, two], [two, three]) == ("conflict", "conflict")
    (conflict,) = decided("arms", seen(REGISTRY, arms=[one, two]), seen(COPY, arms=[two, three])).conflicting
    assert conflict.differences == ("description of 'A': 'Talks', here 'Walks'",)


def test_a_conflict_of_prose_says_which_sentences_differ():
    (conflict,) = decided(
        "summary", seen(REGISTRY, summary=PROSE), seen(COPY, summary=PROSE.replace("18", "21"))
    ).conflicting
    assert conflict.differences == (
        "only in the chosen text: 'This study looks at stem cells in knees of 18-65 years.'",
        "only here: 'This study looks at stem cells in knees of 21-65 years.'",
    )


def test_a_number_of_places_counts_what_a_shorter_list_holds():
    places = [{"facility": "F", "city": "C"}, {"facility": "G", "city": "C"}]
    registry = seen(REGISTRY, locations=places, location_count=2)
    assert (
        relations("location_count", registry, seen(COPY, locations=places[:1], location_count=1))[COPY] == "says_less"
    )
    assert relations("location_count", registry, seen(COPY, locations=places[:1], location_count=7))[COPY] == "conflict"


def test_long_runs_of_white_space_cost_no_more_than_other_text():
    chosen, other = (f"1 >{' ' * 100_000}{word}" for word in ("gout", "pain"))
    assert relation("summary", chosen, other) == ("conflict", "conflict")
