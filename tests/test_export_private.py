"""Without --with-contacts an export names nobody whom one can write to or call, wherever a page says it."""

import json

from hypothesis import given
from hypothesis import strategies as st

from normalizers.contact_details import without_details
from scraper.exports.private import without_contacts
from tests.each import each
from tests.exports import change, export, record, trial

SAID = "Write to mary.doe@clinic.example.org or call +49 30 5550100."
MASKED = "Write to [e-mail address] or call [phone number]."


@each(
    ("text", "masked"),
    [
        (SAID, MASKED),
        ("a@b.example.org,c@d.example.org", "[e-mail address],[e-mail address]"),
        ("mailto:a+b@c.example.org", "mailto:[e-mail address]"),
        ("302-555-0101 or (302) 555-0101", "[phone number] or [phone number]"),
        ("office (613-555-0133)", "office ([phone number])"),
        ("(1-877-555-0159, 1-317-555-0160)", "([phone number], [phone number])"),
        ("Phone: 030 5550100", "Phone: [phone number]"),
        ("Tel. 0228/5550100", "Tel. [phone number]"),
        ("call the study team at 020 5550 0100", "call the study team at [phone number]"),
        ("Téléphone : 01 55 50 10 00", "Téléphone : [phone number]"),
        ("contact us on 1300 555 010", "contact us on [phone number]"),
        ("jane.doe (at) clinic.example.org, jane[at]example[dot]org", "[e-mail address], [e-mail address]"),
        ("jane at example dot org", "[e-mail address]"),
        ("jane @ example.org or jane＠example.org", "[e-mail address] or [e-mail address]"),
        ("a%b@c.example.org", "[e-mail address]"),
        ("(302)555-0101, 302/555-0101 or 302‑555‑0101", "[phone number], [phone number] or [phone number]"),
        ("1-800-4-EXAMPLE or 1-877-EXAMPLE", "[phone number] or [phone number]"),
        ("联系电话：010-55501000", "联系电话：[phone number]"),
        ("тел. 8 (495) 555-01-00", "тел. [phone number]"),
        ("Fax number: 030-555-0101", "Fax number: [phone number]"),
    ],
)
def test_addresses_and_numbers_are_masked(text, masked):
    assert without_details(text) == masked


@each(
    "text",
    [
        "Telephone follow-up 2019-2021",
        "call on 2021-08-01",
        "CAR T cell 100 000 000",
        "platelets >= 100 000 per 1 000 000",
        "EudraCT 2021-000123-45",
        "from 12.05.2021 to 13.06.2021",
        "5 mg @ 8 am",
        "5 mg @ 2.5 h",
        "measured at baseline (at rest) and on treatment",
        "the red dot at the centre",
        "cohort 800 IU or 877 PATIENTS",
        "HbA1c 7.0 - 10.5 %",
    ],
)
def test_other_numbers_stay(text):
    assert without_details(text) == text


@given(st.text())
def test_to_mask_twice_is_to_mask_once(text):
    once = without_details(text)
    assert without_details(once) == once


def test_contacts_are_left_out_of_a_trial_and_its_decisions():
    shown = record(
        summary=SAID,
        contacts=[{"name": "Mary Doetown", "phone": "+49 30 5550100"}],
        eligibility={"inclusion": [{"text": "adult", "children": [{"text": SAID}]}]},
        arms=[{"label": "A", "description": SAID}],
        secondary_ids=[{"id": "302-555-0101"}],
    )
    bare = without_contacts(trial(shown))
    said = bare.model_dump_json()
    assert "Doetown" not in said
    assert "5550100" not in said
    assert bare.trial.summary == MASKED
    assert bare.trial.eligibility.inclusion[0].children[0].text == MASKED
    assert bare.decisions["summary"].value == MASKED
    assert bare.decisions["summary"].opinions[0].value == MASKED
    assert "contacts" not in bare.decisions
    assert bare.trial.secondary_ids[0].id == "302-555-0101"  # a number of the trial


def test_contacts_are_left_out_of_a_record_its_evidence_and_its_issues():
    quote = {"text": "Mary Doetown", "blocks": (1, 2)}
    shown = record(contacts=[{"name": "Mary Doetown"}], summary=SAID)
    shown = shown.model_validate(
        {
            **shown.model_dump(),
            "evidence": {"contacts[0].name": [quote], "summary": [{"text": SAID, "blocks": (3, 4)}]},
            "issues": [
                {"field": "contacts", "code": "ambiguous", "text": "Mary Doetown", "message": "two readings"},
                {"field": None, "code": "unread", "text": SAID, "message": "nobody reads it"},
            ],
        }
    )
    bare = without_contacts(shown)
    said = bare.model_dump_json()
    assert "Doetown" not in said
    assert "5550100" not in said
    assert bare.evidence["summary"][0].text == MASKED
    assert [issue.text for issue in bare.issues] == ["", MASKED]


def test_what_has_nothing_to_hide_stays_the_same():
    shown = trial(record(title="Cells in knees", start_date="2021-08"))
    assert without_contacts(shown) == shown


def test_with_contacts_nothing_is_hidden():
    shown = trial(record(contacts=[{"name": "Mary Doetown"}], summary=SAID))
    (found,) = export(shown, with_contacts=True).each(lambda entry: entry)
    assert found == shown


def test_changes_of_contacts_are_left_out_and_others_masked():
    changes = [change("contacts[Mary].phone", "1", "2"), change("summary", "old", SAID)]
    work = export(trial(record()), history=lambda: changes)
    list(work.each(lambda entry: entry))
    assert [(one.field, one.new) for one in work.changes()] == [("summary", MASKED)]
    assert json.dumps([one.old for one in work.changes()]) == '["old"]'
