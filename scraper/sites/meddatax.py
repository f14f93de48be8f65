"""Trials on MedDataX, e.g. https://meddatax.com/clinical-trials/<NCT id>.

Sentences that explain a label stand between it and its value, and cards of other trials stand inside the record.

2026-11: seen in text, ten pages. Some copies have lost the labels below `Basic Information` and keep the values.
"""

from collections.abc import Mapping
from functools import partial

XX
