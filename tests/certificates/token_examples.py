"""Tokens of SoftHSM in a folder, with an agency's keys on them, and what `banhoc` says of them.

In a process of their own, for a driver asks the environment once where its tokens are.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

PIN = "48291537"
PLACES = ("/usr/lib/softhsm", "/usr/lib/x86_64-linux-gnu/softhsm", "/usr/lib/aarch64-linux-gnu/softhsm")
DRIVER = next((path for place in PLACES if (path := f"{place}/libsofthsm2.so") and os.path.exists(path)), "")


class Tokens:
    """`plug_in` any number, then `banhoc` a number of times."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "tokens").mkdir()
        config = folder / "softhsm2.conf"
        config.write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
        self.environment = os.environ | {"SOFTHSM2_CONF": str(config), "PYTHONUTF8": "1"}
        self.held: list[tuple[str, str, str]] = []

    def plug_in(self, label: str, *held: tuple[str, bytes]) -> None:
        """A new token, with the key and the certificates of .p12 files, each under a label."""
        words = ("--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", PIN)
        subprocess.run(["softhsm2-util", *words], env=self.environment, check=True, capture_output=True)
        for name, p12 in held:
            file = self.folder / f"{len(self.held)}.p12"
            file.write_bytes(p12)
            self.held.append((label, name, str(file)))

    def banhoc(self, *asked: Sequence[str]) -> list[tuple[int, str]]:
        """Exit code and output of each, every word but the last on the command line, the last typed."""
        told = json.dumps({"held": self.held, "asked": asked})
        command = [sys.executable, "-m", "tests.certificates.token_examples"]
        done = subprocess.run(command, input=told, env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return [(code, output) for code, output in json.loads(done.stdout)]


def fill(token: str, label: str, file: str, id: int) -> None:
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12
    from pkcs11 import Attribute, lib
    from pkcs11.util.ec import decode_ec_private_key
    from pkcs11.util.rsa import decode_rsa_private_key
    from pkcs11.util.x509 import decode_x509_certificate

    from tests.certificates.agency_examples import PASSPHRASE

    key, own, others = pkcs12.load_key_and_certificates(Path(file).read_bytes(), PASSPHRASE.encode())
    assert key and own
    raw = key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    decoded = (
        decode_rsa_private_key(raw) if isinstance(key, rsa.RSAPrivateKey) else decode_ec_private_key(raw)
    )
    hers = {Attribute.TOKEN: True, Attribute.LABEL: label, Attribute.ID: bytes([id])}
    alone = {Attribute.TOKEN: True, Attribute.LABEL: "Gốc", Attribute.ID: b"\xff"}
    with lib(DRIVER).get_token(token_label=token).open(rw=True, user_pin=PIN) as session:
        session.create_object(decoded | hers | {Attribute.SIGN: True})
        for one, said in [(own, hers), *((other, alone) for other in others)]:
            session.create_object(decode_x509_certificate(one.public_bytes(Encoding.DER)) | said)


def main(told: Any) -> list[tuple[int, str]]:
    from click.testing import CliRunner

    from app import cli

    for id, (token, label, file) in enumerate(told["held"]):
        fill(token, label, file, id)
    done = [CliRunner().invoke(cli.main, words, input=f"{typed}\n") for *words, typed in told["asked"]]
    return [(one.exit_code, one.output) for one in done]


if __name__ == "__main__":
    print(json.dumps(main(json.load(sys.stdin))))
