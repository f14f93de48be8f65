"""Eligibility criteria as sponsors write them, each text with a trait of its own."""

from tests.registry import found

KNEE = """Inclusion Criteria

  • No major organ dysfunction.
  • Osteoarthritis by these criteria: a). "Guidelines (2018 Edition)"; b). Grade 3 or more (ACR); c).Grade Ⅲ or more.

Exclusion Criteria

  • Serum creatinine \\< 1.0 × 10^9 / L, Jan - Mar 2021.
  • Meets the inclusion criteria of another trial"""

COHORTS = """Cohort 1

Inclusion Criteria:

1. Untreated AML
2. Organ function:

   * liver function
   * kidney function
3. ECOG ≤ 2.

Exclusion Criteria:

1. Pregnant women

Cohort 2

Inclusion Criteria:

8. One of the following:

* Creatinine ≥ 2 mg/dL
* Bilirubin ≥ 2 mg/dL

  9. A negative test

  10. Consent

Exclusion Criteria:

2. Nursing women"""

CHARACTERISTICS = """DISEASE CHARACTERISTICS:

* Recurrent prostate cancer

PATIENT CHARACTERISTICS:

Age:

* 75 and under

Other:

* No other malignancy

  * Cured for five years is fine"""

WITHIN = """Inclusion criteria

1. Adults
2. Organ function:

   * RENAL FUNCTION:

     * Creatinine ≤ 1.5 x ULN

   Exclusion Criteria
3. Breast feeding.
4. Trametinib.

    See Section 7.
5. Grade 2 toxicity"""

SPONSOR = """Exclusion Criteria:

Participants are excluded from the study if any of the following criteria apply:

Medical Conditions

1. CIS of the bladder.

   Note: T1 is allowed.
2. Radiation therapy for any reason.

   Prior/Concomitant Therapy
3. Prior PD-1 therapy.

Other protocol-defined exclusion criteria may apply."""

PARTICIPANTS = """Inclusion Criteria:

6. A male participant must agree to contraception

   Female participants:
7. A female participant is not pregnant and one of the following applies:

   1. No WOCBP OR
   2. A WOCBP who uses contraception
8. Consent"""

ESCALATION = """Inclusion Criteria:

For participants of the Escalation Part only:

- Adult and Pediatric Arms: AML

a) Primary Induction Failure, i or ii.

i) An intensive induction attempt

Examples include but are not limited to:

* One cycle of HiDAC
* Two cycles of cytarabine

  ii) Age 75 years or older

  b) Early relapse
* Body weight at least 10 kg.

Part 2 (Cohort H): confirmed diagnosis of WM; relapsed or refractory to all of the standard therapies

* Active disease"""

DIAGNOSES = """Patient Inclusion Criteria:

* Age 14-60 years

Eligible diagnoses:

AML（excluding APL） with at least one of the following:

* high risk
* CR2 or beyond

ALL in remission

OR

* ECOG performance status < 2

Donor Inclusion Criteria

* Identical donor"""

FLAT = (
    "Inclusion Criteria: - Age 18 years or older - Confirmed AML (BM blasts > 20%) - ≥ 2 lines of therapy "
    "Exclusion Criteria: 1. Pregnancy 2. ECOG 3 or 4. 3. HIV; dose of 4. 5 mg"
)

NUMBERED_BULLETS = """Inclusion Criteria:

* 1. The patient signs. 2.age ≥18 years old; 3.ECOG PS: 0-1;

Exclusion Criteria:

-Acute leukaemia without PML/RARA"""

PARAGRAPHS = """• Inclusion Criteria:

Patients with relapse

Patients have ECOG ≤2

• Exclusion Criteria:

None

Further criteria apply."""

NOTHING = """Inclusion Criteria:

-

1. Aged 18-70 years 2. Leukaemia:

1. AML according to WHO

2. CMML

Exclusion Criteria:

-"""

BUNDLED = (
    KNEE,
    COHORTS,
    CHARACTERISTICS,
    WITHIN,
    SPONSOR,
    PARTICIPANTS,
    ESCALATION,
    DIAGNOSES,
    FLAT,
    NUMBERED_BULLETS,
    PARAGRAPHS,
    NOTHING,
)
TEXTS = (*BUNDLED, *found("eligibilityModule", "eligibilityCriteria"))
