"""The ``podman run`` line of document B by an ordinary user, with the podman that knows it."""

import pytest
from tests.support import demo_podman
from tests.support.roots import need_roots


@pytest.mark.timeout(900)  # it may build the image and the root
def test_the_line_of_the_document_runs(server_image: str) -> None:
    need_roots("unshare")
    seen = demo_podman.run(server_image).splitlines()
    for expected in (
        "HEALTHY",
        "INSIDE 1",
        "PUBLISHED 1",
        "BY-NAME 1",
        "SERVER-UID 0",
        "OWNER 3000:3000",
        "TMPFS tmpfs ",
        "MEDIA-READ-ONLY",
        "STOPPED",
    ):
        assert expected in seen, seen
    assert {"ZONE EST", "ZONE EDT"} & set(seen)
    assert any(line.startswith("LOG ") and " ready at " in line for line in seen)
