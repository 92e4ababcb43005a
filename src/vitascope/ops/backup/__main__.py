"""``python -m vitascope.ops.backup``: started by the server, spoken to over its standard input and output."""

from vitascope.ops.backup.child import main

if __name__ == "__main__":
    main()
