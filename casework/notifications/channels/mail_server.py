"""The mail server of the installation, read from the address in ``CASEWORK_SMTP_URL``."""

from __future__ import annotations

import re
import ssl
from dataclasses import dataclass, field
from email.utils import getaddresses
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

SHAPE = "smtp://user:password@host:587?from=casework@example.org (or smtps://…:465)"
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
MAILBOX = re.compile(rf"(?=.{{3,254}}\Z)(?=[^@]{{1,64}}@){_ATOM}(\.{_ATOM})*@{_LABEL}(\.{_LABEL})*")
"""What mail servers without SMTPUTF8 deliver to."""
_OPTIONS = frozenset({"starttls", "from", "ca"})
_PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in, and as whom."""

    host: str
    port: int
    tls: str
    """``implicit``, ``starttls`` or ``none``."""
    user: str
    password: str = field(repr=False)
    sender: str
    """The From address, with a name perhaps."""
    ca: Path | None = None
    """Certificates of an authority of one's own, besides the public ones."""

    @property
    def mailbox(self) -> str:
        """The sender without a name."""
        return sender_of(self.sender)[1]

    @property
    def domain(self) -> str:
        """What stands behind the @ of the sender."""
        return self.mailbox.rpartition("@")[2]


def parse(text: str) -> MailServer:
    """Read the address of a mail server.

    Raises:
        ValueError: with a sentence that repeats nothing of the text, which holds a password.
    """
    parts = _split(text)
    options = _options(parts)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) != bool(password):
        raise ValueError("must have both user and password, or neither")
    if not (user + password).isascii() or not (user + password + " ").isprintable():
        raise ValueError("cannot log in with other than ASCII characters in user and password")
    sender = options.get("from", "") or user
    sender_of(sender)
    return MailServer(
        host=parts.hostname or "",
        port=parts.port or _PORTS[parts.scheme],
        tls=_tls(parts.scheme, options.get("starttls", "")),
        user=user,
        password=password,
        sender=sender,
        ca=_authority(options.get("ca", "")),
    )


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        known = parts.scheme in _PORTS and parts.hostname and parts.port != 0
    except ValueError:
        known = False
    if not known or parts.path not in {"", "/"} or parts.fragment:
        raise ValueError(f"must be an address such as {SHAPE}; / ? # @ : in a password as %2F …")
    return parts


def _options(parts: SplitResult) -> dict[str, str]:
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    options = dict(pairs)
    if not options.keys() <= _OPTIONS or len(options) < len(pairs):
        raise ValueError(f"knows only the options {', '.join(sorted(_OPTIONS))}, each once")
    return options


def _tls(scheme: str, wanted: str) -> str:
    if scheme == "smtps":
        if wanted:
            raise ValueError("has no use for starttls: smtps:// is encrypted from the beginning")
        return "implicit"
    if wanted not in {"", "required", "none"}:
        raise ValueError("starttls must be required (the default) or none")
    return "none" if wanted == "none" else "starttls"


def sender_of(text: str) -> tuple[str, str]:
    """Name and mailbox of a sender, such as ``Casework <casework@example.org>``.

    Raises:
        ValueError: unless it is one mail address.
    """
    found = getaddresses([text])
    if len(found) != 1 or not MAILBOX.fullmatch(found[0][1]) or not text.isprintable():
        raise ValueError("needs the sender: ?from=casework@example.org")
    return found[0]


def _authority(text: str) -> Path | None:
    if not text:
        return None
    path = Path(text).expanduser().absolute()
    try:
        ssl.create_default_context(cafile=path)
    except OSError:
        raise ValueError("ca must name a readable file with certificates (PEM)") from None
    return path
