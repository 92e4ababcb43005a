"""A run over a group: one member after the other under the group's lock, each by itself, so that one that fails keeps
none from its update; and what each is doing, told to its server."""

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from vitascope.ops.managers import Manager, manager_of
from vitascope.ops.service import Engine
from vitascope.ops.updates.board import Board, Kind, MemberNote, Notice, Release, ReleaseState, Wish
from vitascope.ops.updates.errors import BadGroup, UpdateError
from vitascope.ops.updates.groups import Group, Member
from vitascope.ops.updates.images import Images, ProgramImages
from vitascope.ops.updates.journal import Journal, Outcome, Record, Step
from vitascope.ops.updates.servers import RealServers, Servers, support_of
from vitascope.ops.updates.update import Around, MemberUpdate, Wanted

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What a run uses of this machine."""

    images: Callable[[Member], Images] = lambda member: ProgramImages(program=member.program)
    manager: Callable[[Member], Manager] = lambda member: manager_of(member.manager)
    servers: Servers = field(default_factory=RealServers)
    clock: Callable[[], float] = time.time
    elapsed: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    is_ending: Callable[[], bool] = lambda: False
    """Whether the run was asked to end: no further member is begun."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How it went for one member."""

    member: str
    record: Record


def run_group(
    group: Group,
    journal: Journal,
    machine: Machine,
    wanted: Wanted,
    *,
    only: str = "",
    told: Callable[[Result], None] = lambda _: None,
) -> list[Result]:
    """Runs over the members, or over one. ``told`` hears of each change.

    Raises:
        GroupBusy: another run is at work.
        BadGroup: there is no such member.
    """
    if only and only not in group.broken and all(member.name != only for member in group.members):
        raise BadGroup(f"the group {group.name} has no member {only}")
    results = []
    with journal.locked():
        for name, why in group.broken.items():
            if only in ("", name):
                broken = Record(outcome=Outcome.FAILED, message=why, at=int(machine.clock()))
                results.append(Result(member=name, record=broken))
                told(results[-1])
        for member in group.members:
            if only in ("", member.name) and not machine.is_ending():
                results += [_run_member(member, group, journal, machine, wanted, told)]
        for member in group.members:
            if only in ("", member.name):
                _tell_again(member, group, journal, machine)
    return results


def _run_member(
    member: Member, group: Group, journal: Journal, machine: Machine, wanted: Wanted, told: Callable[[Result], None]
) -> Result:
    try:
        board = board_of(member)
        update = _update(member, group, journal, machine, told)
        wish = board.wish() if board is not None and not wanted.unfinished_only else None
        if wish is not None:
            update.take(wish)
        if board is not None and not wanted.unfinished_only:
            board.forget_wish()  # also one that cannot be read: while it is there, it starts runs
        record = update.run(_with_wish(wanted, wish, machine.clock()))
    except (UpdateError, OSError) as error:  # even the journal could not be read or written
        _log.error("%s: %s", member.name, error)
        record = Record(outcome=Outcome.STUCK, message=str(error), at=int(machine.clock()))
    return Result(member=member.name, record=record)


def go_back(group: Group, journal: Journal, machine: Machine, name: str) -> Record:
    """Takes the last update of a member back. Raises one of :data:`~vitascope.ops.updates.update.TROUBLE`."""
    for member in group.members:
        if member.name == name:
            with journal.locked():
                return _update(member, group, journal, machine, lambda _: None).go_back()
    raise BadGroup(group.broken.get(name, f"the group {group.name} has no member {name}"))


def _update(
    member: Member, group: Group, journal: Journal, machine: Machine, told: Callable[[Result], None]
) -> MemberUpdate:
    board = board_of(member)

    def changed(record: Record) -> None:
        told(Result(member=member.name, record=record))
        if board is not None:
            _publish(board, member, group, journal, machine, record)

    return MemberUpdate(
        member,
        group,
        journal,
        Around(
            images=machine.images(member),
            manager=machine.manager(member),
            servers=machine.servers,
            clock=machine.clock,
            elapsed=machine.elapsed,
            sleep=machine.sleep,
            changed=changed,
        ),
    )


def _publish(board: Board, member: Member, group: Group, journal: Journal, machine: Machine, record: Record) -> None:
    """Tells a member's server how it stands; one that cannot be told shows what was written last."""
    try:
        board.publish(notice_of(member, group, record, int(machine.clock()), _noted(group, journal, member, record)))
    except OSError as error:
        _log.warning("%s is not told: %s", member.name, error)


def _tell_again(member: Member, group: Group, journal: Journal, machine: Machine) -> None:
    """What became of those that came after it."""
    board = board_of(member)
    with suppress(UpdateError):  # what cannot be read was said before
        if board is not None:
            _publish(board, member, group, journal, machine, journal.read(member.name))


def _with_wish(wanted: Wanted, wish: Wish | None, now: float) -> Wanted:
    """What a run does that was started because somebody left a wish: that, and by day it never waits. What cannot be
    done at once is done at night."""
    if not wanted.wishes_only:
        return wanted
    if wish is None or wish.kind is Kind.TONIGHT:
        return replace(wanted, unfinished_only=True)
    return replace(wanted, check_only=wish.kind is not Kind.NOW, deadline=now)


def board_of(member: Member) -> Board | None:
    """Where our server and the updater tell each other; the original would not look."""
    if member.engine is not Engine.VITASCOPE:
        return None
    return Board(Path(member.config), support_of(member).updates)


_STATES = {
    Step.CHECKING: ReleaseState.DOWNLOADING,
    Step.BACKING_UP: ReleaseState.DOWNLOADED,
    Step.WAITING: ReleaseState.DOWNLOADED,
}
_OUTCOMES = {
    Outcome.SKIPPED: ReleaseState.SKIPPED,
    Outcome.FAILED: ReleaseState.ERROR,
    Outcome.ROLLED_BACK: ReleaseState.ERROR,
    Outcome.STUCK: ReleaseState.ERROR,
    Outcome.POSTPONED: ReleaseState.DOWNLOADED,
}


def _noted(group: Group, journal: Journal, member: Member, record: Record) -> tuple[MemberNote, ...]:
    """The whole group, as the journal has it; ``record`` is how ``member`` is now."""
    notes = []
    for each in group.members:
        try:
            notes.append(note_of(each.name, record if each is member else journal.read(each.name)))
        except UpdateError as error:
            notes.append(MemberNote(name=each.name, outcome=Outcome.STUCK, message=str(error)))
    broken = [MemberNote(name=name, outcome=Outcome.FAILED, message=why) for name, why in group.broken.items()]
    return (*notes, *broken)


def note_of(name: str, record: Record) -> MemberNote:
    """A record in the words that the server shows."""
    updated = record.step is Step.IDLE and record.outcome is Outcome.UPDATED
    return MemberNote(
        name=name,
        running=record.next_version if updated else record.former_version,
        newer="" if updated else record.next_version,
        step="" if record.step is Step.IDLE else record.step,
        outcome=record.outcome or "",
        message=record.message,
        at=record.at,
    )


def notice_of(member: Member, group: Group, record: Record, now: int, members: tuple[MemberNote, ...] = ()) -> Notice:
    """What the server is told; ``members`` is the whole group."""
    release = None
    updated = record.step is Step.IDLE and record.outcome is Outcome.UPDATED
    if record.next and not updated:
        if record.step is Step.IDLE:
            outcome = record.outcome or Outcome.AVAILABLE
            state = _OUTCOMES.get(outcome, ReleaseState.AVAILABLE)
            if record.wished == record.next:
                state = ReleaseState.TONIGHT
            elif record.skipped == record.next:
                state = ReleaseState.SKIPPED
        else:
            state = _STATES.get(record.step, ReleaseState.INSTALLING)
        release = Release(version=record.next_version, image=record.next, state=state, message=record.message)
    return Notice(
        group=group.name,
        member=member.name,
        seen_at=now,
        checked_at=record.checked_at,
        schedule=group.times.schedule,
        latest=group.times.latest,
        automatic=group.times.automatic,
        at_once=group.times.at_once,
        running=record.next_version if updated else record.former_version,
        release=release,
        members=members,
    )
