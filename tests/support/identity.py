"""A small identity provider on the loopback interface: it signs what a test wants it to say."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT, SECRET = "console", "between us"


@cache
def key(kid: str = "one") -> RSAKey:
    return RSAKey.generate_key(2048, parameters={"kid": kid, "use": "sig"}, auto_kid=False)


@dataclass
class Identity:
    """A provider and the person who logs in. claims: of the next token. signed_with: its key."""

    claims: dict[str, Any]
    signed_with: RSAKey = field(default_factory=key)
    algorithm: str = "RS256"
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    status: int = 200
    port: int = 0

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}/realm"

    def agree(self, address: str) -> str:
        """Log the person in; return the address to which the browser goes back."""
        asked = dict(parse_qsl(urlsplit(address).query))
        assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT)
        assert asked["code_challenge_method"] == "S256"
        code = f"code {len(self.codes)}"
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'state': asked['state'], 'code': code})}"

    def token(self, form: dict[str, list[str]]) -> dict[str, Any] | None:
        """The answer to a code; None if the code, its verifier or the client is wrong."""
        asked = self.codes.pop(form["code"][0], None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"][0].encode()).digest())
        if asked is None or challenge.rstrip(b"=").decode() != asked["code_challenge"]:
            return None
        if form["redirect_uri"][0] != asked["redirect_uri"] or form.get("client_secret") != [SECRET]:
            return None
        now = int(time.time())
        usual = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "7",
            "iat": now,
            "exp": now + 60,
            "nonce": asked["nonce"],
        }
        head = {"alg": self.algorithm, "kid": self.signed_with.kid}
        given = {k: v for k, v in {**usual, **self.claims}.items() if v is not None}
        return {"id_token": jwt.encode(head, given, self.signed_with, algorithms=[self.algorithm])}


@contextmanager
def identity(**claims: Any) -> Iterator[Identity]:
    """A running provider."""
    made = Identity({"preferred_username": "anna", "roles": ["staff"], **claims})

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.endswith("/openid-configuration"):
                ends = {"authorization_endpoint": "auth", "token_endpoint": "token", "jwks_uri": "keys"}
                self._answer({"issuer": made.issuer, **{k: f"{made.issuer}/{v}" for k, v in ends.items()}})
            else:
                self._answer(KeySet([key()]).as_dict(private=False))

        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
            self._answer(made.token(form))

        def _answer(self, body: Any) -> None:
            self.send_response(made.status if body is not None else 400)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield made
        finally:
            server.shutdown()
            thread.join()
