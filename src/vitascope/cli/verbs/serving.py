"""``serve``: the server itself."""

import os
from pathlib import Path
from typing import Annotated

import typer

from vitascope.cli.options import DEFAULT_CONFIG, Config
from vitascope.ops.domain import DEFAULT_DIRECTORY, HTTP_PORT, HTTPS_PORT, DomainSettings
from vitascope.ops.handover import DEFAULT_PROXIES
from vitascope.ops.settings import DEFAULT_PORT, SettingsError, make_settings

app = typer.Typer(rich_markup_mode=None)


@app.command()
def serve(
    config: Config = DEFAULT_CONFIG,
    host: Annotated[
        str, typer.Option("--host", envvar="VITASCOPE_HOST", help="Address to listen on; empty: all of them.")
    ] = "",
    port: Annotated[
        int, typer.Option("--port", envvar="VITASCOPE_PORT", help="Port to listen on; 0: any free one.")
    ] = DEFAULT_PORT,
    section: Annotated[
        list[str] | None,
        typer.Option(
            "--section",
            envvar="VITASCOPE_SECTION",
            help='A section to make when it is missing: "Movies=movie:/a,/b" (movie, show, artist, photo, other).',
        ),
    ] = None,
    database: Annotated[
        str, typer.Option("--database", envvar="VITASCOPE_DATABASE", help="A postgresql:// URL instead of SQLite.")
    ] = "",
    transcode_dir: Annotated[
        Path | None,
        typer.Option("--transcode-dir", envvar="VITASCOPE_TRANSCODE_DIR", help="Where conversions are written."),
    ] = None,
    log_to_stderr: Annotated[
        bool, typer.Option("--log-to-stderr", envvar="VITASCOPE_LOG_TO_STDERR", help="Write the log to stderr too.")
    ] = False,
    trust_loopback: Annotated[
        bool,
        typer.Option(
            "--trust-loopback/--no-trust-loopback",
            envvar="VITASCOPE_TRUST_LOOPBACK",
            help="Whether an unclaimed server belongs to whoever sits at this machine.",
        ),
    ] = True,
    allowed_host_names: Annotated[
        str,
        typer.Option(
            "--allowed-host-names",
            envvar="VITASCOPE_ALLOWED_HOST_NAMES",
            help="Names of this server, beside those of the preference; .onion: all that end so.",
        ),
    ] = "",
    account_home: Annotated[
        str,
        typer.Option(
            "--account-home",
            envvar="VITASCOPE_ACCOUNT_HOME",
            help="Where PLEX_CLAIM is exchanged: another Vitascope, or https://plex.tv.",
        ),
    ] = "",
    accel_prefix: Annotated[
        str,
        typer.Option(
            "--accel-prefix",
            envvar="VITASCOPE_ACCEL_PREFIX",
            help="The internal location below which nginx sends media files by itself, such as /files/.",
        ),
    ] = "",
    accel_proxies: Annotated[
        str,
        typer.Option(
            "--accel-proxies",
            envvar="VITASCOPE_ACCEL_PROXIES",
            help="The addresses of that nginx, with commas between.",
        ),
    ] = DEFAULT_PROXIES,
    trusted_proxies: Annotated[
        str,
        typer.Option(
            "--trusted-proxies",
            envvar="VITASCOPE_TRUSTED_PROXIES",
            help="Addresses of proxies that are believed where a request came from, with commas between.",
        ),
    ] = "",
    https: Annotated[
        str,
        typer.Option(
            "--https", envvar="VITASCOPE_HTTPS", help="The domain to serve by HTTPS, with a certificate by ACME."
        ),
    ] = "",
    acme_email: Annotated[
        str,
        typer.Option("--acme-email", envvar="VITASCOPE_ACME_EMAIL", help="Your address, for the authority of it."),
    ] = "",
    accept_terms: Annotated[
        bool,
        typer.Option(
            "--accept-terms/--no-accept-terms",
            envvar="VITASCOPE_ACCEPT_TERMS",
            help="Whether you accept the terms of that authority.",
        ),
    ] = False,
    acme_directory: Annotated[
        str,
        typer.Option("--acme-directory", envvar="VITASCOPE_ACME_DIRECTORY", help="The authority's directory."),
    ] = DEFAULT_DIRECTORY,
    http_port: Annotated[
        int,
        typer.Option("--http-port", envvar="VITASCOPE_HTTP_PORT", help="Port of the redirect and of http-01; 0: any."),
    ] = HTTP_PORT,
    https_port: Annotated[
        int, typer.Option("--https-port", envvar="VITASCOPE_HTTPS_PORT", help="Port of the domain; 0: any free one.")
    ] = HTTPS_PORT,
    owner: Annotated[
        str, typer.Option("--owner", envvar="VITASCOPE_OWNER", help="Who owns the server when it belongs to nobody.")
    ] = "",
    owner_password_file: Annotated[
        Path | None,
        typer.Option(
            "--owner-password-file", envvar="VITASCOPE_OWNER_PASSWORD_FILE", help="The file with the owner's password."
        ),
    ] = None,
    state: Annotated[
        Path | None, typer.Option("--state", envvar="VITASCOPE_STATE", help="The package's store.json.")
    ] = None,
) -> None:
    """Run the server."""
    try:
        domain = DomainSettings.parse(
            https,
            email=acme_email,
            accept_terms=accept_terms,
            directory=acme_directory,
            http_port=http_port,
            https_port=https_port,
        )
    except ValueError as error:
        raise SettingsError(str(error)) from error
    settings = make_settings(
        config=config.expanduser(),
        host=host,
        port=port,
        database=database or None,
        transcode_dir=transcode_dir,
        sections=section or [],
        log_to_stderr=log_to_stderr,
        trust_loopback=trust_loopback,
        host_names=allowed_host_names,
        account_home=account_home,
        accel_prefix=accel_prefix,
        accel_proxies=accel_proxies,
        trusted_proxies=trusted_proxies,
        owner=owner,
        owner_password_file=owner_password_file,
        state=state,
        domain=domain,
        environment=os.environ,
    )
    from vitascope.cli.serve import run_server

    run_server(settings)
