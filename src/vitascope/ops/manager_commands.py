"""What a person types to stop and start a server, by how its manager is written (:mod:`vitascope.ops.managers`)."""

from shlex import quote


def manager_commands(text: str) -> tuple[str, str, str]:
    """What a person types to stop, start and restart what a manager manages; empty where there is none."""
    kind, _, name = text.partition(":")
    match kind:
        case "systemd-user" | "systemd":
            program = "systemctl --user" if kind == "systemd-user" else "systemctl"
            return f"{program} stop {name}", f"{program} start {name}", f"{program} restart {name}"
        case "podman":
            return f"podman stop {name}", f"podman start {name}", f"podman restart {name}"
        case "compose":
            file, _, service = name.rpartition("#")
            compose = f"docker compose -f {quote(file)}"
            return (
                f"{compose} stop {service}",
                f"{compose} up -d {service}",
                f"{compose} up -d --force-recreate {service}",
            )
        case _:
            return "", "", ""
