"""What can go wrong with a metadata provider; one exception, since whoever asks does the same about all of it."""


class ProviderError(Exception):
    """It does not answer, or not as a provider does. ``again`` says whether it may later, ``wait_s`` when at the
    earliest, where it said so itself."""

    def __init__(self, message: str, *, again: bool = False, wait_s: float = 0.0) -> None:
        super().__init__(message)
        self.again = again
        self.wait_s = wait_s
