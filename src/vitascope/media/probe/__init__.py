"""What is in a media file: the Media, Part and Stream model, found as cheaply as the file allows.

:func:`probe_file` runs inside a worker process; the server and the scan call the tasks of
:mod:`vitascope.media.probe.tasks` through a pool. The wordings that the API derives from a probe are pure functions in
:mod:`vitascope.media.probe.describe`, which does not load libav.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vitascope.media.probe.probing import probe_file as probe_file

__all__ = ["probe_file"]


def __getattr__(name: str) -> Any:
    # libav is loaded by those who probe, not by those who only describe.
    if name == "probe_file":
        from vitascope.media.probe.probing import probe_file

        return probe_file
    raise AttributeError(name)
