"""The installation's secret: sealing, keyed digests, and what an onlooker can do with them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.secrecy import Secret
from geo.errors import StoreError

SECRET = Secret(bytes(range(32)))
places = st.dictionaries(st.text(max_size=8), st.one_of(st.none(), st.floats(allow_nan=False), st.text(max_size=20)), max_size=4)


@given(st.uuids(), places)
def test_what_is_sealed_is_unsealed(site: object, place: dict[str, object]) -> None:
    assert SECRET.unseal(str(site), SECRET.seal(str(site), place)) == place


def test_the_same_place_is_sealed_differently_each_time() -> None:
    assert SECRET.seal("a", {"lon": 1.0}) != SECRET.seal("a", {"lon": 1.0})


@given(st.integers(0, 60), st.integers(1, 255))
def test_a_changed_byte_is_noticed(position: int, flip: int) -> None:
    sealed = bytearray(SECRET.seal("a", {"lon": 35.123, "lat": 31.5, "address": "x" * 20}))
    sealed[position] ^= flip
    with pytest.raises(StoreError, match="cannot_unseal"):
        SECRET.unseal("a", bytes(sealed))


def test_a_seal_belongs_to_its_site_and_key() -> None:
    sealed = SECRET.seal("a", {"lon": 1.0})
    for other in (lambda: SECRET.unseal("b", sealed), lambda: Secret(bytes(32)).unseal("a", sealed)):
        with pytest.raises(StoreError, match="cannot_unseal"):
            other()


def test_digests_need_the_key_and_tell_purposes_apart() -> None:
    assert SECRET.keyed_digest("x") == SECRET.keyed_digest("x")
    assert len({SECRET.keyed_digest("x"), SECRET.keyed_digest("y"), Secret(bytes(32)).keyed_digest("x"), SECRET.displacement_key.hex()}) == 4


def test_a_secret_is_not_printed() -> None:
    assert SECRET.key.hex() not in repr(SECRET)
    assert "Secret(...)" in f"{SECRET}"
