"""Asked for by Alembic's command line only; the server upgrades through :mod:`vitascope.store.migrate`."""

raise SystemExit("use vitascope.store.migrate.ensure")
