"""The podman service of a stack that Ansible manages: units, timers, the proxy's route, and playbooks that run.

What is chosen when the bundle is made stands in the units and in ``vars.yml``; what changes later (the address to
advertise, recipients of backups, the claim token in the vault) is read from the variables when a playbook runs and
gets into the container through ``plex.env``, so that a change is "edit ``vars.yml`` and deploy". The playbooks
themselves are the same for everyone. They run commands as lists of arguments, never through a shell.
"""

from pathlib import Path

from vitascope.ops.bundles.model import Bundle, BundleFile, BundleOptions, UnsuitableValueError
from vitascope.ops.bundles.podman import CONFIG_DIR, RUN_SCRIPT, container_unit
from vitascope.ops.bundles.static import texts
from vitascope.ops.bundles.timers import (
    KEEP,
    backup_service,
    resume_service,
    timer,
    update_service,
    wish_path,
    wish_service,
)
from vitascope.ops.bundles.unitfile import Raw
from vitascope.ops.bundles.updatefile import group_file, member_file
from vitascope.ops.bundles.yamlfile import Unsafe, Value, render, render_parts
from vitascope.ops.paths import SupportDir
from vitascope.ops.service import Engine
from vitascope.ops.updates.board import WISH

NETWORK = "mms"
UPDATE_GROUP = "interactive"
BACKUP_CALENDAR = "*-*-* 03:00:00"
UPDATE_CALENDAR = "*-*-* 02:00:00"
PROGRAM = "%h/.local/bin/vitascope"
UPDATE_LATEST = "05:00"
RECIPIENTS_FILE = "~/.config/vitascope/recipients.txt"
RECIPIENTS = "%E/vitascope/recipients.txt"


def files(options: BundleOptions) -> Bundle:
    """Units below ``units/``, the group of updates below ``updates/``, the proxy's route below ``traefik/``, and the
    tree of Ansible."""
    name, config_dir = options.name, options.config_dir or CONFIG_DIR
    media = [("--media", folder) for folder in options.media]
    for option, path in (("--config-dir", config_dir), ("--backup-dir", options.backup_dir), *media):
        if "$" in path:
            raise UnsuitableValueError(option, path, "Ansible reads a variable where a path has a $")
    made = {
        f"units/{name}.container": container_unit(
            options, network=NETWORK, environment_file=f"{name}.env", run_script=True, auto_update=False
        ),
        f"units/{name}-backup.service": backup_service(
            options,
            program=Raw(PROGRAM),
            manager=f"systemd-user:{name}.service",
            config_dir=config_dir,
            recipients=Raw(RECIPIENTS),
        ),
        f"units/{name}-backup.timer": timer(f"Daily backup of {name}", BACKUP_CALENDAR),
        f"units/autodeploy-{UPDATE_GROUP}.service": update_service(UPDATE_GROUP, program=Raw(PROGRAM)),
        f"units/autodeploy-{UPDATE_GROUP}-resume.service": resume_service(
            UPDATE_GROUP, program=Raw(PROGRAM), after=f"{name}.service"
        ),
        f"units/autodeploy-{UPDATE_GROUP}.timer": timer(f"Daily update of group {UPDATE_GROUP}", UPDATE_CALENDAR),
        f"updates/{UPDATE_GROUP}/group.toml": group_file(
            schedule=UPDATE_CALENDAR[6:11], latest=UPDATE_LATEST, at_once=options.engine is Engine.VITASCOPE
        ),
        f"updates/{UPDATE_GROUP}/{name}.toml": member_file(options, config_dir=config_dir, recipients=RECIPIENTS_FILE),
        f"traefik/{name}.yml": render(_route(options), comment="For a folder that Traefik's file provider watches."),
        "inventory/group_vars/all/vars.yml": render_parts(*_variables(options, config_dir)),
    }
    if options.engine is Engine.VITASCOPE:
        wish = SupportDir.for_config(Path(config_dir)).updates / WISH
        made |= {
            f"units/autodeploy-{UPDATE_GROUP}-wish.path": wish_path(UPDATE_GROUP, str(wish)),
            f"units/autodeploy-{UPDATE_GROUP}-wish.service": wish_service(UPDATE_GROUP, program=Raw(PROGRAM)),
        }
    fixed = texts(__name__, options.service)
    return Bundle(files={**fixed, **{path: BundleFile(text=text) for path, text in made.items()}})


def _route(options: BundleOptions) -> Value:
    return {
        "http": {
            "routers": {options.name: {"rule": f"Host(`{options.domain}`)", "service": options.name}},
            "services": {
                options.name: {"loadBalancer": {"servers": [{"url": f"http://{options.name}:{options.service.port}"}]}}
            },
        }
    }


def _variables(options: BundleOptions, config_dir: str) -> list[tuple[str, dict[str, Value]]]:
    name = options.name
    service: dict[str, Value] = {
        "engine": options.engine.value,
        "manager": f"systemd-user:{name}.service",
        "config_dir": Unsafe(config_dir),
        "backup_dir": Unsafe(options.backup_dir),
        "media_dirs": [Unsafe(folder) for folder in options.media],
        "health_url": f"http://localhost:{options.service.port}{options.service.health_path}",
        "run_script": RUN_SCRIPT,
    }
    return [
        (
            f"""The services, by the name that playbooks are given with -e service_name=…
The paths also stand in units/{name}.container: to change one, make the bundle anew.""",
            {"services": {name: service}},
        ),
        (
            """The address that clients are told to use: the machine's Tailscale IP, http://100.64.0.1:32400
When it changes: edit, then ansible-playbook playbooks/deploy.yml""",
            {"plex_advertise_ip": ""},
        ),
        ("Networks whose visitors are the owner without signing in.", {"plex_allowed_networks": ""}),
        (
            "From the vault; needed for the first start only, and valid for four minutes.",
            {"plex_claim_token": "{{ vault_plex_claim_token | default('') }}"},
        ),
        (
            "Public keys (age1…) that backups are encrypted to. Keep the secret ones elsewhere.",
            {"backup_age_recipients": []},
        ),
        ("What is kept: one backup of each of so many days, weeks and months.", {"backup_keep": KEEP}),
        ("The podman network that the containers of the stack share.", {"mms_network": NETWORK}),
        (
            "A folder on this machine that Traefik's file provider watches; empty: the route is not put in place.",
            {"traefik_dynamic_dir": ""},
        ),
        ("The command line that makes and restores backups.", {"vitascope_command": "~/.local/bin/vitascope"}),
    ]
