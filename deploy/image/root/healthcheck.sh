#!/bin/sh
# Answers 0 once /identity does. A server whose database is being upgraded says 503, which is not ready.
curl --connect-timeout 15 --max-time 100 -fsS -o /dev/null "http://localhost:${VITASCOPE_PORT:-32400}/identity" || exit 1
