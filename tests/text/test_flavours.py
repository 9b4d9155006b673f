"""Markdown as chats write it: what is bold stays bold, and no word is lost or taken for a mark."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmops.text.counting import WAYS, utf16
from cmops.text.flavours import mrkdwn, pictures, telegram_html, telegram_text, unshown

PAGE = """# Les *ateliers*

Un **gras**, l’_italique_, ~~barré~~, `a<b` et [ici](https://example.org/?a=1&b=2).
Encore <https://example.org>


- bois
- fer
  suite

3. un
4. deux

> cité
> **ainsi**

```py
x < 1
```"""


def test_slack_gets_its_own_marks_on_the_same_lines() -> None:
    assert mrkdwn(PAGE) == (
        "*Les _ateliers_*\n"
        "\n"
        "Un *gras*, l’_italique_, ~barré~, `a&lt;b` et <https://example.org/?a=1&amp;b=2|ici>.\n"
        "Encore <https://example.org>\n"
        "\n"
        "\n"
        "• bois\n"
        "• fer\n"
        "  suite\n"
        "\n"
        "3. un\n"
        "4. deux\n"
        "\n"
        "> cité\n"
        "> *ainsi*\n"
        "\n"
        "```\nx &lt; 1\n```"
    )


def test_telegram_gets_html_on_the_same_lines() -> None:
    assert telegram_html(PAGE) == (
        "<b>Les <i>ateliers</i></b>\n"
        "\n"
        "Un <b>gras</b>, l’<i>italique</i>, <s>barré</s>, <code>a&lt;b</code> et "
        '<a href="https://example.org/?a=1&amp;b=2">ici</a>.\n'
        'Encore <a href="https://example.org">https://example.org</a>\n'
        "\n"
        "\n"
        "• bois\n"
        "• fer\n"
        "  suite\n"
        "\n"
        "3. un\n"
        "4. deux\n"
        "\n"
        "<blockquote>cité\n<b>ainsi</b></blockquote>\n"
        "\n"
        '<pre><code class="language-py">x &lt; 1</code></pre>'
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Bonjour à tous.", "Bonjour à tous."),
        ("at**el**ier", "at\u200b*el*\u200bier"),
        ("l’**atelier**.", "l’*atelier*."),
        ("# Un **titre**", "*Un titre*"),
        ("**deux\nlignes**", "*deux*\n*lignes*"),
        ("a & b < c", "a &amp; b &lt; c"),
        ("<@U123ABC> et <@personne>", "<@U123ABC> et &lt;@personne&gt;"),
        ("[a|b](https://example.org/x|y)", "<https://example.org/x%7Cy|a\uff5cb>"),
        ("[ici](javascript:alert)", "[ici](javascript:alert)"),
        ("#mot et snake_case * seul", "#mot et snake_case * seul"),
        ("    quatre espaces", "quatre espaces"),
    ],
)
def test_slack_takes_no_word_for_a_mark(text: str, shown: str) -> None:
    assert mrkdwn(text) == shown


def test_everyone_is_called_only_on_purpose() -> None:
    assert mrkdwn("<!here> <!channel>") == "&lt;!here&gt; &lt;!channel&gt;"
    assert mrkdwn("<!here> <!channel>", everyone=True) == "<!here> <!channel>"
    assert mrkdwn("<!date^1>", everyone=True) == "&lt;!date^1&gt;"


def test_a_quotation_in_a_quotation_is_one_for_telegram() -> None:
    assert telegram_html("> un\n> > deux") == "<blockquote>un\ndeux</blockquote>"


def test_telegram_counts_neither_marks_nor_addresses() -> None:
    assert WAYS["telegram"]("**été** [ici](https://example.org/tres/long) \U0001f600") == 10


MARKED = st.text(alphabet="ab é*_`~[]()<>&#>-1.\n\\|!\U0001f600", max_size=60)


def words(html: str) -> str:
    """What a reader of HTML is shown: an independent count of what Telegram counts."""
    return unescape(re.sub(r"</?(?:b|i|s|a|code|pre|blockquote)(?: [^<>]*)?>", "", html))


@given(MARKED)
def test_what_is_counted_is_what_is_shown(text: str) -> None:
    assert telegram_text(text) == words(telegram_html(text))
    assert WAYS["telegram"](text) == utf16(words(telegram_html(text)))


@given(MARKED)
def test_the_html_is_well_formed(text: str) -> None:
    stack: list[str] = []
    for closing, name in re.findall(r"<(/?)([a-z]+)[^<>]*>", telegram_html(text)):
        if closing:
            assert stack.pop() == name
        else:
            stack.append(name)
    assert stack == []


@given(MARKED)
def test_slack_never_gets_a_raw_sign_of_its_own(text: str) -> None:
    made = mrkdwn(text)
    assert "\ue000" not in made
    bare = re.sub(r"<https?://[^<>|]*(?:\|[^<>]*)?>|^(?:> ?)+", "", made, flags=re.MULTILINE)
    assert not re.search(r"<[@!#]", bare)


def test_what_a_chat_shows_as_typed_is_said_and_code_is_not() -> None:
    assert list(unshown("Un\n\n| a | b |\n|---|---|\n| 1 | 2 |")) == ["| a | b |"]
    assert list(unshown("<b>gras</b> `<i>`\n\n```\n<u>\n```")) == ["<b>", "</b>"]
    assert list(unshown("### trois\n\n#### quatre", headings=3)) == ["#### quatre"]
    assert list(unshown("**gras** a < b")) == []


def test_pictures_inside_a_text_are_named_by_their_addresses() -> None:
    assert pictures("![a](https://example.org/a.jpg) `![b](c)`") == ["https://example.org/a.jpg"]
    assert pictures("!") == []
