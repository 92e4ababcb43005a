"""Deployments: the files that one kind of host needs to run the service, made from its description.

Every host is a module (or a package) of its own here with one pure function::

    def files(options: BundleOptions) -> Bundle

It reads :mod:`vitascope.ops.service` and the options, touches neither disk nor clock, and returns the same files for
the same options, so that the results can be committed (``deploy/<host>/<engine>/``) and compared by a test. A host is
made known by a member of :class:`~vitascope.ops.bundles.model.Host` and a line in
:mod:`vitascope.ops.bundles.registry`.

What a user chose (a name, a path, a domain) goes into a file only through :mod:`vitascope.ops.bundles.unitfile`,
:mod:`vitascope.ops.bundles.yamlfile` or another writer that quotes for that format; text that is the same for everyone
lies beside its module and is read by :func:`vitascope.ops.bundles.static.texts`.
"""
