"""One certificate, signed as a QR code and as a badge: the same each time, and read back as it was."""

import json
import threading
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import segno
from cbor2 import loads
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as some

from app.certificates import badge, cose, credential, issuer, linked, proof, status
from app.certificates.cose import Forged
from app.certificates.status import SIZE, StatusList
from app.core.signing import Key, Keys, Public, from_base58
from tests.certificates import vc_api
from tests.certificates.signing_examples import BASE, SNAPSHOT, YEAR, keys_in, snapshot

LONG = "Lò Thị Ngọc Ánh " * 7 + "Nguyễn H"
STACKED = "ꪹꪎꪸ꫁ꪙ " * 20
NOON = 1_795_000_000_000


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return keys_in(tmp_path)


@pytest.fixture
def key(keys: Keys) -> Key:
    return keys.current(YEAR)


# As a QR code


def test_a_qr_code_says_what_the_certificate_says(keys: Keys, key: Key) -> None:
    data = cose.sign(SNAPSHOT, key)
    said = cose.verify(data, keys)
    assert said == cose.claims(SNAPSHOT, "2026-1")
    assert (said.name, said.title, said.day, said.score) == (
        "Lò Thị Ẩn ꪩꪺꪙꪽ", "An toàn trên không gian mạng", "2026-11-22", 90,
    )  # fmt: skip
    assert data == cose.sign(SNAPSHOT, key)
    assert len(data) <= 260


@pytest.mark.parametrize(
    "other",
    [{"score": None}, {"score": 0}, {"supervised": False}, {"sample": True}, {"status": 0}, {"name": LONG}, {"name": STACKED}],
)  # fmt: skip
def test_whatever_it_says_comes_back(other: dict, keys: Keys, key: Key) -> None:
    said = snapshot(**other)
    data = cose.sign(said, key)
    assert cose.verify(data, keys) == cose.claims(said, "2026-1")
    assert cose.from_path(cose.url(BASE, data)) == data


def test_any_camera_opens_it(key: Key) -> None:
    address = cose.url(BASE, cose.sign(SNAPSHOT, key))
    code = segno.make(address, error="m", micro=False)
    assert code.mode == "alphanumeric" and int(code.version) <= 13
    assert urlsplit(address).hostname == "hoc.example" and urlsplit(address).path.startswith("/C/")


def test_it_is_read_from_an_address_a_path_or_alone_in_either_case(key: Key) -> None:
    data = cose.sign(SNAPSHOT, key)
    text = cose.to_text(data)
    for given_ in (text, text.lower(), f"/C/{text}", f" {cose.url(BASE, data)}/\n", cose.url("", data)):
        assert cose.from_path(given_) == data


def test_it_is_cose_as_others_read_it(key: Key) -> None:
    """RFC 9052, by hand: the tag, the headers, and the signature over Signature1."""
    read = loads(cose.sign(SNAPSHOT, key))
    protected, unprotected, payload, signature = read.value
    assert read.tag == 18 and loads(protected) == {1: -8, 4: b"2026-1"} and unprotected == {}
    signed = b"\x84\x6aSignature1" + b"\x4b" + protected + b"\x40" + b"\x58" + bytes([len(payload)]) + payload
    assert len(protected) == 11 and 24 <= len(payload) < 256
    assert key.public.verifies(signature, signed)


# As a badge


def test_a_badge_says_what_the_certificate_says(keys: Keys, key: Key) -> None:
    made = badge.issue(SNAPSHOT, key, BASE)
    said = badge.verify(made, keys, BASE)
    assert (said.number, said.title, said.day, said.status, said.key.id) == (
        "DB-2026-000001", "An toàn trên không gian mạng", "2026-11-22", 131_073, "2026-1",
    )  # fmt: skip
    assert made == badge.issue(SNAPSHOT, key, BASE)
    assert badge.read(json.dumps(made).encode()) == made


def test_a_badge_names_nobody(key: Key) -> None:
    made = json.dumps(badge.issue(SNAPSHOT, key, BASE), ensure_ascii=False)
    assert "Lò" not in made and "ꪩꪺ" not in made and SNAPSHOT.id not in made
    other = json.dumps(badge.issue(snapshot(name="Giàng A Pháo"), key, BASE), ensure_ascii=False)
    assert made == other


def test_a_badge_is_called_by_its_right_name(key: Key) -> None:
    made = badge.issue(SNAPSHOT, key, BASE)
    assert made["name"].startswith("Giấy chứng nhận hoàn thành khóa học: An toàn")
    assert "757/QĐ-BKHCN" in made["credentialSubject"]["achievement"]["criteria"]["narrative"]
    assert "chứng chỉ" not in json.dumps(made, ensure_ascii=False).lower()
    assert badge.issue(snapshot(sample=True), key, BASE)["name"].startswith("BẢN MẪU")


def test_without_a_public_address_it_is_from_nowhere(keys: Keys, key: Key) -> None:
    made = badge.issue(SNAPSHOT, key, "")
    assert made["issuer"]["id"] == "did:web:ban-hoc.invalid"
    assert badge.verify(made, keys, "").number == SNAPSHOT.number
    with pytest.raises(Forged, match="issuer"):
        badge.verify(made, keys, BASE)


def test_it_is_still_ours_when_the_address_has_moved(keys: Keys, key: Key) -> None:
    made = badge.issue(SNAPSHOT, key, BASE)
    with pytest.raises(Forged, match="issuer"):
        badge.verify(made, keys, "https://new.example")
    assert badge.verify(made, keys, "https://new.example", BASE).number == SNAPSHOT.number


def test_every_badge_of_ours_is_a_credential_of_the_form_we_believe(keys: Keys, key: Key) -> None:
    for other in (
        {},
        {"score": None},
        {"skills": ()},
        {"supervised": False},
        {"skills": ("A@1:1",) * 1, "score": 0},
    ):
        made = badge.issue(snapshot(**other), key, BASE)
        credential.check(made)
        badge.verify(made, keys, BASE)


def test_a_day_that_is_none_is_not_signed(key: Key) -> None:
    with pytest.raises(Forged, match="form"):
        badge.issue(snapshot(day="2026-02-30"), key, BASE)


WORDS = some.text(some.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=12)
ODD = some.sampled_from(
    ['a "quoted" \\ word', "two\nlines\tand a tab\r", "<>&^`{|}", "ꪹꪎꪸ꫁ꪙ", "A\u0302\u0301", "_:c14n0"]
)
SKILLS = some.lists(
    some.sampled_from(["KNS@1.0:2.1", "KNS@1.0:2.2", "NLS@2025:1.1"]), unique=True, max_size=3
)


@given(
    title=WORDS | ODD,
    name=WORDS | ODD,
    score=some.none() | some.integers(0, 100),
    skills=SKILLS,
    place=some.integers(0, 3 * SIZE),
)
@settings(max_examples=25, deadline=None)
def test_the_quick_way_writes_the_graph_the_long_way_writes(
    title: str, name: str, score: int | None, skills: list[str], place: int
) -> None:  # fmt: skip
    issuer_of = badge.document(
        snapshot(titles={"vi": title}, score=score, skills=tuple(skills), status=place), BASE
    )
    doc = issuer_of | {"issuer": issuer_of["issuer"] | {"name": name}}
    assert linked.quick(doc) == linked.canonical(doc)


def test_the_quick_way_knows_when_it_cannot_tell_nodes_apart() -> None:
    doc = badge.document(SNAPSHOT, BASE)
    subject = doc["credentialSubject"]
    same = [dict(subject["identifier"][0]), dict(subject["identifier"][0])]
    doc["credentialSubject"] = subject | {"identifier": same}
    assert linked.quick(doc) == linked.canonical(doc)
    assert linked.canonical(doc).count(b"#IdentityObject>") == 2


@pytest.mark.parametrize(
    "bad", ["https://hoc.example/a b", "https://hoc.example/<x>", 'https://hoc.example/"', "relative"]
)
def test_the_quick_way_writes_no_address_that_is_none(bad: str) -> None:
    doc = badge.document(SNAPSHOT, BASE)
    for write in (linked.quick, linked.canonical):
        with pytest.raises(Forged):
            write(doc | {"id": bad})


def test_several_verify_at_once(keys: Keys, key: Key) -> None:
    made = badge.issue(SNAPSHOT, key, BASE)
    seen: list[object] = []

    def verify() -> None:
        try:
            seen.append(badge.verify(made, keys, BASE).number)
        except Exception as error:
            seen.append(error)

    several = [threading.Thread(target=verify) for _ in range(6)]
    for one in several:
        one.start()
    for one in several:
        one.join()
    assert seen == [SNAPSHOT.number] * 6


def test_a_signature_is_the_one_the_standard_gives_as_its_example() -> None:
    """W3C, Data Integrity EdDSA Cryptosuites 1.0, appendix B.1: key, document and proof value."""
    multikey = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
    secret = from_base58("3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq")[2:]
    key = Key(Public("2026-1", multikey), Ed25519PrivateKey.from_private_bytes(secret))
    doc = {
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
        "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
        "type": ["VerifiableCredential", "AlumniCredential"],
        "name": "Alumni Credential",
        "description": "A minimum viable example of an Alumni Credential.",
        "issuer": "https://vc.example/issuers/5678",
        "validFrom": "2023-01-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
    }
    made = proof.sign(doc, key, f"did:key:{multikey}#{multikey}", "2023-02-24T23:36:38Z", vc_api.linked_data)
    assert made["proof"]["proofValue"] == (
        "z2YwC8z3ap7yx1nZYCg4L3j3ApHsF8kgPdSb5xoS1VR7vPG3F561B52hYnQF9iseabecm3ijx4K1FBTQsCZahKZme"
    )


# The issuer and its keys


@pytest.mark.parametrize(
    ("base", "did"),
    [
        ("https://hoc.example", "did:web:hoc.example"), ("https://HOC.example:8443", "did:web:hoc.example%3A8443"),
        ("https://tinh.example/hoc", "did:web:tinh.example:hoc"), ("", "did:web:ban-hoc.invalid"),
    ],
)  # fmt: skip
def test_the_issuer_is_known_by_its_address(base: str, did: str) -> None:
    assert issuer.did_of(base) == did


def test_the_issuers_document_has_every_key_and_lets_the_lost_one_assert_nothing(
    keys: Keys, key: Key
) -> None:
    keys.make(YEAR)
    keys.compromise("2026-1", "stolen")
    said = badge.did(BASE, keys)
    assert said["id"] == "did:web:hoc.example"
    assert [one["id"] for one in said["verificationMethod"]] == [
        f"{said['id']}#2026-1",
        f"{said['id']}#2026-2",
    ]
    assert said["assertionMethod"] == [f"{said['id']}#2026-2"]
    assert said["verificationMethod"][0]["publicKeyMultibase"] == key.public.multikey
    assert "revoked" in said["verificationMethod"][0] and "revoked" not in said["verificationMethod"][1]


def test_what_a_retired_key_signed_stays_good(keys: Keys, key: Key) -> None:
    data, made = cose.sign(SNAPSHOT, key), badge.issue(SNAPSHOT, key, BASE)
    keys.retire("2026-1", "the year is over")
    assert cose.verify(data, keys).number == badge.verify(made, keys, BASE).number == SNAPSHOT.number


def test_after_a_compromise_certificates_are_signed_anew_and_old_papers_are_named(
    keys: Keys, key: Key
) -> None:
    data, made = cose.sign(SNAPSHOT, key), badge.issue(SNAPSHOT, key, BASE)
    lists = status.credential([], key, BASE, NOON)
    keys.compromise("2026-1", "the box was stolen")
    for refused in (
        lambda: cose.verify(data, keys),
        lambda: badge.verify(made, keys, BASE),
        lambda: status.verify(lists, keys, BASE),
    ):
        with pytest.raises(Forged, match="compromised-key") as refusal:
            refused()
        assert refusal.value.key == "2026-1"
    newer = keys.make(YEAR)
    assert cose.verify(cose.sign(SNAPSHOT, newer), keys) == cose.claims(SNAPSHOT, "2026-2")
    assert badge.verify(badge.issue(SNAPSHOT, newer, BASE), keys, BASE).key.id == "2026-2"


# The status list


@given(some.sets(some.integers(0, 3 * SIZE - 1), max_size=40), some.integers(1, 3))
@settings(max_examples=20, deadline=None)
def test_a_list_says_who_no_longer_stands(revoked: set[int], number: int) -> None:
    made = StatusList.of(revoked, number)
    again = StatusList.decoded(made.encoded())
    assert again == made
    here = {place % SIZE for place in revoked if status.list_of(place) == number}
    assert all((index in again) == (index in here) for index in here | {0, 1, SIZE - 1})


def test_a_list_is_signed_and_small(keys: Keys, key: Key) -> None:
    made = status.credential(range(SIZE, SIZE + 131), key, BASE, NOON, number=2)
    read = status.verify(made, keys, BASE)
    assert (
        (read.number, read.made) == (2, "2026-11-18T11:06:40Z")
        and 130 in read.revoked
        and 131 not in read.revoked
    )
    assert made == status.credential(range(SIZE, SIZE + 131), key, BASE, NOON, number=2)
    assert len(json.dumps(made)) < 1_000
    credential.check(made)


def test_a_certificates_place_is_found_in_its_list(key: Key) -> None:
    place = badge.issue(SNAPSHOT, key, BASE)["credentialStatus"]
    made = status.credential([SNAPSHOT.status], key, BASE, NOON, number=2)
    assert place["statusListCredential"] == made["id"] == f"{BASE}/status/2"
    assert int(place["statusListIndex"]) in StatusList.decoded(made["credentialSubject"]["encodedList"])


def test_a_full_list_and_a_random_one_come_back(key: Key, keys: Keys) -> None:
    import random

    for bits in (b"\xff" * (SIZE // 8), random.Random(1).randbytes(SIZE // 8)):
        assert StatusList.decoded(StatusList(bits).encoded()).bits == bits
