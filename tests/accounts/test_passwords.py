"""What a password must be, and that only its Argon2id text is kept."""

import asyncio

import pytest

from vitascope.accounts import passwords
from vitascope.accounts.errors import PasswordError, TooManyTriesError
from vitascope.accounts.passwords import PasswordThread


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("", "at least 10"),
        ("ninechars", "at least 10"),
        ("with\0a NUL in it", "NUL"),
        ("x" * 1025, "1024 bytes"),
        ("ü" * 513, "1024 bytes"),
        ("lone \udcff surrogate", "no text"),
    ],
)
def test_a_password_that_is_refused(password: str, why: str) -> None:
    with pytest.raises(PasswordError, match=why):
        passwords.encode(password)


@pytest.mark.parametrize(
    "password", ["ten chars!", " " * 10, "x" * 1024, "пароль пароль", "correct horse battery staple"]
)
def test_a_password_matches_itself_and_nothing_else(password: str) -> None:
    encoded = passwords.encode(password)
    assert encoded.startswith("$argon2id$")
    assert password not in encoded
    assert encoded != passwords.encode(password), "each has its own salt"
    assert passwords.matches(encoded, password)
    assert not passwords.matches(encoded, password + "x")
    assert not passwords.matches(encoded, password[:-1])


def test_one_letter_matches_however_the_keyboard_sends_it() -> None:
    assert passwords.matches(passwords.encode("gr\u00fc\u00dfe gr\u00fc\u00dfe"), "gru\u0308\u00dfe gru\u0308\u00dfe")


def test_nobody_matches_nothing() -> None:
    assert not passwords.matches(None, "nobody has this password")
    assert not passwords.matches(None, "")
    assert not passwords.matches("not argon2 at all", "correct horse")
    assert not passwords.matches(passwords.encode("correct horse"), "x" * 1_000_000)
    assert not passwords.matches(passwords.encode("correct horse"), "\udcff")


def test_only_a_few_may_wait() -> None:
    async def flood() -> list[object]:
        thread = PasswordThread()
        try:
            return await asyncio.gather(*(thread.matches(None, "x") for _ in range(20)), return_exceptions=True)
        finally:
            thread.close()

    answers = asyncio.run(flood())
    assert answers.count(False) == 16
    assert sum(isinstance(answer, TooManyTriesError) for answer in answers) == 4
