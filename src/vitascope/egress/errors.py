"""Why a request was not sent, or its answer not taken.

::

    EgressError
    ├── UrlRefused      no address that this server asks
    ├── AddressRefused  the name leads to an address that must not be asked
    ├── Unreachable     no such name, nobody there, a certificate that does not hold
    ├── TimedOut        slower than we wait
    ├── TooLarge        more than we take
    └── BadAnswer       not HTTP, not the kind of content asked for, or sent on too often

A message names the host and never more of an address: the rest of it may be a secret.
"""


class EgressError(Exception):
    """A request that came to nothing. ``again`` says whether it may work later."""

    again = False


class UrlRefused(EgressError):
    """No address that this server asks."""


class AddressRefused(EgressError):
    """The name leads to an address that must not be asked."""


class Unreachable(EgressError):
    """Nobody there."""

    again = True


class TimedOut(EgressError):
    """Slower than we wait."""

    again = True


class TooLarge(EgressError):
    """More than we take."""


class BadAnswer(EgressError):
    """An answer that cannot be used."""
