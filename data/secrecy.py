"""The installation's secret: it seals exact places, displaces sensitive points and makes ids that nobody can guess."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import uuid
from dataclasses import dataclass
from pathlib import Path

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

    def seal(self, site_id: str, place: dict[str, object]) -> bytes:
        """Encrypt an exact place (AES-256-GCM) bound to its site."""
        nonce = os.urandom(_NONCE_BYTES)
        plain = json.dumps(place, ensure_ascii=False, sort_keys=True).encode()
        return nonce + AESGCM(self._derived("seal")).encrypt(nonce, plain, site_id.encode())

    def unseal(self, site_id: str, sealed: bytes) -> dict[str, object]:
        """Decrypt an exact place.

        Raises
        ------
        StoreError : the key is another one, or the row was changed or moved to another site.
        """
        try:
            plain = AESGCM(self._derived("seal")).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], site_id.encode())
        except InvalidTag as error:
            raise StoreError("store.cannot_unseal", site=site_id) from error
        place: dict[str, object] = json.loads(plain)
        return place
