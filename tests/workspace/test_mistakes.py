from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cmops.workspace.dialect import parse
from cmops.workspace.mistakes import explain
from tests.workspace.test_dialect import mistake


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("variants:\n\tformat: x\n", ("CM029", 2, 1)),
        ("a: b\n\tc: d\n", ("CM029", 2, 1)),
        ("variants:\n  \tformat: x\n", ("CM029", 2, 3)),
        ("text: |\n\tBonjour\n", ("CM029", 2, 1)),
        ("a: b\n  c: d\n", ("CM030", 2, 3)),
        ("a:\n  b: 1\n c: 2\n", ("CM030", 3, 2)),
        ("x:\n  - a\n - b\n", ("CM030", 3, 2)),
        ("- a\n- b\n c: d\n", ("CM030", 3, 2)),
        ("title: 'a'\n to: b\n", ("CM030", 2, 2)),
        ("title: a\nBonjour à tous\nto: b\n", ("CM031", 2, 1)),
        ("title: a\nBonjour à tous\n", ("CM031", 2, 1)),
        ("Bonjour à tous\n", ("CM031", 1, 1)),
        ("Bonjour à tous\ntitle: a\n", ("CM031", 1, 1)),
        ("to: [a, b\n", ("CM032", 1, 5)),
        ("to: [a, b\ntitle: c\n", ("CM032", 1, 5)),
        ("tags: [a\nto: [b]\n", ("CM032", 1, 7)),
        ("x: {a: b, c: [d]\ntitle: c\n", ("CM032", 1, 4)),
        ("title: [Complet Atelier\n", ("CM032", 1, 8)),
        ('title: "C:\\photos"\n', ("CM033", 1, 11)),
        ('title: "a\\u12"\n', ("CM033", 1, 10)),
        ("title: 'Atelier\nto: b\n", ("CM044", 1, 8)),
        ('title: "Atelier\nto: b\n', ("CM044", 1, 8)),
        ("title: 'Atelier\nto: 'b'\n", ("CM044", 1, 8)),
        ("x: {a: 'b}\n", ("CM044", 1, 8)),
        ("title: 'L'atelier'\n", ("CM045", 1, 10)),
        ('title: "Le "grand" jour"\n', ("CM045", 1, 12)),
        ('title: "Atelier" : la reprise\n', ("CM045", 1, 16)),
        ("x: ['l'été', b]\n", ("CM045", 1, 7)),
        ("status:ready\n", ("CM047", 1, 7)),
        ("title: a\nstatus:ready\nto: b\n", ("CM047", 2, 7)),
        ("status:ready\ntitle: a\n", ("CM047", 1, 7)),
        ("to: [a] et b\n", ("CM028", 1, 9)),
    ],
)
def test_each_way_to_trip_over_yaml_has_its_own_code_and_place(
    text: str, expected: tuple[str, int, int]
) -> None:
    assert mistake(text) == expected


@pytest.mark.parametrize(
    ("text", "better"),
    [
        ("title: 'L'atelier'\n", '"L\'atelier"'),
        ('title: "Le "grand" jour"\n', "'Le \"grand\" jour'"),
        ("x: ['l'été', b]\n", '"l\'été"'),
    ],
)
def test_quotes_that_work_are_proposed(text: str, better: str) -> None:
    (found,) = parse(text).mistakes
    assert found.values["quoted"] == better


def test_the_missing_space_is_put_in_the_proposed_line() -> None:
    (found,) = parse("title: a\n  - x\nstatus:ready\n").mistakes
    assert found.values == {"fixed": "status: ready"}


def test_a_long_line_is_shortened_in_the_message() -> None:
    (found,) = parse("title: a\n" + "Bonjour " * 40 + "\n").mistakes
    assert len(str(found.values["line"])) <= 60


SIGNS = ["a: ", "- ", ": ", " #", "#c", "&x", "*x", "!t", "---\n", "...\n", "\n", "  ", "\t"]
PIECES = [*SIGNS, *"bé'\"[]{},@|>%?\\“\u00a0"]


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_every_error_of_the_parser_becomes_one_mistake_inside_the_text(text: str) -> None:
    try:
        yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        found = explain(text, error)
        assert 0 <= found.index <= len(text)
        assert found.code.startswith("CM0")
