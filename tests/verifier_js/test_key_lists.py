"""Key lists are read, believed and refused as Python does; but a browser cannot check ML-DSA."""

import random
from dataclasses import replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey

from ledger.errors import VerificationError
from ledger.signing import cbor, cose, key_list, public_key
from ledger.signing.key_list import Grant, Key, KeyList, RootKey, RootSet
from tests.verifier_js.compare import LIMIT, REFUSED, Run, expected, hold, mutated
from tests.verifier_js.test_codes import WEAK
from tests.verifier_js.world import ORIGIN, World, private

WORLD = World()
Map = dict[str, Any]


def summary(found: KeyList) -> list[Any]:
    authorities = [[a.id, a.status_uri, [_grant(grant) for grant in a.grants]] for a in found.authorities.values()]
    fingerprint = found.roots.fingerprint().replace("-", "")
    roots = [key.kid.hex() for key in found.roots.keys]
    keys = [[key.kid.hex(), key.alg, key.public.hex(), _key(key)] for key in found.keys]
    return [found.version, found.iat, found.exp, fingerprint, roots, authorities, keys]


def _grant(grant: Grant) -> Map:
    what = {"name": grant.name, "scope": grant.scope, "schemes": list(grant.schemes)}
    return {**what, "from": grant.begins, "to": grant.ends}


def _key(key: Key) -> Map:
    period = {"from": key.begins, "to": key.ends}
    return {
        **period,
        "role": key.role,
        "authority": key.authority,
        "state": key.state,
        "compromisedIndex": key.compromised_index,
    }


def spoilt_lists(fields: Map) -> list[Map]:
    strange = (0, -1, 2, "", "x", [], {}, None, True)
    roots, key = fields["roots"], fields["keys"][0]["key"]
    sets = ([], roots["keys"][:2], [key] * 2, [key, roots["keys"][0]], [{1: 1}], [0], [{**key, 3: 1}])
    return [
        *({**fields, name: wrong} for name in (*fields, "x") for wrong in strange),
        *({**fields, "roots": {**roots, "threshold": number}} for number in (0, 1, 3, 4, True)),
        *({**fields, "roots": {**roots, "keys": keys}} for keys in sets),
    ]


def spoilt_keys(fields: Map) -> list[Map]:
    first, *others = fields["keys"]
    names = (*first, "to", "authority", "compromised_index", "x")
    strange = (0, -1, 1, "", "retired", "receipt", "status", "ipspi", b"12345678", None)
    states = [
        {"state": state, "to": to, "compromised_index": index}
        for state in ("active", "retired", "compromised", "x")
        for to in (None, 2**40, 0)
        for index in (None, 0, -1)
    ]
    weak = [{"key": public_key.cose_key(raw), "kid": public_key.kid_of(raw)} for raw in WEAK]
    large = [
        {
            "key": public_key.cose_key(bytes(size), alg),
            "alg": alg,
            "kid": public_key.kid_of(bytes(size), alg),
            "role": role,
        }
        for alg, size in ((-48, 1312), (-49, 1952), (-48, 1313))
        for role in ("checkpoint", "event")
    ]
    changes: list[Map] = [*({name: wrong} for name in names for wrong in strange), *states, *weak, *large]
    made = [{name: one for name, one in {**first, **change}.items() if one is not None} for change in changes]
    return [{**fields, "keys": [one, *others]} for one in made]


def spoilt_authorities(fields: Map) -> list[Map]:
    authority = fields["authorities"]["ipspi"]
    grant = authority["grants"][0]
    strange = (0, "", "x", [], ["A"], [""], [0], 18_262, -5, None)
    grants = [[], [grant, grant], *([{**grant, name: wrong}] for name in (*grant, "to", "x") for wrong in strange)]
    named: list[Any] = [{}, {0: authority}, {"": authority}, {"ipspi": {**authority, "status_uri": ""}}]
    named += [{"ipspi": {**authority, "grants": some}} for some in grants]
    return [{**fields, "authorities": one} for one in named]


def test_lists(run: Run) -> None:
    chance, data = random.Random(1), WORLD.listed
    fields: Any = cbor.decode(data, limit=LIMIT)
    spoilt = [*spoilt_lists(fields), *spoilt_keys(fields), *spoilt_authorities(fields)]
    encoded = [one for one in (expected(lambda one=one: cbor.encode(one)) for one in spoilt) if one != REFUSED]
    inputs = [data, *encoded, *(mutated(data, chance) for _ in range(300))]

    hold(run, lambda one: ["keyList", one.hex()], lambda one: summary(KeyList.decode(one)), inputs)


def bodies() -> list[bytes]:
    chance, data = random.Random(2), WORLD.listed
    by = {n: cose.Signer(private(n), context=key_list.CONTEXT, origin=ORIGIN).sign_detached(data) for n in range(1, 6)}
    broken = by[1][:-1] + bytes((by[1][-1] ^ 1,))
    elsewhere = cose.Signer(private(1), context=key_list.CONTEXT, origin="lain").sign_detached(data)
    signers = [[], [1], [1, 2], [1, 1], [1, 4], [1, 4, 2], [4, 5], [3, 2, 1], [1] * 31 + [2], [1] * 32 + [2]]
    signed: list[list[Any]] = [[by[n] for n in some] for some in signers]
    signed += [[strange, by[2], by[3]] for strange in (broken, elsewhere, b"", by[1] + b"\0", 0)]
    good = {"list": data, "signed": [by[1], by[3]]}
    maps = [*({"list": data, "signed": some} for some in signed), good, {**good, "x": 0}, {"list": data}]
    return [*map(cbor.encode, maps), *(mutated(cbor.encode(good), chance) for _ in range(200))]


def test_signed_lists(run: Run) -> None:
    def read(body: bytes) -> list[Any]:
        match cbor.decode(body, limit=2 * LIMIT):
            case {"list": bytes() as data, "signed": [*signed], **rest} if not rest and {*map(type, signed)} <= {bytes}:
                return summary(key_list.open_signed(data, signed, origin=ORIGIN, roots=WORLD.key_list.roots))
        raise VerificationError("key-list-malformed")

    hold(run, lambda body: ["signedKeyList", body.hex(), WORLD.listed.hex(), ORIGIN], read, bodies())


def test_a_root_of_ml_dsa_is_for_auditors_and_a_phone_asks_the_others_only(run: Run) -> None:
    large = MLDSA65PrivateKey.from_seed_bytes(bytes(32))
    root = RootKey(large.public_key().public_bytes_raw(), public_key.ALG_ML_DSA_65)
    changed = replace(WORLD.key_list, roots=RootSet((*WORLD.key_list.roots.keys, root), 2))
    whole = key_list.publish(changed, [private(1), private(2), large], origin=ORIGIN)
    without = {**whole, "signed": whole["signed"][:2]}

    got = run(
        [["signedKeyList", cbor.encode(dict(one)).hex(), changed.encode().hex(), ORIGIN] for one in (whole, without)]
    )

    assert got == [summary(changed)] * 2
