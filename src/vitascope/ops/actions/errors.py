"""How an action says no. The message of each is for a person.

::

    ActionError
    ├── UnknownActionError      there is no action with this id
    ├── InputError              a field is missing, or its value cannot be taken; names the field
    ├── ActionUnavailableError  not in the state the server is in; says how to get it into the other
    └── ActionFailedError       it was tried and did not succeed; nothing is half done
"""


class ActionError(Exception):
    """An action was not carried out."""


class UnknownActionError(ActionError):
    """There is no action with this id."""


class InputError(ActionError):
    """A field's value cannot be taken."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field


class ActionUnavailableError(ActionError):
    """The server is not in the state that the action needs."""


class ActionFailedError(ActionError):
    """The action was tried and did not succeed."""
