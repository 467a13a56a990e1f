"""Marks of an attendance sheet: H hadir (present), A alpa (absent), I izin (excused), S sakit (ill)."""

from ledger.errors import InputError

VARIATION = "\ufe0f"  # Makes an emoji of a tick.
MARKS = {
    **dict.fromkeys(("h", "hadir", "1", "v", "✓", "✔", "√", "☑", "✅"), "H"),
    **dict.fromkeys(("a", "alpa", "alfa", "alpha", "absen", "tidak hadir", "tanpa keterangan"), "A"),
    **dict.fromkeys(("0", "x", "✗", "✘", "✕", "×", "☒", "❌"), "A"),
    **dict.fromkeys(("i", "izin", "ijin"), "I"),
    **dict.fromkeys(("s", "sakit"), "S"),
}


def parse(text: str) -> str:
    """Raises: InputError: mark-missing (an empty cell may mean either), mark-unknown."""
    mark = " ".join(text.replace(VARIATION, "").casefold().split())
    if not mark:
        raise InputError("mark-missing")
    if mark not in MARKS:
        raise InputError("mark-unknown", expected="H, A, I, S")
    return MARKS[mark]
