"""The files of an update group (:mod:`vitascope.ops.updates.groups`), in TOML.

A basic string of TOML is written like one of JSON, as long as no control character is in it.
"""

import json

from vitascope.ops.bundles.model import BundleOptions
from vitascope.ops.bundles.timers import KEEP
from vitascope.ops.service import Engine

_GROUP = """\
# What is updated together, and when; vitascope update run. The schedule is that of the timer.
schedule = {schedule}
latest = {latest}
at_once = {at_once}
# at_latest = "update": at the latest time it is updated though somebody watches
# automatic = false: only what its owner asks for (PUT /updater/apply?tonight=1) is installed
"""


def group_file(*, schedule: str, latest: str, at_once: bool) -> str:
    """``group.toml``. Times are local, ``HH:MM``; ``at_once`` where a unit starts a run for each wish."""
    return _GROUP.format(schedule=_text(schedule), latest=_text(latest), at_once=_text(at_once))


def member_file(options: BundleOptions, *, config_dir: str, recipients: str) -> str:
    """The file of the service itself."""
    service, image = options.service, options.image_name
    last = image.rpartition("/")[2]
    values: dict[str, str | bool] = {
        "image": image if ":" in last else f"{image}:latest",
        "pull": not options.is_local,
        "container": options.name,
        "manager": f"systemd-user:{options.name}.service",
        "url": f"http://127.0.0.1:{service.port}",
        "engine": options.engine.value,
        "config": config_dir,
    }
    if options.engine is Engine.VITASCOPE:  # the original would have to be stopped for it: its own timer makes those
        values |= {"backup_dir": options.backup_dir, "recipients_file": recipients, "keep": KEEP}
    return "".join(f"{key} = {_text(value)}\n" for key, value in values.items())


def _text(value: str | bool) -> str:
    return json.dumps(value, ensure_ascii=False)
