"""Everything that touches the outside, and the eight steps from a page to a record."""
