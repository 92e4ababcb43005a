"""The one place where search text is folded and cut, for indexing and for asking alike.

Neither database engine's own tokenizer is used: they disagree about accents, full-width letters and scripts
without spaces, and an index is only as good as the agreement between its two sides.
"""

import re
import unicodedata

from vitascope.core.naming.titles import fold

MAX_TOKENS = 64
MAX_TOKEN_LENGTH = 32
MAX_TEXT_LENGTH = 4096
"""Characters of the text that are looked at."""

_ASCII_WORD = re.compile(r"[a-z0-9]+")
_INITIALS = re.compile(r"(?<![^\W_])(?:[^\W\d_][.*]){2,}(?:[^\W\d_](?![^\W_]))?")
_SHORT_TAIL = re.compile(r"(?<=[^\W_])'(?=[^\W\d_]{1,2}(?![^\W_]))")
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3100-\u318f"
    "\u31a0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff]+"
)


def search_tokens(text: str, *, for_query: bool = False) -> tuple[str, ...]:
    """Folded words in order; runs of scripts without spaces as overlapping pairs of characters.

    Such a run also ends in its last character alone, so that one typed character finds every place it stands in
    as the beginning of a token; a query (``for_query``) leaves that out, for it would ask for too much. At most
    ``MAX_TOKENS`` tokens of ``MAX_TOKEN_LENGTH`` characters.
    """
    folded = fold(text[:MAX_TEXT_LENGTH])
    folded = _INITIALS.sub(lambda found: found.group().replace(".", "").replace("*", "") + " ", folded)
    folded = _SHORT_TAIL.sub("", folded)
    words = _ASCII_WORD.findall(folded) if folded.isascii() else _words(folded)
    tokens: list[str] = []
    for word in words:
        if word.isascii() or not _UNSPACED.search(word):
            tokens.append(word[:MAX_TOKEN_LENGTH])
        else:
            tokens.extend(_cut(word, for_query=for_query))
        if len(tokens) >= MAX_TOKENS:
            break
    return tuple(tokens[:MAX_TOKENS])


def _words(text: str) -> list[str]:
    # Vowel signs of Indic scripts are marks, not letters: str.isalnum alone would cut words at every one.
    return "".join(
        char if char.isalnum() or unicodedata.category(char) in ("Mn", "Mc") else " " for char in text
    ).split()


def _cut(word: str, *, for_query: bool) -> list[str]:
    tokens: list[str] = []
    position = 0
    for run in _UNSPACED.finditer(word):
        if run.start() > position:
            tokens.append(word[position : run.start()][:MAX_TOKEN_LENGTH])
        pairs = [word[at : at + 2] for at in range(run.start(), run.end() - 1)]
        tokens.extend(pairs)
        if not pairs or not for_query:
            tokens.append(word[run.end() - 1])
        position = run.end()
    if position < len(word):
        tokens.append(word[position:][:MAX_TOKEN_LENGTH])
    return tokens


def deletions(token: str) -> tuple[str, ...]:
    """Every distinct token with one character left out, sorted; empty for tokens of fewer than four letters.

    Two words one slip apart (a letter missing, added, changed or swapped with its neighbour) share a deletion, or
    one is a deletion of the other: that is the whole of the typo search.
    """
    if sum(char.isalpha() for char in token) < 4:
        return ()
    return tuple(sorted({token[:at] + token[at + 1 :] for at in range(len(token))}))


def distance(one: str, two: str) -> int:
    """How many letters must be put in, taken out or changed to make one text of the other (Levenshtein).

    Myers's algorithm in Hyyrö's form: a whole column of the table is two numbers, whose bits say where it goes up and
    down by one, so that a title costs some microseconds."""
    if not one:
        return len(two)
    places: dict[str, int] = {}
    for at, letter in enumerate(one):
        places[letter] = places.get(letter, 0) | 1 << at
    every, last = (1 << len(one)) - 1, 1 << len(one) - 1
    up, down, apart = every, 0, len(one)
    for letter in two:
        equal = places.get(letter, 0)
        level = equal | down
        across = (((equal & up) + up) ^ up) | equal
        right_up = down | ~(across | up)
        right_down = up & across
        apart += bool(right_up & last) - bool(right_down & last)
        right_up = right_up << 1 | 1
        up = (right_down << 1 | ~(level | right_up)) & every
        down = right_up & level & every
    return apart
