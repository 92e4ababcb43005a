"""Keys of age: who can open a backup (recipients), and with what it is opened (identities).

X25519 (``age1…``) and SSH keys, as the ``age`` program takes them, alone or in a file with one on each line.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vitascope.ops.backup.errors import BadKey

_MOST_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Recipients:
    """Keys to encrypt to, as text that was found to be good."""

    texts: tuple[str, ...]

    def loaded(self) -> list[Any]:
        """As pyrage takes them."""
        return [_recipient(text) for text in self.texts]


NOBODY = Recipients(())


def _recipient(text: str) -> Any:
    import pyrage

    try:
        if text.startswith("ssh-"):
            return pyrage.ssh.Recipient.from_str(text)
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError as error:
        raise BadKey(f"{_short(text)} is no recipient of age: {error}") from error


def _short(text: str) -> str:
    return repr(text if len(text) <= 24 else f"{text[:20]}…")


def parse_recipients(texts: Iterable[str], files: Sequence[Path] = ()) -> Recipients:
    """The recipients in these texts (several in one, with blanks, commas or line ends between, are taken apart; what
    follows an SSH key is its comment) and files. Raises :class:`BadKey`."""
    found = _split("\n".join(texts))
    for file in files:
        for line in _read(file).splitlines():
            line = line.strip()
            if line and not line.startswith("#"):
                found += _split(line)
    for one in found:
        _recipient(one)
    return Recipients(tuple(dict.fromkeys(found)))


def _split(text: str) -> list[str]:
    found: list[str] = []
    words = text.replace(",", " ").split()
    while words:
        word = words.pop(0)
        if word.startswith("AGE-SECRET-KEY"):
            raise BadKey("a secret key was given where a recipient belongs; the public one begins with age1")
        if word.startswith("ssh-"):
            if not words:
                raise BadKey(f"{_short(word)}: the key itself is missing behind its type")
            found.append(f"{word} {words.pop(0)}")
            while words and not words[0].startswith(("age1", "ssh-", "AGE-")):
                words.pop(0)  # its comment
        else:
            found.append(word)
    return found


def _read(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            data = opened.read(_MOST_BYTES + 1)
    except OSError as error:
        raise BadKey(f"{file}: {error.strerror}") from error
    if len(data) > _MOST_BYTES:
        raise BadKey(f"{file}: too large for a file of keys")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise BadKey(f"{file}: not a text file") from error


def load_identities(file: Path) -> list[Any]:
    """The identities in a file: lines with ``AGE-SECRET-KEY-1…``, or one SSH private key without a passphrase."""
    import pyrage

    text = _read(file)
    if "PRIVATE KEY-----" in text:
        try:
            return [pyrage.ssh.Identity.from_buffer(text.encode())]
        except pyrage.IdentityError as error:
            raise BadKey(f"{file}: {error}") from error
    found: list[Any] = []
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        try:
            found.append(pyrage.x25519.Identity.from_str(line))
        except pyrage.IdentityError as error:
            raise BadKey(f"{file}, line {number}: no identity of age: {error}") from error
    if not found:
        raise BadKey(f"{file}: holds no identity of age")
    return found
