"""The actions, tasks and dependencies of a service: what its owner may have done, and should do.

What there is, is described in :mod:`vitascope.ops.service`; here stands what it does. ``Registry(around).run(id,
input)`` is the one way in, for both engines.
"""

from vitascope.ops.actions.errors import (
    ActionError,
    ActionFailedError,
    ActionUnavailableError,
    InputError,
    UnknownActionError,
)
from vitascope.ops.actions.inputs import Input, check_input
from vitascope.ops.actions.registry import ActionResult, Registry
from vitascope.ops.actions.surroundings import LinkOwner, LinkRequest, Running, Surroundings
from vitascope.ops.actions.tasks import Facts, dependencies_of, tasks_of

__all__ = [
    "ActionError",
    "ActionFailedError",
    "ActionResult",
    "ActionUnavailableError",
    "Facts",
    "Input",
    "InputError",
    "LinkOwner",
    "LinkRequest",
    "Registry",
    "Running",
    "Surroundings",
    "UnknownActionError",
    "check_input",
    "dependencies_of",
    "tasks_of",
]
