"""Remotes that rclone reaches, mounted as folders: object storage, WebDAV, SFTP and everything else it knows.

:mod:`.remotes` is what a remote is, :mod:`.flags` how it is mounted, :mod:`.config` and :mod:`.registry` what is kept
of it, :mod:`.command` the very command line. rclone itself is a program beside us: :mod:`.program` finds and asks it.
"""
