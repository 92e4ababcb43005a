#!/bin/sh
# Starts (-u), stops (-d) or restarts (-r) the server while the container lives on.
case "${1:-}" in
-u | -d | -r) ;;
*)
    echo "usage: /plex_service.sh -u|-d|-r (up, down, restart)" >&2
    exit 2
    ;;
esac
exec s6-svc "$1" /run/s6/services/plex
