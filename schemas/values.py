"""Values of their own kind: the registry's trial number, dates of reduced precision, ages."""

import re
from calendar import monthrange
from typing import Annotated, Self, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from schemas.vocabulary import AgeUnit

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
"""A value that JSON can hold."""

NCT_ID = re.compile(r"NCT(?!0{8})\d{8}", re.ASCII)
"""The form of a ClinicalTrials.gov number; the all-zero number is a placeholder, never a trial."""

_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


def _is_nct_id(value: str) -> str:
    if NCT_ID.fullmatch(value) is None:
        raise ValueError("an NCT id is NCT and eight digits, not all zero, e.g. NCT05160831")
    return value


NctId = Annotated[
    str,
    AfterValidator(_is_nct_id),
    Field(pattern=r"^NCT[0-9]{8}$", json_schema_extra={"not": {"const": "NCT00000000"}}),
]
"""A ClinicalTrials.gov number such as `NCT05160831`, in capitals."""


class PartialDate(str):
    """A date of the precision its source gave: `2021`, `2021-08` or `2021-08-01` (ISO 8601).

    It is a `str`, so that it sorts and serialises as itself; a month never grows a day.

    Raises:
        ValueError: the text is no such date, or no such day exists.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        """Check the text and keep it as it is."""
        match = _DATE.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is not a date of the form 2021, 2021-08 or 2021-08-01")
        year, month, day = (int(part) if part else None for part in match.groups())
        if not year or (month is not None and not 1 <= month <= 12):
            raise ValueError(f"{text!r} is not a date: no such year or month")
        if day is not None and month is not None and not 1 <= day <= monthrange(year, month)[1]:
            raise ValueError(f"{text!r} is not a date: that month has no such day")
        return super().__new__(cls, text)

    @property
    def year(self) -> int:
        """The year, always known."""
        return int(self[:4])

    @property
    def month(self) -> int | None:
        """The month from 1 to 12, or None where the source gave a year alone."""
        return int(self[5:7]) if len(self) > 4 else None

    @property
    def day(self) -> int | None:
        """The day of the month, or None where the source gave none."""
        return int(self[8:]) if len(self) > 7 else None

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Validate a string into a PartialDate, serialise it as it stands."""
        return core_schema.no_info_after_validator_function(cls, core_schema.str_schema())

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Describe the three precisions to readers of the JSON Schema."""
        return {
            "type": "string",
            "pattern": r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$",
            "description": "ISO 8601 date of reduced precision: year, month or day, as the source gave it.",
        }


class Age(BaseModel):
    """An age limit in the unit the source used: 18 YEARS, 6 MONTHS."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    value: int = Field(ge=0)
    """How many of the unit."""
    unit: AgeUnit
    """The unit; units are never converted, since 24 months is not the limit that 2 years is."""
