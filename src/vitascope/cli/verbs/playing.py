"""``explain``: why something is played the way it is."""

from typing import Annotated

import typer

from vitascope.cli.options import DEFAULT_CONFIG, Config

app = typer.Typer(rich_markup_mode=None)


@app.command()
def explain(
    item: Annotated[str, typer.Argument(help="Its number, its key (/library/metadata/1), or its title.")],
    config: Config = DEFAULT_CONFIG,
    client: Annotated[
        str,
        typer.Option(
            "--client",
            envvar="VITASCOPE_EXPLAIN_CLIENT",
            help="Profile of the client: Chrome, iOS, Roku, …, or one of your own.",
        ),
    ] = "",
    bandwidth: Annotated[
        int | None,
        typer.Option("--bandwidth", envvar="VITASCOPE_EXPLAIN_BANDWIDTH", min=1, help="What there is, in kbit/s."),
    ] = None,
    location: Annotated[
        str, typer.Option("--location", envvar="VITASCOPE_EXPLAIN_LOCATION", help="lan, wan or cellular.")
    ] = "",
    resolution: Annotated[
        str, typer.Option("--resolution", envvar="VITASCOPE_EXPLAIN_RESOLUTION", help="The largest picture, as WxH.")
    ] = "",
    protocol: Annotated[
        str, typer.Option("--protocol", envvar="VITASCOPE_EXPLAIN_PROTOCOL", help="hls, dash or http.")
    ] = "",
    subtitles: Annotated[
        str,
        typer.Option(
            "--subtitles",
            envvar="VITASCOPE_EXPLAIN_SUBTITLES",
            help="auto, burn, none, sidecar, embedded or segmented.",
        ),
    ] = "",
    version: Annotated[
        int | None,
        typer.Option("--media", envvar="VITASCOPE_EXPLAIN_MEDIA", min=0, help="Which version, counted from 0."),
    ] = None,
    extra: Annotated[
        str,
        typer.Option(
            "--extra", envvar="VITASCOPE_EXPLAIN_EXTRA", help="What the client adds to its profile, as it sends it."
        ),
    ] = "",
) -> None:
    """Tell how the running server would have a client play something, and why."""
    from vitascope.cli.explain import explain as tell

    asked = {
        "directPlay": "0" if subtitles == "burn" else "1",
        "X-Plex-Client-Profile-Name": client,
        "X-Plex-Client-Profile-Extra": extra,
        "maxVideoBitrate": "" if bandwidth is None else str(bandwidth),
        "musicBitrate": "" if bandwidth is None else str(bandwidth),
        "location": location,
        "videoResolution": resolution,
        "protocol": protocol,
        "subtitles": subtitles,
        "mediaIndex": "" if version is None else str(version),
    }
    tell(config.expanduser(), item, {name: value for name, value in asked.items() if value})
