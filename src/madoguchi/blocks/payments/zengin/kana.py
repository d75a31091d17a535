"""Names as banks write them: half-width kana of JIS X 0201, without small kana."""

import unicodedata

import jaconv

LETTERS = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
KANA = frozenset(map(chr, range(ord("ｱ"), ord("ﾝ") + 1)))
MARKS = frozenset("ﾞﾟ ().-")

ALLOWED = LETTERS | KANA | MARKS
"""What every bank takes; some take more."""

_LARGE = str.maketrans("ァィゥェォッャュョヮヵヶヲヰヱ", "アイウエオツヤユヨワカケオイエ")
_APART = str.maketrans({"ヷ": "ワﾞ", "ヸ": "イﾞ", "ヹ": "エﾞ", "ヺ": "オﾞ"})
_DASHES = dict.fromkeys(map(ord, "ー‐‑‒–—―−─━"), "-")
_SIGNS = {ord("・"): ".", ord("･"): ".", 0x3099: "ﾞ", 0x309A: "ﾟ"}


def to_zengin_kana(text: str) -> str:
    """The text in the characters of the debit layout, as far as it has them.

    Any width of kana and letters is taken, hiragana too; small kana become large (キャ is ｷﾔ), the
    long vowel and other dashes a hyphen, ヲ is ｵ. What has no counterpart (kanji) stays, for
    `strange_character` to name.
    """
    whole = unicodedata.normalize("NFKC", text.replace("゛", "\u3099").replace("゜", "\u309a"))
    katakana = jaconv.hira2kata(" ".join(whole.split())).upper()
    plain = katakana.translate(_LARGE).translate(_APART).translate(_DASHES)
    return str(jaconv.z2h(plain, kana=True, ascii=True, digit=True)).translate(_SIGNS)


def strange_character(text: str, *, also: str = "") -> str | None:
    """The first character that banks do not take; ``also`` are signs that this bank takes."""
    return next((sign for sign in text if sign not in ALLOWED and sign not in also), None)
