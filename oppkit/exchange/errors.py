"""What stops a whole import or export, each said in one sentence."""

from __future__ import annotations

from oppkit.model.errors import UserError


class ExchangeError(UserError):
    """An import or export that cannot start or finish."""

    code = "exchange_error"


class NoSuchFile(ExchangeError):
    """The path leads nowhere."""

    code = "no_such_file"
    template = "There is no file {path}: check its name and its folder."


class UnreadableFile(ExchangeError):
    """The system refuses to read or write the file."""

    code = "unreadable_file"
    template = (
        "{path} cannot be opened ({detail}): "
        "check that you may use it and that no program holds it."
    )


class UnknownEnding(ExchangeError):
    """The kind of file follows from the ending of its name."""

    code = "unknown_ending"
    template = "{path} must end in {known}, which says what kind of file it is."


class NotATable(ExchangeError):
    """No text, or text in an unknown encoding."""

    code = "not_a_table"
    template = "{path} is not a table that can be read: save it as .csv, .xlsx or .parquet."


class WrongEnding(ExchangeError):
    """A file of one kind under the ending of another."""

    code = "wrong_ending"
    template = "{path} is really a {found} file: give it that ending."


class OldWorkbook(ExchangeError):
    """Excel's format of before 2007, which encrypted workbooks use too."""

    code = "old_workbook"
    template = "{path} is an old or protected Excel workbook: save it as .xlsx without a password."


class DamagedFile(ExchangeError):
    """The content is not what the ending promises."""

    code = "damaged_file"
    template = "{path} is damaged, protected, or no {kind} file: export it again."


class NoSuchSheet(ExchangeError):
    """The workbook lacks the sheet that the mapping names."""

    code = "no_such_sheet"
    template = "{path} has no sheet {sheet}, only {known}: correct 'sheet' in the mapping."


class EmptyFile(ExchangeError):
    """Not even a heading."""

    code = "empty_file"
    template = "{path} is empty: a table starts with a row of column headings."


class MissingColumns(ExchangeError):
    """Columns without which no row could be imported."""

    code = "missing_columns"
    template = (
        "{path} lacks columns that the mapping '{mapping}' needs: {columns}. "
        "Export the file with them, or choose another mapping."
    )


class NotThisEncoding(ExchangeError):
    """The encoding stated by the mapping does not fit the file."""

    code = "not_this_encoding"
    template = (
        "{path} is not written in {encoding}: correct 'encoding' in the mapping, or leave it out."
    )


class NoSuchMapping(ExchangeError):
    """Neither a built-in name nor a file."""

    code = "no_such_mapping"
    template = "There is no mapping {name}: give a .toml file or one of {known}."


class BadMapping(ExchangeError):
    """A mapping that cannot be used."""

    code = "bad_mapping"
    template = "The mapping {path} cannot be used: {detail}."


class TooLongForExcel(ExchangeError):
    """Excel holds 32,767 characters in a cell, and cuts the rest off without a word."""

    code = "too_long_for_excel"
    template = (
        "A text is too long for an Excel cell (row {row}, column {column}): "
        "export to .csv or .parquet instead."
    )


class TooManyRowsForExcel(ExchangeError):
    """Excel holds 1,048,576 rows in a sheet."""

    code = "too_many_rows_for_excel"
    template = (
        "{path} would need more rows than an Excel sheet holds: export to .csv or .parquet instead."
    )


class RejectsNotWritten(ExchangeError):
    """The import is done, and the list of what it refused could not be written."""

    code = "rejects_not_written"
    template = (
        "The good rows are in, but the refused ones could not be written to {path} ({detail}): "
        "make the folder writable and import again."
    )
