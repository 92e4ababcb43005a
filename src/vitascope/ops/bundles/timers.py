"""Timers and the services they start: backups at 03:00, updates at 02:00.

A timer catches up after the machine was off (``Persistent=``). The services are one-shot: a run that fails is seen in
``systemctl --failed`` and in the journal, and the next one tries again. A run of updates that left a service half way,
or was killed, is started again soon (every exit code of it that means something else is excluded from that), and what
was left when the machine went down is finished when it is up.
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


def update_service(group: str, *, program: str) -> str:
    """Updates the members of a group."""
    return _updating(f"Update of the containers of group {group}", command(program, "update", "run", "--group", group))


def resume_service(group: str, *, program: str, after: str) -> str:
    """Finishes what a run left behind, when the user's units start."""
    finish = command(program, "update", "resume", "--group", group)
    return _updating(f"Rest of an interrupted update of group {group}", finish, after=after)


def wish_service(group: str, *, program: str) -> str:
    """Does what the owner asked for through the server."""
    return _updating(
        f"What was asked of group {group}", command(program, "update", "run", "--wished", "--group", group)
    )


def wish_path(group: str, wish: str) -> str:
    """Starts that while the file is there that a server leaves; whoever is started takes it away. (systemd forgets what
    changes while the service runs, and looks again afterwards whether something exists.)"""
    return render(
        Section(name="Unit", settings=[("Description", f"Wishes for the updates of group {group}")]),
        Section(name="Path", settings=[("PathExists", wish)]),
        Section(name="Install", settings=[("WantedBy", "default.target")]),
    )


def _updating(description: str, start: str, *, after: str = "") -> str:
    unit = [("Description", description), ("StartLimitIntervalSec", "1h"), ("StartLimitBurst", "20")]
    sections = [
        Section(name="Unit", settings=[*unit, ("After", after)] if after else unit),
        Section(
            name="Service",
            settings=[
                ("Type", "oneshot"),
                ("ExecStart", start),
                ("Restart", "on-failure"),
                ("RestartPreventExitStatus", "1 2 3"),
                ("RestartSec", "60s"),
                ("TimeoutStartSec", "12h"),
            ],
        ),
    ]
    if after:
        sections.append(Section(name="Install", settings=[("WantedBy", "default.target")]))
    return render(*sections)
