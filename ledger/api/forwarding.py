"""What a public server hands on to the service, and how the service believes it: by a secret that both hold.

The service answers what needs the vault; a public server shows its answer, or says that there was none.
"""

import hmac
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from urllib.parse import urlsplit

from flask import Request, Response

from ledger.errors import ForbiddenError, StoreError
from ledger.signing.key_files import read_passphrase

SECRET, CLIENT = "X-Ledger-Secret", "X-Ledger-Client"
SECONDS = 10  # Until the service must have answered; after that nothing was checked.
MAX_ANSWER = 8 * 2**20  # bytes
SENT = ("Accept", "Accept-Language", "Content-Type", "Host", "Origin", "Sec-Fetch-Site")
GIVEN = ("Content-Type", "Content-Language", "Retry-After", "Location", "Content-Disposition", "X-Robots-Tag")


class Service:
    """The service of this ledger.

    Args:
        address: http://host:port.
        secret: Shared with it, and given to nobody else.
    """

    def __init__(self, address: str, secret: bytes) -> None:
        parts = urlsplit(address)
        self._kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._host, self._secret = parts.netloc, secret

    def answer(self, request: Request) -> Response:
        """The service's answer to this request. Raises: StoreError: `service-unreachable`: none came in time."""
        body = request.get_data(cache=True)
        headers = {name: request.headers[name] for name in SENT if name in request.headers}
        headers |= {SECRET: self._secret.decode("ascii"), CLIENT: request.remote_addr or ""}
        path = request.full_path if request.query_string else request.path
        connection = self._kind(self._host, timeout=SECONDS)
        try:
            connection.request(request.method, path, body=body or None, headers=headers)
            return _answer(connection.getresponse())
        except (OSError, HTTPException, UnicodeError) as cause:
            raise StoreError("service-unreachable") from cause
        finally:
            connection.close()


def _answer(given: HTTPResponse) -> Response:
    data = given.read(MAX_ANSWER + 1)
    if len(data) > MAX_ANSWER:
        raise StoreError("service-unreachable")
    headers = {name: given.headers[name] for name in GIVEN if name in given.headers}
    return Response(data, given.status, headers)


class Trusted:
    """The service's side: whose address counts as the asker's."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def client(self, request: Request) -> None:
        """Takes the asker's address from a public server of ours. Raises: ForbiddenError: it is none of ours."""
        given = request.headers.get(SECRET)
        if given is None:
            return
        if not hmac.compare_digest(given.encode(), self._secret):
            raise ForbiddenError("service-secret-wrong")
        request.remote_addr = request.headers.get(CLIENT) or None


def secret(source: str) -> bytes:
    """`file:/path` or `fd:3`. Raises: ConfigError."""
    return read_passphrase(source)
