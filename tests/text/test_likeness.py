from __future__ import annotations

import json
from itertools import combinations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmops.text.likeness import likeness, pairs, signature

POST = (
    "Les ateliers d’hiver ouvrent samedi à la Maison des associations, "
    "venez nombreux avec vos idées"
)


def test_case_punctuation_emoji_and_links_make_no_difference() -> None:
    other = POST.upper().replace(",", " !") + " 🎉 https://example.org/?utm_source=x"
    assert signature(POST) == signature(other)
    assert likeness(signature(POST), signature(other)) == 1.0


def test_a_changed_word_leaves_texts_alike_and_another_text_is_not() -> None:
    changed = signature(POST.replace("samedi", "dimanche"))
    assert 0.5 < likeness(signature(POST), changed) < 1
    other = signature("Le bilan de la saison est en ligne, avec tous les chiffres par quartier")
    assert likeness(signature(POST), other) == 0.0


def test_short_texts_are_alike_only_when_they_are_equal() -> None:
    one, same, other = map(signature, ("Bonne année à tous !", "bonne année à tous", "Bonne année"))
    assert likeness(one, same) == 1.0
    assert likeness(one, other) == 0.0
    assert likeness(signature("🎉"), signature("🎉")) == 1.0
    assert likeness(signature("🎉"), signature("😷")) == 0.0


def test_empty_texts_are_like_nothing() -> None:
    assert signature(" \n") == ()
    assert list(pairs([(), (), signature(POST)])) == []


def test_signatures_are_the_same_on_every_run_and_survive_json() -> None:
    assert signature("un deux trois quatre cinq six")[:2] == (1266850194, 1748675210)
    assert tuple(json.loads(json.dumps(signature(POST)))) == signature(POST)


documents = st.lists(
    st.lists(st.sampled_from("abcdefgh"), min_size=6, max_size=14).map(" ".join), max_size=12
)


@given(documents, st.sampled_from([0.3, 0.5, 0.6, 0.7, 0.8, 1.0]))
def test_the_quick_search_finds_what_comparing_everything_finds(
    texts: list[str], least: float
) -> None:
    signatures = list(dict.fromkeys(map(signature, texts)))
    expected = {
        (one, other)
        for one, other in combinations(range(len(signatures)), 2)
        if likeness(signatures[one], signatures[other]) >= least
    }
    found = list(pairs(signatures, least, enough=100))
    assert {(one, other) for one, other, _ in found} == expected
    assert all(alike == likeness(signatures[i], signatures[j]) for i, j, alike in found)


def test_a_thousand_equal_texts_give_a_chain_and_not_half_a_million_pairs() -> None:
    found = list(pairs([signature(POST)] * 1000))
    assert [(one, other) for one, other, _ in found] == [(n, n + 1) for n in range(999)]


def test_texts_from_one_template_are_paired_with_a_few_each() -> None:
    draw = Random(1)
    texts = [f"{POST} {draw.random()}" for _ in range(2000)]
    found = list(pairs(list(map(signature, texts))))
    assert len(found) == 3 * 2000 - 6
    assert all(one < other for one, other, _ in found)


def test_a_likeness_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="above 0"):
        list(pairs([signature(POST)], least=0))
