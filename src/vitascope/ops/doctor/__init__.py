"""Check-ups: what is wrong with a server, why, and the command that puts it right.

Each check is a function of a module of its own that gives findings; nothing is changed. :func:`examine` makes them all.
What only the running server knows beside that (notes, unreadable files) is asked of it by ``vitascope doctor``.
"""

import time
from collections.abc import Iterator

from vitascope.ops.asking import ask
from vitascope.ops.doctor.finding import Finding, Verdict
from vitascope.ops.doctor.patient import Patient
from vitascope.ops.service import Engine

__all__ = ["Finding", "Patient", "Verdict", "examine"]


def examine(patient: Patient) -> Iterator[Finding]:
    """All checks, the quick ones first. Blocks: the database is read whole, and addresses are asked."""
    # Here and not above: the running server pays for the checks only when somebody wants them.
    from vitascope.ops.doctor.addresses import check_addresses
    from vitascope.ops.doctor.agents import check_agents
    from vitascope.ops.doctor.authorization import check_authorization
    from vitascope.ops.doctor.bundles import check_plugins
    from vitascope.ops.doctor.certificates import check_authority, own_authority
    from vitascope.ops.doctor.installation import (
        check_conversions,
        check_database,
        check_folders,
        check_preferences,
        check_programs,
    )
    from vitascope.ops.doctor.mounts import check_media
    from vitascope.ops.doctor.ownership import Whose, check_ownership
    from vitascope.ops.doctor.proxy import check_routes
    from vitascope.ops.doctor.remotes import check_remotes

    yield from check_folders(patient.support)
    yield from check_preferences(patient.support)
    yield from check_programs()
    yield from check_conversions(patient.support)
    if patient.engine is Engine.VITASCOPE:
        yield from check_authority(patient.support)
        yield from check_plugins(patient.support, patient.plugins)
        yield from check_agents(patient.unasked)
    if patient.config.is_dir():
        yield from check_ownership(patient.config, Whose.here(patient.config))
    yield from check_remotes(patient.remotes, root=patient.fstab_root)
    yield from check_media(patient.media, root=patient.fstab_root)
    if patient.is_running:
        own, authority = ask(patient.direct), own_authority(patient.support)
        yield from check_authorization(
            patient.engine,
            patient.direct,
            own,
            patient.attributes,
            restart=patient.restart,
            # Where HTTPS is required, plain HTTP is refused to everybody: that would say nothing about the token.
            present=patient.answers_surely and patient.attributes.get("secureConnections") != "0",
        )
        yield from check_addresses(patient.advertised, own, authority=authority)
        yield from check_routes(patient.direct, patient.advertised, now=time.time(), authority=authority)
    yield from check_database(patient.support, patient.engine)
