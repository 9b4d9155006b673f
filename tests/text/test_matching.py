from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmops.text.matching import EMPTY, Matcher, Term


def found(term: Term, text: str) -> list[str]:
    matches = Matcher([term]).find(text)
    assert all(text[match.start : match.end] == match.text for match in matches)
    return [match.text for match in matches]


@pytest.mark.parametrize(
    ("term", "text", "expected"),
    [
        ("été", "été ÉTÉ ete étés d’été", ["été", "ÉTÉ", "ete", "été"]),
        ("été", "e\u0301te\u0301s e\u0301te\u0301", ["e\u0301te\u0301"]),
        ("sale", "sale soldes salé, SALE salement", ["sale", "salé", "SALE"]),
        ("chauss*", "Chaussons et chaussures, pas déchausser", ["Chaussons", "chaussures"]),
        ("*isme", "racisme, ismes", ["racisme"]),
        ("pas*cher", "pascher pas-cher pas très cher", ["pascher"]),
        ("l'eau", "l’eau l'eau", ["l’eau", "l'eau"]),
        ("à vendre", "À\u00a0 vendre", ["À\u00a0 vendre"]),
        ("cœur", "coeur CŒUR", ["coeur", "CŒUR"]),
        ("c++", "C++, c++", ["C++", "c++"]),
        ("#promo", "#promo #promotion", ["#promo"]),
        ("100 %", "100 % 1100 %", ["100 %"]),
        ("a.b", "axb a.b", ["a.b"]),
        ("mot", "mot mot mot", ["mot", "mot", "mot"]),
        ("日本", "日本 日本語", ["日本"]),
    ],
)
def test_whole_words_are_found_whatever_their_case_and_accents(
    term: str, text: str, expected: list[str]
) -> None:
    assert found(Term(term), text) == expected


def test_case_and_accents_matter_when_a_term_says_so() -> None:
    assert found(Term("SALE", case=True), "sale SALE SALÉ") == ["SALE", "SALÉ"]
    assert found(Term("pâte", accents=True), "pate pâte pâté PÂTE") == ["pâte", "PÂTE"]


@pytest.mark.parametrize(
    "text",
    [
        "connard",
        "C0NN@RD",
        "c.o.n.n.a.r.d",
        "coooonnnaard",
        "con\u200bnard",
        "c-o-n-n-a-r-d",
        "𝒄onnard",
    ],
)
def test_disguises_are_seen_through(text: str) -> None:
    assert found(Term("connard", normalise=True), f"quel {text} !") == [text]


def test_disguised_terms_still_are_whole_words() -> None:
    assert not found(Term("con", normalise=True), "conte bacon c'est conforme, on")


def test_patterns_are_found_anywhere() -> None:
    assert found(Term(r"\d+ ?€", pattern=True), "20 €20€ et 5€") == ["20 €", "20€", "5€"]
    assert found(Term("^gagne[rz]", pattern=True), "Gagnez ! gagnez") == ["Gagnez"]


def test_what_can_never_match_is_a_problem_and_not_an_exception() -> None:
    terms = [Term("(a+", pattern=True), Term("(?=a)", pattern=True), Term("x*", pattern=True)]
    matcher = Matcher([*terms, Term(" "), Term("*"), Term("ok")])
    assert set(matcher.problems) == {0, 1, 2, 3, 4}
    assert "missing )" in matcher.problems[0]
    assert matcher.problems[2] == matcher.problems[3] == matcher.problems[4] == EMPTY
    assert [(match.term, match.text) for match in matcher.find("aaa ok")] == [(5, "ok")]


def test_many_terms_are_told_apart_and_given_in_order() -> None:
    terms = [Term(f"mot{number}") for number in range(500)]
    terms.append(Term("(a|b)+c", pattern=True, accents=True))
    found = Matcher(terms).find("Mot42, mot7 et mot4242 : abac")
    assert [(match.term, match.start) for match in found] == [(42, 0), (7, 7), (500, 25)]


@given(st.text(), st.text(), st.booleans(), st.booleans(), st.booleans())
def test_any_term_and_any_text_are_taken(
    term: str, text: str, pattern: bool, accents: bool, normalise: bool
) -> None:
    matcher = Matcher([Term(term, pattern=pattern, accents=accents, normalise=normalise)])
    for match in matcher.find(text):
        assert match.text == text[match.start : match.end]
        assert match.text


@given(st.text(st.sampled_from("aéœ\u0301b .-’'*_ 1"), min_size=1), st.text(st.sampled_from(" ,!")))
def test_a_term_is_found_in_a_text_that_holds_it(term: str, around: str) -> None:
    matcher = Matcher([Term(term.replace("*", ""))])
    if not matcher.problems:
        assert matcher.find(f"{around}{term.replace('*', '')}{around}")
