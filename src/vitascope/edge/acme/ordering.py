"""One order of a certificate, from the account to the chain. Blocks, for as long as the authority takes.

The account is made with the first order, for the owner's e-mail address and with the terms accepted, and is kept; an
authority that has forgotten it gets another one. The key of the certificate is new each time.
"""

import datetime
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from acme import challenges, errors, messages
from acme.client import ClientNetwork, ClientV2
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from josepy.errors import Error as JoseError
from josepy.jwk import JWKEC

from vitascope.core.certificate_text import Described
from vitascope.edge.acme.network import JudgedAdapter, network
from vitascope.edge.acme.wish import AcmeWish
from vitascope.edge.errors import AcmeError
from vitascope.edge.own_certificate import Write

_SECONDS = 180.0
"""For the authority to look at port 80 and to make the certificate."""
_FORGOTTEN = "accountDoesNotExist"
_MISSHAPEN = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What the library raises for JSON of another shape than it expects, which it does not check."""


Publish = Callable[[str, str], None]
"""Has the path of a challenge answered with its text at port 80."""


def order(wish: AcmeWish, account: Path, *, adapter: JudgedAdapter, publish: Publish, write: Write) -> bytes:
    """Key and chain as PEM, with their description.

    Args:
        wish: for what, and from whom.
        account: the file of the account.
        adapter: the way to the authority.
        publish: makes a challenge seen.
        write: replaces a file whole or not at all.

    Raises:
        AcmeError: nothing came of it; says why.
        OSError: the account cannot be read or written.
    """
    try:
        key, uri = _account(account, wish)
        if uri is not None:
            try:
                return _ordered(wish, network(key, adapter), uri, publish)
            except messages.Error as error:
                if error.code != _FORGOTTEN:
                    raise
        key = JWKEC(key=ec.generate_private_key(ec.SECP256R1()))
        way = network(key, adapter)
        asked = messages.NewRegistration.from_data(email=wish.email, terms_of_service_agreed=True)
        uri = _client(wish, way).new_account(asked).uri
        kept = {"directory": wish.directory, "uri": uri, "key": key.to_json()}
        write(account, json.dumps(kept, indent=1).encode())
        return _ordered(wish, way, uri, publish)
    except errors.ValidationError as error:
        raise AcmeError(f"the authority does not reach {wish.domain}: {_reasons(error)}") from error
    except messages.Error as error:
        raise AcmeError(f"the authority says no: {error.detail or error.code or error}") from error
    except (errors.Error, JoseError, *_MISSHAPEN) as error:
        raise AcmeError(f"what the authority answers cannot be used: {str(error) or type(error).__name__}") from error


def _account(path: Path, wish: AcmeWish) -> tuple[JWKEC, str | None]:
    """The account's key, and its address where this authority knows it."""
    try:
        kept = json.loads(path.read_bytes())
        if kept["directory"] == wish.directory:
            key = JWKEC.from_json(kept["key"])
            if isinstance(key, JWKEC):
                return key, str(kept["uri"])
    except (FileNotFoundError, ValueError, KeyError, TypeError, JoseError):
        pass  # none yet, or a damaged one: an account is easily made
    return JWKEC(key=ec.generate_private_key(ec.SECP256R1())), None


def _client(wish: AcmeWish, way: ClientNetwork) -> ClientV2:
    return ClientV2(ClientV2.get_directory(wish.directory, way), way)


def _ordered(wish: AcmeWish, way: ClientNetwork, uri: str, publish: Publish) -> bytes:
    client = _client(wish, way)
    way.account = messages.RegistrationResource(uri=uri, body=messages.Registration())
    key = ec.generate_private_key(ec.SECP256R1())
    names = x509.SubjectAlternativeName([x509.DNSName(wish.domain)])
    request = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(x509.Name([]))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    wanted = client.new_order(request.public_bytes(Encoding.PEM))
    for each in wanted.authorizations:
        if each.body.status == messages.STATUS_VALID:
            continue
        body = next((one for one in each.body.challenges if isinstance(one.chall, challenges.HTTP01)), None)
        if body is None:
            raise AcmeError("the authority offers no http-01")
        answer, text = body.response_and_validation(way.key)
        publish(body.chall.path, text)
        way.post(body.uri, answer, new_nonce_url=client.directory["newNonce"])
    deadline = datetime.datetime.now() + datetime.timedelta(seconds=_SECONDS)  # noqa: DTZ005  # as the library has it
    chain = str(client.poll_and_finalize(wanted, deadline).fullchain_pem).encode()
    return _described(chain, wish) + _key_text(key) + chain


def _described(chain: bytes, wish: AcmeWish) -> bytes:
    certificate = x509.load_pem_x509_certificate(chain)
    held: Any = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    said = Described(
        names=frozenset(name.lower() for name in held.get_values_for_type(x509.DNSName)),
        since=int(certificate.not_valid_before_utc.timestamp()),
        until=int(certificate.not_valid_after_utc.timestamp()),
        issuer=wish.directory,
    )
    if wish.domain not in said.names:
        raise AcmeError(f"the authority made a certificate that is not for {wish.domain}")
    return said.text().encode()


def _key_text(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _reasons(error: errors.ValidationError) -> str:
    """What the authority says of the challenges that failed."""
    said = [
        str(one.error.detail)
        for each in error.failed_authzrs
        for one in each.body.challenges
        if one.error is not None and one.error.detail
    ]
    return "; ".join(said) or "its challenge failed"
