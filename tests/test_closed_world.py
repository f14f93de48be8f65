"""Between the first label and the last a block is a known label, what its section holds, or told."""

import pytest

from scraper.layouts.matches import is_label
from scraper.sites import veeva
from tests.build import SUMMARY, TRIALX, VEEVA, document, record, with_line, without
from tests.each import each

END = "Data sourced from clinicaltrials.gov"
WITH_TEXT = with_line(VEEVA, "What it is about.", "Full description", "What will be done.")
WHOLE = record(WITH_TEXT).trial


def headed(page, label="h3"):
    """A capture as markup: each label in an element of its own, items in lists."""
    parts = []
    for block in document(page).blocks:
        if (
            is_label(veeva.STUDY.labels, block)
            and block.kind == "line"
            and block.text not in ("Treatment:", "Description:")
        ):
            parts.append(f"<{label}>{block.text}</{label}>")
        else:
            parts.append(f"<ul><li>{block.text}</ul>" if block.kind == "item" else f"<p>{block.text}</p>")
    return "<!doctype html><body>" + "\n".join(parts)


def termed(page):
    """A capture as markup: one list of terms for each label, with what stands below it."""
    markup = headed(page, "dt").replace("<dt>", "</dl><dl><dt>").replace("<p>", "<dd>").replace("</p>", "</dd>")
    return markup.replace(f"<dd>{END}", f"</dl><p>{END}")


FORMS = pytest.mark.parametrize("form", [str, headed], ids=["text", "headings"])


def told(page):
    return [(issue.field, str(issue.code), issue.text) for issue in record(page).issues]


def texts(page):
    return " ".join(issue.text for issue in record(page).issues)


def test_the_forms_of_the_page_give_its_record():
    assert record(headed(WITH_TEXT)).trial == record(termed(WITH_TEXT)).trial == WHOLE
    assert record(headed(WITH_TEXT)).issues == record(termed(WITH_TEXT)).issues == ()


# --- Labels in other clothes ---


@FORMS
@each("label", ["Exclusion criteria", "Enrollment", "About", "Conditions", "Trial design"])
@each("clothes", ["ⓘ {}", "{} ⓘ", "{} (?)", "{}¹", "{} *", "{}:", "📋 {}", "{} ℹ️", "{} †"])
def test_a_label_is_one_with_an_icon_a_colon_or_the_sign_of_a_footnote(form, label, clothes):
    page = WITH_TEXT.replace(f"\n{label}\n", f"\n{clothes.format(label)}\n")
    assert record(form(page)).trial == WHOLE


def test_a_listings_label_may_end_in_a_colon():
    assert record(TRIALX.replace("\nEligibility\n", "\nEligibility:\n")).trial == record(TRIALX).trial


def test_the_design_of_the_aggregator_may_end_in_a_colon():
    design = with_line(SUMMARY, "Study Design", "Allocation: Randomized")
    shown = record(design).trial
    assert shown.design.allocation == "RANDOMIZED"
    assert record(design.replace("\nStudy Design\n", "\nStudy Design:\n")).trial == shown


# --- Labels that nobody knows ---


@pytest.mark.parametrize("form", [headed, termed], ids=["headings", "terms"])
@pytest.mark.parametrize("before", ["Trial design", "Enrollment", "Full description", "Treatments", "Sex"])
def test_an_unknown_label_in_the_form_of_the_known_ones_ends_the_section_before_it(form, before):
    page = form(WITH_TEXT)
    label = f"<{'dt' if form is termed else 'h3'}>{before}"
    new = "<dt>Study results</dt><dd>The endpoint was met.</dd>" if form is termed else "<h3>Study results</h3><p>Met."
    changed = page.replace(label, new + label)
    assert record(changed).trial == WHOLE
    assert (None, "unread_label", "Study results") in told(changed)


@FORMS
def test_a_renamed_label_leaves_its_value_to_no_text(form):
    page = form(WITH_TEXT).replace("Enrollment", "Participants")
    trial = record(page).trial
    assert (trial.description, trial.enrollment.type) == (WHOLE.description, None)
    assert (None, "unread_label", "Participants") in told(page)


def test_a_renamed_label_of_a_text_leaves_the_text_to_no_other():
    page = headed(WITH_TEXT).replace("Full description", "Detailed description")
    assert (record(page).trial.summary, record(page).trial.description) == (WHOLE.summary, None)
    assert (None, "unread_label", "Detailed description") in told(page)


def test_a_label_that_is_gone_leaves_its_value_to_no_text():
    page = WITH_TEXT.replace("\nEnrollment\n", "\n")
    assert record(page).trial.description == WHOLE.description
    assert "50 estimated patients" in texts(page)


def test_criteria_of_one_side_alone_are_told():
    page = headed(WITH_TEXT).replace("<h3>Exclusion criteria</h3>", "")
    assert {"eligibility.inclusion", "eligibility.exclusion"} <= {field for field, _, _ in told(page)}


# --- Labels out of order, and twice ---


@FORMS
@pytest.mark.parametrize("before", ["Conditions", "Trial design", "About", END])
def test_a_section_that_stands_elsewhere_is_read_there(form, before):
    page = without(WITH_TEXT, "Sex", "All").replace(f"\n{before}\n", f"\nSex\n\nAll\n\n{before}\n")
    assert record(form(page)).trial == WHOLE


@FORMS
def test_a_section_that_stands_twice_counts_once(form):
    page = WITH_TEXT.replace(f"\n{END}\n", f"\nSex\n\nAll\n\n{END}\n")
    assert (record(form(page)).trial, record(form(page)).issues) == (WHOLE, ())


@FORMS
def test_a_section_that_stands_twice_and_says_otherwise_is_told(form):
    page = form(WITH_TEXT.replace(f"\n{END}\n", f"\nSex\n\nFemale\n\n{END}\n"))
    assert "eligibility.sex" in [field for field, _, _ in told(page)]


# --- What stands outside, or among values ---


@pytest.mark.parametrize("behind", ["Knee Osteoarthritis", "Biological: Cells", "SC-1", "Ada Byron, MD", "All"])
@pytest.mark.parametrize("text", ["Travel support", "A word from our partners", "Zapomab in Asthma"])
def test_what_stands_outside_the_element_of_a_label_and_its_values_is_told(behind, text):
    page = termed(WITH_TEXT)
    changed = page.replace(f"<dd>{behind}</dd>", f"<dd>{behind}</dd></dl><p>{text}</p><dl>")
    assert changed != page
    assert record(changed).trial == WHOLE
    assert text in texts(changed)


@FORMS
@each("label", ["Conditions", "Central trial contact", "Identifiers"])
@each(
    "text",
    [
        "Check my eligibility",
        "Ask a question",
        "+ 3 more",
        "Get paid up to $500. Apply today!",
        "The status tells whether a study looks for people.",
        "Travel support: Available",
        "info icon",
    ],
)
def test_what_can_be_no_value_is_none_and_is_told(form, label, text):
    page = form(WITH_TEXT.replace(f"\n{label}\n\n", f"\n{label}\n\n{text}\n"))
    assert record(page).trial == WHOLE
    assert text in texts(page)


def test_an_entry_that_nothing_else_on_the_page_speaks_of_is_told():
    page = WITH_TEXT.replace("Knee Osteoarthritis\n", "Knee Osteoarthritis\nIndependent committee\n")
    page = page.replace(
        "What will be done.", "Cells for the knee are given, and the pain of arthritis is compared over months."
    )
    assert ("conditions", "ambiguous", "Independent committee") in told(page)


def test_a_value_that_stands_twice_in_a_row_counts_once():
    assert (
        record(WITH_TEXT.replace("Knee Osteoarthritis\n", "Knee Osteoarthritis\nKnee Osteoarthritis\n")).trial == WHOLE
    )


@FORMS
def test_a_sentence_between_a_label_and_its_value_is_not_the_value(form):
    page = form(WITH_TEXT.replace("\nSex\n\n", "\nSex\n\nWho may take part in it.\n"))
    assert record(page).trial == WHOLE
    assert ("eligibility.sex", "ambiguous", "Who may take part in it.") in told(page)


@FORMS
@pytest.mark.parametrize(("label", "value"), [("Sex", "All"), ("Masking", "None (Open label)"), ("Allocation", "N/A")])
def test_a_label_with_nothing_below_it_is_told(form, label, value):
    page = form(without(WITH_TEXT, value))
    assert [(code, text) for field, code, text in told(page) if code == "missing" and text == label]


# --- Other trials ---


@FORMS
def test_a_card_of_another_trial_takes_no_label_along(form):
    card = ("Related trials", "A Study of Zapomab in Asthma", "NCT09999999", "Recruiting")
    page = form(with_line(WITH_TEXT, "What will be done.", *card))
    trial = record(page).trial
    assert (trial.enrollment, trial.eligibility.sex) == (WHOLE.enrollment, WHOLE.eligibility.sex)
    assert (trial.nct_id, trial.eligibility, trial.description) == (WHOLE.nct_id, WHOLE.eligibility, WHOLE.description)
    assert "Related trials" in texts(page)


# --- Title and sponsor ---


def test_a_renamed_first_label_becomes_neither_title_nor_sponsor():
    page = WITH_TEXT.replace("Status and phase", "Recruitment status")
    assert (record(page).trial.title, record(page).trial.sponsor) == (WHOLE.title, WHOLE.sponsor)
    assert "Recruitment status" in texts(page)


def test_of_several_lines_without_a_sign_which_is_which_none_is_taken():
    page = WITH_TEXT.replace("\nA\n\n", "\n").replace("Status and phase", "Recruitment status")
    assert (record(page).trial.title, record(page).trial.sponsor) == (None, None)
    assert {"title", "sponsor"} <= {field for field, _, _ in told(page)}


@pytest.mark.parametrize("behind", ["Stem Cells for Knee Pain", "Army Medical University"])
def test_a_line_beside_title_or_sponsor_is_told(behind):
    page = with_line(WITH_TEXT, behind, "Home and clinic")
    assert {"title", "sponsor"} & {field for field, _, _ in told(page)}
    assert record(page).trial.title == WHOLE.title


# --- Within a text ---


@FORMS
@each("label", ["Enrollment", "Trial design", "Full description"])
@each(
    "lines",
    [
        ("Data monitoring", "Independent committee"),
        ("Follow-up visits: 12",),
        ("Compare trials",),
        ("Apply today, and find out whether you qualify!",),
        ("The recruitment status tells whether a study is looking for people.",),
        ("Another Drug in Another Disease", "NCT07654321", "Recruiting"),
    ],
)
def test_what_a_text_can_hardly_end_with_is_told(form, label, lines):
    page = WITH_TEXT.replace(f"\n{label}\n", "\n" + "\n\n".join(lines) + f"\n\n{label}\n")
    markup = form(page)
    assert any(line in texts(markup) for line in lines)


@FORMS
def test_a_paragraph_that_stands_twice_is_told(form):
    page = form(WITH_TEXT.replace("What will be done.", "What will be done.\n\nWhat will be done."))
    assert ("description", "ambiguous", "What will be done.") in told(page)


def test_a_list_that_a_text_ends_with_is_the_texts_own():
    page = with_line(VEEVA, "What it is about.", "Full description", "It compares:", "Cells", "Placebo")
    assert record(page).issues == ()
    assert record(page).trial.description == "It compares:\n\nCells\n\nPlacebo"


# --- What stands above, once more; headings above those of the labels ---

LONG_TITLE = "A Randomised Study of Cells in Adults Who Have Knee Pain"


def test_the_title_once_more_within_a_text_or_a_list_is_told():
    title = record(WITH_TEXT).trial.title
    page = WITH_TEXT.replace(title, LONG_TITLE)
    for label in ("Full description", "Enrollment", "Exclusion criteria", "Trial design", "Treatments"):
        told_twice = page.replace(f"\n{label}\n", f"\n{LONG_TITLE}\n\n{label}\n", 1)
        assert told_twice != page
        assert LONG_TITLE in texts(told_twice), label


def test_a_summary_may_be_the_title():
    page = WITH_TEXT.replace(record(WITH_TEXT).trial.title, LONG_TITLE)
    assert texts(page.replace("What it is about.", LONG_TITLE)) == texts(page)


def test_a_heading_above_that_of_a_label_ends_the_labels_section():
    page = headed(WITH_TEXT, "h4").replace("<h4>Enrollment", "<h2>Study results</h2><p>None yet.</p><h4>Enrollment")
    assert record(page).trial == WHOLE
    assert (None, "unread_label", "Study results") in told(page)


def test_a_question_of_a_button_within_a_text_is_told():
    assert "Am I eligible?" in texts(WITH_TEXT.replace("\nEnrollment\n", "\nAm I eligible?\n\nEnrollment\n"))


@pytest.mark.parametrize("words", ["Contact the study team", "Start date\n\nMay 2021", "We use cookies for you."])
def test_what_can_hardly_belong_to_an_arms_description_is_told(words):
    page = WITH_TEXT.replace("\nTreatment:\n", f"\n{words}\n\nTreatment:\n", 1)
    assert page != WITH_TEXT
    assert any(issue.field == "arms" for issue in record(page).issues)
