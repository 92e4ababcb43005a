"""The one registry of actions: finds one, checks its input, sees whether it may run now, and runs it.

The command line, the owner's endpoints and the packages of hosts all go through :meth:`Registry.run`; so an action that
is only for a stopped server is refused wherever it is asked for, by what the server really does at that moment.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vitascope.ops.actions.errors import ActionUnavailableError, UnknownActionError
from vitascope.ops.actions.inputs import check_input
from vitascope.ops.actions.runners import RUNNERS
from vitascope.ops.actions.surroundings import Running, Surroundings
from vitascope.ops.service import ActionSpec, Availability, Service


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionResult:
    """What came of an action."""

    action: str
    message: str


def find_action(service: Service, action_id: str) -> ActionSpec:
    """The action of a service with this id. Raises :class:`UnknownActionError`."""
    try:
        return service.action(action_id)
    except KeyError:
        known = ", ".join(action.id for action in service.actions)
        raise UnknownActionError(f"there is no action {action_id!r}; there are {known}") from None


class Registry:
    """The actions of one server."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._runners = RUNNERS[around.service.engine]
        self._one_at_a_time = asyncio.Lock()

    @property
    def actions(self) -> tuple[ActionSpec, ...]:
        """All actions, in the order in which they are shown."""
        return self._around.service.actions

    def find(self, action_id: str) -> ActionSpec:
        """The action with this id. Raises :class:`UnknownActionError`."""
        return find_action(self._around.service, action_id)

    def obstacle(self, action: ActionSpec, running: Running) -> str | None:
        """Why an action cannot run in this state of the server, and what to do about it; ``None`` when it can."""
        around = self._around
        match action.availability, running:
            case (Availability.ANY, _) | (Availability.ONLY_STOPPED, Running.STOPPED):
                return None
            case Availability.ONLY_RUNNING, Running.RUNNING:
                return None
            case _, Running.UNKNOWN:
                return f"{action.name} depends on whether the server runs, and that is not known; name its manager"
            case Availability.ONLY_STOPPED, _:
                stop = f" ({around.stop_command})" if around.stop_command else ""
                start = f" ({around.start_command})" if around.start_command else ""
                return (
                    f"{action.name} can be run only while the server is stopped. Stop it{stop}, "
                    f"then: vitascope action run {action.id}{_inputs(action)}, then start it again{start}."
                )
            case _:
                start = f" ({around.start_command})" if around.start_command else ""
                return f"{action.name} can be run only while the server runs. Start it{start} first."

    async def run(self, action_id: str, given: Mapping[str, Sequence[str]]) -> ActionResult:
        """Runs an action.

        Args:
            action_id: which.
            given: the values for each field; a field that takes one value gets a sequence of one.

        Raises:
            ActionError: of the kind that says why it was not carried out.
        """
        action = self.find(action_id)
        checked = check_input(action.fields, given)
        async with self._one_at_a_time:
            obstacle = self.obstacle(action, await self._around.running())
            if obstacle is not None:
                raise ActionUnavailableError(obstacle)
            message = await self._runners[action_id](checked, self._around)
        return ActionResult(action=action_id, message=message)


def _inputs(action: ActionSpec) -> str:
    return "".join(f" --input {field.id}=…" for field in action.fields if field.required)
