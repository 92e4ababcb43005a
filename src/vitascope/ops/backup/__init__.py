"""Backups: made while the server runs, encrypted, verified, and restored so that there is always one whole state.

::

    contents         what belongs into a backup
    sqlite_copy      a consistent copy of a SQLite database, and how one is checked
    postgres_copy    the same for PostgreSQL, and the way back
    manifest         what an archive says of itself
    tarball, seal    the layers of an archive: tar, zstd, age
    keys             recipients and identities
    create           makes an archive
    archive, verify  reads one whole
    swap, restore    puts one in the place of the state in use
    retention        which ones are kept
    schedule         when the next one is due
    records          what is known of those in a folder
    drill            restores the newest for practice
    service          all of that in the running server
"""
