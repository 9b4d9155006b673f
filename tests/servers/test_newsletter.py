"""Email for real: a letter is handed to a mail server and read as a mail program reads it."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from cmops.adapters.contract import Edition, Media, Message, Sending
from cmops.adapters.newsletter import content_id
from cmops.adapters.newsletter.account import Account
from cmops.compose import compose
from cmops.failures import Failure, NotSent, Rejected, Throttled, Unclear
from cmops.findings import BODY
from cmops.http import Http, Secret
from cmops.ledger.entries import Receipt
from cmops.workspace.model import Channel
from tests.servers.mail import (
    PASSWORD,
    USER,
    Certificate,
    Mailbox,
    certificate,
    scripted,
    serving,
)

LIST = "lettre@listes.example.org"
SINCE = datetime(2026, 12, 1, 11, 15, tzinfo=UTC)


class Desk:
    """A channel that writes to a list through a server on this machine."""

    def __init__(self, port: int, root: Path, **settings: Any) -> None:
        self.root = root
        given = {
            "host": "127.0.0.1",
            "port": port,
            "from": "Les Ateliers d’hiver <lettre@ateliers.example.org>",
            **settings,
        }
        secrets = {"user": "MAIL_USER", "password": "MAIL_PASSWORD"}
        self.channel = Channel(
            "lettre", "email", LIST, "b", "La lettre", "fr", settings=given, secrets=secrets
        )

    def account(self, password: str = PASSWORD, **changed: Any) -> Account:
        values = {"user": Secret("MAIL_USER", USER), "password": Secret("P", password)}
        return Account(replace(self.channel, **changed), self.root, Http(values))

    def message(self, *parts: str, **fields: Any) -> Message:
        places = tuple((BODY, number) for number in range(len(parts)))
        values = {"title": "Les ateliers d’hiver", "language": "fr", **fields}
        made = compose(Edition("hiver", self.channel, parts, places, **values))
        assert made.problems == ()
        [message] = made.messages
        return message

    def send(self, *parts: str, key: str = "hiver~email", **fields: Any) -> Receipt:
        return self.account().send(self.message(*parts, **fields), told(key))

    def picture(self, name: str, colour: str, alt: str) -> Media:
        content = BytesIO()
        Image.new("RGB", (8, 6), colour).save(content, "PNG")
        return self.file(name, content.getvalue(), alt, "image/png")

    def file(self, name: str, content: bytes, alt: str, type: str) -> Media:
        path = self.root / "content" / "media" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        return Media(f"media/{name}", alt, type, len(content), digest)


def told(key: str = "hiver~email") -> Sending:
    return Sending(key, 0, "hiver", SINCE, SINCE)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def trusted(files: Certificate, monkeypatch: pytest.MonkeyPatch) -> Certificate:
    """The certificate that the tests made, trusted as a person would have to make it trusted."""
    monkeypatch.setenv("SSL_CERT_FILE", str(files.certificate))
    return files


@pytest.fixture(params=["starttls", "tls"])
def opened(
    request: pytest.FixtureRequest, trusted: Certificate, tmp_path: Path
) -> Iterator[tuple[Mailbox, Desk]]:
    """A mail server, encrypted in both ways, and a channel that writes through it."""
    with serving(trusted, request.param) as mailbox:
        yield mailbox, Desk(mailbox.port, tmp_path, security=request.param)


@pytest.fixture
def starttls(trusted: Certificate, tmp_path: Path) -> Iterator[tuple[Mailbox, Desk]]:
    with serving(trusted, "starttls") as mailbox:
        yield mailbox, Desk(mailbox.port, tmp_path)


def part(letter: EmailMessage, kind: str) -> str:
    found = letter.get_body((kind,))
    assert found is not None
    return str(found.get_content()).replace("\r\n", "\n")


def test_a_letter_arrives_as_it_was_written(opened: tuple[Mailbox, Desk]) -> None:
    mailbox, desk = opened
    receipt = desk.send(
        "# L’hiver\n\nDu **bois**, à 12 €.\n\n- un\n- deux", link="https://e.org/?a=1&b=2"
    )
    letter = mailbox.letter()
    [envelope] = mailbox.letters
    assert (envelope.mail_from, envelope.rcpt_tos) == ("lettre@ateliers.example.org", [LIST])
    assert mailbox.logins == [USER]
    assert letter["Subject"] == "Les ateliers d’hiver"
    assert letter["From"].addresses[0].display_name == "Les Ateliers d’hiver"
    assert letter["To"] == LIST
    assert parsedate_to_datetime(letter["Date"]) == SINCE
    assert letter["Message-ID"] == receipt.id
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Content-Language"] == "fr"
    assert (letter["List-Id"], letter["Reply-To"], letter["Bcc"]) == (None, None, None)
    text = "# L’hiver\n\nDu **bois**, à 12 €.\n\n- un\n- deux\n\nhttps://e.org/?a=1&b=2\n"
    assert part(letter, "plain") == text
    page = part(letter, "html")
    assert "<h1>L’hiver</h1>\n<p>Du <strong>bois</strong>, à 12 €.</p>" in page
    assert '<a href="https://e.org/?a=1&amp;b=2">' in page
    assert '<html lang="fr">' in page
    assert "<title>Les ateliers d’hiver</title>" in page


def test_replies_and_the_list_have_their_headers_when_they_are_said(
    trusted: Certificate, tmp_path: Path
) -> None:
    with serving(trusted, "starttls") as mailbox:
        settings = {"reply_to": "Accueil <accueil@example.org>", "list_id": "lettre.example.org"}
        Desk(mailbox.port, tmp_path, **settings).send("Bonjour")
        letter = mailbox.letter()
    assert letter["Reply-To"] == "Accueil <accueil@example.org>"
    assert letter["List-Id"] == "<lettre.example.org>"


def test_the_same_message_is_the_same_letter_byte_for_byte(starttls: tuple[Mailbox, Desk]) -> None:
    mailbox, desk = starttls
    fields: dict[str, Any] = {"media": (desk.picture("a.png", "red", "Rouge"),)}
    first = desk.send("Bonjour", **fields)
    second = desk.send("Bonjour", **fields)
    other = desk.send("Bonjour", key="printemps~email", **fields)
    one, two, three = (mailbox.raw(each) for each in mailbox.letters)
    assert one == two != three
    assert first.id == second.id != other.id


def test_pictures_come_with_the_letter_and_say_what_they_show(
    starttls: tuple[Mailbox, Desk],
) -> None:
    mailbox, desk = starttls
    red = desk.picture("a.png", "red", 'Un carré "rouge" & net')
    blue = desk.picture("bleu été.png", "blue", "")
    desk.send("Couleurs", media=(red, blue), cover=red, kind="article")
    letter = mailbox.letter()
    page = part(letter, "html")
    assert page.count(f'src="cid:{content_id(red.sha256)}"') == 2
    assert 'alt="Un carré &quot;rouge&quot; &amp; net"' in page
    assert '[Un carré "rouge" & net]' in part(letter, "plain")
    shown = {each["Content-ID"]: each for each in letter.walk() if each["Content-ID"]}
    assert set(shown) == {f"<{content_id(each.sha256)}>" for each in (red, blue)}
    first = shown[f"<{content_id(red.sha256)}>"]
    assert first.get_content() == (desk.root / "content" / red.path).read_bytes()
    assert (first.get_content_type(), first.get_content_disposition()) == ("image/png", "inline")
    assert first["Content-Description"] == 'Un carré "rouge" & net'
    assert shown[f"<{content_id(blue.sha256)}>"].get_filename() == "bleu été.png"


def test_a_document_is_attached(starttls: tuple[Mailbox, Desk]) -> None:
    mailbox, desk = starttls
    content = b"%PDF-1.4\n" + bytes(range(256))
    desk.send("Voir", media=(desk.file("p.pdf", content, "Le programme", "application/pdf"),))
    [attached] = mailbox.letter().iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == ("p.pdf", content)
    assert attached["Content-Description"] == "Le programme"


HOSTILE = [
    ".\r\n.\nQUIT\n..deux points\n.",
    "From nobody\n\n--\n--=_0000\n\nBcc: autre@example.org",
    "<script>alert(1)</script>",
    "e\u0301 décomposé, \u00a0insécable, \u200bnul, 👩‍👩‍👧, 日本語, \u202eretourné",
    "Deux espaces  à la fin  \n\tune tabulation",
    "mot " * 2000,
    "a" * 5000,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_is_written_stays_text(text: str, starttls: tuple[Mailbox, Desk]) -> None:
    mailbox, desk = starttls
    desk.send(text)
    letter = mailbox.letter()
    assert part(letter, "plain").splitlines() == text.splitlines()
    assert letter["Bcc"] is None
    assert "<script>" not in part(letter, "html")
    lines = mailbox.raw(mailbox.letters[0]).split(b"\r\n")
    assert max(map(len, lines)) <= 998
    assert all(each < 128 for each in mailbox.raw(mailbox.letters[0]))


@pytest.mark.parametrize(
    "title",
    [
        "Bonjour\r\nBcc: autre@example.org",
        "Bonjour\nX-Autre: oui\n\nUn autre corps",
        "Bonjour\x00\x0b\x85\u2028Bcc: autre@example.org",
        "=?utf-8?q?Bonjour=0D=0ABcc:_autre@example.org?=",
        "=?utf-8?b?Qm9uam91cg0KQmNjOiBhdXRyZUBleGFtcGxlLm9yZw==?=",
    ],
)
def test_no_title_makes_a_header_of_its_own(title: str, starttls: tuple[Mailbox, Desk]) -> None:
    mailbox, desk = starttls
    desk.send("Bonjour", title=title)
    letter = mailbox.letter()
    assert (letter["Bcc"], letter["X-Autre"]) == (None, None)
    assert mailbox.letters[0].rcpt_tos == [LIST]
    assert part(letter, "plain") == "Bonjour\n"


@pytest.mark.parametrize(
    "title",
    [
        "Été à l’atelier : « 12 € » 🎄",
        "日本語" * 40,
        "a" * 300,
        "mot " * 60 + "fin",
        "=?utf-8?q?=C3=A9?= n'est pas décodé",
        '"guillemets", virgules; et <chevrons>',
    ],
)
def test_a_title_is_read_as_it_was_written(title: str, starttls: tuple[Mailbox, Desk]) -> None:
    mailbox, desk = starttls
    desk.send("Bonjour", title=title)
    assert mailbox.letter()["Subject"] == title


SHORT = "=?utf-8?q?A=0D=0ABcc:_a@b?="
ENCODED = "=?utf-8?q?Rouge=0D=0ABcc:_autre@example.org?="


def test_no_name_and_no_alt_text_makes_a_header_either(
    trusted: Certificate, tmp_path: Path
) -> None:
    with serving(trusted, "starttls") as mailbox:
        settings = {"from": f"{SHORT} <x@e.org>", "reply_to": f"{ENCODED} <y@e.org>"}
        desk = Desk(mailbox.port, tmp_path, **settings)
        media = (
            desk.picture(f"{ENCODED}.png", "red", ENCODED),
            desk.picture("b.png", "blue", "Bleu\r\nBcc: autre@example.org\r\n\r\nautre"),
        )
        desk.send("Bonjour", media=media)
        letter = mailbox.letter()
    assert [each["Bcc"] for each in letter.walk() if each["Bcc"]] == []
    assert part(letter, "plain").splitlines()[0] == "Bonjour"
    assert letter["From"].addresses[0].display_name == SHORT
    assert [each.addr_spec for each in letter["Reply-To"].addresses] == ["y@e.org"]
    shown = [each for each in letter.walk() if each["Content-ID"]]
    assert [each["Content-Description"] for each in shown] == [
        ENCODED,
        "Bleu Bcc: autre@example.org autre",
    ]


@pytest.mark.parametrize(
    "sender",
    [
        "x@e.org\r\nBcc: autre@example.org",
        "a <x@e.org>, y@e.org",
        "sans adresse",
        "a@b\x00.org",
        "",
    ],
)
def test_a_sender_that_is_none_sends_nothing(sender: str, starttls: tuple[Mailbox, Desk]) -> None:
    mailbox, desk = starttls
    message = desk.message("Bonjour")
    message = replace(message, fields={**message.fields, "from": sender})
    with pytest.raises(Rejected):
        desk.account().send(message, told())
    assert mailbox.letters == []


def test_a_text_that_is_none_sends_nothing(starttls: tuple[Mailbox, Desk]) -> None:
    mailbox, desk = starttls
    with pytest.raises(Rejected) as caught:
        desk.send("\ud800 seul")
    assert caught.value.code == "unwritable"
    assert mailbox.letters == []


def test_addresses_beyond_ascii_need_a_server_that_takes_them(
    trusted: Certificate, tmp_path: Path
) -> None:
    settings = {"from": "Été <été@ateliers.example.org>"}
    with serving(trusted, "starttls") as mailbox:
        Desk(mailbox.port, tmp_path, **settings).send("Bonjour")
        assert mailbox.letters[0].mail_from == "été@ateliers.example.org"
        assert "SMTPUTF8" in mailbox.letters[0].mail_options
        assert "été@ateliers.example.org" in str(mailbox.letter()["From"])
    with serving(trusted, "starttls", enable_SMTPUTF8=False) as mailbox:
        with pytest.raises(NotSent) as caught:
            Desk(mailbox.port, tmp_path, **settings).send("Bonjour")
        assert caught.value.code == "no_smtputf8"
        assert mailbox.letters == []


def test_a_domain_beyond_ascii_travels_in_ascii(starttls: tuple[Mailbox, Desk]) -> None:
    mailbox, desk = starttls
    account = desk.account(account="lettre@été.example.org")
    account.send(desk.message("Bonjour"), told())
    assert mailbox.letters[0].rcpt_tos == ["lettre@xn--t-9fab.example.org"]


REFUSALS = [
    ("MAIL", "550 5.7.1 Go away", Rejected, "smtp_550"),
    ("MAIL", "530 5.7.0 Authentication required", NotSent, "unauthorised"),
    ("MAIL", "452 4.3.1 Full", Throttled, "smtp_452"),
    ("RCPT", "550 5.1.1 No such list", Rejected, "smtp_550"),
    ("RCPT", "451 4.7.1 Greylisted", Throttled, "smtp_451"),
    ("DATA", "552 5.3.4 Too large", Rejected, "smtp_552"),
    ("DATA", "451 4.3.0 Later", Throttled, "smtp_451"),
]


@pytest.mark.parametrize(("command", "answer", "kind", "code"), REFUSALS)
def test_a_refusal_is_for_good_or_for_now(
    command: str,
    answer: str,
    kind: type[Failure],
    code: str,
    starttls: tuple[Mailbox, Desk],
) -> None:
    mailbox, desk = starttls
    mailbox.answers[command] = answer
    with pytest.raises(kind) as caught:
        desk.send("Bonjour")
    assert caught.value.code == code
    assert answer.split(" ", 2)[2] not in str(caught.value)
    assert mailbox.letters == []


@pytest.mark.parametrize(("cut", "live"), [("before", 0), ("after", 1)])
def test_a_line_cut_after_the_last_dot_leaves_a_doubt(
    cut: str, live: int, opened: tuple[Mailbox, Desk]
) -> None:
    mailbox, desk = opened
    mailbox.cut = cut
    with pytest.raises(Unclear) as caught:
        desk.send("Bonjour")
    assert caught.value.code == "no_answer"
    assert len(mailbox.letters) == live


def test_an_answer_that_is_late_leaves_a_doubt(
    starttls: tuple[Mailbox, Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox, desk = starttls
    monkeypatch.setattr("cmops.adapters.newsletter.smtp.ANSWER", 0.5)
    mailbox.answers["late"] = "2"
    with pytest.raises(Unclear):
        desk.send("Bonjour")


def test_a_letter_that_took_too_long_is_not_finished(
    starttls: tuple[Mailbox, Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox, desk = starttls
    monkeypatch.setattr("cmops.adapters.newsletter.smtp.BEFORE_DOT", 0.0)
    with pytest.raises(NotSent) as caught:
        desk.send("Bonjour")
    assert caught.value.code == "mail_slow"
    monkeypatch.undo()
    assert mailbox.letters == []


HELLO = ("220 mail.test", "250-mail.test\r\n250 AUTH PLAIN", "235 OK")
SAID = [
    (("421 4.3.2 Busy",), Throttled, "throttled"),
    (("554 5.3.2 No",), NotSent, "unreachable"),
    (("Bonjour !",), NotSent, "unreachable"),
    (HELLO[:1], NotSent, "unreachable"),
    (HELLO[:2], NotSent, "unreachable"),
    ((*HELLO[:1], "250 mail.test"), NotSent, "unauthorised"),
    ((*HELLO[:2], "535 5.7.8 Wrong"), NotSent, "unauthorised"),
    (HELLO, NotSent, "unreachable"),
    ((*HELLO, "250 OK"), NotSent, "unreachable"),
    ((*HELLO, "250 OK", "250 OK"), NotSent, "unreachable"),
    ((*HELLO, "250 OK", "250 OK", "554 5.5.1 No"), Rejected, "smtp_554"),
    ((*HELLO, "Bonjour !"), NotSent, "rubbish"),
    ((*HELLO, "250 OK", "250 OK", "250 OK"), NotSent, "rubbish"),
    ((*HELLO, "250 OK", "250 OK", "354 Go", "Bonjour !"), Unclear, "rubbish"),
    ((*HELLO, "250 OK", "250 OK", "354 Go", "421 Closing"), Throttled, "smtp_421"),
    ((*HELLO, "250 OK", "250 OK", "354 Go", "250 OK"), None, ""),
]


@pytest.mark.parametrize(("lines", "kind", "code"), SAID)
def test_wherever_a_conversation_ends_it_is_known_what_that_proves(
    lines: tuple[str, ...],
    kind: type[Failure] | None,
    code: str,
    trusted: Certificate,
    tmp_path: Path,
) -> None:
    with scripted(trusted, *lines) as (port, heard):
        desk = Desk(port, tmp_path, security="tls")
        if kind is None:
            desk.send("Bonjour")
        else:
            with pytest.raises(kind) as caught:
                desk.send("Bonjour")
            assert caught.value.code == code
    assert b"ehlo [127.0.0.1]" in b"".join(heard).lower() or len(lines) == 1


def test_a_server_that_falls_silent_after_the_letter_leaves_a_doubt(
    trusted: Certificate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cmops.adapters.newsletter.smtp.ANSWER", 0.5)
    lines = (*HELLO, "250 OK", "250 OK", "354 Go")
    with scripted(trusted, *lines, pause=1.0) as (port, heard), pytest.raises(Unclear):
        Desk(port, tmp_path, security="tls").send("Bonjour")
    assert heard[-1].endswith(b"\r\n.\r\n")


def test_nothing_is_said_to_a_server_that_is_not_encrypted(
    trusted: Certificate, tmp_path: Path
) -> None:
    with serving(trusted, "none", auth_require_tls=False) as mailbox:
        with pytest.raises(NotSent) as caught:
            Desk(mailbox.port, tmp_path).send("Bonjour")
        assert caught.value.code == "no_encryption"
        assert (mailbox.letters, mailbox.logins) == ([], [])


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("wrong", ["stranger", "name"])
def test_a_server_that_cannot_prove_who_it_is_gets_no_password(
    wrong: str,
    security: str,
    files: Certificate,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown = certificate(tmp_path, "127.0.0.2") if wrong == "name" else files
    if wrong == "name":
        monkeypatch.setenv("SSL_CERT_FILE", str(shown.certificate))
    with serving(shown, security) as mailbox:
        with pytest.raises(NotSent) as caught:
            Desk(mailbox.port, tmp_path, security=security).send("Bonjour")
        assert caught.value.code == "certificate"
        assert (mailbox.letters, mailbox.logins) == ([], [])


def test_a_wrong_password_is_said_so_and_never_shown(
    starttls: tuple[Mailbox, Desk], caplog: pytest.LogCaptureFixture
) -> None:
    mailbox, desk = starttls
    account = desk.account(password="un autre très secret")
    with caplog.at_level(logging.DEBUG, "cmops"), pytest.raises(NotSent) as caught:
        account.verify()
    assert caught.value.code == "unauthorised"
    shown = repr(caught.value) + str(caught.value.__context__) + str(caught.value.__cause__)
    assert "très secret" not in shown + caplog.text
    assert mailbox.letters == []


def test_a_password_that_is_not_set_is_named(starttls: tuple[Mailbox, Desk]) -> None:
    mailbox, desk = starttls
    account = Account(desk.channel, desk.root, Http({"user": Secret("MAIL_USER", USER)}))
    with pytest.raises(NotSent) as caught:
        account.send(desk.message("Bonjour"), told())
    assert (caught.value.code, caught.value.detail) == ("no_secret", "password")
    assert mailbox.logins == []


def test_a_server_that_asks_for_no_password_is_given_none(
    trusted: Certificate, tmp_path: Path
) -> None:
    with serving(trusted, "starttls", auth_required=False) as mailbox:
        desk = Desk(mailbox.port, tmp_path)
        account = desk.account(secrets={})
        assert account.verify() == ()
        account.send(desk.message("Bonjour"), told())
        assert (len(mailbox.letters), mailbox.logins) == (1, [])


def test_verifying_logs_in_and_sends_nothing(opened: tuple[Mailbox, Desk]) -> None:
    mailbox, desk = opened
    assert desk.account().verify() == ()
    assert (mailbox.letters, mailbox.logins) == ([], [USER])


@pytest.mark.parametrize("change", ["gone", "new"])
def test_a_file_that_is_not_the_reviewed_one_is_not_sent(
    change: str, starttls: tuple[Mailbox, Desk]
) -> None:
    mailbox, desk = starttls
    picture = desk.picture("a.png", "red", "Rouge")
    file = desk.root / "content" / picture.path
    file.unlink() if change == "gone" else file.write_bytes(b"\x89PNG autre")
    with pytest.raises(NotSent):
        desk.send("Rouge", media=(picture,))
    assert (mailbox.letters, mailbox.logins) == ([], [])


def test_what_was_made_ready_for_other_words_is_not_sent(starttls: tuple[Mailbox, Desk]) -> None:
    mailbox, desk = starttls
    account = desk.account()
    account.prepare(desk.message("Bonjour"), told())
    account.send(desk.message("Bonsoir"), told())
    assert part(mailbox.letter(), "plain") == "Bonsoir\n"
