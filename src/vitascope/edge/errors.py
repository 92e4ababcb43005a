"""What goes wrong with certificates.

::

    CertificateError        a certificate cannot be had or used; the message is for a person
    └── AcmeError           the authority of a domain's certificate gave none
"""


class CertificateError(Exception):
    """A certificate cannot be had or used."""


class AcmeError(CertificateError):
    """No certificate for the domain came of it."""
