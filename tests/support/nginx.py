"""A real nginx for a test."""

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.support.answering import unused_port

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin") or shutil.which("nginx")
needs_nginx = pytest.mark.skipif(NGINX is None, reason="nginx is not installed (Debian: nginx-core)")

_CONFIG = """
daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;
{user}
events {{ worker_connections 64; }}
http {{
  access_log off;
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
{http}
}}
"""


@contextmanager
def nginx_with(folder: Path, body: str, *, user: str = "") -> Iterator[str]:
    """An nginx with a server block; its address."""
    with (
        unused_port() as port,
        nginx_of(folder, f"server {{ listen 127.0.0.1:{port} reuseport; {body} }}", port=port, user=user),
    ):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def nginx_of(folder: Path, http: str, *, port: int, user: str = "") -> Iterator[Path]:
    """An nginx with the inside of its ``http`` block, once it listens on a port; the folder with its log."""
    assert NGINX is not None
    folder = Path(tempfile.mkdtemp(prefix="nginx", dir=folder))
    named = f"user {user};" if user else ""
    (folder / "conf").write_text(_CONFIG.format(folder=folder, http=http, user=named))
    process = subprocess.Popen(
        [str(NGINX), "-e", str(folder / "error.log"), "-p", str(folder), "-c", str(folder / "conf")]
    )
    try:
        wait_for_port(port, process, folder / "error.log")
        yield folder
    finally:
        process.terminate()
        process.wait(30)


def wait_for_port(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Waits until something listens there; fails with the log when the process ended instead."""
    deadline = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline
            time.sleep(0.02)
        else:
            return
