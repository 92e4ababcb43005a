"""``vitascope update``: run on the machine that runs the containers, by a timer or by hand.

Exit codes: 0 when nothing went wrong (also when nothing was newer, or somebody watched), 1 when a member failed or was
rolled back, 75 (try again later) when a member is left half way: its service may be down, so that whoever started
the run should start ``vitascope update resume`` soon.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from vitascope.cli.failure import CommandError
from vitascope.ops.updates.errors import Ended, UpdateError
from vitascope.ops.updates.groups import Group, load_group
from vitascope.ops.updates.journal import FAILURES, TOUCHED, Journal, Outcome, Record, Step
from vitascope.ops.updates.running import Machine, Result, go_back, run_group
from vitascope.ops.updates.update import TROUBLE, Wanted

_LATER = 75
_HINT = (
    "; groups describe the containers of this machine (docs/updates.md). An installation without containers is updated "
    "with its package: pip install --upgrade vitascope, then a restart"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Which group, and where things lie."""

    group: str
    groups: Path
    state: Path
    member: str

    def load(self) -> Group:
        """Reads the group."""
        folder = self.groups.expanduser().absolute()
        try:
            return load_group(folder, self.group)
        except UpdateError as error:
            hint = "" if (folder / self.group).is_dir() else _HINT
            raise CommandError(f"{error}{hint}") from error

    def journal(self) -> Journal:
        """Where its updates are written down."""
        return Journal(self.state.expanduser().absolute() / self.group)


def check_group(place: Place) -> None:
    """Looks, and fetches."""
    _run(place, Wanted(deadline=0.0, check_only=True))


def run_updates(place: Place, *, install: bool, no_wait: bool, wished: bool, again: bool) -> None:
    """Updates."""
    group = place.load()
    now = Machine().clock()
    deadline = now if no_wait else group.deadline(now)
    _run(place, Wanted(deadline=deadline, asked=install or again, again=again, wishes_only=wished), group)


def resume_updates(place: Place) -> None:
    """Finishes."""
    _run(place, Wanted(deadline=0.0, unfinished_only=True))


def _run(place: Place, wanted: Wanted, group: Group | None = None) -> None:
    console = Console(highlight=False, emoji=False)
    shown: dict[str, tuple[Step, str]] = {}
    begun: set[str] = set()

    def told(result: Result) -> None:
        begun.add(result.member)
        step = (result.record.step, result.record.message)
        if result.record.step is not Step.IDLE and shown.get(result.member) != step:
            shown[result.member] = step
            console.print(f"{result.member}: {_words(*step)}", markup=False, soft_wrap=True)

    with _ending() as machine:
        try:
            found = group or place.load()
            results = run_group(found, place.journal(), machine, wanted, only=place.member, told=told)
        except UpdateError as error:
            raise CommandError(str(error)) from error
    for one in results:
        record = one.record
        if wanted.unfinished_only and record.step is Step.IDLE and one.member not in begun:
            console.print(f"{one.member}: nothing was left to finish", markup=False, soft_wrap=True)
        else:
            console.print(f"{one.member}: {_outcome(record)}", markup=False, soft_wrap=True)
    _judge(results)


def _judge(results: list[Result]) -> None:
    half = [one.member for one in results if one.record.step in TOUCHED]
    if half:
        raise CommandError(f"left half way: {', '.join(half)}; finish with: vitascope update resume", exit_code=_LATER)
    failed = [one.member for one in results if one.record.outcome in FAILURES]
    if failed:
        raise CommandError(f"not updated: {', '.join(failed)}")


@contextmanager
def _ending() -> Iterator[Machine]:
    """SIGTERM and Ctrl-C end the run in order: what is stopped is started again."""
    asked = False

    def end(*_: object) -> None:
        nonlocal asked
        asked = True
        raise Ended("the run was ended by a signal")

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield Machine(is_ending=lambda: asked)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _words(what: str, message: str) -> str:
    return f"{what}: {message}" if message else what


def _outcome(record: Record) -> str:
    versions = record.next_version if record.outcome is not Outcome.CURRENT else record.former_version
    return _words(f"{record.outcome or 'never run'}{f' {versions}' if versions else ''}", record.message)


def show_status(place: Place) -> None:
    """Prints a table."""
    group, journal = place.load(), place.journal()
    times = group.times
    console = Console(highlight=False, emoji=False)
    kind = "installs what is newer" if times.automatic else "installs what its owner asks for"
    console.print(
        f"group {group.name}: {kind} at {times.schedule}, waits until {times.latest}", markup=False, soft_wrap=True
    )
    table = Table("member", "runs", "newer", "last run", "how it went")
    for member in group.members:
        if place.member not in ("", member.name):
            continue
        try:
            record = journal.read(member.name)
        except UpdateError as error:
            raise CommandError(str(error)) from error
        updated = record.outcome is Outcome.UPDATED and record.step is Step.IDLE
        went = _words(record.outcome or "", record.message)
        table.add_row(
            member.name,
            (record.next_version if updated else record.former_version) or "not known yet",
            "" if updated else record.next_version,
            _time(record.at),
            went if record.step is Step.IDLE else f"at work: {record.step}; {went}",
        )
    for name, why in group.broken.items():
        table.add_row(name, "", "", "", why)
    console.print(table, markup=False)


def _time(at: int) -> str:
    return datetime.fromtimestamp(at).astimezone().strftime("%Y-%m-%d %H:%M") if at else "never"


def roll_back(place: Place, *, yes: bool) -> None:
    """Takes the last update back."""
    group = place.load()
    name = place.member or (group.members[0].name if len(group.members) == 1 else "")
    if not name:
        raise CommandError("name the member (--member)", exit_code=2)
    if not yes:
        raise CommandError(
            f"the files of before come back, and what was done in {name} since is set aside for a day: "
            "say so with --yes",
            exit_code=2,
        )
    with _ending() as machine:
        try:
            record = go_back(group, place.journal(), machine, name)
        except TROUBLE as error:
            raise CommandError(str(error)) from error
    Console(highlight=False, emoji=False).print(f"{name}: {_outcome(record)}", markup=False, soft_wrap=True)
    if record.outcome is not Outcome.ROLLED_BACK:
        raise CommandError(f"{name} is not healthy")
