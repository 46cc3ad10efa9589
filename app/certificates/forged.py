"""Why something signed is not believed."""


class Forged(ValueError):
    """`reason` is a word, `key` the id of the key it names, where that could be read.

    Of any: `malformed`, `unknown-key`, `compromised-key`, `signature`. Of a QR code: `algorithm`. Of a badge or a status list:
    `context`, `unsigned-field`, `no-proof`, `proof`, `issuer`, `form`; of a status list also `older`.
    """

    def __init__(self, reason: str, key: str = "") -> None:
        super().__init__(reason)
        self.reason, self.key = reason, key
