"""What happens in the container around the server: process 1, its services, and the first run.

The contract is that of the original image, which is built on s6-overlay 2: ``/init`` runs ``/etc/cont-init.d/*``, then
supervises ``/etc/services.d/*/run``. Scripts written for it are mounted over ours, so its programs and places keep
their names. Everything here needs nothing but the standard library: it runs before anything else and must start fast.
"""
