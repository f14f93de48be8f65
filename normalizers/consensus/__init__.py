"""Records of one trial into one trial: which page's value counts, by which rule, and how the others stand to it."""

from normalizers.consensus.decisions import consensus

__all__ = ["consensus"]
