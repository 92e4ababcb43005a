#!/usr/bin/with-contenv bash
# Runs the server as root of the container, which is the user of the host that started it: no change of user.
export PLEX_MEDIA_SERVER_APPLICATION_SUPPORT_DIR="${PLEX_MEDIA_SERVER_APPLICATION_SUPPORT_DIR:-/config/Library/Application Support}"
export PLEX_MEDIA_SERVER_HOME=/usr/lib/plexmediaserver
export PLEX_MEDIA_SERVER_MAX_PLUGIN_PROCS=6
export PLEX_MEDIA_SERVER_INFO_VENDOR=Docker
export PLEX_MEDIA_SERVER_INFO_DEVICE="Docker Container"
PLEX_MEDIA_SERVER_INFO_MODEL="$(uname -m)"
PLEX_MEDIA_SERVER_INFO_PLATFORM_VERSION="$(uname -r)"
export PLEX_MEDIA_SERVER_INFO_MODEL PLEX_MEDIA_SERVER_INFO_PLATFORM_VERSION
mkdir -p "$PLEX_MEDIA_SERVER_APPLICATION_SUPPORT_DIR"
export LD_LIBRARY_PATH=/usr/lib/plexmediaserver/lib
exec "/usr/lib/plexmediaserver/Plex Media Server"
