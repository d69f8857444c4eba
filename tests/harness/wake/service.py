"""A push service and the browsers behind it, for scenarios.

What is posted is read with the browser's key by another library than the
gateway's (http_ece, of the standard's own circle), and the sender's signature
is checked (RFC 8292).

Prints its port on one line. Commands come in on standard input, one a line:
`browser NAME` makes a browser and prints its keys; `answer STATUS` answers the
next post so. Each post is printed as one line of JSON.
"""

import base64
import http.server
import json
import queue
import sys
import threading

import http_ece
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

browsers = {}
answers = queue.Queue()
printing = threading.Lock()


def say(line):
    with printing:
        print(line, flush=True)


def coded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def claims(header):
    """The claims of a signed token, and the key that signed it."""
    token, key = header.removeprefix("vapid t=").split(", k=")
    signed, signature = token.rsplit(".", 1)
    r, s = decoded(signature)[:32], decoded(signature)[32:]
    pair = utils.encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(key))
    public.verify(pair, signed.encode(), ec.ECDSA(hashes.SHA256()))
    head, body = (json.loads(decoded(part)) for part in signed.split("."))
    assert head["alg"] == "ES256", head
    return body, key


class Service(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        name = self.path.rsplit("/", 1)[-1]
        seen = {"name": name, "headers": {k.lower(): v for k, v in self.headers.items()}}
        try:
            seen["claims"], seen["key"] = claims(self.headers["authorization"])
            private, secret = browsers[name]
            text = http_ece.decrypt(body, private_key=private, auth_secret=secret, version="aes128gcm")
            seen["note"] = json.loads(text)
            seen["is_encrypted"] = text not in body
        except Exception as error:  # What is wrong is for the scenario to see.
            seen["wrong"] = repr(error)
        status = 201 if answers.empty() else answers.get()
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()
        say(json.dumps(seen))

    def log_message(self, *_):
        pass


def browser(name):
    private = ec.generate_private_key(ec.SECP256R1())
    secret = name.encode().ljust(16, b"x")[:16]
    point = private.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    browsers[name] = (private, secret)
    return json.dumps({"p256dh": coded(point), "auth": coded(secret)})


def example_of_the_standard():
    """RFC 8291, appendix A: the library reads what the authors wrote."""
    private = ec.derive_private_key(
        int.from_bytes(decoded("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"), "big"), ec.SECP256R1()
    )
    body = decoded(
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmY"
        "WAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexS"
        "gSxsj_Qulcy4a-fN"
    )
    secret = decoded("BTBZMqHH6r4Tts7J_aSIgg")
    text = http_ece.decrypt(body, private_key=private, auth_secret=secret, version="aes128gcm")
    assert text == b"When I grow up, I want to be a watermelon", text


def main():
    example_of_the_standard()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    say(server.server_address[1])
    for line in sys.stdin:
        command, value = line.split()
        if command == "browser":
            say(browser(value))
        else:
            answers.put(int(value))


if __name__ == "__main__":
    main()
