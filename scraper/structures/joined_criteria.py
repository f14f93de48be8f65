"""Criteria that a site shows as one bullet for a whole list: `• Adults - Able to consent - No pregnancy`.

The bullet stands for the first of the dashes, which the registry's text has before each criterion.
"""

from schemas.extraction import CriteriaText


def with_first_dash(text: CriteriaText) -> CriteriaText:
    """Criteria with the first dash back in its place; those with several bullets as they are."""
    if len(text.passage) != 1 or text.passage[0].kind != "item" or " - " not in text.passage[0].text:
        return text
    return text._replace(passage=(text.passage[0]._replace(marker="-"),))
