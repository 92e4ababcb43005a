"""Updates of containers from outside: groups of services that are updated at night, and put back when they fail.

What a container runs can only be exchanged by the machine that runs it, so this is run there (``vitascope update``,
docs/updates.md). :mod:`.groups` reads what belongs together, :mod:`.running` goes through a group, :mod:`.update` is
the sequence for one member, with its :mod:`.journal`; :mod:`.board` is where the server in the container hears of it.
"""
