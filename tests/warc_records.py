"""Records as other tools write them into WARC files."""

URL = "https://ctv.veeva.com/study/a"
HTML = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"


def record(body: bytes = b"<p>page", *, head: str = HTML, length: object = None, **fields: str | None) -> bytes:
    """A record as other tools write it; a field that is None is left out."""
    block = head.encode(errors="surrogateescape") + body
    fields = {
        "WARC-Type": "response",
        "WARC-Target-URI": URL,
        "WARC-Date": "2026-01-01T00:00:00Z",
        "Content-Type": "application/http; msgtype=response",
        "Content-Length": str(len(block) if length is None else length),
        **{name.replace("_", "-"): value for name, value in fields.items()},
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value is not None)
    return f"WARC/1.0\r\n{lines}\r\n".encode() + block + b"\r\n\r\n"
