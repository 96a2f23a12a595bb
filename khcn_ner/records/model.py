"""The record of one report: frozen values in the shape of the record contract.

`Report` comes out of `assemble`; `report_json` writes it as one line. Every value taken from the text carries
`start` and `end` (code points, end exclusive) into the document's text, and `place_in_file` where its reader knows more
(`p. 3, table 2, row 4`); what can't be told is None.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

Number = int | float


class Precision(StrEnum):
    """How finely an expression names its time; a range has the finest precision it names."""

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    MONTHS = "months"
    YEAR = "year"
    YEARS = "years"


class Dimension(StrEnum):
    """What a quantity measures."""

    COUNT = "count"
    CURRENCY = "currency"
    PERCENT = "percent"
    AREA = "area"
    MASS = "mass"
    VOLUME = "volume"
    LENGTH = "length"
    DURATION = "duration"
    OTHER = "other"


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, populate_by_name=True, extra="forbid")


class NormalisedDate(_Value):
    """What a calendar expression says: first and last day, or None where it can't be told.

    `part` is "start", "middle" or "end" where the words đầu, giữa or cuối narrow the unit without saying by how much.
    """

    from_: date | None = Field(default=None, validation_alias="from", serialization_alias="from")
    to: date | None = None
    precision: Precision | None = None
    part: str | None = None
    assumed: tuple[str, ...] = ()
    warning: str | None = None


class NormalisedQuantity(_Value):
    """What an amount says: `value`, the end of a range, or the total it is out of, and its unit.

    `approximation` is what words in the text itself say ("hơn 200 ha"): more than, about, less than or nearly.
    """

    value: Number | None = None
    value_to: Number | None = None
    of: Number | None = None
    unit: str | None = None
    dimension: Dimension | None = None
    approximation: str | None = None
    warning: str | None = None


class ModelInfo(_Value):
    """The model whose spans were assembled."""

    name: str
    version: str


class Mention(_Value):
    """One place where a body or a person is named."""

    text: str
    start: int
    end: int
    place_in_file: str | None = None
    score: float | None = None


class Interval(_Value):
    """First and last day of a time."""

    from_: date | None = Field(default=None, validation_alias="from", serialization_alias="from")
    to: date | None = None


class Period(_Value):
    """The time that a report is about."""

    text: str
    from_: date | None = Field(default=None, validation_alias="from", serialization_alias="from")
    to: date | None = None
    assumed: tuple[str, ...] = ()
    start: int
    end: int
    place_in_file: str | None = None


class Event(_Value):
    """The meeting that a report tells of; `start` and `end` are those of its date."""

    date: date | None
    kind: str
    host: str | None = None
    chair: str | None = None
    start: int
    end: int
    place_in_file: str | None = None


class ReportHead(_Value):
    """What is known of the report as a whole."""

    id: str
    source: str | None
    text_sha256: str
    title: str | None
    number: str | None
    period: Period | None
    event: Event | None
    issuer: str | None
    assumed: tuple[str, ...]
    model: ModelInfo | None


class Organisation(_Value):
    """A named body and where it is named.

    `province` is the one that its name says; `province_now` which of the 34 since 1 July 2025 that one belongs to.
    """

    name: str
    kind: str | None
    parent: str | None
    province: str | None = None
    province_now: str | None = None
    mentions: tuple[Mention, ...]


class Role(_Value):
    """An office that the text gives a person; `title` is None for a bare affiliation."""

    title: str | None
    organisation: str | None
    assumed: tuple[str, ...] = ()
    start: int
    end: int
    place_in_file: str | None = None


class Person(_Value):
    """A person, the offices the text gives them, and where they are named."""

    name: str
    degrees: tuple[str, ...]
    roles: tuple[Role, ...]
    mentions: tuple[Mention, ...]


class DateRecord(_Value):
    """A calendar expression of the text, normalised."""

    text: str
    start: int
    end: int
    place_in_file: str | None = None
    from_: date | None = Field(default=None, validation_alias="from", serialization_alias="from")
    to: date | None = None
    precision: Precision | None
    part: str | None
    assumed: tuple[str, ...]
    score: float | None


class Indicator(_Value):
    """A number of the text with what it counts, what was done, by whom, when."""

    text: str
    start: int
    end: int
    place_in_file: str | None = None
    score: float | None
    value: Number | None
    value_to: Number | None
    of: Number | None
    percent: Number | None
    unit: str | None
    dimension: Dimension | None
    approximation: str | None
    item: str | None
    activity: str | None
    section: str | None
    organisation: str | None
    period: Interval | None
    part_of: int | None
    assumed: tuple[str, ...]


class Budget(_Value):
    """Money that the text gives a project."""

    text: str
    value: Number | None
    unit: str | None
    start: int
    end: int
    place_in_file: str | None = None


class Project(_Value):
    """A science-and-technology task known by its title."""

    title: str
    start: int
    end: int
    place_in_file: str | None = None
    score: float | None
    kind: str | None
    level: str | None
    lead: str | None
    partners: tuple[str, ...]
    place: str | None
    years: Interval | None
    status: str | None
    grade: str | None
    budget: Budget | None
    assumed: tuple[str, ...]


class OfficialDocument(_Value):
    """A decision, plan, circular … that the text refers to by number."""

    kind: str
    number: str
    date: date | None
    issuer: str | None
    assumed: tuple[str, ...]
    start: int
    end: int
    place_in_file: str | None = None


class Report(_Value):
    """One report as records."""

    report: ReportHead
    organisations: tuple[Organisation, ...]
    people: tuple[Person, ...]
    dates: tuple[DateRecord, ...]
    indicators: tuple[Indicator, ...]
    projects: tuple[Project, ...]
    documents: tuple[OfficialDocument, ...]
    warnings: tuple[str, ...]


def report_json(report: Report) -> str:
    """Write a report as one line of JSON, Vietnamese letters as they are."""
    return report.model_dump_json(by_alias=True)
