"""An authority, an office whose certificate it gave, and a stranger with one of her own."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import NameOID

OFFICE = "Sở Khoa học và Công nghệ tỉnh Điện Biên"
PASSPHRASE = "bốn con trâu"


class Office(NamedTuple):
    """`p12` opens with `PASSPHRASE`; `root` is whom to trust, as DER."""

    p12: bytes
    root: bytes

    @property
    def trust(self) -> list[Any]:
        return [asn1.Certificate.load(self.root)]


def office(kind: str = "ec", name: str = OFFICE, days: int = 365) -> Office:
    """`days` until its certificate ends; below nought it has ended."""
    return _made(kind, name, days)


@cache
def _made(kind: str, name: str, days: int) -> Office:
    root_key = ec.generate_private_key(ec.SECP256R1())
    root = _certificate("Gốc thử", root_key.public_key(), "Gốc thử", root_key, True, 400)
    key: Any = (
        rsa.generate_private_key(65537, 2048) if kind == "rsa" else ec.generate_private_key(ec.SECP256R1())
    )
    own = _certificate(name, key.public_key(), "Gốc thử", root_key, False, days)
    p12 = pkcs12.serialize_key_and_certificates(
        b"key", key, own, [root], BestAvailableEncryption(PASSPHRASE.encode())
    )
    return Office(p12, root.public_bytes(Encoding.DER))


def _certificate(name: str, key: Any, by: str, by_key: Any, authority: bool, days: int) -> x509.Certificate:
    until = datetime.now(UTC) + timedelta(days=days)
    usage = x509.KeyUsage(
        not authority, not authority, False, False, False, authority, authority, False, False
    )
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, by)]))
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(until - timedelta(days=500))
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(authority, None), True)
        .add_extension(usage, True)
        .sign(by_key, hashes.SHA256())
    )
