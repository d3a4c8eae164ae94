"""Vietnamese text, dates and amounts for people to search, sort and read; refuses to guess what damaged text meant."""

import re
import unicodedata
from functools import lru_cache

from engine.times import ISO_DAY

_D_LETTERS = "đĐðÐ"
_MARKS = re.compile("[\u0300-\u034e\u0350-\u036f]+")  # U+034F is no mark

# CLDR `vi`: letters first, then tones in dictionary order, then capitals.
_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_LETTER_RANK = {letter: chr(0x41 + rank) for rank, letter in enumerate(_ALPHABET)}
_TONE_RANK = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_LETTER_MARKS = frozenset("\u0306\u0302\u031b")  # breve, circumflex, horn: they make another letter, not a tone
_OTHER_MARK = "6"

_DAYS = {
    *("on", "date", "due", "start", "end", "from", "since", "until"),
    *("plan_submitted", "regulation", "procedure"),  # of a unit: when it was
}
_PERIOD = re.compile(r"([0-9]{4})-(?:(0[1-9]|1[0-2])|Q([1-4])|H([12]))\Z", re.ASCII)
_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_BILLION = 1_000_000_000


def nfc(s: str) -> str:
    """Take any text; give the same text composed (NFC), as the log keeps it."""
    return unicodedata.normalize("NFC", s)


def fold(s: str) -> str:
    """Take any text; give the form used for search: no marks, no capitals, đ and ð as d, single spaces."""
    if s.isascii():
        return " ".join(s.casefold().split())
    return " ".join([word for word in map(_fold_word, s.split()) if word])


@lru_cache(8192)  # Vietnamese has fewer syllables than that, and a rebuild folds every title
def _fold_word(s: str) -> str:
    for letter in _D_LETTERS:  # str.translate takes twenty times as long
        s = s.replace(letter, "d")
    s = _MARKS.sub("", unicodedata.normalize("NFD", s))
    if not s.isascii():
        s = "".join(c for c in s if not unicodedata.combining(c))
    return s.casefold()


def sort_key(s: str) -> str:
    """Take any text; give a key whose code-point order (COLLATE "C", BINARY) is the CLDR Vietnamese order.

    Three levels, parted by a blank, which sorts below everything else in the key: letters, tones, capitals.
    """
    letters, tones, capitals = [], [], []
    for cluster in _clusters(" ".join(s.split())):
        letter, tone = _letter_and_tone(cluster)
        letters.append(_rank(letter.casefold()))
        tones.append(tone)
        capitals.append("1" if letter != letter.lower() else "0")
    return f"{''.join(letters)} {''.join(tones).rstrip('0')} {''.join(capitals).rstrip('0')}".rstrip(" ")


def capitalised(s: str) -> str:
    """Take any text; give it with a capital at its beginning."""
    return s[:1].upper() + s[1:]


def format_amount(n: int, lang: str) -> str:
    """Take whole đồng and a language; give 1.234.567 for vi, 1,234,567 for any other."""
    grouped = f"{n:,}"
    return grouped.replace(",", ".") if lang == "vi" else grouped


def format_decimal(n: float, lang: str) -> str:
    """Take a number and a language; give 47,5 for vi, 47.5 for any other."""
    return str(n).replace(".", ",") if lang == "vi" else str(n)


def holds_day(name: str) -> bool:
    """Take the name of a field or column; tell whether what it holds is a day. An id may look like one: a session's."""
    return name in _DAYS or name.endswith(("_on", "_date", "_from", "_until"))


def format_date(iso: str, lang: str) -> str:
    """Take YYYY-MM-DD and a language; give dd/mm/yyyy for vi, ISO for any other. Text of another shape comes back."""
    if lang != "vi" or not ISO_DAY.fullmatch(iso):
        return iso
    return f"{iso[8:]}/{iso[5:7]}/{iso[:4]}"


def day_in_words(iso: str, lang: str) -> str:
    """Take YYYY-MM-DD and a language; give it as a sentence has it: 'ngày 03 tháng 3 năm 2025', ISO for any but vi.

    Two digits for days below 10 and for January and February (Decree 30/2020/NĐ-CP)."""
    if lang != "vi" or not ISO_DAY.fullmatch(iso):
        return iso
    month = iso[5:7] if iso[5:7] in ("01", "02") else iso[5:7].lstrip("0")
    return f"ngày {iso[8:]} tháng {month} năm {iso[:4]}"


def format_period(period: str, lang: str) -> str:
    """Take a period as the log names it (2025-09, 2025-Q1, 2025-H1) and a language; give 9/2025, quý I/2025,
    6 tháng đầu năm 2025 for vi, the same text for any other. Text of another shape comes back."""
    found = _PERIOD.match(period)
    if lang != "vi" or found is None:
        return period
    year, month, quarter, half = found.groups()
    if month:
        return f"{int(month)}/{year}"
    if quarter:
        return f"quý {('I', 'II', 'III', 'IV')[int(quarter) - 1]}/{year}"
    return f"6 tháng {'đầu' if half == '1' else 'cuối'} năm {year}"


def amount_in_words(n: int) -> str:
    """Take whole đồng; give the amount as Vietnamese documents spell it: 'một trăm mười triệu đồng'."""
    sign = "âm " if n < 0 else ""
    return f"{sign}{_number_in_words(abs(n))} đồng"


def _clusters(s: str) -> list[str]:
    """Each base character with its marks, decomposed."""
    found: list[str] = []
    for c in unicodedata.normalize("NFD", s.replace("Ð", "Đ").replace("ð", "đ")):
        if found and unicodedata.combining(c):
            found[-1] += c
        else:
            found.append(c)
    return found


def _letter_and_tone(cluster: str) -> tuple[str, str]:
    base, marks = cluster[0], cluster[1:]
    shape = "".join(m for m in marks if m in _LETTER_MARKS)
    letter = unicodedata.normalize("NFC", base + shape)
    if letter.casefold() not in _LETTER_RANK:  # ŏ is no letter of the alphabet: a plain o with a foreign mark
        return base, _OTHER_MARK if marks else "0"
    others = [m for m in marks if m not in _LETTER_MARKS]
    return letter, _TONE_RANK.get(others[0], _OTHER_MARK) if others else "0"


def _rank(letter: str) -> str:
    """Blank < punctuation < digits < a ... z < other scripts, each without a blank, which parts the levels."""
    if letter == " ":
        return "!"
    if len(letter) > 1:  # ß casefolds to ss
        return "".join(_rank(c) for c in letter)
    if letter.isascii():
        return _LETTER_RANK.get(letter) or (letter if letter.isdigit() else '"' + letter)
    return _LETTER_RANK.get(letter) or ("~" + letter if letter.isalnum() else '"' + letter)


def _number_in_words(n: int) -> str:
    if n < _BILLION:
        return _below_billion(n, full=False)
    billions, rest = divmod(n, _BILLION)
    words = f"{_number_in_words(billions)} tỷ"
    return f"{words} {_below_billion(rest, full=True)}" if rest else words


def _below_billion(n: int, *, full: bool) -> str:
    """`full`: something stands before, so the first group spoken says its empty hundreds (không trăm linh năm)."""
    if n == 0:
        return _DIGITS[0]
    words: list[str] = []
    for size, name in ((1_000_000, "triệu"), (1_000, "nghìn"), (1, "")):
        group = n // size % 1_000
        if group:
            words += [*_hundreds(group, full=full or bool(words)), name]
    return " ".join(w for w in words if w)


def _hundreds(n: int, *, full: bool) -> list[str]:
    hundreds, rest = divmod(n, 100)
    words = [_DIGITS[hundreds], "trăm"] if hundreds or full else []
    return words + (_tens(rest, after_hundreds=bool(words)) if rest else [])


def _tens(n: int, *, after_hundreds: bool) -> list[str]:
    tens, unit = divmod(n, 10)
    if tens == 0:
        return ["linh", _DIGITS[unit]] if after_hundreds else [_DIGITS[unit]]
    words = ["mười"] if tens == 1 else [_DIGITS[tens], "mươi"]
    if unit == 0:
        return words
    special = {5: "lăm"} if tens == 1 else {1: "mốt", 4: "tư", 5: "lăm"}
    return [*words, special.get(unit, _DIGITS[unit])]


def shortened(text: str, most: int = 400) -> str:
    """The text, or its beginning and end where it is longer than `most`: what is echoed to a person stays readable."""
    return text if len(text) <= most else f"{text[: most * 3 // 4]} … {text[-most // 8 :]}"
