"""The update of one member, step by step; each step stands in the journal before it begins.

::

    check -> back up -> wait -> stop -> set aside -> start the new version -> verify
                                                             |  not healthy
                                                             v
                                         stop, files back, name back, start the old one

Whatever fails before the new version was started leaves the old one running as it was. A killed run leaves its step
behind. The next one starts the old version again (stopping, setting aside), looks whether the new one has become
healthy (starting, verifying) or goes on with the way back (rolling back); every step can be repeated.

The new version is healthy when its container runs the new image and it answers 2xx with the machine identifier of the
old one. While it upgrades the database it answers 503, and is waited for.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from msgspec.structs import replace

from vitascope.ops.backup.errors import BackupError
from vitascope.ops.managers import Manager, ManagerError
from vitascope.ops.updates import copies
from vitascope.ops.updates.board import Kind, Wish
from vitascope.ops.updates.errors import NotAsked, UpdateError
from vitascope.ops.updates.groups import Group, Late, Member
from vitascope.ops.updates.images import FORMER, NEXT, Images, beside
from vitascope.ops.updates.journal import TOUCHED, Journal, Outcome, Record, Step
from vitascope.ops.updates.servers import Servers
from vitascope.store.errors import StoreError

_log = logging.getLogger(__name__)

LOOK_SECONDS = 2.0
WATCH_SECONDS = 60.0
RETURN_SECONDS = 900
"""How long the old version is waited for after it was put back."""
TROUBLE = (ManagerError, BackupError, UpdateError, StoreError, OSError)
"""What is told and not raised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What an update has to do with."""

    images: Images
    manager: Manager
    servers: Servers
    clock: Callable[[], float]
    elapsed: Callable[[], float]
    """Seconds since some moment, whatever becomes of the clock meanwhile."""
    sleep: Callable[[float], None]
    changed: Callable[[Record], None]
    """Told of every change of the record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a run is to do."""

    deadline: float
    check_only: bool = False
    unfinished_only: bool = False
    """Only what an earlier run left."""
    wishes_only: bool = False
    """Only what the owner asked for through the server."""
    asked: bool = False
    """By its owner: counts for groups that install nothing by themselves."""
    again: bool = False
    """Also a version that was rolled back or passed over."""


class MemberUpdate:
    """The update of one member. The caller holds the group's lock."""

    def __init__(self, member: Member, group: Group, journal: Journal, around: Around) -> None:
        self._member = member
        self._group = group
        self._journal = journal
        self._around = around
        self.record = journal.read(member.name)

    def run(self, wanted: Wanted) -> Record:
        """Does what is to be done; what goes wrong stands in the record that is returned."""
        try:
            self._settle()
            if not wanted.unfinished_only and self._check(wanted):
                self._install(wanted)
        except TROUBLE as error:
            self._fail(str(error))
        return self.record

    def go_back(self) -> Record:
        """Puts the version and the files of before the last update back, because its owner says so."""
        try:
            self._settle()
            record, images = self.record, self._around.images
            if not record.updated_from:
                raise UpdateError("there is no update that could be taken back")
            if images.named(record.updated_from) is None:
                raise UpdateError(f"the image of before is gone: {record.updated_from[:12]}")
            if images.running(self._member.container_name) not in (None, record.updated_to):
                raise UpdateError("another version than the one of the last update runs")
            if record.aside and not (self._journal.aside(self._member.name) / record.aside).is_file():
                raise UpdateError(f"the copy of before is gone: {record.aside}")
            self.record = replace(
                record,
                former=record.updated_from,
                former_version=record.updated_from_version,
                next=record.updated_to,
                next_version=images.version(record.updated_to),
            )
            self._return("its owner asked for it")
        except TROUBLE as error:
            if self.record.step is Step.RETURNING:
                self._fail(str(error))
            raise
        return self.record

    def take(self, wish: Wish) -> None:
        """Writes down what the owner asked for. A version that failed, or was passed over, is tried again for it."""
        record, image = self.record, wish.image
        match wish.kind:
            case Kind.SKIP:
                self._note(skipped=image, wished="")
            case Kind.TONIGHT | Kind.NOW:
                skipped = "" if record.skipped == image else record.skipped
                rejected = tuple(each for each in record.rejected if each != image)
                self._note(wished=image, skipped=skipped, rejected=rejected)
            case Kind.CHECK:
                pass

    # --- what is written down ------------------------------------------------------------------------------------

    def _note(self, **changes: object) -> None:
        self.record = replace(self.record, **changes)
        self._journal.write(self._member.name, self.record)
        self._around.changed(self.record)

    def _end(self, outcome: Outcome, message: str = "", **changes: object) -> None:
        _log.info("%s: %s%s", self._member.name, outcome, f" ({message})" if message else "")
        now = int(self._around.clock())
        self._note(step=Step.IDLE, outcome=outcome, message=message, at=now, **changes)

    def _fail(self, message: str) -> None:
        """Once the service is touched, the step stays as it is: the next run goes on with it."""
        if self.record.step in TOUCHED:
            _log.error("%s: %s: %s", self._member.name, self.record.step, message)
            self._note(outcome=Outcome.STUCK, message=message, at=int(self._around.clock()))
        else:
            self._end(Outcome.FAILED, message)

    # --- before anything is touched ------------------------------------------------------------------------------

    def _settle(self) -> None:
        """What a killed run left."""
        match self.record.step:
            case Step.STOPPING | Step.SETTING_ASIDE:
                self._start_former("the run before was interrupted")
            case Step.STARTING | Step.VERIFYING:
                if self._around.images.running(self._member.container_name) == self.record.former:
                    # The machine restarted, and with it the old version, before the name was moved.
                    self._start_former("the run before was interrupted")
                else:
                    self._start_next()
            case Step.RETURNING:
                self._return(self.record.message)
            case _:
                pass

    def _check(self, wanted: Wanted) -> bool:
        """Whether there is something to install."""
        member, images = self._member, self._around.images
        running = images.running(member.container_name)
        if running is None:
            raise UpdateError(f"the container {member.container_name} does not run: it is not updated")
        self._note(step=Step.CHECKING, former=running, former_version=images.version(running))
        if member.pull:
            images.pull(member.image)
        found = images.named(member.image)
        pending = self.record.pending
        if found == running and pending and images.named(pending) is not None:
            found = pending
        checked = {"checked_at": int(self._around.clock()), "next": "", "next_version": ""}
        if found is None or found == running:
            self._note(**checked)
            self._end(Outcome.CURRENT)
            return False
        if member.pull:
            images.tag(running, member.image)
            images.tag(found, beside(member.image, NEXT))  # so that nothing clears it away
        checked |= {"next": found, "next_version": images.version(found)}
        return self._is_wanted(found, wanted, checked)

    def _is_wanted(self, found: str, wanted: Wanted, checked: dict[str, object]) -> bool:
        record, asked = self.record, wanted.asked or self.record.wished == found
        if record.wished != found:
            checked["wished"] = ""
        if wanted.again or (wanted.asked and record.skipped == found):
            checked |= {"skipped": "", "rejected": tuple(each for each in record.rejected if each != found)}
        self._note(**checked)
        record = self.record
        if found in record.rejected:
            self._end(Outcome.SKIPPED, "it was rolled back before; --again tries it once more")
        elif record.skipped == found:
            self._end(Outcome.SKIPPED, "its owner passes it over")
        elif wanted.check_only or not (self._group.times.automatic or asked):
            self._end(Outcome.AVAILABLE)
        else:
            return True
        return False

    def _install(self, wanted: Wanted) -> None:
        copies.check_database(self._member, self._around.servers.database(self._member))
        self._note(step=Step.BACKING_UP, message="")
        copies.back_up(self._member)
        self._note(step=Step.WAITING)
        if not self._wait(wanted.deadline):
            return
        member, images, former = self._member, self._around.images, self.record.former
        if images.running(member.container_name) != former:
            raise UpdateError(f"the container {member.container_name} was started anew meanwhile")
        machine = self._around.servers.look(member).machine
        self._note(step=Step.STOPPING, message="", machine=machine)
        try:
            images.tag(former, beside(member.image, FORMER))
            images.tag(former, member.image)  # until all is ready, whatever starts the service starts the old version
            self._around.manager.stop()
            self._note(step=Step.SETTING_ASIDE)
            aside = copies.set_aside(member, self._journal.aside(member.name))
        except TROUBLE as error:
            self._start_former(str(error))
            return
        self._note(step=Step.STARTING, aside=aside, updated_from="", updated_from_version="", updated_to="")
        self._start_next()

    def _wait(self, deadline: float) -> bool:
        """Until nobody watches; whether to go on."""
        around = self._around
        while True:
            try:
                playing = around.servers.players(self._member)
                why = f"somebody watches: {', '.join(playing)}"
            except NotAsked as error:
                playing, why = ("",), str(error)
            if not playing:
                return True
            left = deadline - around.clock()
            if left <= 0:
                if self._group.times.at_latest is Late.UPDATE:
                    return True
                self._end(Outcome.POSTPONED, why)
                return False
            if why != self.record.message:
                self._note(message=why)
            around.sleep(min(WATCH_SECONDS, left))

    # --- touching it ---------------------------------------------------------------------------------------------

    def _start_former(self, why: str) -> None:
        """The old version again, whose files nobody has touched."""
        images, member, record = self._around.images, self._member, self.record
        running = images.running(member.container_name)
        if running is not None and running != record.former:
            images.tag(running, member.image)
            self._end(Outcome.FAILED, f"{why}, and another version was started meanwhile")
            return
        images.tag(record.former, member.image)
        if running is None:
            self._around.manager.stop()
            self._around.manager.renew()
        self._end(Outcome.FAILED, why, pending="" if member.pull else record.next)

    def _start_next(self) -> None:
        """The new version; when it does not become healthy, the way back."""
        member, around, record = self._member, self._around, self.record
        around.images.tag(record.next, member.image)
        try:
            if around.images.running(member.container_name) != record.next:
                around.manager.stop()
                around.manager.renew()
            self._note(step=Step.VERIFYING)
            trouble = self._until_healthy(record.next, member.healthy_within)
        except ManagerError as error:
            trouble = str(error)
        if trouble:
            self._return(trouble)
            return
        self._end(
            Outcome.UPDATED,
            f"{record.former_version} -> {record.next_version}",
            updated_from=record.former,
            updated_from_version=record.former_version,
            updated_to=record.next,
            pending="",
            wished="",
        )

    def _return(self, why: str) -> None:
        """The old version with its files."""
        member, around = self._member, self._around
        self._note(step=Step.RETURNING, message=why)
        _log.warning("%s: going back to %s: %s", member.name, self.record.former_version, why)
        record = self.record
        around.images.tag(record.former, member.image)  # first: a restart must not let the new one at the old files
        around.manager.stop()
        kept = copies.bring_back(member, self._journal.aside(member.name), record.aside)
        around.manager.renew()
        trouble = self._until_healthy(record.former, RETURN_SECONDS)
        if kept:
            why = f"{why}; what {record.next_version} left lies for a day in {kept}"
        self._note(
            rejected=(*(each for each in record.rejected if each != record.next), record.next),
            pending="",
            updated_from="",
            wished="",
        )
        if trouble:
            self._end(Outcome.STUCK, f"{trouble}; the new version: {why}")
        else:
            self._end(Outcome.ROLLED_BACK, why)

    def _until_healthy(self, image: str, seconds: int) -> str:
        """Waits; what is wrong, or an empty text."""
        around = self._around
        deadline = around.elapsed() + seconds
        while True:
            trouble = self._trouble(image)
            if not trouble or around.elapsed() >= deadline:
                return trouble
            if not around.manager.running():
                return f"{around.manager.describe()} has ended ({trouble})"
            around.sleep(LOOK_SECONDS)

    def _trouble(self, image: str) -> str:
        member, record = self._member, self.record
        running = self._around.images.running(member.container_name)
        if running is None:
            return f"the container {member.container_name} does not run"
        if running != image:
            return f"the container {member.container_name} runs another image: {running[:12]}"
        seen = self._around.servers.look(member)
        if not seen.ready:
            return seen.words
        if record.machine and seen.machine != record.machine:
            return f"it calls itself {seen.machine or 'nothing'}, and was {record.machine}"
        return ""
