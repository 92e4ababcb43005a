"""Pictures brighter than white: our colours as BT.2020 light on the PQ scale (SMPTE ST 2084), as HDR10 wants them.

What is white elsewhere becomes 203 cd/m2 (ITU-R BT.2408), and the brightest parts are raised to 1,000, so that
embers glow on a screen that can show it.
"""

from collections.abc import Callable

import av
import numpy as np

from vitascope.media.demo import lettering, painting
from vitascope.media.demo.painting import Picture
from vitascope.media.demo.titles import title_lines

MAX_NITS = 1000
AVERAGE_NITS = 180

_MASTERING = "G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50)"  # P3 in D65, 0.005 to 1,000
X265_PARAMS = (
    "hdr10=1:hdr10-opt=1:repeat-headers=1:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:range=limited:"
    f"master-display={_MASTERING}:max-cll={MAX_NITS},{AVERAGE_NITS}"
)

_TO_2020 = np.array(((0.6274, 0.3293, 0.0433), (0.0691, 0.9195, 0.0114), (0.0164, 0.0880, 0.8956)), dtype=np.float32)


def _light() -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """Light in cd/m2 of the 256 values of an sRGB channel."""
    value = np.arange(256) / 255
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear * 203 * (1 + (MAX_NITS / 203 - 1) * linear**3), dtype=np.float32)


def _scale() -> np.ndarray[tuple[int], np.dtype[np.uint16]]:
    """PQ code values 0..65535 of light in quarters of a cd/m2."""
    share = np.arange(MAX_NITS * 4 + 1) / 4 / 10_000
    power = share**0.1593017578125
    code = ((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power)) ** 78.84375
    return np.asarray(np.round(code * 65535), dtype=np.uint16)


_LIGHT, _SCALE = _light(), _scale()


def develop(picture: Picture) -> av.VideoFrame:
    """A picture as a 16-bit frame of PQ code values."""
    quarters = np.take(_LIGHT * np.float32(4), picture) @ _TO_2020.T
    codes = np.take(_SCALE, quarters.astype(np.int32), mode="clip")
    return av.VideoFrame.from_ndarray(np.ascontiguousarray(codes), format="rgb48le")


def titled(place: Callable[[float], Picture], title: str, *, seconds: float) -> Callable[[float], Picture]:
    """The scene at 1280 x 720 with the title in it, which fades in and out."""
    columns, rows = 1280, 720
    lines = title_lines(title, large=0.1)
    masks = [
        lettering.write(line.text, size=line.size * rows, weight=line.size * rows * 0.08, tracking=0.34)
        for line in lines
    ]

    reformatter = av.video.reformatter.VideoReformatter()

    def enlarge(picture: Picture) -> Picture:
        small = av.VideoFrame.from_ndarray(picture, format="rgb24")
        large = reformatter.reformat(small, columns, rows, "rgb24", interpolation="BICUBIC", threads=1)
        return np.asarray(large.to_ndarray(), dtype=np.uint8)

    def at(second: float) -> Picture:
        picture = enlarge(place(second))
        power = min(1.0, second - 1.5, seconds * 0.6 - second)
        if power > 0:
            for index, mask in enumerate(masks):
                painting.lay(
                    picture,
                    mask,
                    (columns - mask.shape[1]) // 2,
                    int(rows * 0.34 + index * rows * 0.17),
                    (240, 226, 206),
                    power,
                )
        return picture

    return at
