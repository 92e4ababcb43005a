"""The photographs and home videos of the demo library."""

from vitascope.media.demo.entries import HomeVideo, Photo, PhotoAlbum

PHOTO_ALBUMS: tuple[PhotoAlbum, ...] = (
    PhotoAlbum(
        name="2023-06 Four Days in the Hollow Hills", make="Lumenar", camera="Lumenar Field II",
        lens="Lumenar 24-70mm F2.8",
        photos=(
            Photo(
                name="LMN_0001.jpg", scene="valley-dawn", taken="2023:06:10 05:12:44", latitude=46.5123,
                longitude=8.1032, altitude=1830, focal_mm=24, stars=4, keywords=("dawn", "hills"),
            ),
            Photo(
                name="LMN_0014.jpg", scene="valley-day", taken="2023:06:10 11:40:03", latitude=46.5188,
                longitude=8.1147, altitude=2105, focal_mm=35, exposure=(1, 640), aperture=(80, 10),
            ),
            Photo(
                name="LMN_0027.jpg", scene="valley-gold", taken="2023:06:10 20:31:19", latitude=46.5211,
                longitude=8.1209, altitude=2240, focal_mm=50, iso=200, stars=5,
                keywords=("sunset", "hills", "favourite"),
            ),
            Photo(
                name="LMN_0035.jpg", scene="valley-mist", taken="2023:06:11 06:55:50", latitude=46.5302,
                longitude=8.1350, altitude=2010, orientation=6, focal_mm=70, iso=400,
            ),
            Photo(
                name="LMN_0049.jpg", scene="valley-dusk", taken="2023:06:11 21:48:02", latitude=46.5290,
                longitude=8.1401, altitude=1990, focal_mm=35, iso=800, exposure=(1, 30), aperture=(28, 10), stars=3,
            ),
            Photo(
                name="LMN_0058.jpg", scene="valley-night", taken="2023:06:12 00:20:37", latitude=46.5290,
                longitude=8.1402, altitude=1990, orientation=8, focal_mm=24, iso=3200, exposure=(15, 1),
                aperture=(28, 10), stars=5, keywords=("night", "stars"),
            ),
            Photo(
                name="LMN_0066.jpg", scene="fireflies", taken="2023:06:12 22:41:11", latitude=46.5166,
                longitude=8.1088, altitude=1620, focal_mm=50, iso=1600, exposure=(2, 1), aperture=(28, 10),
                keywords=("night", "fireflies"),
            ),
        ),
    ),
    PhotoAlbum(
        name="2024-02 Osmund Bay in Winter", make="Orrery Optical", camera="Orrery Pocket 5", lens="Orrery 28mm F2",
        photos=(
            Photo(
                name="IMG_20240217_081503.jpg", scene="harbour-dawn", taken="2024:02:17 08:15:03", latitude=-45.8788,
                longitude=170.5028, altitude=4, focal_mm=28, keywords=("harbour",),
            ),
            Photo(
                name="IMG_20240217_123010.jpg", scene="harbour-day", taken="2024:02:17 12:30:10", latitude=-45.8790,
                longitude=170.5101, altitude=6, focal_mm=28, exposure=(1, 1000),
            ),
            Photo(
                name="IMG_20240217_170922.jpg", scene="harbour-gold", taken="2024:02:17 17:09:22", latitude=-45.8801,
                longitude=170.5133, altitude=5, focal_mm=28, stars=4,
            ),
            Photo(
                name="IMG_20240218_073344.jpg", scene="harbour-mist", taken="2024:02:18 07:33:44", latitude=-45.8812,
                longitude=170.5099, altitude=3, orientation=3, focal_mm=28, iso=250,
            ),
            Photo(
                name="IMG_20240218_181250.jpg", scene="harbour-dusk", taken="2024:02:18 18:12:50", latitude=-45.8799,
                longitude=170.5060, altitude=8, focal_mm=28, iso=640, exposure=(1, 60), stars=5,
                keywords=("harbour", "lighthouse"),
            ),
            Photo(
                name="IMG_20240218_220108.jpg", scene="harbour-night", taken="2024:02:18 22:01:08", latitude=-45.8799,
                longitude=170.5061, altitude=8, focal_mm=28, iso=2500, exposure=(1, 8), aperture=(20, 10),
            ),
            Photo(
                name="IMG_20240219_094512.jpg", scene="snow", taken="2024:02:19 09:45:12", latitude=-45.8544,
                longitude=170.4721, altitude=310, orientation=6, focal_mm=28, exposure=(1, 500), keywords=("snow",),
            ),
        ),
    ),
)  # fmt: skip

HOME_VIDEOS: tuple[HomeVideo, ...] = (
    HomeVideo(
        name="2023-06-12 Fireflies behind the hut.mp4", title="Fireflies behind the hut", taken="2023-06-12T22:44:00",
        scene="fireflies", seconds=12, video="h264", voice="aac",
    ),
    HomeVideo(
        name="2024-02-19 First snow.mov", title="First snow", taken="2024-02-19T09:50:00", scene="snow", seconds=12,
        video="h264", voice="aac",
    ),
    HomeVideo(
        name="2024-07-03 Colours in the harbour water.webm", title="Colours in the harbour water",
        taken="2024-07-03T19:05:00", scene="flow-dusk", seconds=10, video="vp9", voice="libopus",
    ),
)  # fmt: skip
