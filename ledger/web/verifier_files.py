"""The verifier page /q/: its files, the same bytes from the server and in a published folder."""

import json
from functools import lru_cache
from gzip import compress
from hashlib import sha256
from importlib.resources import files as package_files
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ledger.messages import LANGUAGES, MONTHS, catalogue, say
from ledger.wiring import Ledger

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; form-action 'self' {base}; base-uri 'none'"
)
# What the browser gives to nobody but this page, and to this page the camera only.
PERMISSIONS = "camera=(self), microphone=(), geolocation=()"
TYPES = {
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "png": "image/png",
    "webmanifest": "application/manifest+json",
}
FAMILIES = ("v.", "a.", "k.", "q.", "colour.", "outcome.", "check.", "w.language.")  # Keys that the page puts together.
SHARED = ["image/png", "image/jpeg", "image/webp", "image/gif", "image/bmp", "application/pdf"]
WORKER = "sw.js"  # It holds the digests of all other files.
NO_MODULES = ("first.js", "page.js", WORKER)

File = tuple[bytes, str]  # bytes, content type


def files(ledger: Ledger) -> dict[str, File]:
    """By their paths under /q/. Raises: NotFoundError: the ledger has not begun."""
    return made(json.dumps(configuration(ledger), ensure_ascii=False, sort_keys=True))


def configuration(ledger: Ledger) -> dict[str, Any]:
    """What the page is told; everything else it verifies.

    `bases`: the legal basis of each authority whose grants all have the same: a later one is on no earlier paper.
    """
    config, authorities = ledger.config, ledger.authorities.listed()
    bases = {one["authority"]: {grant["basis"] for grant in one["grants"]} for one in authorities}
    return {
        "origin": config.origin,
        "root": ledger.keys.current().roots.fingerprint(),
        "base": config.public_url,
        "contact": config.contact,
        "demonstration": config.demonstration,
        "bases": {id: found.pop() for id, found in bases.items() if len(found) == 1},
    }


@lru_cache(maxsize=4)
def made(page: str) -> dict[str, File]:
    """Of one configuration, as JSON."""
    found = {name: _file(name, data) for name, data in _own().items() if name not in ("index.html", WORKER)}
    found["index.html"] = _file("index.html", _index(page))
    found["words.js"] = _file("words.js", _words())
    found["manifest.webmanifest"] = _file("manifest.webmanifest", _manifest())
    return found | {WORKER: _file(WORKER, _worker(found))}


@lru_cache(maxsize=128)
def packed(data: bytes) -> bytes:
    """As browsers take it; the same bytes each time."""
    return compress(data, 9, mtime=0)


def _own() -> dict[str, bytes]:
    folder = package_files("ledger.web") / "verifier"
    return {one.name: one.read_bytes() for one in folder.iterdir() if one.name.rpartition(".")[2] in TYPES}


def _file(name: str, data: bytes) -> File:
    return data, TYPES[name.rpartition(".")[2]]


def _index(page: str) -> bytes:
    environment = Environment(
        loader=PackageLoader("ledger.web", "verifier"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    base = json.loads(page)["base"]
    modules = sorted(name for name in (*_own(), "words.js") if name.endswith(".js") and name not in NO_MODULES)
    facts = {"base": base, "host": urlsplit(base).netloc, "policy": POLICY.format(base=base), "modules": modules}
    inside = Markup(page.replace("<", "\\u003c"))  # noqa: S704 - JSON in which nothing can end the element.
    return environment.get_template("index.html").render(facts, say=say, configuration=inside).encode()


def _words() -> bytes:
    """The sentences that the page can say, in both languages."""
    sources = b"".join(data for name, data in _own().items() if name.endswith(".js")).decode()
    keys = [key for key in catalogue("id") if key.startswith(FAMILIES) or f'"{key}"' in sources]
    words = {lang: {key: catalogue(lang)[key] for key in keys} | {"months": MONTHS[lang]} for lang in LANGUAGES}
    return f"export const WORDS = {json.dumps(words, ensure_ascii=False, indent=0)};\n".encode()


def _manifest() -> bytes:
    """Source: W3C Web Application Manifest; share_target after W3C Web Share Target."""
    icons = [
        {"src": f"icon-{side}.png", "sizes": f"{side}x{side}", "type": "image/png", "purpose": purpose}
        for side in (192, 512)
        for purpose in ("any", "maskable")
    ]
    params = {"title": "title", "text": "text", "url": "url", "files": [{"name": "file", "accept": SHARED}]}
    manifest = {
        "id": "./",
        "name": say("q.app"),
        "short_name": say("q.app"),
        "lang": LANGUAGES[0],
        "start_url": "./",
        "scope": "./",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#0a4f6e",
        "icons": icons,
        "share_target": {"action": "bagikan", "method": "POST", "enctype": "multipart/form-data", "params": params},
    }
    return json.dumps(manifest, ensure_ascii=False, indent=1).encode()


def _worker(others: dict[str, File]) -> bytes:
    digests = {name: sha256(data).hexdigest() for name, (data, _) in sorted(others.items())}
    listed, source = json.dumps(digests, indent=0).encode(), _own()[WORKER]
    version = sha256(listed + source).hexdigest()[:16]
    return b'const VERSION = "%s";\nconst FILES = %s;\n%s' % (version.encode(), listed, source)
