"""``vitascope serve``: the server in the foreground."""

import gc
import importlib

from vitascope.cli.failure import CommandError
from vitascope.edge.accept import PortUnavailableError
from vitascope.ops.backup.errors import BackupError
from vitascope.ops.preferences import PreferenceError
from vitascope.ops.settings import Settings
from vitascope.store.errors import StoreError


def run_server(settings: Settings) -> None:
    """Runs until a signal ends it. What keeps it from starting is told in one line."""
    gc.disable()  # nothing that is loaded becomes garbage; the assembly enables it again once it serves
    # The assembly lies above the command line and may use it; so it is named here and not imported.
    assembly = importlib.import_module("vitascope.app")
    try:
        assembly.run(settings)
    except PortUnavailableError as error:
        raise CommandError(str(error), exit_code=2) from error
    except (PreferenceError, StoreError, BackupError) as error:
        raise CommandError(str(error)) from error
    except PermissionError as error:
        raise CommandError(f"{error.filename}: {error.strerror}", exit_code=2) from error
