"""The installation's secret: it seals exact places, displaces sensitive points and makes ids that nobody can guess."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from geo.errors import StoreError

_NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class Secret:
    """A 32-byte key and what is derived from it; never printed.

    Parameters
    ----------
    key : 32 random bytes.
    """

    key: bytes

    @classmethod
    def from_file(cls, path: Path) -> Secret:
        """Read the key, making it (readable by its owner only) at the first use.

        Raises
        ------
        StoreError : the file is not a key.
        """
        try:
            key = path.read_bytes()
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            fresh = path.with_name(f"{path.name}.{uuid.uuid4().hex}")
            handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as stream:
                stream.write(os.urandom(32))
            try:
                os.link(fresh, path)  # whoever is first wins; nobody sees half a key
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
            key = path.read_bytes()
        if len(key) != 32:
            raise StoreError("store.bad_key", path=str(path))
        return cls(key)

    def __repr__(self) -> str:
        return "Secret(...)"

    def _derived(self, purpose: str) -> bytes:
        return hmac.new(self.key, purpose.encode(), hashlib.sha256).digest()

    @property
    def displacement_key(self) -> bytes:
        """Key of ``geo.masking.displace``."""
        return self._derived("displacement")

    def keyed_digest(self, text: str) -> str:
        """Return an HMAC of ``text``: equal for equal text, and of no use for guessing it without the key."""
        return hmac.new(self._derived("digest"), text.encode(), hashlib.sha256).hexdigest()

    def seal(self, owner_id: str, what: Mapping[str, object]) -> bytes:
        """Encrypt what is kept from everybody (AES-256-GCM), bound to the site or submission that it belongs to."""
        nonce = os.urandom(_NONCE_BYTES)
        plain = json.dumps(what, ensure_ascii=False, sort_keys=True).encode()
        return nonce + AESGCM(self._derived("seal")).encrypt(nonce, plain, owner_id.encode())

    def unseal(self, owner_id: str, sealed: bytes) -> dict[str, Any]:
        """Decrypt what was sealed for this owner.

        Raises
        ------
        StoreError : the key is another one, or the row was changed or moved to another owner.
        """
        try:
            plain = AESGCM(self._derived("seal")).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], owner_id.encode())
        except InvalidTag as error:
            raise StoreError("store.cannot_unseal", site=owner_id) from error
        what: dict[str, Any] = json.loads(plain)
        return what
