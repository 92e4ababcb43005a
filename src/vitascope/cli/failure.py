"""How a verb says that it failed."""


class CommandError(Exception):
    """The verb failed; the message is one line for a person."""

    def __init__(self, message: str, *, exit_code: int = 1) -> None:
        super().__init__(" ".join(message.split()))
        self.exit_code = exit_code
