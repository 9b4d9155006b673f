from __future__ import annotations

import json
from collections.abc import Iterator

import yaml
from hypothesis import given
from hypothesis import strategies as st

from cmops.findings import Pointer
from cmops.workspace.source import read

WORDS = st.text(st.sampled_from("abc éà🎉'\"#:-&*! 09"), max_size=12)
# A list's item whose only key has a space in it is a sentence with a colon to the dialect.
KEYS = WORDS.map(lambda word: word.replace(" ", "_")).filter(bool)
LEAVES = st.none() | st.booleans() | st.integers(-999_999, 999_999) | WORDS
DATA = st.dictionaries(
    KEYS,
    st.recursive(
        LEAVES,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
        max_leaves=12,
    ),
    min_size=1,
    max_size=4,
)


def leaves(value: object, at: Pointer = ()) -> Iterator[tuple[Pointer, object]]:
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from leaves(inner, (*at, key))
    elif isinstance(value, list) and value:
        for index, inner in enumerate(value):
            yield from leaves(inner, (*at, index))
    else:
        yield at, value


@given(DATA)
def test_the_value_stands_where_it_is_located(data: dict[str, object]) -> None:
    # JSON writes each value in one known way, so the text at a place can be compared with it.
    text = json.dumps(data, ensure_ascii=False, indent=1)
    document, findings = read("a.yml", text.encode(), "event")
    assert findings == ()
    assert document is not None
    assert document.data == data
    lines = text.split("\n")
    for pointer, value in leaves(data):
        line, column = document.locate(pointer)
        assert lines[line - 1][column - 1 :].startswith(json.dumps(value, ensure_ascii=False))
        if isinstance(pointer[-1], str):
            line, column = document.locate(pointer, on_key=True)
            key = json.dumps(pointer[-1], ensure_ascii=False)
            assert lines[line - 1][column - 1 :].startswith(key)


@given(DATA, st.booleans())
def test_what_yaml_writes_is_read_back_and_located(data: dict[str, object], flow: bool) -> None:
    text = yaml.safe_dump(data, allow_unicode=True, default_flow_style=flow, width=1000)
    front = f"---\n{text}---\nBonjour\n"
    document, findings = read("a.md", front.encode(), "post")
    assert findings == ()
    assert document is not None
    assert document.data == data
    lines = front.split("\n")
    for pointer, value in leaves(data):
        line, column = document.locate(pointer)
        at_place = lines[line - 1][column - 1 :]
        if isinstance(value, str) and at_place[:1] not in ("'", '"', "|", ">", "?"):
            assert at_place.startswith(value)
