"""What can go wrong with accounts; every message is for a person.

::

    AccountError
    ├── HouseholdError      the change of people or tokens is not possible
    ├── PasswordError       the password cannot be taken
    ├── AlreadyClaimedError the server belongs to somebody
    ├── ClaimRefusedError   the claim token is not valid
    ├── SignInRefusedError  name and password do not fit
    ├── TooManyTriesError   wrong too often, or too many at once; ``seconds`` says when to come back
    └── HomeError           the account home does not answer, or says no
"""


class AccountError(Exception):
    """Anything that accounts refuse."""


class HouseholdError(AccountError):
    """The change of people or tokens is not possible."""


class PasswordError(AccountError):
    """The password cannot be taken."""


class AlreadyClaimedError(AccountError):
    """The server belongs to somebody already."""

    def __init__(self) -> None:
        super().__init__("this server is claimed already")


class ClaimRefusedError(AccountError):
    """The claim token is not valid (any more)."""


class SignInRefusedError(AccountError):
    """Name and password do not fit; which of the two is not told."""

    def __init__(self) -> None:
        super().__init__("name and password do not fit")


class TooManyTriesError(AccountError):
    """Wrong too often, or too many at once."""

    def __init__(self, seconds: float) -> None:
        self.seconds = max(int(seconds + 0.999), 1)
        super().__init__(f"too many tries; again in {self.seconds} s")


class HomeError(AccountError):
    """The account home does not answer, or says no."""

    def __init__(self, message: str, *, again: bool = False) -> None:
        super().__init__(message)
        self.again = again
        """Whether it may work later: nobody answered."""
