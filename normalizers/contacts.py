"""People who answer questions about a trial: `Masoud Soleimani, Prof; Leila Dehghani, Dr`."""


def contacts(text: str) -> tuple[str, ...]:
    """The names in one line, told apart by semicolons, since commas stand before degrees."""
    return tuple(name for part in text.split("; ") if (name := part.strip()))


def phone(number: str, extension: str | None) -> str:
    """The number as written, with its extension behind it: `+7 (495)2876570 ext. 4508`."""
    return f"{number} ext. {extension}" if extension else number
