"""How many examples a property is tried on: few in `make test`, as many as the profile says in `make fuzz`."""

from hypothesis import settings


def examples(few: int, *, fuzz: int | None = None) -> settings:
    """Settings of a property whose examples are dear: ``few`` in `make test`.

    A number on the test itself would hold in `make fuzz` too; there it is the profile's, or ``fuzz`` for a property
    that would otherwise take the whole evening.
    """
    if settings.get_current_profile_name() != "fuzz":
        return settings(max_examples=few)
    return settings() if fuzz is None else settings(max_examples=fuzz)
