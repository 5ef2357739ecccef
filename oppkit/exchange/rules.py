"""What a mapping may say, key by key. `mappings/maven.toml` shows every part with comments.

A mapping is a TOML file with these parts, all optional but `[fields]`:

- `description`: one sentence; `extends`: the mapping to start from (what is said here replaces).
- `[file]`: how the file is written, where the detection should not decide (see `FileRules`).
- `[fields]`: how each field of an opportunity is fed, each a column's heading, a list of possible
  headings, or a table (see `Rule`). Headings match whatever their case, spaces, accents and
  punctuation: `StageName`, `stage_name` and `Stage Name` are one.
- `[[outcome]]`: what flags such as "is won" say; the first that fits decides (see `FlagRule`).
- `[[skip]]`: rows that are left out on purpose, with the reason (see `SkipRule`).
- `[lines]`: the file of lines and the column that joins it (see `LineRules`).
- `[lookup]`: a file of products with their prices (see `LookupRules`).
- `[history]`: the columns that make a file one of past versions (see `HistoryRules`).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

OPPORTUNITY_FIELDS = (
    "code", "name", "customer", "customer_name", "site", "site_name", "status", "probability",
    "probability_typed", "amount", "margin", "currency", "opened_on", "expected_signature",
    "production_start", "production_end", "closed_on", "loss_reason", "close_comment", "comment",
    "status_on", "owner", "owner_name", "responsibles", "participants", "tags", "establishment",
    "sector", "family", "subfamily", "origin_type", "origin", "origin_text", "title", "sale_type",
)  # fmt: skip
LINE_FIELDS = (
    "position", "title", "sale_type", "quantity", "unit_price", "amount", "margin",
    "duration_months", "recurrence",
)  # fmt: skip


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _listed(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


Words = Annotated[tuple[str, ...], BeforeValidator(_listed)]
When = Literal["always", "open", "closed", "won", "lost"]
Flag = Literal["open", "won", "lost", "abandoned"]


class Rule(_Part):
    """How one field is fed. Each step is tried where those before left the cell empty."""

    column: Words = ()  # the first of these headings that the file has
    join: Words = ()  # or the values of other fields put together with " – "
    fallback: Words = ()  # other columns
    lookup: str | None = None  # a column of the lookup file
    default: str | None = None  # this text (alone, without a column: a constant)
    missing: Literal["reject", "empty", "earliest", "latest", "today", "status"] | None = None
    # what is left: "reject" the row (the rule for code, name, status and opened_on), leave it
    # "empty" (the rule for all else), take the "earliest" or "latest" date that the file has in
    # this column, "today", or the default probability of the "status"

    empty: Words = ()  # texts that mean nothing, such as "N/A", or "0" where it is no amount
    values: dict[str, str] = Field(default_factory=dict)  # translations; to "" means empty
    unknown: str = "reject"  # a value that no list has: "reject" the row, "create" it, leave it
    # "empty"; a status also the code of the one to take, or, where flags say that the row is open,
    # the open one whose usual probability is "nearest"
    match: Literal["label", "code"] = "label"  # recognise values by code and labels, or by code
    # alone; people whose code is unknown likewise by name, or never by name
    when: When = "always"  # only rows that are open, closed, won or lost feed this field
    dates: Words = ()  # formats such as "%d/%m/%Y", where detection should not decide
    percent: bool | None = None  # probabilities are written 40 (true) or 0.4 (false); else detected
    separator: str | None = None  # what parts several values in one cell: all tags count, else
    # the first value
    prefix: str = ""  # written before the text
    not_after: Words = ()  # columns of dates that this date may not exceed: the earliest is taken

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        return {"column": value} if isinstance(value, str | list) else value


class FileRules(_Part):
    """How the file is written. What is left out is detected."""

    encoding: str | None = None
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    decimal: Literal[".", ","] | None = None
    day_first: bool | None = None  # 05/04/2024 is 5 April (true) or 4 May (false)
    sheet: str | None = None  # the sheet of an Excel workbook; else the first
    neutralised: bool = False  # texts carry the apostrophe that `oppkit export` writes


class FlagRule(_Part):
    """`column` holding one of `equals` ("*": anything) says that the opportunity is `outcome`."""

    column: Words
    equals: Words
    outcome: Flag


class SkipRule(_Part):
    """Rows whose `column` holds one of `equals` are left out, and counted under `reason`."""

    column: Words
    equals: Words
    reason: str
    reason_fr: str = ""
    versions: bool = True  # false: not in files of past versions


class LineRules(_Part):
    """The file of lines: `join` is its column with the opportunity's code."""

    join: Words
    fields: dict[str, Rule]
    skip: tuple[SkipRule, ...] = ()


class LookupRules(_Part):
    """A small file whose rows are found by `key` from the opportunities' column `join`.

    The values are compared without case, accents, spaces and punctuation. Without `--lines` the
    file is looked for beside the imported one, under the name `file`.
    """

    file: str
    key: str
    join: Words


class HistoryRules(_Part):
    """A file with these columns holds versions, each in force from `start` until `end`."""

    start: str
    end: str
    author: Words = ()


class Mapping(_Part):
    """How the rows of a file become opportunities."""

    name: str
    description: str = ""
    file: FileRules = FileRules()
    fields: dict[str, Rule]
    outcome: tuple[FlagRule, ...] = ()
    skip: tuple[SkipRule, ...] = ()
    lines: LineRules | None = None
    lookup: LookupRules | None = None
    history: HistoryRules | None = None

    @model_validator(mode="after")
    def _known_fields(self) -> Mapping:
        _only_known(self.fields, OPPORTUNITY_FIELDS, "fields")
        if self.lines is not None:
            _only_known(self.lines.fields, LINE_FIELDS, "lines.fields")
        if not {"customer", "customer_name"} & self.fields.keys():
            raise ValueError("[fields] feeds neither customer nor customer_name")
        for name in ("code", "name", "opened_on"):
            if name not in self.fields:
                raise ValueError(f"[fields] does not feed {name}")
        if "status" not in self.fields and not self.outcome:
            raise ValueError("[fields] does not feed status")
        return self


def _only_known(rules: dict[str, Rule], known: tuple[str, ...], part: str) -> None:
    strange = [name for name in rules if name not in known]
    if strange:
        raise ValueError(f"[{part}] has no field {strange[0]}; it may feed {', '.join(known)}")
