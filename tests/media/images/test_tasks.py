"""The same work, asked for over a pipe and done in worker processes."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.pictures import clip, opened, png_bomb, save, scene

from vitascope.media.images import PhotoRequest, UltraBlurRequest
from vitascope.media.images import tasks as t
from vitascope.media.workers import TaskError, WorkerPool
from vitascope.media.workers.failure import Reason


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(1) as made:
        yield made


def test_every_task(pool: WorkerPool, tmp_path: Path) -> None:
    path = tmp_path / "a \udcff.jpg"
    path.write_bytes(save(scene(80, 40), quality=90))
    source = t.PictureSource(path=os.fsencode(path))
    rendered = pool.submit(t.transcode_picture, t.TranscodeArgs(source=source, request=PhotoRequest(width=40))).result()
    assert rendered.content_type == "image/jpeg"
    assert opened(rendered.data).size == (40, 20)
    embedded = t.PictureSource(data=path.read_bytes())
    tiles = pool.submit(t.make_composite, t.CompositeArgs(sources=[source, embedded], width=90, height=90)).result()
    assert opened(tiles).size == (90, 90)
    analysis = pool.submit(t.analyze_picture, source).result()
    assert (analysis.width, analysis.height, len(analysis.blur_hash)) == (80, 40, 28)
    assert len(analysis.colors.joined) == 27
    sidecar = tmp_path / "a.xmp"
    sidecar.write_text(
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description "
        "xmlns:xmp='http://ns.adobe.com/xap/1.0/' xmp:Rating='5'/></rdf:RDF>"
    )
    for beside, rating in ((os.fsencode(sidecar), 5), (b"/nowhere.xmp", None), (None, None)):
        info = pool.submit(t.read_photo, t.PhotoArgs(path=os.fsencode(path), sidecar_path=beside)).result()
        assert (info.width, info.height, info.rating) == (80, 40, rating)
    painted = pool.submit(t.paint_ultrablur, UltraBlurRequest(colors=analysis.colors, width=320, height=240)).result()
    assert (painted.content_type, opened(painted.data).size) == ("image/png", (320, 240))
    film = clip(tmp_path / "a.mp4", [scene(160, 90)] * 30)
    taken = pool.submit(t.take_frame, t.FrameArgs(path=os.fsencode(film), max_width=80)).result()
    assert (taken.width, taken.height, opened(taken.jpeg).size) == (80, 45, (80, 45))


def test_what_is_wrong_comes_back_with_its_reason(pool: WorkerPool, tmp_path: Path) -> None:
    for data, reason in ((png_bomb(), Reason.TOO_LARGE), (b"junk", Reason.UNRECOGNISED), (b"", Reason.EMPTY)):
        with pytest.raises(TaskError) as caught:
            pool.submit(t.analyze_picture, t.PictureSource(data=data)).result()
        assert caught.value.reason is reason
    with pytest.raises(TaskError) as caught:
        pool.submit(t.take_frame, t.FrameArgs(path=os.fsencode(tmp_path / "gone.mp4"))).result()
    assert caught.value.reason is Reason.MISSING


def test_the_server_side_loads_no_image_library() -> None:
    code = (
        "import sys, vitascope.media.images as i, vitascope.media.images.tasks; i.PhotoRequest.parse({'width': '5'});"
        "print(sorted(m for m in ('pyvips', 'av', 'numpy', 'lxml', 'exifread') if m in sys.modules))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
