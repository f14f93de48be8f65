"""The scheduled run: what is due, its report, and the guard against sites that change."""
