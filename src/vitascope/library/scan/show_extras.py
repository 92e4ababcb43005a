"""Extras in the folder of a show whose episodes lie in season folders below it.

Whose they are is known once the seasons were scanned, so they wait for what is below their folder.
"""

from collections import Counter
from collections.abc import Mapping

from vitascope.library.scan.known import Known

NOBODYS = "an extra without a show beside or below it"


def show_of(folder: bytes, location_id: int, met: Mapping[tuple[int, bytes], int], known: Known) -> int | None:
    """The item of the show that most episodes below a folder are of.

    ``met`` holds the shows of episodes (location and path) that are not committed yet.
    """
    below = {path: file_id for file_id, path, _ in known.files_under(location_id, folder)}
    shows = known.outermost(below) | {
        path: show
        for (location, path), show in met.items()
        if location == location_id and path.startswith(folder + b"/")
    }
    most = Counter(shows[path] for path in sorted(shows)).most_common(1)
    return most[0][0] if most else None
