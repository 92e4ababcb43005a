"""The parameters of ``/photo/:/transcode`` as clients send them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitascope.media.images import PhotoRequest, PictureRequestError, UltraBlurRequest
from vitascope.media.images.request import MAX_SIDE


def test_defaults() -> None:
    assert PhotoRequest.parse({}) == PhotoRequest()
    assert PhotoRequest().content_type == "image/jpeg"


def test_everything() -> None:
    request = PhotoRequest.parse(
        {
            "url": "/library/metadata/1/thumb/2",
            "width": "300",
            "height": "449.6",
            "minSize": "1",
            "upscale": "true",
            "format": "PNG",
            "quality": "75",
            "background": "#ff5522",
            "blendColor": "0f0",
            "opacity": "50",
            "saturation": "0",
            "blur": "3",
            "rotate": "0",
            "chromaSubsampling": "1",
        }
    )
    assert request == PhotoRequest(
        width=300,
        height=450,
        min_size=True,
        upscale=True,
        format="png",
        quality=75,
        background=(255, 0x55, 0x22),
        blend_color=(0, 255, 0),
        opacity=50,
        saturation=0,
        blur=3,
        rotate=False,
        chroma_subsampling=1,
    )


@pytest.mark.parametrize("text", ["jpg", "jpeg", "JPEG"])
def test_both_names_of_jpeg(text: str) -> None:
    assert PhotoRequest.parse({"format": text}).format == "jpg"


def test_empty_values_count_as_absent() -> None:
    assert PhotoRequest.parse({"width": "", "background": " ", "quality": ""}) == PhotoRequest()


def test_quality_up_to_127_is_taken_as_100() -> None:
    assert PhotoRequest.parse({"quality": "127"}).quality == 100
    assert PhotoRequest.parse({"quality": "-1"}).quality == -1


def test_large_boxes_are_cut_down() -> None:
    assert PhotoRequest.parse({"width": "50000"}).width == MAX_SIDE
    assert PhotoRequest.parse({"width": "0"}).width is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("width", "abc"),
        ("width", "-5"),
        ("height", "1e99"),
        ("height", "nan"),
        ("minSize", "2"),
        ("format", "svg"),
        ("format", "jpg[Q=1]"),
        ("quality", "128"),
        ("quality", "-2"),
        ("background", "red"),
        ("background", "12345"),
        ("blendColor", "#ggffff"),
        ("opacity", "101"),
        ("saturation", "-1"),
        ("blur", "-3"),
        ("chromaSubsampling", "4"),
    ],
)
def test_refusals_name_the_parameter(name: str, value: str) -> None:
    with pytest.raises(PictureRequestError) as caught:
        PhotoRequest.parse({name: value})
    assert caught.value.parameter == name
    assert str(caught.value).startswith(f"{name}: must be")


@pytest.mark.parametrize(
    ("given_request", "size"),
    [
        (PhotoRequest(width=300, height=300), (300, 188)),
        (PhotoRequest(width=300, height=300, min_size=True), (480, 300)),
        (PhotoRequest(width=1000, height=1000), (640, 400)),
        (PhotoRequest(width=1000, height=1000, min_size=True), (640, 400)),
        (PhotoRequest(width=1000, height=1000, upscale=True), (1000, 625)),
        (PhotoRequest(width=1000, height=1000, upscale=True, min_size=True), (1600, 1000)),
        (PhotoRequest(width=320), (320, 200)),
        (PhotoRequest(height=200), (320, 200)),
        (PhotoRequest(), (640, 400)),
        (PhotoRequest(width=1), (1, 1)),
    ],
)
def test_target_size(given_request: PhotoRequest, size: tuple[int, int]) -> None:
    assert given_request.target(640, 400) == size


@given(
    st.integers(1, 60_000), st.integers(1, 60_000), st.integers(1, MAX_SIDE), st.integers(1, MAX_SIDE), st.booleans(),
    st.booleans(),
)  # fmt: skip
def test_target_is_always_bounded(width: int, height: int, box: int, other: int, fill: bool, up: bool) -> None:
    target = PhotoRequest(width=box, height=other, min_size=fill, upscale=up).target(width, height)
    assert all(1 <= side <= MAX_SIDE for side in target)
    if not fill:
        assert target[0] <= box
        assert target[1] <= other


def test_keys_differ_when_anything_does() -> None:
    base = PhotoRequest(width=10)
    others = [
        PhotoRequest(),
        PhotoRequest(height=10),
        PhotoRequest(width=10, upscale=True),
        PhotoRequest(width=10, background=(0, 0, 0)),
        PhotoRequest(width=10, format="webp"),
    ]
    assert base.key() == PhotoRequest(width=10).key()
    assert base.key() not in {other.key() for other in others}
    assert len({other.key() for other in others}) == len(others)


@given(
    st.dictionaries(
        st.sampled_from(["width", "height", "format", "blur", "opacity", "background"]), st.text(max_size=12)
    )
)
def test_any_text_is_a_request_or_refused(parameters: dict[str, str]) -> None:
    try:
        PhotoRequest.parse(parameters)
    except PictureRequestError as error:
        assert error.parameter in parameters


CORNERS = {"topLeft": "3f280a", "topRight": "#6B4713", "bottomRight": "0f2a43", "bottomLeft": "1c425d"}


def test_ultrablur_parameters() -> None:
    request = UltraBlurRequest.parse(CORNERS | {"width": "1920", "height": "1080", "noise": "1"})
    assert request.colors.joined == "3f280a,6b4713,0f2a43,1c425d"
    assert (request.width, request.height, request.noise) == (1920, 1080, True)
    assert UltraBlurRequest.parse(CORNERS) == UltraBlurRequest(colors=request.colors)


@pytest.mark.parametrize(
    ("name", "value"),
    [("topLeft", "nothex"), ("bottomLeft", ""), ("width", "319"), ("width", "3841"), ("height", "239"),
     ("height", "2161"), ("noise", "x")],
)  # fmt: skip
def test_ultrablur_refusals(name: str, value: str) -> None:
    with pytest.raises(PictureRequestError) as caught:
        UltraBlurRequest.parse(CORNERS | {name: value})
    assert caught.value.parameter == name
