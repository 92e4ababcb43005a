"""Passwords: what one must be, and how it is kept (Argon2id, with the second recommendation of RFC 9106).

Hashing takes 64 MiB and a good part of a tenth of a second on purpose, so it happens on one thread of its own, one
after the other, and only a few may wait: whoever sends a thousand sign-ins holds up other sign-ins and nothing else. A
password that nobody has is compared with something as well, or the time of an answer would tell who exists.
"""

import asyncio
import unicodedata
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from vitascope.accounts.errors import PasswordError, TooManyTriesError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

LEAST_CHARACTERS = 10
MOST_BYTES = 1_024
_MOST_WAITING = 16


def prepared(password: str) -> bytes:
    """The bytes of a password: composed (NFC), since keyboards differ in how they send one and the same letter."""
    try:
        return unicodedata.normalize("NFC", password).encode("utf-8")
    except UnicodeEncodeError:
        raise PasswordError("the password has characters that are no text") from None


def check(password: str) -> None:
    """Raises :class:`PasswordError` for a password that may not be set."""
    if "\0" in password:
        raise PasswordError("the password must not contain NUL")
    if len(prepared(password)) > MOST_BYTES:
        raise PasswordError(f"the password has more than {MOST_BYTES} bytes")
    if len(password) < LEAST_CHARACTERS:
        raise PasswordError(f"the password needs at least {LEAST_CHARACTERS} characters")


@cache
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher, profiles  # not loaded before somebody has a password

    return PasswordHasher.from_parameters(profiles.RFC_9106_LOW_MEMORY)


@cache
def _nobodys() -> str:
    return _hasher().hash("nobody has this password")


def encode(password: str) -> str:
    """A password as it is kept. Raises :class:`PasswordError` for one that may not be set."""
    check(password)
    return _hasher().hash(prepared(password))


def matches(encoded: str | None, password: str) -> bool:
    """Whether this is the password; takes as long for a person without one."""
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        given = prepared(password)
        if len(given) > MOST_BYTES:
            return False
        _hasher().verify(encoded or _nobodys(), given)
    except (PasswordError, VerificationError, InvalidHashError):
        return False
    return encoded is not None


class PasswordThread:
    """Hashes and compares away from the event loop, one password at a time. Used from the event loop only."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="passwords")
        self._waiting = 0

    async def encode(self, password: str) -> str:
        """As :func:`encode`. Raises :class:`TooManyTriesError` as well."""
        check(password)
        with self._place():
            return await asyncio.get_running_loop().run_in_executor(self._thread, encode, password)

    async def matches(self, encoded: str | None, password: str) -> bool:
        """As :func:`matches`. Raises :class:`TooManyTriesError` as well."""
        with self._place():
            return await asyncio.get_running_loop().run_in_executor(self._thread, matches, encoded, password)

    @contextmanager
    def _place(self) -> Iterator[None]:
        if self._waiting >= _MOST_WAITING:
            raise TooManyTriesError(2)
        self._waiting += 1
        try:
            yield
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """Ends the thread; what waits is given up."""
        self._thread.shutdown(cancel_futures=True)
