"""JSON, MHTML and encodings that whoever reads them can spend much time or memory on."""

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from tests.hostile.words import SNAPSHOTS, Generator, text

_RECORD: Final = '"protocolSection":{"identificationModule":{"nctId":"NCT01234567"}}'


def _json(unit: str, size: int, before: str = "{", after: str = "}") -> bytes:
    """A record with so many of a piece, joined by commas."""
    pieces, length, number = [], 0, 0
    while length < size:
        piece = unit.replace("{k}", str(number))
        pieces.append(piece)
        length += len(piece) + 1
        number += 1
    return f"{before}{','.join(pieces)}{after}".encode()


def _record(path: str, value: Callable[[int], object], size: int) -> bytes:
    """A whole record with one value in place of another."""
    record = json.loads((SNAPSHOTS / "ctgov/NCT05887817-randomised/page.json").read_text())
    *parts, last = path.split("/")
    place = record["protocolSection"]
    for part in parts:
        place = place.setdefault(part, {})
    place[last] = value(size)
    return json.dumps(record).encode()


_TEXTS: Final = (
    "identificationModule/briefTitle", "identificationModule/officialTitle", "identificationModule/acronym",
    "identificationModule/nctId", "statusModule/overallStatus", "eligibilityModule/eligibilityCriteria",
    "eligibilityModule/minimumAge", "eligibilityModule/sex", "descriptionModule/briefSummary",
    "descriptionModule/detailedDescription", "designModule/enrollmentInfo/count",
    "statusModule/startDateStruct/date", "sponsorCollaboratorsModule/leadSponsor/name", "designModule/studyType",
)  # fmt: skip
_LISTS: Final[Mapping[str, object]] = {
    "conditionsModule/conditions": "x",
    "conditionsModule/keywords": "x",
    "designModule/phases": "PHASE1",
    "identificationModule/secondaryIdInfos": {"id": "AB-1", "type": "OTHER"},
    "sponsorCollaboratorsModule/collaborators": {"name": "x", "class": "OTHER"},
    "armsInterventionsModule/interventions": {"type": "DRUG", "name": "x"},
    "armsInterventionsModule/armGroups": {"label": "x", "interventionNames": ["Drug: x"]},
    "outcomesModule/primaryOutcomes": {"measure": "x"},
    "contactsLocationsModule/centralContacts": {"name": "x", "email": "x@example.org"},
    "contactsLocationsModule/locations": {"facility": "x"},
    "someModule/of/another/name": {"x": "y"},
}

JSON: Final[Mapping[str, Generator]] = {
    "JSON: long key over many leaves": lambda size: _json(
        "1", size // 2, "{" + f'"{"k" * (size // 2)}":[', f"],{_RECORD}}}"
    ),
    "JSON: long keys nested": lambda size: _json(
        "1", size // 2, "{" + f'"{"k" * (size // 2000)}":{{' * 500 + '"x":[', "]" + "}" * 500 + f",{_RECORD}}}"
    ),
    "JSON: long escaped key": lambda size: _json("1", size // 2, "{" + f'"{"~/" * (size // 4)}":[', f"],{_RECORD}}}"),
    "JSON: number key": lambda size: _json(
        '"{k}":{"id":"1"}',
        size,
        '{"protocolSection":{"identificationModule":{"nctId":"NCT01234567","secondaryIdInfos":{"999999999":{"id":"x"},',
        "}}}}",
    ),
    "JSON: keys": lambda size: _json('"k{k}":1', size, "{", f",{_RECORD}}}"),
    "JSON: the same key": lambda size: _json('"k":1', size, "{", f",{_RECORD}}}"),
    "JSON: list": lambda size: _json("1", size, "[", "]"),
    "JSON: lists": lambda size: _json("[]", size, "[", "]"),
    "JSON: objects": lambda size: _json("{}", size, "[", "]"),
    "JSON: deep lists": lambda size: ("[" * (size // 2) + "]" * (size // 2)).encode(),
    "JSON: deep objects": lambda size: ('{"a":' * (size // 6) + "1" + "}" * (size // 6)).encode(),
    "JSON: unclosed lists": lambda size: b"[" * size,
    "JSON: 900 deep lists of many": lambda size: _json(f"{'[' * 900}1{']' * 900}", size, "[", "]"),
    "JSON: 900 deep keys over many": lambda size: _json(
        "1", size, "{" + '"a":{' * 900 + '"x":[', "]" + "}" * 900 + f",{_RECORD}}}"
    ),
    "JSON: a long number": lambda size: f'{{"a":{"1" * size},{_RECORD}}}'.encode(),
    "JSON: a long number key": lambda size: f'{{"{"1" * size}":1,{_RECORD}}}'.encode(),
    "JSON: blanks": lambda size: f"{{{' ' * size}{_RECORD}}}".encode(),
    "JSON: blanks then no JSON": lambda size: b"[" + b" " * size + b"x",
    "JSON: brackets then no JSON": lambda size: b"[ " * (size // 2) + b"x",
    "JSON: escapes": lambda size: f'{{"a":"{chr(92)}ud800{(chr(92) + "n") * (size // 2)}",{_RECORD}}}'.encode(),
    "JSON: surrogates": lambda size: _json('"\\\\ud800"', size, '{"a":[', f"],{_RECORD}}}"),
    "JSON: marks": lambda size: (
        f'{{"a":"{(chr(92) + "u0316" + chr(92) + "u0301") * (size // 12)}",{_RECORD}}}'.encode()
    ),
    **{
        f"JSON: {path} of {unit!r}": partial(_record, path, lambda size, unit=unit: unit * (size // len(unit)))
        for path in _TEXTS
        for unit in ("x", "x ", "1", "1,", "(", ")", "- ", "\n", "* x\n", "Inclusion Criteria:\n", "{k}. x ", "| x |\n")
    },
    **{
        f"JSON: {path} of many": partial(_record, path, lambda size, e=entry: [e] * (size // len(json.dumps(e))))
        for path, entry in _LISTS.items()
    },
    "JSON: different interventions of arms": lambda size: _record(
        "armsInterventionsModule",
        lambda size: {
            "interventions": [{"type": "DRUG", "name": f"x{k}"} for k in range(size // 60)],
            "armGroups": [{"label": f"x{k}", "interventionNames": [f"Drug: y{k}"]} for k in range(size // 60)],
        },
        size,
    ),
    "JSON: one arm of many interventions": lambda size: _record(
        "armsInterventionsModule",
        lambda size: {
            "interventions": [{"type": "DRUG", "name": f"x{k}"} for k in range(size // 60)],
            "armGroups": [{"label": "x", "interventionNames": [f"Drug: x{k}" for k in range(size // 30)]}],
        },
        size,
    ),
}

MHTML_HEAD: Final = (
    "MIME-Version: 1.0\nContent-Location: https://ctv.veeva.com/study/x\n"
    'Content-Type: multipart/related; boundary="b"\n\n'
)

MHTML: Final[Mapping[str, Generator]] = {
    "MHTML: parts": lambda size: text(
        "--b\nContent-Type: text/plain\n\nx\n",
        size,
        before=MHTML_HEAD,
        after="--b\nContent-Type: text/html\n\n<p>x\n--b--",
    ),
    "MHTML: nested": lambda size: text(
        '--b{k}\nContent-Type: multipart/mixed; boundary="b{k}"\n\n', size, before=MHTML_HEAD
    ),
    "MHTML: nested one boundary": lambda size: text(
        '--b\nContent-Type: multipart/mixed; boundary="b"\n\n', size, before=MHTML_HEAD
    ),
    "MHTML: nested ninety": lambda size: text(
        "x\n",
        size,
        before=MHTML_HEAD
        + "".join(f'--b{k - 1 if k else ""}\nContent-Type: multipart/mixed; boundary="b{k}"\n\n' for k in range(90)),
    ),
    "MHTML: headers": lambda size: text("X-{k}: y\n", size, before="MIME-Version: 1.0\nContent-Type: text/html\n"),
    "MHTML: folded header": lambda size: text(
        " x\n", size, before="MIME-Version: 1.0\nContent-Type: text/html\nX: y\n"
    ),
    "MHTML: charset": lambda size: text(
        "x", size, before="MIME-Version: 1.0\nContent-Type: text/html; charset=", after="\n\n<p>x"
    ),
    "MHTML: parameters": lambda size: text(
        "; a{k}=b", size, before="MIME-Version: 1.0\nContent-Type: text/html", after="\n\n<p>x"
    ),
    "MHTML: quotes of parameters": lambda size: text(
        '"', size, before="MIME-Version: 1.0\nContent-Type: text/html; a=", after="\n\n<p>x"
    ),
    "MHTML: continued parameters": lambda size: text(
        "; a*{k}*=%41", size, before="MIME-Version: 1.0\nContent-Type: text/html", after="\n\n<p>x"
    ),
    "MHTML: semicolons": lambda size: text(
        ";", size, before="MIME-Version: 1.0\nContent-Type: text/html", after="\n\n<p>x"
    ),
    "MHTML: location": lambda size: text(
        "x\n ", size, before="MIME-Version: 1.0\nContent-Type: text/html\nContent-Location: ", after="\n\n<p>x"
    ),
    "MHTML: encoded words": lambda size: text(
        "=?utf-8?q?=41?= ",
        size,
        before="MIME-Version: 1.0\nContent-Type: text/html\nContent-Location: ",
        after="\n\n<p>x",
    ),
    **{
        f"MHTML: quoted {unit!r}": lambda size, unit=unit: text(
            unit,
            size,
            before="MIME-Version: 1.0\nContent-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n<p>",
        )
        for unit in ("=41", "=", "==", "=\n", "=3D", "  ", "x\n", "=0A", "=0", "\r")
    },
    **{
        f"MHTML: base64 {unit!r}": lambda size, unit=unit: text(
            unit, size, before="MIME-Version: 1.0\nContent-Type: text/html\nContent-Transfer-Encoding: base64\n\n"
        )
        for unit in ("QUFB", "=", "\n", "-", "Q=\n")
    },
    "MHTML: boundaries": lambda size: text("--b\n", size, before=MHTML_HEAD),
    "MHTML: no boundaries": lambda size: text("--bx\n", size, before=MHTML_HEAD),
    "MHTML: uuencoded": lambda size: text(
        "begin 6 x\n",
        size,
        before="MIME-Version: 1.0\nContent-Type: text/html\nContent-Transfer-Encoding: uuencode\n\n",
    ),
}

ENCODINGS: Final[Mapping[str, Generator]] = {
    "encoding: charset": lambda size: text("x", size, before="<meta charset=", after="><p>") + b"\xff",
    **{
        f"encoding: {unit!r}": lambda size, unit=unit: b"<p>\xff\xe9 " + unit * (size // len(unit))
        for unit in (
            b"\xff", b"\xe9t\xe9 ", b"<meta charset=x>", b"<meta ", b"<!--", b"<script>", b"<title>", b"= ",
            b"<meta content=", b"\xc3\xa9", b"\xe2\x80", b"<meta http-equiv=x content=' ", b"\xc3\xa9\xff", b"a\x80b",
            b"\x1b", b"\x00a", b"<?xml ", b"\xff ", b"x", b"<", b"<style", b"</", b"\x81", b"\xa0",
            b"<meta http-equiv='content-type' content='charset=",
        )
    },
    "encoding: utf-16": lambda size: b"\xff\xfe" + ("<p>x" * (size // 8)).encode("utf-16-le"),
    "encoding: utf-16 halves": lambda size: b"\xff\xfe" + b"\x00\xd8" * (size // 2),
}  # fmt: skip
