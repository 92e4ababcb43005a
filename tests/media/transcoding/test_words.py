"""What ffmpeg says: how far it is, and what it complains of."""

from vitascope.media.transcoding.launcher.words import Words


def report(size_bytes: int | str, out_us: int | str, progress: str = "continue") -> bytes:
    return f"bitrate=N/A\ntotal_size={size_bytes}\nout_time_us={out_us}\nspeed=   2x\nprogress={progress}\n".encode()


def test_complaints_and_reports_are_told_apart_wherever_they_are_cut() -> None:
    said = report("N/A", "N/A") + b"[mp3 @ 0x1] size=4 is odd\n" + report(100, 1_000_000, "end") + b"Invalid data"
    for step in (1, 7, len(said)):
        words = Words()
        reports = [words.feed(said[at : at + step]) for at in range(0, len(said), step)]
        words.end()
        assert sum(reports) == (1 if step == len(said) else 2)
        assert words.complaints == b"[mp3 @ 0x1] size=4 is odd\nInvalid data\n"
        assert words.made_us == 1_000_000


def test_what_was_made_before_the_first_report_counts_too() -> None:
    words = Words()
    words.feed(report(0, 0) + report(400, 0) + report(800, 4_000_000))
    assert words.made_us == 8_000_000
    words.feed(report(1_200, 8_000_000))
    assert words.made_us == 12_000_000


def test_what_is_said_without_end_is_kept_in_part() -> None:
    words = Words()
    words.feed(b"x" * 100_000)
    words.feed(b"y" * 100_000 + b"\nlast\n")
    words.end()
    assert len(words.complaints) <= 4_096
    assert words.complaints.endswith(b"last\n")
