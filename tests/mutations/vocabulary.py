"""Words that mutations put into pages: other names for labels, other values, things that no layout knows."""

SYNONYMS = {
    "about": ("Summary", "Brief summary"),
    "accepts healthy volunteers": ("Healthy volunteers", "Healthy participants"),
    "administrative data": ("Administrative information", "Registration"),
    "age group": ("Ages eligible for study", "Age range"),
    "ages": ("Age range", "Eligible ages"),
    "allocation": ("Randomization", "Assignment of participants"),
    "arms": ("Study arms", "Groups and interventions"),
    "central trial contact": ("Study contact", "Who to contact"),
    "city": ("Town", "Place"),
    "clinical trial description": ("Detailed description", "About this study"),
    "clinical trial summary": ("Brief summary", "Overview of the trial"),
    "collaborator": ("Partner", "Co-sponsor"),
    "completion date": ("End date", "Study completion"),
    "conditions": ("Diseases", "Indications"),
    "contact": ("Contact person", "Study coordinator"),
    "country": ("Nation", "Land"),
    "description": ("Detailed description", "More about this trial"),
    "description:": ("Detailed description:", "More details:"),
    "details and patient eligibility": ("Study details", "Who can take part"),
    "eligibility": ("Who can participate", "Participation criteria"),
    "email": ("E-mail address", "Mail"),
    "enrollment": ("Participants", "Sample size"),
    "est. completion date": ("Estimated end date", "Study completion"),
    "est. primary completion date": ("Primary end date", "Primary completion"),
    "exclusion criteria": ("You cannot join if", "Reasons not to take part"),
    "first received": ("First submitted", "Received on"),
    "full description": ("Detailed description", "More about this study"),
    "funder types": ("Funding", "Funded by"),
    "gender": ("Sexes eligible", "Biological sex"),
    "health authority": ("Regulator", "Authority"),
    "heading": ("Trial details and status", "Details of the trial"),
    "identifiers": ("Study numbers", "Trial IDs"),
    "inclusion and exclusion criteria": ("Eligibility criteria", "Who can take part"),
    "inclusion criteria": ("You can join if", "Requirements"),
    "interventional model": ("Study model", "Model"),
    "is fda regulated": ("FDA oversight", "Regulated by the FDA"),
    "last updated": ("Last change", "Updated on"),
    "lead sponsor": ("Main sponsor", "Responsible party"),
    "masking": ("Blinding", "Blinded parties"),
    "nct number": ("Registry number", "ClinicalTrials.gov ID"),
    "official title:": ("Scientific title:", "Full title:"),
    "other study id #": ("Sponsor's study number", "Protocol number"),
    "overview": ("Summary", "What is this study about?"),
    "phase": ("Trial phase", "Stage"),
    "phone": ("Telephone", "Call"),
    "primary purpose": ("Purpose", "Main goal"),
    "recruitment information / eligibility": ("Recruitment", "Who can take part"),
    "related conditions & mesh terms": ("Diseases", "Related diseases"),
    "secondary id": ("Further numbers", "Secondary number"),
    "sex": ("Gender", "Sexes eligible"),
    "source": ("Sponsor", "Sponsored by"),
    "start date": ("Study start", "Begins on"),
    "status": ("Recruitment status", "State"),
    "study design": ("Design", "How the study is built"),
    "study details": ("Trial facts", "About the listing"),
    "study information": ("Information about the study", "Facts"),
    "study type": ("Type of study", "Kind of trial"),
    "treatments": ("Interventions", "What is tested"),
    "trial contacts and locations": ("Locations", "Where the trial runs"),
    "trial design": ("Study design", "How it works"),
    "verified date": ("Verified on", "Last verification"),
    "volunteers": ("Healthy people", "Accepts healthy participants"),
}
"""Other names that a site could give to its labels, by the label's name in lower case."""

NONSENSE = ("Blorptang", "Zu prüfende Angaben", "Quux of the day", "Informations XY")

ICONS_BEFORE = ("👤", "ⓘ", "★", "✔")
ICONS_BEHIND = ("?", "ⓘ", "ℹ️", "❓")
IMAGES = ("Help", "info icon")
FOOTNOTES = ("*", "†", "¹", "[1]")

OTHER_VALUES = {
    "acronym": ("OTHER",),
    "completion_date": ("March 2031",),
    "conditions": ("Gout",),
    "contacts": ("Grace Example, PhD",),
    "design.allocation": ("Non-Randomized", "Randomized"),
    "design.intervention_model": ("Crossover Assignment", "Parallel Assignment"),
    "design.masking": ("Triple Blind", "Double Blind"),
    "design.primary_purpose": ("Prevention", "Diagnostic"),
    "eligibility.healthy_volunteers": ("Accepts Healthy Volunteers", "No Healthy Volunteers", "Yes", "No"),
    "eligibility.minimum_age": ("31 to 44 years old", "31 Years to 44 Years"),
    "eligibility.sex": ("Female", "Male"),
    "enrollment": ("77 patients", "77"),
    "funder_types": ("NIH", "Industry"),
    "interventions": ("Drug: Imaginarine",),
    "location_count": ("23",),
    "nct_id": ("NCT01234567",),
    "official_title": ("A Trial of Another Name",),
    "phases": ("Phase 4", "Phase 2"),
    "primary_completion_date": ("March 2030",),
    "secondary_ids": ("XY-2040-17",),
    "sponsor": ("Another Sponsor Ltd.",),
    "start_date": ("March 2012",),
    "status": ("Terminated", "Completed"),
    "study_type": ("Observational", "Interventional"),
}
"""Values that a label may have instead of its own, by the first field that it becomes."""

OTHER_PROSE = ("These words were never here before, and they say something else about the whole study.",)
OTHER_CRITERIA = ("Has walked on the moon at least twice.", "Owns a lighthouse.")

VOCABULARY_FIELDS = frozenset(
    {
        "completion_date",
        "design.allocation",
        "design.intervention_model",
        "design.masking",
        "design.primary_purpose",
        "eligibility.healthy_volunteers",
        "eligibility.minimum_age",
        "eligibility.sex",
        "enrollment",
        "funder_types",
        "location_count",
        "nct_id",
        "phases",
        "primary_completion_date",
        "start_date",
        "status",
        "study_type",
    }
)
"""Fields whose values are words of a vocabulary, numbers or dates: a decoration is no part of them."""

DECORATIONS = (
    "{} (updated 3 days ago)",
    "{} *",
    "{} ⓘ",
    "{} – learn more",
    "{} as of March 2024",
    "✔ {}",
)

UNKNOWN_PAIRS = (
    ("Data monitoring", "Independent committee"),
    ("Biospecimen retention", "Samples with DNA"),
    ("Last verified", "March 2024"),
    ("Travel support", "Available"),
    ("Follow-up visits", "12"),
    ("Languages", "English, Spanish"),
    ("Study visits", "Home and clinic"),
)

ADVERTISEMENTS = (
    "Advertisement",
    "Sponsored: find out whether you qualify for a paid sleep study near you",
    "Get paid up to $500 to take part in research. Apply today!",
)
TOOLTIPS = (
    "The recruitment status tells whether a study is looking for people at the moment.",
    "Click the question mark to learn what this means.",
)
KNOWN_BUTTONS = ("Show more", "Read less", "Print", "Share")
NEW_BUTTONS = ("Check my eligibility", "Bookmark trial", "Compare trials", "Ask a question", "+ 3 more")
CHIPS = ("Remote", "Accepting applications", "Telehealth", "New", "Paid", "Healthy volunteers welcome")

OTHER_TRIAL = {
    "title": "Another Drug in Patients With Another Disease",
    "nct_id": "NCT07654321",
    "status": "Completed",
    "sponsor": "Other Pharma Inc.",
}
