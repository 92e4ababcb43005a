#!/bin/bash
exec curl --connect-timeout 15 --max-time 100 -fsS -o /dev/null http://localhost:32400/identity
