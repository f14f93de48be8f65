"""People who answer questions about a trial: `Masoud Soleimani, Prof; Leila Dehghani, Dr`."""


def contacts(text: str) -> tuple[str, ...]:
    """The names in one line, told apart by semicolons, since commas stand before degrees."""
    return tuple(name for part in text.split("; ") if (name := part.strip()))
