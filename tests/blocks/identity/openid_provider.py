"""A real OpenID provider in a process of its own, with the addresses of the national app.

idpyoidc does the work: it checks redirect URI, PKCE, the client's signed assertion and that it is
used once, and gives out pairwise subjects. ``/control`` says who stands before the reader of the
card, and what a provider gone bad does to the ID token.

    python openid_provider.py PORT CLIENT_KEY.json REDIRECT_URI
"""

import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from cryptojwt.jwk.ec import new_ec_key
from cryptojwt.jws.jws import JWS
from cryptojwt.utils import as_unicode, b64d, b64e
from idpyoidc.message import Message
from idpyoidc.server import Server
from idpyoidc.server.configure import OPConfiguration
from idpyoidc.server.exception import ClientAuthenticationError, UnAuthorizedClient

CLIENT = "madoguchi-city"
RELATIVE = "protocol/openid-connect"
BASE = f"/api/realms/main/{RELATIVE}"
PEOPLE = {
    "hanako": {
        "name": "葛\U000e0101城 花子",
        "address": {"formatted": "北海道窓口市大通西三丁目1番地1"},
        "birthdate": "19880307",
        "gender": "2",
    },
    "jiro": {"name": "佐藤 次郎", "gender": "male", "birthdate": "1990-02-30"},
    "bare": {},
}
SIGNED = [{"type": "EC", "crv": "P-256", "use": ["sig"]}]


ENDPOINTS = {
    "authorization": {
        "path": f"{RELATIVE}/auth",
        "class": "idpyoidc.server.oidc.authorization.Authorization",
        "kwargs": {},
    },
    "token": {
        "path": f"{RELATIVE}/token",
        "class": "idpyoidc.server.oidc.token.Token",
        "kwargs": {"client_authn_method": ["private_key_jwt"]},
    },
    "userinfo": {
        "path": f"{RELATIVE}/userinfo",
        "class": "idpyoidc.server.oidc.userinfo.UserInfo",
        "kwargs": {},
    },
}


SETTINGS = {
    "httpc_params": {"verify": False},
    "subject_types_supported": ["pairwise"],
    "response_types_supported": ["code"],
    "keys": {"uri_path": f"{RELATIVE}/certs", "key_defs": SIGNED},
    "preference": {"id_token_signing_alg_values_supported": ["ES256"]},
    "token_handler_args": {
        "jwks_def": {
            "private_path": "",
            "read_only": False,
            "key_defs": [{"type": "oct", "bytes": "24", "use": ["enc"], "kid": "code"}],
        },
        "code": {"lifetime": 60},
        "token": {"class": "idpyoidc.server.token.jwt_token.JWTToken", "kwargs": {}},
        "id_token": {"class": "idpyoidc.server.token.id_token.IDToken", "kwargs": {}},
    },
    "endpoint": ENDPOINTS,
    "authentication": {
        "card": {
            "acr": "aal3",
            "class": "idpyoidc.server.user_authn.user.NoAuthn",
            "kwargs": {"user": "hanako"},
        }
    },
    "userinfo": {"class": "idpyoidc.server.user_info.UserInfo", "kwargs": {"db": PEOPLE}},
    "scopes_to_claims": {
        "openid": ["sub"],
        "name": ["name"],
        "address": ["address"],
        "birthdate": ["birthdate"],
        "gender": ["gender"],
    },
    "add_on": {
        "pkce": {
            "function": "idpyoidc.server.oauth2.add_on.pkce.add_support",
            "kwargs": {"essential": True, "code_challenge_methods": {"S256": "S256"}},
        }
    },
    "session_params": {
        "sub_func": {
            "pairwise": {
                "class": "idpyoidc.server.session.manager.PairWiseID",
                "kwargs": {"salt": "of this provider"},
            }
        }
    },
    "client_authn_methods": {
        "private_key_jwt": "idpyoidc.server.client_authn.PrivateKeyJWT",
        "bearer_header": "idpyoidc.server.client_authn.BearerHeader",
    },
}


def make_server(issuer, client_key, redirect_uri):
    conf = {
        "issuer": issuer,
        **SETTINGS,
    }
    server = Server(OPConfiguration(conf, base_path="."))
    context = server.get_context()
    context.cdb[CLIENT] = {
        "client_id": CLIENT,
        "redirect_uris": [(redirect_uri, None)],
        "subject_type": "pairwise",
        "sector_identifier_uri": redirect_uri,
        "token_endpoint_auth_method": "private_key_jwt",
        "response_types_supported": ["code"],
        "response_types": ["code"],
        "allowed_scopes": ["openid", "name", "address", "birthdate", "gender"],
        "id_token_signed_response_alg": "ES256",
        "add_claims": {"always": {}, "by_scope": {"userinfo": True}},
    }
    context.keyjar.import_jwks({"keys": [client_key]}, CLIENT)
    return server


TAMPER = {
    "nonce": lambda claims: claims | {"nonce": "of-another-journey"},
    "nonce-missing": lambda claims: {k: v for k, v in claims.items() if k != "nonce"},
    "issuer": lambda claims: claims | {"iss": "https://elsewhere.example"},
    "audience": lambda claims: claims | {"aud": ["another-city"], "azp": "another-city"},
    "two-audiences": lambda claims: claims | {"aud": [CLIENT, "other"], "azp": "other"},
    "expired": lambda claims: claims | {"exp": int(time.time()) - 120},
    "not-yet": lambda claims: claims | {"iat": int(time.time()) + 600},
    "no-subject": lambda claims: {k: v for k, v in claims.items() if k != "sub"},
    "long-subject": lambda claims: claims | {"sub": "x" * 300},
    "at-hash": lambda claims: claims | {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
}


class Handler(BaseHTTPRequestHandler):
    server_of = None
    tamper = ""
    seen = []

    def do_GET(self):
        path, query = urlsplit(self.path).path, urlsplit(self.path).query
        if path == f"{BASE}/auth":
            self.authorize({key: values[0] for key, values in parse_qs(query).items()})
        elif path == f"{BASE}/certs":
            keys = [key.serialize() for key in self.keys() if key.kty == "EC"]
            self.answer(200, {"keys": keys})
        elif path == f"{BASE}/userinfo":
            self.userinfo()
        elif path == "/seen":
            self.answer(200, self.seen)
        else:
            self.answer(404, {})

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        if self.path == "/control":
            wish = json.loads(body)
            Handler.tamper = wish.get("tamper", "")
            method = self.server_of.get_context().authn_broker["card"]["method"]
            method.user = wish.get("user", method.user)
            if wish.get("new_key"):
                keyjar = self.server_of.get_context().keyjar
                fresh = new_ec_key("P-256", use="sig")
                fresh.kid = f"key-{time.time()}"
                for owner in ("", self.server_of.issuer):
                    for bundle in keyjar[owner]:
                        kept = bundle.keys()
                        bundle._keys = [key for key in kept if key.kty != "EC"]
                        bundle.append(fresh)
            self.answer(200, {})
        else:
            self.token({key: values[0] for key, values in parse_qs(body).items()}, body)

    def keys(self):
        keyjar = self.server_of.get_context().keyjar
        found = {key.kid: key for key in keyjar.get_issuer_keys("")}
        return list(found.values())

    def authorize(self, query):
        self.seen.append({"auth": query})
        endpoint = self.server_of.get_endpoint("authorization")
        parsed = endpoint.parse_request(query)
        if "error" in parsed:
            self.answer(400, parsed.to_dict())
            return
        processed = endpoint.process_request(parsed)
        if "error" in processed:
            self.answer(400, {"error": processed["error"]})
            return
        info = endpoint.do_response(**processed)
        self.send_response(302)
        self.send_header("Location", info["response"])
        self.end_headers()

    def token(self, query, body):
        self.seen.append({"token": query})
        if self.tamper == "down":
            self.answer(503, {})
            return
        if self.tamper == "garbage":
            self.answer(200, None, raw=b"<html>")
            return
        endpoint = self.server_of.get_endpoint("token")
        try:
            parsed = endpoint.parse_request(body, http_info={"headers": {}})
        except (UnAuthorizedClient, ClientAuthenticationError):
            self.answer(401, {"error": "invalid_client"})
            return
        if isinstance(parsed, Message) and "error" in parsed:
            self.answer(400, parsed.to_dict())
            return
        processed = endpoint.process_request(parsed)
        if "error" in processed:
            error = processed.to_dict() if isinstance(processed, Message) else processed
            self.answer(400, error)
            return
        response = dict(processed["response_args"])
        response["id_token"] = self.spoil(response["id_token"])
        self.answer(200, response)

    def spoil(self, id_token):
        """The token as a bad provider, or somebody between, would give it."""
        if not self.tamper or self.tamper in {"userinfo-sub", "userinfo-down"}:
            return id_token
        head, payload, _signature = id_token.split(".")
        claims = json.loads(b64d(payload.encode()))
        (key,) = [key for key in self.keys() if key.kty == "EC"]
        if self.tamper == "none":
            empty = as_unicode(b64e(b'{"alg":"none"}'))
            return f"{empty}.{payload}."
        if self.tamper == "signature":
            stranger = new_ec_key("P-256", use="sig")
            stranger.kid = key.kid
            return JWS(json.dumps(claims), alg="ES256").sign_compact([stranger])
        if self.tamper == "payload":
            other = as_unicode(b64e(json.dumps(claims | {"sub": "somebody"}).encode()))
            return f"{head}.{other}.{_signature}"
        if self.tamper == "hs256":
            from cryptojwt.jwk.hmac import SYMKey  # noqa: PLC0415 # only this attack needs it

            public = json.dumps(key.serialize()).encode()
            return JWS(json.dumps(claims), alg="HS256").sign_compact(
                [SYMKey(key=public, kid=key.kid)]
            )
        return JWS(json.dumps(TAMPER[self.tamper](claims)), alg="ES256").sign_compact([key])

    def userinfo(self):
        if self.tamper == "userinfo-down":
            self.answer(503, {})
            return
        endpoint = self.server_of.get_endpoint("userinfo")
        http_info = {"headers": {"authorization": self.headers.get("Authorization", "")}}
        parsed = endpoint.parse_request({}, http_info=http_info)
        if "error" in parsed:
            self.answer(401, parsed.to_dict())
            return
        processed = endpoint.process_request(parsed, http_info=http_info)
        told = dict(processed["response_args"])
        if self.tamper == "userinfo-sub":
            told["sub"] = "somebody-else"
        self.answer(200, told)

    def answer(self, status, content, raw=None):
        body = raw if raw is not None else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words):
        return


def main():
    port, key_file, redirect_uri = int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    issuer = f"http://127.0.0.1:{port}/api/realms/main"
    key = json.loads(key_file.read_text("utf-8"))
    Handler.server_of = make_server(issuer, key, redirect_uri)
    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()


if __name__ == "__main__":
    main()
