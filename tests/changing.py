"""Records of a trial for tests of changes: made by hand, or at random."""

from datetime import UTC, datetime

from hypothesis import strategies as st

from schemas.record import Issue, Record, Source
from schemas.trial import Trial
from schemas.values import PartialDate

SOURCE = Source(
    site="veeva",
    layout="study",
    url="https://ctv.veeva.com/study/a",
    fetched_at=datetime(2026, 11, 21, tzinfo=UTC),
    sha256="0" * 64,
    package_version="1.0",
)


def record(issues=(), source=SOURCE, evidence=None, **fields):
    trial = Trial.model_validate({"nct_id": "NCT05160831", **fields})
    return Record(trial=trial, source=source, issues=issues, evidence=evidence or {})


def criteria(*inclusion):
    return record(eligibility={"inclusion": [c if isinstance(c, dict) else {"text": c} for c in inclusion]})


def shown(text, cohort=None, children=()):
    return {"text": text, "cohort": cohort, "children": list(children)}


def issue(field, code="not_understood", text="?", message="No reader knows this."):
    return Issue(field=field, code=code, text=text, message=message)


FEW = st.sampled_from(["", "a", "ab cd ef", "ab cd gh", "ab cd ef\n"])
NAMES = st.sampled_from(["a", "b [x].y", "ab cd ef", "ab cd gh"])
SOME = st.none() | FEW
CRITERIA = st.recursive(
    st.lists(st.fixed_dictionaries({"text": FEW, "marker": SOME, "cohort": SOME}), max_size=3),
    lambda children: st.lists(
        st.fixed_dictionaries({"text": FEW, "marker": SOME, "cohort": SOME, "children": children}), max_size=3
    ),
    max_leaves=4,
)
LISTS = {
    "arms": {"label": NAMES, "description": SOME, "interventions": st.lists(FEW, max_size=3)},
    "contacts": {"name": SOME, "phone": SOME, "email": SOME},
    "interventions": {"type": st.sampled_from(["DRUG", "DEVICE"]), "name": NAMES},
    "locations": {"facility": SOME, "city": SOME, "country": SOME},
    "outcomes": {"type": st.sampled_from([None, "PRIMARY"]), "measure": NAMES, "time_frame": SOME},
    "secondary_ids": {"id": NAMES, "kind": SOME},
}
AGES = st.none() | st.fixed_dictionaries({"value": st.integers(0, 1), "unit": st.sampled_from(["YEARS", "MONTHS"])})
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "title": SOME,
        "conditions": st.lists(FEW, max_size=3),
        "phases": st.lists(st.sampled_from(["PHASE1", "PHASE2"]), max_size=3),
        "enrollment": st.none()
        | st.fixed_dictionaries({"count": st.integers(0, 1), "type": st.sampled_from([None, "ACTUAL"])}),
        "design": st.fixed_dictionaries({"masking": st.sampled_from([None, "NONE"])}),
        "eligibility": st.fixed_dictionaries(
            {"healthy_volunteers": st.none() | st.booleans(), "minimum_age": AGES, "inclusion": CRITERIA}
        ),
        "start_date": st.sampled_from([None, PartialDate("2021"), PartialDate("2021-01")]),
        **{name: st.lists(st.fixed_dictionaries(entry), max_size=3) for name, entry in LISTS.items()},
    },
)
ISSUES = st.lists(
    st.builds(issue, st.sampled_from([None, "arms", "arms[1]"]), st.sampled_from(["ambiguous", "mismatch"])), max_size=2
)
RECORDS = st.builds(lambda issues, fields: record(tuple(issues), **fields), ISSUES, FIELDS)
