"""A mail server for scenarios: takes letters as a real one does and keeps them.

Usage: sink.py FOLDER [PORT [CERTIFICATE KEY]]

Prints its port on one line. Each letter becomes FOLDER/NUMBER.eml, its
recipients the line before it in FOLDER/NUMBER.to. Mailboxes that begin with
`parti` do not exist; those that begin with `plein` are full for now. With a
certificate, STARTTLS is demanded before anything else.
"""

import itertools
import os
import ssl
import sys

from aiosmtpd.controller import Controller


class Keep:
    def __init__(self, folder):
        self.folder = folder
        self.numbers = itertools.count(len(os.listdir(folder)))

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("parti"):
            return f"550 5.1.1 <{address}> does not exist here"
        if address.startswith("plein"):
            return f"452 4.2.2 <{address}> is full"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        path = os.path.join(self.folder, f"{next(self.numbers):04}")
        with open(path + ".part", "wb") as file:
            file.write(envelope.content)
        with open(path + ".to", "w") as file:
            file.write("\n".join(envelope.rcpt_tos))
        os.rename(path + ".part", path + ".eml")
        return "250 kept"


def main():
    folder, port = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0
    options = {}
    if len(sys.argv) > 4:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[3], sys.argv[4])
        options = {"tls_context": context, "require_starttls": True}
    sink = Server(Keep(folder), hostname="127.0.0.1", port=port, **options)
    sink.start()
    print(sink.server.sockets[0].getsockname()[1], flush=True)
    # Until whoever started it closes the pipe.
    sys.stdin.read()
    sink.stop()


class Server(Controller):
    def _trigger_server(self):
        # The library greets itself on the configured port, which is 0 here.
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


if __name__ == "__main__":
    main()
