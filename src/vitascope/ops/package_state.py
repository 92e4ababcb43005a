"""The package's own state: ``store.json`` with ``claimToken`` and ``mediaSources``, as the StartOS package names them.

Both engines are operated with it, and a package written for a host reads and writes the same file; so keys that nobody
here knows survive. A claim token is worth something for four minutes: when it was stored is kept beside it
(``claimTokenStoredAt``, in seconds since 1970), and it is erased after that time, or as soon as the server is linked.

The file is written whole or not at all, and a copy is kept beside it; one that cannot be read is put right from the
copy. Where both are broken the state is empty: a token and a selection are lost, and the tasks ask for them again.
"""

import fcntl
import json
import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from vitascope.ops.atomic import write_atomically
from vitascope.ops.paths import SupportDir

_log = logging.getLogger(__name__)

TOKEN_SECONDS = 240
"""How long a claim token can be used."""

_TOKEN, _TOKEN_AT, _SOURCES = "claimToken", "claimTokenStoredAt", "mediaSources"
_MOST_BYTES = 1 << 20


class PackageStateError(Exception):
    """The state cannot be read or written; the message is for a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageState:
    """What the package remembers."""

    claim_token: str | None = None
    claim_token_at: int | None = None
    """When the token was stored, in seconds since 1970."""
    media_sources: tuple[str, ...] = ()
    others: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    """Keys of the file that nobody here knows."""

    def with_token(self, token: str, now: float) -> "PackageState":
        """With a token that was stored now."""
        return replace(self, claim_token=token, claim_token_at=int(now))

    def without_token(self) -> "PackageState":
        return replace(self, claim_token=None, claim_token_at=None)

    def settled(self, *, linked: bool, now: float) -> "PackageState":
        """Without a token that is of no use any more: the server is linked, or the token is too old."""
        return self if managed_environment(self, linked, now) else self.without_token()


def managed_environment(state: PackageState, linked: bool, now: float) -> dict[str, str]:
    """The variables that the package gives to the server: ``PLEX_CLAIM`` while a token is stored that can still be
    used and the server is not linked. ``now`` is in seconds since 1970."""
    if linked or not state.claim_token or state.claim_token_at is None:
        return {}
    # A clock that was put back must not keep a token alive.
    if abs(now - state.claim_token_at) >= TOKEN_SECONDS:
        return {}
    return {"PLEX_CLAIM": state.claim_token}


def default_path(support: SupportDir) -> Path:
    """Where the state lies unless ``VITASCOPE_STATE`` says otherwise."""
    return support.root / "Vitascope" / "store.json"


def _decode(data: bytes, modified_at: float) -> PackageState:
    """Raises ``ValueError`` for what is no state."""
    found = json.loads(data)
    if not isinstance(found, dict):
        raise ValueError("not an object")
    token, at, sources = found.pop(_TOKEN, None), found.pop(_TOKEN_AT, None), found.pop(_SOURCES, None)
    if not isinstance(token, str) or not token:
        token, at = None, None
    elif not isinstance(at, int | float) or isinstance(at, bool):
        at = modified_at  # stored by a package that does not note the time
    return PackageState(
        claim_token=token,
        claim_token_at=None if at is None else int(at),
        media_sources=tuple(one for one in sources if isinstance(one, str)) if isinstance(sources, list) else (),
        others=MappingProxyType(found),
    )


def _encode(state: PackageState) -> bytes:
    found: dict[str, object] = {_TOKEN: state.claim_token, _SOURCES: list(state.media_sources)}
    if state.claim_token_at is not None:
        found[_TOKEN_AT] = state.claim_token_at
    return json.dumps(found | dict(state.others), indent=2, ensure_ascii=False).encode() + b"\n"


class StateFile:
    """``store.json`` at its place. Several processes may change it: a lock file beside it puts them in order."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._kept = path.with_name("store.kept.json")

    def read(self) -> PackageState:
        """The state; empty where there is no file. Raises :class:`PackageStateError` when reading is not allowed."""
        for path in (self.path, self._kept):
            try:
                with path.open("rb") as file:
                    return _decode(file.read(_MOST_BYTES), os.fstat(file.fileno()).st_mtime)
            except FileNotFoundError:
                return PackageState()
            except ValueError as error:
                _log.warning("%s cannot be read (%s)", path, error)
            except OSError as error:
                raise PackageStateError(f"{path}: {error.strerror}") from error
        return PackageState()

    def change(self, change: Callable[[PackageState], PackageState]) -> PackageState:
        """Reads, changes and writes as one step; nothing is written when nothing changes.

        Raises:
            PackageStateError: when the file cannot be read or written; then it is as it was.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self._locked():
                before = self.read()
                after = change(before)
                if after != before or not self.path.exists():
                    data = _encode(after)
                    write_atomically(self.path, data)
                    write_atomically(self._kept, data)
                return after
        except OSError as error:
            raise PackageStateError(f"{error.filename or self.path}: {error.strerror}") from error

    def settle(self, *, linked: bool, now: float) -> PackageState:
        """Erases a token that is of no use any more. A file that is not there stays away."""
        state = self.read()
        if state.settled(linked=linked, now=now) == state:
            return state
        return self.change(lambda found: found.settled(linked=linked, now=now))

    @contextmanager
    def _locked(self) -> Iterator[None]:
        lock = os.open(self.path.with_name("store.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)
