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
  server {{ listen 127.0.0.1:{port} reuseport; {body} }}
}}
"""


@contextmanager
def nginx_with(folder: Path, body: str, *, user: str = "") -> Iterator[str]:
    """An nginx with a server block; its address."""
    assert NGINX is not None
    folder = Path(tempfile.mkdtemp(prefix="nginx", dir=folder))
    with unused_port() as port:
        named = f"user {user};" if user else ""
        (folder / "conf").write_text(_CONFIG.format(folder=folder, port=port, body=body, user=named))
        process = subprocess.Popen(
            [str(NGINX), "-e", str(folder / "error.log"), "-p", str(folder), "-c", str(folder / "conf")]
        )
        try:
            deadline = time.monotonic() + 30
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    break
                except OSError:
                    assert process.poll() is None, (folder / "error.log").read_text()
                    assert time.monotonic() < deadline
                    time.sleep(0.02)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(30)
