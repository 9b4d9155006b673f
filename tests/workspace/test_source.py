from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmops.findings import Finding
from cmops.workspace.source import MOST_BYTES, Document, read

POST = """---
title: Ouverture des ateliers d'été   # pour l'équipe
to: [mastodon, bluesky]
variants:
  instagram: {format: carousel}
media:
  - media/a.jpg
  - media/b.jpg
empty:
---
Bonjour à tous !

---

La suite.
"""


def post(text: str | bytes, path: str = "content/posts/a.md") -> Document:
    raw = text if isinstance(text, bytes) else text.encode()
    document, findings = read(path, raw, "post")
    assert document is not None
    assert findings == ()
    return document


def wrong(raw: str | bytes, path: str = "content/posts/a.md") -> Finding:
    """The one finding on a document that cannot be read."""
    document, findings = read(path, raw if isinstance(raw, bytes) else raw.encode(), "post")
    assert document is None
    assert len(findings) == 1
    assert findings[0].path == path
    return findings[0]


def test_a_post_is_its_fields_its_body_and_the_digest_of_its_bytes() -> None:
    document = post(POST)
    assert document.data["title"] == "Ouverture des ateliers d'été"
    assert document.data["to"] == ["mastodon", "bluesky"]
    assert document.body == "Bonjour à tous !\n\n---\n\nLa suite.\n"
    assert document.digest == hashlib.sha256(POST.encode()).hexdigest()
    assert (document.path, document.kind) == ("content/posts/a.md", "post")


@pytest.mark.parametrize(
    ("pointer", "place"),
    [
        (("title",), (2, 8)),
        (("to",), (3, 5)),
        (("to", 1), (3, 16)),
        (("variants",), (5, 3)),
        (("variants", "instagram"), (5, 14)),
        (("variants", "instagram", "format"), (5, 23)),
        (("media", 1), (8, 5)),
        (("empty",), (9, 7)),
        ((), (2, 1)),
        (("body",), (11, 1)),
        (("body", 0), (11, 1)),
        (("body", 8), (11, 9)),
        (("body", 23), (15, 1)),
    ],
)
def test_every_value_has_its_line_and_column_in_the_file(
    pointer: tuple[str | int, ...], place: tuple[int, int]
) -> None:
    assert post(POST).locate(pointer) == place
    assert post(POST.replace("\n", "\r\n")).locate(pointer) == place
    assert post(b"\xef\xbb\xbf" + POST.encode()).locate(pointer) == place


def test_a_key_has_a_place_of_its_own() -> None:
    document = post(POST)
    assert document.locate(("variants", "instagram"), on_key=True) == (5, 3)
    assert document.locate(("title",), on_key=True) == (2, 1)
    assert document.locate(("media", 1), on_key=True) == (8, 5)


def test_what_does_not_exist_is_placed_at_its_nearest_parent() -> None:
    document = post(POST)
    assert document.locate(("variants", "instagram", "nothing", 3)) == (5, 14)
    assert document.locate(("media", 9)) == (6 + 1, 3)
    assert document.locate(("media", "x")) == (7, 3)
    assert document.locate(("missing",)) == (2, 1)
    assert document.locate(("body", 10_000)) == (16, 1)
    assert document.locate(("body", -5)) == (11, 1)
    assert post("---\n---\nBonjour").locate(("title",)) == (2, 1)


def test_yaml_files_have_no_body_and_start_on_their_first_line() -> None:
    document = post("# les comptes\nname: Les Ateliers\n", "cmops.yml")
    assert (document.body, document.data) == ("", {"name": "Les Ateliers"})
    assert document.locate(("name",)) == (2, 7)
    assert post("---\nname: x\n", "cmops.yml").locate(("name",)) == (2, 7)


def test_a_yaml_field_named_body_is_found_as_a_field() -> None:
    document = post("title: x\nbody: Merci\n", "calendar/events/a.yml")
    assert document.locate(("body",)) == (2, 7)


def test_windows_line_ends_give_the_same_data_and_body() -> None:
    unix, windows = post(POST), post(POST.replace("\n", "\r\n"))
    assert (windows.data, windows.body) == (unix.data, unix.body)
    assert windows.digest != unix.digest


def test_the_body_is_kept_to_the_last_character() -> None:
    body = "\n\n  Deux espaces à la fin  \n\t~ « fin »\u00a0!\u2028\u0092\n\n\n"
    assert post("---\ntitle: x\n---\n" + body).body == body
    assert post("---\ntitle: x\n---").body == ""
    assert post("---\ntitle: x\n---  \nfin").body == "fin"


def test_empty_front_matter_has_no_fields() -> None:
    assert post("---\n---\nBonjour").data == {}
    assert post("---\n# rien\n---\nBonjour").data == {}


def test_a_byte_order_mark_is_accepted_at_the_start() -> None:
    assert post(b"\xef\xbb\xbf---\ntitle: a\n---\n").data == {"title": "a"}


def test_the_first_byte_that_is_not_utf_8_is_named_and_located() -> None:
    finding = wrong("---\ntitle: été\n---\nL'école\n".encode("latin-1"))
    assert (finding.code, finding.place) == ("CM001", (2, 8))
    assert finding.values == {"byte": "0xE9", "letter": "é"}
    mixed = "---\ntitle: été\n".encode() + b"brand: caf\xe9\n---\n"
    assert wrong(mixed).place == (3, 11)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_utf_16_and_its_kin_are_named(encoding: str) -> None:
    finding = wrong(POST.encode(encoding))
    assert (finding.code, finding.place) == ("CM002", (1, 1))


@pytest.mark.parametrize(
    ("raw", "character", "place"),
    [
        ("---\ntitle: a\0b\n---\n", "U+0000", (2, 9)),
        ("---\ntitle: a\n---\nfin\x0b\n", "U+000B", (4, 4)),
        ("---\r\ntitle: a\r\n---\r\nun\rdeux\r\n", "U+000D", (4, 3)),
        ("---\ntitle: a\n---\n\x7f", "U+007F", (4, 1)),
        ('---\ntitle: "a\\0"\n---\n', "U+0000", (2, 8)),
    ],
)
def test_control_characters_are_located_wherever_they_are(
    raw: str, character: str, place: tuple[int, int]
) -> None:
    _, (finding,) = read("a.md", raw.encode(), "post")
    assert (finding.code, finding.place) == ("CM003", place)
    assert finding.values == {"character": character}


def test_a_file_over_the_limit_is_one_finding() -> None:
    finding = wrong(b"---\ntitle: a\n---\n" + b"a" * MOST_BYTES)
    assert (finding.code, finding.place) == ("CM004", (1, 1))
    assert finding.values == {"size": 1.0, "most": 1}


@pytest.mark.parametrize("raw", ["", "\n\n", "  \r\n", "\ufeff"])
def test_an_empty_file_is_said_to_be_empty(raw: str) -> None:
    assert wrong(raw).code == "CM005"
    assert wrong(raw, "cmops.yml").code == "CM005"


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        ("---\ntitle: a\u2028b\n---\n", (2, 9)),
        ("---\ntitle: a\n\ufeffto: b\n---\n", (3, 1)),
        ("---\ntitle: a\x85\n---\n", (2, 9)),
        ("---\ntitle:\u00a0a\n---\n", (2, 7)),
        ("---\nto: a\ntitle:\u00a0a\n---\n", (3, 7)),
    ],
)
def test_invisible_characters_that_break_fields_are_located(
    raw: str, place: tuple[int, int]
) -> None:
    finding = wrong(raw)
    assert (finding.code, finding.place) == ("CM006", place)


@pytest.mark.parametrize("raw", ["title: a\n", "\n---\ntitle: a\n---\n", " ---\n", "----\n", "—\n"])
def test_a_markdown_file_without_front_matter_is_said_to_have_none(raw: str) -> None:
    finding = wrong(raw)
    assert (finding.code, finding.place) == ("CM007", (1, 1))


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        ("---\ntitle: a\nBonjour", (1, 1)),
        ("---", (1, 1)),
        ("---\ntitle: a\n—\nBonjour", (3, 1)),
        ("---\ntitle: a\n--\nBonjour", (3, 1)),
        ("---\ntitle: a\n ---\nBonjour", (3, 1)),
        ("---\ntitle: a\n----\nBonjour", (3, 1)),
    ],
)
def test_unclosed_front_matter_is_placed_where_its_end_was_meant(
    raw: str, place: tuple[int, int]
) -> None:
    finding = wrong(raw)
    assert (finding.code, finding.place) == ("CM008", place)


@pytest.mark.parametrize("front", ["- a\n- b\n", "[a, b]\n", '"a: b"\n', "# x\n- a\n"])
def test_front_matter_that_is_not_a_mapping_is_an_error(front: str) -> None:
    assert wrong(f"---\n{front}---\n").code == "CM009"
    assert wrong(front, "cmops.yml").code == "CM009"


def test_fifty_megabytes_and_deep_nesting_neither_crash_nor_hang() -> None:
    assert wrong(b"[" * 50_000_000).code == "CM004"
    assert wrong("---\na: " + "[" * 100_000 + "\n---\n").code == "CM027"


TEXTS = st.text(st.sampled_from("ab é:#-'\"[]{}&*!|>%@`,?\\~\t\n\r\u00a0\u2028“”0"), max_size=60)


@given(st.binary(max_size=200), st.sampled_from(["a.md", "a.yml"]))
def test_no_bytes_make_reading_raise(raw: bytes, path: str) -> None:
    read(path, raw, "post")


@given(TEXTS, st.sampled_from(["a.md", "a.yml"]), st.booleans())
def test_no_text_makes_reading_raise_and_every_finding_has_a_place_in_it(
    text: str, path: str, fenced: bool
) -> None:
    raw = f"---\n{text}\n---\n{text}" if fenced else text
    document, findings = read(path, raw.encode(), "post")
    lines = raw.replace("\r\n", "\n").split("\n")
    assert document is not None or findings
    for finding in findings:
        assert finding.place is not None
        line, column = finding.place
        assert 1 <= line <= len(lines)
        assert 1 <= column <= len(lines[line - 1]) + 1


@given(TEXTS)
def test_every_body_comes_back_as_it_was_written(body: str) -> None:
    body = body.replace("\r", "")
    assert post(f"---\ntitle: a\n---\n{body}").body == body
