"""``python -m vitascope.library.scan``: started by the server, spoken to over its standard input and output."""

from vitascope.library.scan.main import main

if __name__ == "__main__":
    main()
