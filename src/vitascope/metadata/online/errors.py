"""What can go wrong with a metadata provider; one exception, since whoever asks does the same about all of it."""


class ProviderError(Exception):
    """It does not answer, or not as a provider does. ``again`` says whether it may later."""

    def __init__(self, message: str, *, again: bool = False) -> None:
        super().__init__(message)
        self.again = again
