"""A page as it arrived: its bytes, and where they came from."""

import hashlib
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Page:
    """The bytes of one page, and what is known about their arrival."""

    content: bytes
    url: str | None = None
    fetched_at: datetime | None = None
    charset: str | None = None
    """The encoding that the HTTP header names, if one did."""
    file: str | None = None
    """The file that held it; None where it came from its site."""
    offset: int | None = None
    """Where it begins in that file; None where the file holds nothing else."""

    @property
    def sha256(self) -> str:
        """The hash of the bytes, in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()
