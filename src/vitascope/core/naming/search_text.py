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
    """How many letters must be put in, taken out or changed to make one text of the other (Levenshtein)."""
    if len(one) < len(two):
        one, two = two, one
    row = list(range(len(two) + 1))
    for at, left in enumerate(one, start=1):
        before, row[0] = row[0], at
        for column, right in enumerate(two, start=1):
            before, row[column] = (
                row[column],
                min(row[column] + 1, row[column - 1] + 1, before + (left != right)),
            )
    return row[-1]
