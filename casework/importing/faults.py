"""What is wrong with a sheet: where, and in which words."""

from __future__ import annotations

from dataclasses import dataclass

from casework.text import N_, Text


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in a file: the sheet (empty in a text file) and the line, from 1; 0 is the whole."""

    sheet: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Fault:
    """One reason why a file is not taken over; ``column`` is the heading as it stands there.

    ``at`` counts the known columns from the left, so that faults can be told in their order.
    """

    place: Place
    column: str
    text: Text
    at: int = 0


class Unreadable(Exception):
    """The file as a whole cannot be read; carries the sentence that says why."""

    def __init__(self, text: Text) -> None:
        self.text = text
        super().__init__(str(text))


class BadCell(ValueError):
    """One cell does not hold what its column wants; carries the sentence that says why."""

    def __init__(self, text: Text) -> None:
        self.text = text
        super().__init__(str(text))


NOT_A_SHEET = N_("This is neither an Excel workbook (.xlsx) nor a text file (.csv).")
OLD_EXCEL = N_(
    "This is an old or password-protected Excel file. Open it, save it as .xlsx without a "
    "password, and send it again."
)
BROKEN = N_("This workbook is damaged: open it in Excel or WPS, save it anew, and send it again.")
TOO_LARGE = N_("The file is larger than %(most)s MB. Split it, for example by school.")
BLOWN_UP = N_("This workbook would unpack to more than %(most)s MB. Send a plain table.")
TOO_MANY_ROWS = N_("The file has more than %(most)s filled lines. Split it, for example by school.")
BAD_ENCODING = N_("The characters of this text file cannot be read. Save it as UTF-8 or as .xlsx.")
NO_HEADER = N_(
    "No line with the headings was found among the first %(most)s lines. Needed are: %(columns)s."
)
NO_COLUMN = N_("The column “%(column)s” is missing.")
TWICE_COLUMN = N_("Two columns have this heading; delete one of them.")
NO_ROWS = N_("There is no filled line below the headings.")
MISSING = N_("This cell is empty, but the entry is needed.")
SAME_AS = N_("The same as in line %(line)s; one of the two lines must go.")
ROUNDED = N_(
    "Excel has rounded this long number. Format the column as text and type the number again."
)
EXCEL_ERROR = N_("This cell shows an error of Excel (%(value)s).")
LONG = N_("This is longer than %(most)s characters.")
NOT_CODE = N_("Only letters, digits, dots, hyphens and underscores can stand here: “%(value)s”.")
NOT_LOGIN = N_(
    "A login has up to 32 letters, digits, dots, hyphens or underscores, and begins and ends with "
    "a letter or digit: “%(value)s”."
)
NOT_DAY = N_("“%(value)s” is no day; write it like 2026-09-01.")
NOT_KNOWN = N_("“%(value)s” is not known here; possible are: %(choices)s.")
NOT_REGION = N_("A region has 2, 4 or 6 digits (GB/T 2260).")
UNTIL_BEFORE = N_("The last day lies before the first.")
