"""Spaces that hold, and everything that must stay as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmops.text.markdown import render
from cmops.text.typography import bound

THIN, WIDE = "\u202f", "\u00a0"


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("Que faire ?", f"Que faire{THIN}?"),
        ("Bravo !", f"Bravo{THIN}!"),
        ("Quoi ?!", f"Quoi{THIN}?!"),
        ("L’un ; l’autre", f"L’un{THIN}; l’autre"),
        ("Règle : venir", f"Règle{WIDE}: venir"),
        ("Un « mot » suffit", f"Un «{WIDE}mot{WIDE}» suffit"),
        ("Dire « quoi ? »", f"Dire «{WIDE}quoi{THIN}?{WIDE}»"),
        ("<strong>Règle</strong> : venir", f"<strong>Règle</strong>{WIDE}: venir"),
        ("<em>Quoi</em> ?", f"<em>Quoi</em>{THIN}?"),
        ("<code>a</code> : le premier", f"<code>a</code>{WIDE}: le premier"),
        ("Fini ?</p>", f"Fini{THIN}?</p>"),
    ],
)
def test_what_belongs_to_the_word_before_stays_with_it(text: str, held: str) -> None:
    assert bound(text) == held


@pytest.mark.parametrize(
    "text",
    [
        "Bonjour, à demain.",
        "à 12:15, 3:1",
        "Un sourire :-) et :::",
        "color: red !important",
        "<code>si a ? b : c</code>",
        '<pre><code class="language-sql">SELECT « a » ; !\nx ? y : z</code></pre>',
        '<a href="/a ?b : c" title="Quoi ? « a » !">ici</a>',
        "https://example.org/?a=1;b=2:3!",
        f"Déjà{THIN}!",
        "Fin\n: suite",
        "&quot;a&quot;; &amp;",
        '<a title="a > b : c ! d">x</a>',
        "<!-- a > b : c ! -->",
        '<div class="x arithmatex"><div>a</div>\\( f : x \\)</div>',
        "<math><mi>f</mi> : <mi>x</mi></math>",
        "<PRE>a : b</PRE>",
        "",
    ],
)
def test_the_rest_stays_as_it_is(text: str) -> None:
    assert bound(text) == text


def test_code_in_markdown_is_untouched_and_the_words_around_it_are_held() -> None:
    html = bound(render("Lancez `a ? b : c` : c’est « fait » !\n\n```sql\nSELECT 1 ;\n```\n"))
    assert "<code>a ? b : c</code>" in html
    assert "SELECT 1 ;" in html
    assert f"</code>{WIDE}: c’est «{WIDE}fait{WIDE}»{THIN}!" in html


def test_words_after_what_is_left_alone_are_held_again() -> None:
    nested = '<div class="mermaid"><div>a : b</div> c : d</div> Fin !'
    assert bound(nested) == nested.replace("Fin !", f"Fin{THIN}!")
    assert bound("<code>" * 3 + " a !") == "<code>" * 3 + " a !"


@given(st.text(alphabet=' \n:;!?«»<>/=&"`*[]()abcode#', max_size=60))
def test_only_spaces_ever_change(text: str) -> None:
    html = render(text)
    held = bound(html)
    assert held.replace(THIN, " ").replace(WIDE, " ").split() == html.split()
    assert bound(held) == held
