"""Updates as the server in the container sees them: what the updater of its machine wrote, and wishes for it.

The updater writes at least each night. One that has not for days is taken to be gone: then nothing is shown and nothing
can be wished for, since a wish that nobody reads must not look as if it had been granted.
"""

from collections.abc import Callable
from dataclasses import dataclass

from vitascope.ops.updates.board import FRESH_SECONDS, Board, Kind, Notice, Release, ReleaseState, Wish
from vitascope.ops.updates.errors import UpdateError
from vitascope.ops.updates.journal import Outcome

_WISHED = {
    Kind.TONIGHT: ReleaseState.TONIGHT,
    Kind.NOW: ReleaseState.INSTALLING,
    Kind.SKIP: ReleaseState.SKIPPED,
}


class NotWished(UpdateError):
    """The wish would not be granted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What there is to see."""

    checked_at: int = 0
    can_install: bool = False
    release: Release | None = None
    done: str = ""
    """The version that the last run installed, when it installed one."""


class UpdaterView:
    """The server's side of the board."""

    def __init__(self, board: Board, clock: Callable[[], float], *, told: Callable[[], None] = lambda: None) -> None:
        """``told`` is called, from any thread, whenever something was asked of the updater."""
        self._board = board
        self._clock = clock
        self._told = told

    def notice(self) -> Notice | None:
        """What the updater says; ``None`` where none does."""
        notice = self._board.notice()
        if notice is None or not 0 <= self._clock() - notice.seen_at < FRESH_SECONDS:
            return None
        return notice

    def shown(self) -> Shown:
        """What waits, in the state that its owner wished it into."""
        notice = self.notice()
        if notice is None:
            return Shown()
        release, wish = notice.release, self._board.wish()
        if release is not None and wish is not None and wish.image == release.image and wish.kind in _WISHED:
            release = Release(
                version=release.version, image=release.image, state=_WISHED[wish.kind], message=release.message
            )
        done = notice.running if notice.own().outcome == Outcome.UPDATED else ""
        return Shown(checked_at=notice.checked_at, can_install=True, release=release, done=done)

    def check(self) -> None:
        """Asks the updater to look, where something would tell it so before the night. Raises ``OSError``."""
        notice = self.notice()
        if notice is not None and notice.at_once and self._board.wish() is None:
            self._leave(Wish(kind=Kind.CHECK, at=int(self._clock())))

    def _leave(self, wish: Wish) -> None:
        self._board.leave(wish)
        self._told()

    def apply(self, kind: Kind) -> None:
        """Leaves a wish for the release that is shown. Raises :class:`NotWished` or ``OSError``."""
        notice = self.notice()
        if notice is None:
            raise NotWished(
                "There is no update: nothing on this machine looks for any. This server is updated with its package, "
                "or with its image by vitascope update."
            )
        if notice.release is None:
            raise NotWished("There is no update: the newest version runs.")
        if kind is Kind.NOW and not notice.at_once:
            raise NotWished(f"The updater of this machine runs at {notice.schedule}: ask for tonight=1.")
        self._leave(Wish(kind=kind, image=notice.release.image, at=int(self._clock())))
