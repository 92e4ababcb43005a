"""Timers and the services they start: backups at 03:00, updates at 02:00.

A timer catches up after the machine was off (``Persistent=``). The services are one-shot: a run that fails is seen in
``systemctl --failed`` and in the journal, and the next one tries again.
"""

from vitascope.ops.bundles.model import BundleOptions
from vitascope.ops.bundles.unitfile import Raw, Section, command, render

KEEP = "7d,4w,12m"
"""One backup of each of the last 7 days, 4 weeks and 12 months."""


def timer(description: str, calendar: str) -> str:
    """A timer that starts the service of its own name, each day."""
    return render(
        Section(name="Unit", settings=[("Description", description)]),
        Section(name="Timer", settings=[("OnCalendar", calendar), ("Persistent", "true"), ("RandomizedDelaySec", "0")]),
        Section(name="Install", settings=[("WantedBy", "timers.target")]),
    )


def backup_service(options: BundleOptions, *, program: str, manager: str, config_dir: str, recipients: Raw) -> str:
    """Makes one backup. ``recipients`` is the file of age recipients, with specifiers."""
    create = command(
        program,
        *("backup", "create", "--engine", options.engine.value, "--manager", manager),
        *("--config", config_dir, "--to", options.backup_dir, "--keep", KEEP),
    )
    return render(
        Section(name="Unit", settings=[("Description", f"Backup of {options.name}")]),
        Section(
            name="Service",
            settings=[
                ("Type", "oneshot"),
                ("ExecStart", Raw(f"{create} --recipients-file {recipients}")),
                ("Nice", "10"),
                ("IOSchedulingClass", "idle"),
                ("UMask", "0077"),
                ("TimeoutStartSec", "4h"),
            ],
        ),
    )


def update_service(group: str) -> str:
    """Updates the containers of a group. Podman itself keeps the old image and goes back when the new one fails."""
    return render(
        Section(name="Unit", settings=[("Description", f"Update of the containers of group {group}")]),
        Section(
            name="Service",
            settings=[
                ("Type", "oneshot"),
                ("ExecStart", command("/usr/bin/podman", "auto-update", "--rollback")),
                ("TimeoutStartSec", "1h"),
            ],
        ),
    )
