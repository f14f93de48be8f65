"""Parses a page's bytes into blocks of text in reading order: HTML, MHTML, JSON, text captures. Knows no site."""
