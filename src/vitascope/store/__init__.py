"""The database: one schema on SQLite and PostgreSQL, a pool of readers, and the one writer."""
