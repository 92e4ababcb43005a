"""Direct play against nginx with sendfile: the same file, in turn."""

import contextlib
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.report import Figure, median
from benchmarks.scan import encode
from benchmarks.servers import Client, Server, free_port, serving

SIZE = 1 << 30
ROUNDS = 5


@contextlib.contextmanager
def nginx(folder: Path, scratch: Path) -> Iterator[int]:
    """A worker of nginx that serves a folder; yields its port."""
    port = free_port()
    scratch.mkdir()
    paths = "\n".join(
        f"    {name}_temp_path {scratch / name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    configuration = scratch / "nginx.conf"
    configuration.write_text(
        f"""daemon off; worker_processes 1; pid {scratch / "pid"}; error_log {scratch / "error.log"};
user root;
events {{ worker_connections 256; }}
http {{
    access_log off; sendfile on; tcp_nopush on;
{paths}
    server {{ listen 127.0.0.1:{port}; root {folder}; }}
}}
""",
        encoding="utf-8",
    )
    binary = shutil.which("nginx") or "/usr/sbin/nginx"
    process = subprocess.Popen([binary, "-c", str(configuration), "-e", str(scratch / "error.log")])
    time.sleep(0.5)
    try:
        yield port
    finally:
        process.terminate()
        process.wait()


def make_big_film(target: Path) -> None:
    """A short film, made long by a "free" box that players pass over."""
    sources = ("-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25:duration=2")
    encode(target, *sources, "-c:v", "libx264", "-preset", "ultrafast", "-movflags", "+faststart")
    piece = bytes(range(256)) * 4096
    with target.open("ab") as out:
        out.write((8 + SIZE).to_bytes(4, "big") + b"free")
        for _ in range(SIZE // len(piece)):
            out.write(piece)


def download(port: int, path: str) -> float:
    """Bytes per second of ``Range: bytes=0-`` into nothing."""
    command = ["curl", "-sf", "-o", "/dev/null", "-w", "%{speed_download}", "-H", "Range: bytes=0-"]
    found = subprocess.run([*command, f"http://127.0.0.1:{port}{path}"], capture_output=True, text=True, check=True)
    return float(found.stdout)


def part_path(client: Client) -> str:
    text = client.get("/library/sections/1/all").decode()
    key = text.partition("<Media ")[2].partition("<Part ")[2].partition('key="')[2].partition('"')[0]
    if not key:
        raise RuntimeError("the film was not found by the scan")
    return key


def many_streams(server: Server, path: str) -> float:
    """Share of one core the server takes for 50 streams of 40 Mbit/s."""
    streams, seconds = 50, 10
    command = ["curl", "-sf", "-o", "/dev/null", "--limit-rate", "5M", "--max-time", str(seconds + 2)]
    running = [
        subprocess.Popen([*command, f"http://127.0.0.1:{server.port}{path}"], stderr=subprocess.DEVNULL)
        for _ in range(streams)
    ]
    time.sleep(1)
    before, started = server.processor_s(), time.perf_counter()
    time.sleep(seconds)
    share = (server.processor_s() - before) / (time.perf_counter() - started)
    for process in running:
        process.kill()
        process.wait()
    return share


def measure(scratch: Path) -> Sequence[Figure]:
    films = scratch / "films"
    films.mkdir()
    film = films / "Big File (2020).mp4"
    make_big_film(film)
    with (
        nginx(films, scratch / "nginx") as nginx_port,
        serving(scratch / "config", "--section", f"Films=movie:{films}") as server,
    ):
        client = server.client()
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and b"<Part " not in client.get("/library/sections/1/all"):
            time.sleep(0.2)
        ours_path, theirs_path = part_path(client), "/Big%20File%20(2020).mp4"
        ours, theirs = [], []
        for _ in range(ROUNDS):
            theirs.append(download(nginx_port, theirs_path))
            ours.append(download(server.port, ours_path))
        ratio = median([a / b for a, b in zip(ours, theirs, strict=True)])
        share = many_streams(server, ours_path)
    return (
        Figure(
            what="Direct play, `Range: bytes=0-`, 1 GiB",
            budget="≥ 0.9 x nginx sendfile",
            measured=f"{ratio:.2f} x ({median(ours) / 1e9:.1f} against {median(theirs) / 1e9:.1f} GB/s)",
            within=ratio >= 0.9,
        ),
        Figure(
            what="50 streams of 40 Mbit/s",
            budget="≤ 30 % of a core",
            measured=f"{share * 100:.0f} %",
            within=share <= 0.3,
        ),
    )
