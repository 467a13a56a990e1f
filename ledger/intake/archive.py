"""Makes an uploaded XLSX safe to hand to the spreadsheet reader, which trusts sizes and allocates whole tables.

The archive is unpacked within limits, each part is read once for what it would cost, and a clean archive of
only those parts is built: what the reader sees is what was checked.
"""

import io
import re
import zipfile
import zlib
from xml.parsers import expat

from ledger.errors import InputError

MAX_MEMBERS = 1_000
MAX_UNPACKED = 32 * 2**20  # bytes
MAX_ROWS = 20_000
MAX_COLUMNS = 200
MAX_CELLS = 500_000  # of one sheet, counting the empty ones among them
MAX_TEXT = 100_000_000  # characters, were the longest shared text in every cell
WORKBOOK = "xl/workbook.xml"
PARTS = re.compile(r"(xl/.*|_rels/.*|\[content_types\])\.(xml|rels)|_rels/\.rels")
REFERENCE = re.compile("([A-Z]{1,3})([1-9][0-9]{0,6})")  # As ECMA-376 has them; the reader follows others too.
ROW = re.compile("[1-9][0-9]{0,6}")
UTF_16 = (b"\xfe\xff", b"\xff\xfe")  # Before these the parser would obey, and without them zeros tell.
COUNT = re.compile("[0-9]{1,6}")  # The reader makes room for as many shared texts as a workbook announces.
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError)  # all that zipfile raises


def cleaned(data: bytes) -> bytes:
    """The same workbook, stored uncompressed and without pictures, macros and printer settings.

    Raises: InputError: sheet-unreadable, format-unsupported, sheet-too-large.
    """
    try:
        parts = _unpack(data)
    except DAMAGED:
        raise InputError("sheet-unreadable") from None
    if WORKBOOK not in parts:
        raise InputError("format-unsupported", expected="XLSX, CSV")
    cost = _Cost()
    for part in parts.values():
        cost.add(part)
    clean = io.BytesIO()
    with zipfile.ZipFile(clean, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return clean.getvalue()


def _unpack(data: bytes) -> dict[str, bytes]:
    parts: dict[str, bytes] = {}
    left = MAX_UNPACKED
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = [member for member in archive.infolist() if PARTS.fullmatch(member.filename.lower())]
        if len(members) > MAX_MEMBERS or len({member.filename.lower() for member in members}) < len(members):
            raise InputError("sheet-unreadable")
        for member in members:
            left -= member.file_size
            if left < 0:
                raise too_large()
            parts[member.filename] = archive.read(member)  # zipfile stops at the declared size.
    return parts


class _Cost:
    """How large the tables and texts of the parts will be in memory.

    The reader's counting of rows and columns is ours only where no row and no cell stands outside its place: any
    other part is refused.
    """

    def __init__(self) -> None:
        self.cells = self.longest = 0

    def add(self, part: bytes) -> None:
        """Raises: InputError: not XML, or more than the limits allow."""
        self.row = self.at = self.column = self.text = self.rows = self.columns = 0
        self.in_table = self.in_row = False
        if part.startswith(UTF_16) or b"\0" in part:
            raise InputError("sheet-unreadable")
        parser = expat.ParserCreate("UTF-8")  # As the reader takes every part, whatever it says of itself.
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._doctype
        try:
            parser.Parse(part, True)
        except (expat.ExpatError, ValueError, LookupError):  # The last two: an encoding that nobody knows.
            raise InputError("sheet-unreadable") from None
        if self.cells * self.longest > MAX_TEXT:
            raise too_large()

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        match name.rpartition(":")[2]:
            case "sheetData":
                self.in_table = True
            case "row" if self.in_table:
                self._row(attributes.get("r"))
            case "c" if self.in_table:  # The order of calculation has cells too, outside a table.
                self._cell(attributes.get("r"))
            case "v" | "is":  # Only a cell with a value counts: offices colour cells down to the last row.
                self._count()
            case "si":
                self.text = 0
            case "sst" if not COUNT.fullmatch(attributes.get("uniqueCount", "0")):
                raise too_large()

    def _end(self, name: str) -> None:
        match name.rpartition(":")[2]:
            case "sheetData":
                self.in_table = False
            case "row":
                self.in_row = False

    def _row(self, number: str | None) -> None:
        if self.in_row or not (number is None or ROW.fullmatch(number)):
            raise InputError("sheet-unreadable")
        self.in_row = True
        self.row = int(number) if number else self.row + 1
        self.column = 0

    def _cell(self, reference: str | None) -> None:
        self.at, column = self.row, self.column + 1
        if reference is not None:
            found = REFERENCE.fullmatch(reference)
            if found is None:
                raise InputError("sheet-unreadable")
            column, self.at = _letters(found[1]), int(found[2])
        if not self.in_row or column <= self.column:
            raise InputError("sheet-unreadable")
        self.column = column

    def _count(self) -> None:
        self.cells += 1
        self.text = 0
        self.rows, self.columns = max(self.rows, self.at), max(self.columns, self.column)
        if self.rows > MAX_ROWS or self.columns > MAX_COLUMNS or self.rows * self.columns > MAX_CELLS:
            raise too_large()

    def _characters(self, text: str) -> None:
        self.text += len(text)
        self.longest = max(self.longest, self.text)

    def _doctype(self, *_: object) -> None:
        raise InputError("sheet-unreadable")  # No workbook has one; entities are made there.


def too_large() -> InputError:
    return InputError("sheet-too-large", rows=MAX_ROWS, columns=MAX_COLUMNS)


def _letters(text: str) -> int:
    """A is 1, AA is 27."""
    number = 0
    for letter in text:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
