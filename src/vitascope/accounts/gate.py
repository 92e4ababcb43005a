"""Everything by which somebody comes in who is not known yet, as one value that ``app`` makes and the API uses."""

from dataclasses import dataclass

from vitascope.accounts.claims import ClaimDesk
from vitascope.accounts.home_desk import HomeDesk
from vitascope.accounts.linking import Linker
from vitascope.accounts.ownership import Ownership
from vitascope.accounts.passwords import PasswordThread
from vitascope.accounts.sign_in import SignIn
from vitascope.accounts.unknown_tokens import UnknownTokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Claiming and signing in."""

    desk: ClaimDesk
    ownership: Ownership
    passwords: PasswordThread
    sign_in: SignIn
    home: HomeDesk
    """This server as the account home of others."""
    linker: Linker
    unknown: UnknownTokens
