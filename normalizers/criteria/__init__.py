"""Eligibility criteria: which side each belongs to, where each begins and ends, and which stands below which."""
