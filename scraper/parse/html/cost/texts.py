"""Texts that grow: the parser copies a text as a whole for each piece that it grows by."""


class Texts:
    """The texts that the next one may be added to, and what their growth takes."""

    __slots__ = ("apart", "merged", "together")

    def __init__(self) -> None:
        """There is no text yet."""
        self.apart = 0
        """Bytes of the text of a cell, or of blanks between cells."""
        self.together = 0
        """Bytes of the text elsewhere."""
        self.merged = 0
        """Bytes of texts that were copied as they grew."""

    def grow_apart(self, size: int) -> None:
        """A text is added to that of a cell, or to blanks between cells."""
        self.apart += size
        self.merged += self.apart

    def grow(self, size: int) -> None:
        """A text is added to the one elsewhere."""
        self.together += size
        self.merged += self.together
