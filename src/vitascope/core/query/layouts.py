"""Layouts of sound by the number of their channels, as a filter names them: ``stereo``, ``5.1``."""

_NAMES = {1: "mono", 2: "stereo", 3: "2.1", 4: "4.0", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}
_CHANNELS = {name: channels for channels, name in _NAMES.items()}


def layout_name(channels: int) -> str:
    """The name of a layout; of one that has none its number of channels."""
    return _NAMES.get(channels, str(channels))


def channels_of(name: str) -> int | None:
    """How many channels a layout has; ``None`` for a name that nobody knows."""
    return _CHANNELS.get(name) or (int(name) if name.isdecimal() and len(name) < 4 else None)
