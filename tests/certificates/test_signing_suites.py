"""The VC-API that the suites of the W3C speak to, and what they ask of any credential; the suites themselves run outside."""

import copy
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.certificates import credential, linked, proof
from app.certificates.cose import Forged
from tests.certificates import vc_api
from tests.certificates.signing_examples import BASE, keys_in

PLAIN: dict[str, Any] = {
    "@context": [linked.CREDENTIALS], "type": ["VerifiableCredential"], "issuer": vc_api.OURS.id,
    "credentialSubject": {"id": "did:example:subject"},
}  # fmt: skip
METHOD = f"{vc_api.OURS.id}#{vc_api.OURS.public.multikey}"


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    return TestClient(vc_api.application(BASE, keys_in(tmp_path_factory.mktemp("api"))))


@pytest.mark.parametrize("path", ["credentials/issue", "jcs/credentials/issue", "listed/credentials/issue"])
def test_what_is_issued_is_verified_and_what_is_added_is_not(path: str, api: TestClient) -> None:
    made = api.post(f"/{path}", json={"credential": PLAIN}).json()
    assert api.post("/credentials/verify", json={"verifiableCredential": made}).json() == {"verified": True}
    more = {**made, "credentialSubject": {"id": "did:example:subject", "honours": "x"}}
    refused = api.post("/credentials/verify", json={"verifiableCredential": more})
    assert (refused.status_code, refused.json()["verified"]) == (400, False)


def test_a_revoked_one_is_refused(api: TestClient) -> None:
    listed = api.get("/status/1").json()
    said = {**PLAIN, "credentialStatus": vc_api.status.entry(BASE, 7)}
    made = api.post("/credentials/issue", json={"credential": said}).json()
    refused = api.post("/credentials/verify", json={"verifiableCredential": made})
    assert refused.json()["errors"] == ["revoked"]
    assert listed["type"][1] == "BitstringStatusListCredential"


def presented(**more: Any) -> dict[str, Any]:
    """A presentation of one credential, signed for a challenge."""
    shown = {
        "@context": [linked.CREDENTIALS], "type": ["VerifiablePresentation"], "verifiableCredential": [vc_api.issue(PLAIN)],
    }  # fmt: skip
    config = {
        "type": proof.TYPE, "cryptosuite": proof.SUITE, "verificationMethod": METHOD, "proofPurpose": "authentication",
        "challenge": "abc", "domain": "hoc.example", **more,
    }  # fmt: skip
    signature = vc_api.OURS.sign(proof._hash(shown, config, vc_api.linked_data))
    return {**shown, "proof": {**config, "proofValue": "z" + vc_api.to_base58(signature)}}


def test_a_presentation_is_for_whom_it_was_made(api: TestClient) -> None:
    for options, good in (({"challenge": "abc", "domain": "hoc.example"}, True), ({"challenge": "x"}, False)):
        said = {"verifiablePresentation": presented(), "options": options}
        assert (api.post("/presentations/verify", json=said).status_code == 200) is good


def test_a_proof_for_another_purpose_or_out_of_time_is_refused() -> None:
    for more in ({"proofPurpose": "assertionMethod"}, {"expires": "2030-01-01T00:00:00Z"}):
        with pytest.raises(Forged, match="proof"):
            vc_api.verify_presentation(presented(**more), {"challenge": "abc", "domain": "hoc.example"})


def chained() -> dict[str, Any]:
    """A credential with one proof that stands on another."""
    first = vc_api.issue(PLAIN)
    said = {**first["proof"], "id": "urn:x:first"}
    signature = vc_api.OURS.sign(
        proof._hash(PLAIN, {k: v for k, v in said.items() if k != "proofValue"}, vc_api.linked_data)
    )
    said["proofValue"] = "z" + vc_api.to_base58(signature)
    config = {k: v for k, v in first["proof"].items() if k != "proofValue"} | {"previousProof": "urn:x:first"}
    over = vc_api.OURS.sign(proof._hash({**PLAIN, "proof": [said]}, config, vc_api.linked_data))
    return {**PLAIN, "proof": [said, {**config, "proofValue": "z" + vc_api.to_base58(over)}]}


def test_every_proof_of_several_must_hold_and_those_it_stands_on() -> None:
    whole = chained()
    vc_api.verify(whole)
    for spoil in (
        lambda doc: doc["proof"].pop(0),
        lambda doc: doc["proof"][0].update(created="2020-01-01T00:00:00Z"),
        lambda doc: doc["proof"][1].update(previousProof="urn:x:other"),
        lambda doc: doc["proof"][1].update(previousProof=["urn:x:first", "urn:x:other"]),
        lambda doc: doc["proof"].append({"type": "Unknown"}),
        lambda doc: doc["proof"].extend([doc["proof"][0]] * 20),
    ):
        made = copy.deepcopy(whole)
        spoil(made)
        with pytest.raises(Forged):
            vc_api.verify(made)


def test_a_proof_that_stands_on_none_is_refused() -> None:
    first = vc_api.issue(PLAIN)["proof"]
    for gone in ("urn:x:gone", ["urn:x:gone"]):
        config = {name: one for name, one in first.items() if name != "proofValue"} | {"previousProof": gone}
        signature = vc_api.OURS.sign(proof._hash(PLAIN, config, vc_api.linked_data))
        with pytest.raises(Forged, match="proof"):
            vc_api.verify({**PLAIN, "proof": {**config, "proofValue": "z" + vc_api.to_base58(signature)}})


BAD: list[dict[str, Any]] = [
    {"@context": None}, {"@context": []}, {"@context": linked.CREDENTIALS}, {"@context": [linked.CREDENTIALS, 1]},
    {"@context": [linked.CREDENTIALS, "https ://x"]}, {"@context": ["https://www.w3.org/ns/credentials/examples/v2"]},
    {"type": None}, {"type": []}, {"type": ["Other"]}, {"type": ["VerifiableCredential", 1]}, {"id": None}, {"id": ["urn:x:1"]},
    {"id": "https ://x"}, {"issuer": None}, {"issuer": "nobody"}, {"issuer": {"name": "x"}}, {"issuer": {"id": "urn:x:1", "name": 1}},
    {"credentialSubject": None}, {"credentialSubject": {}}, {"credentialSubject": []}, {"credentialSubject": "x"},
    {"credentialSubject": [{"id": "urn:x:1"}, {}]}, {"credentialSubject": {"id": ["urn:x:1"]}}, {"validFrom": "yesterday"},
    {"validFrom": "2026-02-30T00:00:00Z"}, {"validFrom": "2026-01-01T00:00:00"}, {"validFrom": 1},
    {"validFrom": "2027-01-01T00:00:00Z", "validUntil": "2026-01-01T00:00:00Z"}, {"credentialStatus": {"id": "urn:x:1"}},
    {"credentialStatus": {"type": "X", "id": "x"}}, {"credentialSchema": {"type": "X"}}, {"credentialSchema": {"id": "urn:x:1"}},
    {"termsOfUse": {}}, {"evidence": {}}, {"evidence": "x"}, {"refreshService": {"id": "urn:x:1"}}, {"name": 1},
    {"name": {"@value": "x", "url": "urn:x:1"}}, {"description": [{"@language": "vi"}]}, {"relatedResource": ["urn:x:1"]},
    {"relatedResource": {"digestSRI": "x"}}, {"relatedResource": [{"id": "urn:x:1"}]},
    {"relatedResource": [{"id": "urn:x:1", "digestSRI": "x"}, {"id": "urn:x:1", "digestSRI": "y"}]},
]  # fmt: skip


@pytest.mark.parametrize("bad", BAD, ids=str)
def test_what_is_no_credential_is_refused(bad: dict[str, Any]) -> None:
    credential.check(PLAIN)
    with pytest.raises(Forged):
        credential.check({**PLAIN, **bad} if None not in bad.values() or "id" in bad else without(bad))


def without(bad: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in PLAIN.items() if name not in bad}


def test_what_a_credential_may_be_is_taken() -> None:
    for good in (
        {"name": {"@value": "Tên", "@language": "vi", "@direction": "ltr"}}, {"validFrom": "4023-02-26T01:02:58.447Z"},
        {"validFrom": "2023-02-26T01:21:23Z", "validUntil": "2023-02-25T19:21:29-06:00"}, {"evidence": [{"type": "A"}] * 2},
        {"credentialStatus": {"type": "X"}}, {"issuer": {"id": "urn:x:1", "name": [{"@value": "x"}]}},
        {"relatedResource": {"id": "urn:x:1", "digestMultibase": "u"}}, {"type": "VerifiableCredential"},
    ):  # fmt: skip
        credential.check({**PLAIN, **good})


def test_the_suites_are_told_where_to_ask(tmp_path: Path) -> None:
    vc_api.configure(tmp_path, "https://localhost:1")
    said = (tmp_path / "localConfig.cjs").read_text("utf-8")
    assert said.startswith("module.exports = {") and "https://localhost:1/credentials/issue" in said
