"""The text of a subtitle or lyrics file whose encoding nobody wrote down.

Order: a byte-order mark; UTF-8 if it decodes; UTF-16 by its zero bytes; the encodings that are usual for the language,
where it is known; else whichever of the usual encodings gives the most usual letters. Never raises: what cannot be
decoded is replaced.
"""

import codecs
from collections import Counter

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BY_LANGUAGE = {
    "ar": ("cp1256",),
    "be": ("cp1251",),
    "bg": ("cp1251",),
    "cs": ("cp1250",),
    "el": ("cp1253",),
    "fa": ("cp1256",),
    "he": ("cp1255",),
    "hr": ("cp1250",),
    "hu": ("cp1250",),
    "ja": ("cp932", "euc_jp"),
    "ko": ("cp949",),
    "mk": ("cp1251",),
    "pl": ("cp1250",),
    "ro": ("cp1250",),
    "ru": ("cp1251", "koi8_r"),
    "sk": ("cp1250",),
    "sl": ("cp1250",),
    "th": ("cp874",),
    "tr": ("cp1254",),
    "uk": ("cp1251",),
    "vi": ("cp1258",),
    "zh": ("gb18030", "big5hkscs"),
}
# The letters that make up most of a text which really is in that encoding. Read in a wrong one, a text shows few.
_RUSSIAN = "оеаинтсрвлкмдпуяыьїі"
_USUAL = {
    "cp1252": "éèàùçêâîôûëïüöäßñáíóúãõåæøœÉÀÖÜÄ…’‘“”–—«»¿¡°♪",
    "cp1250": "ąćęłńóśźżáčďéěíňřšťúůýžäôľĺŕőűöüßăâîşţđŁŚŻŠČŽŘ…’“”„–",
    "cp1251": _RUSSIAN + "ПВНКТСОМ…«»—–",
    "koi8_r": _RUSSIAN + "ПВНКТСОМ",
    "cp1253": "αοιετσνηυρπκμλςγδωάέίόύήώ",
    "cp1254": "ığşçöüâİŞÇÖÜ…’“”–",
    "cp1255": "יוהלאבתרשמנחכדקםעפ",
    "cp1256": "اليمونرتبعدسهكفحقةأ،؟",
    "cp932": "あいうえおかきくけこがぎぐげごさしすせそざじずぜぞたちつてとだでどなにぬねのはひふへほばび"
    "ぶべぼまみむめもやゆよらりるれろわをんっゃゅょ"
    "アイウエオカキクケコサシスセソタチツテトナニノハフマミムメモラリルレロンッー。、「」！？",
    "gb18030": "的一是不了我在有人这他们来到说时要就出会可你对生能而子那得于着下自之年过发后作里么没事好看"
    "起想以前见面很久怎样还去什她吧吗知道"
    "，。？！：“”…",
    "big5hkscs": "的一是不了我在有人這他們來到說時要就出會可你對生能而子那得於著下自之年過發後作裡麼沒事好看"
    "起想以前見面很久怎樣還去什她吧嗎知道"
    "，。？！：「」…",
    "cp949": "이다는가요하지고에을를의도나아어그안세해내네거게리니만서라있없사한기자것로일여시우들정말왜"
    "잘못알은전면난적제당신뭐",
}
_LATIN = frozenset({"cp1252", "cp1250", "cp1254"})
_SAMPLE_BYTES = 64 * 1024


def decode_text(data: bytes, language: str | None = None) -> str:
    """The text in ``data``; ``language`` is a BCP 47 tag that helps to choose."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace").removeprefix("\ufeff")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        # A file that is UTF-8 but for its last, cut character is UTF-8.
        if error.start >= len(data) - 3 and error.start > 16:
            return data.decode("utf-8", "replace")
    else:
        if "\0" not in text:
            return text
    if (wide := _wide_encoding(data)) is not None:
        return data.decode(wide, "replace")
    return data.decode(guess_encoding(data, language), "replace")


def guess_encoding(data: bytes, language: str | None = None) -> str:
    """The most likely of the old encodings."""
    sample = data[:_SAMPLE_BYTES]
    primary = (language or "").split("-")[0].lower()
    for encoding in _BY_LANGUAGE.get(primary, ()):
        if _decodes(sample, encoding):
            return encoding
    return max(_USUAL, key=lambda encoding: _likelihood(sample, encoding))


def _wide_encoding(data: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of plain text is zero."""
    sample = data[:4096]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = max(1, len(sample) // 2)
    if odd > 0.3 * half and odd > 4 * even:
        return "utf-16-le"
    if even > 0.3 * half and even > 4 * odd:
        return "utf-16-be"
    return None


def _decodes(sample: bytes, encoding: str) -> bool:
    """Does it decode, but for a character cut at the end of the sample?"""
    try:
        sample.decode(encoding)
    except UnicodeDecodeError as error:
        return error.start >= len(sample) - 4
    return True


def _likelihood(sample: bytes, encoding: str) -> float:
    """The share of usual letters among all that are not ASCII; -1 for what does not decode."""
    if not _decodes(sample, encoding):
        return -1.0
    counts = Counter(sample.decode(encoding, "ignore"))
    foreign = {character: count for character, count in counts.items() if character > "\x7f"}
    total = sum(foreign.values())
    if not total:
        return 0.0
    usual = set(_USUAL[encoding])
    share = sum(count for character, count in foreign.items() if character in usual) / total
    plain = sum(count for character, count in counts.items() if character.isascii() and character.isalpha())
    # Latin scripts have accents on some letters, never on most.
    return share / 2 if encoding in _LATIN and total > plain else share
