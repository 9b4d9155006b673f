"""A workspace of any number of posts that looks like a busy team's, the same for the same seed."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

START = datetime(2026, 12, 1, 8)  # noqa: DTZ001 - local time of the workspace
BEFORE = "2026-11-30 12:00"
"""A time at which every post is still to come."""

A_DAY = 6
"""Posts a day, two hours apart: 10,000 are four and a half years."""

CHANNELS = ("bluesky", "mastodon", "x")
SETTINGS = """\
version: 1
name: Les Ateliers
language: fr
timezone: Europe/Paris
pillars:
  coulisses: {name: Coulisses}
  conseils: {name: Conseils}
  membres: {name: Membres}
audiences:
  curieux: {name: Curieux}
  habitues: {name: Habitués}
channels:
  bluesky: {platform: bluesky, url: "https://bsky.example", account: ateliers.example}
  mastodon: {platform: mastodon, url: "https://social.example", account: ateliers@social.example}
  x: {platform: x, account: ateliers}
"""

_WHO = """l’équipe, une bénévole, notre menuisier, la bibliothèque, le quartier, chaque membre,
un voisin, la relieuse, le collectif, notre invitée, la mairie, une classe de CM2, l’imprimeur"""
_DOES = """prépare, répare, découvre, imagine, raconte, partage, assemble, restaure, dessine,
présente, termine, invente, photographie, recycle, observe, transmet, façonne, explore, célèbre"""
_WHAT = """une étagère en chêne, la presse du sous-sol, trois carnets cousus, le potager,
le programme d’hiver, un vieux poste de radio, la fresque de l’entrée, des bols émaillés,
une lampe de chevet, l’exposition de printemps, un métier à tisser, quarante affiches,
la malle aux costumes, un vélo cargo, la vitrine de Noël, douze tabourets, un four à pain"""
_WHEN = """ce matin, depuis mardi, avec beaucoup de patience, à quatre mains, sous la verrière,
pour la troisième fois, avant la fermeture, malgré la pluie, sans une seule vis, en silence,
grâce à vos dons, autour d’un café, jusqu’à samedi, au fond de la cour, entre deux averses"""
_TAGS = ("Atelier", "FaireSoiMême", "Réparation", "Artisanat", "VieDeQuartier", "Céramique")


def write_workspace(root: Path, posts: int, seed: int = 1) -> None:
    """A workspace at ``root``: settings, a few pictures with their sidecars, and the posts."""
    draw = random.Random(seed)
    folder = root / "content" / "posts"
    folder.mkdir(parents=True)
    (root / "cmops.yml").write_text(SETTINGS, "utf-8")
    pictures = tuple(_write_pictures(root / "content" / "media"))
    for number in range(posts):
        front, body = _post(draw, number, pictures)
        year = folder / f"{_time(number):%Y}"
        year.mkdir(exist_ok=True)
        text = f"---\n{front}---\n\n{body}"
        (year / f"post-{number:05}.md").write_text(text, "utf-8")


def extract_front_matter(root: Path, folder: Path) -> list[str]:
    """Writes each post's front matter as a YAML file of its own; their paths."""
    folder.mkdir(parents=True)
    paths = []
    for post in sorted((root / "content" / "posts").rglob("*.md")):
        target = folder / f"{post.stem}.yml"
        target.write_text(post.read_text("utf-8").split("---\n", 2)[1], "utf-8")
        paths.append(str(target))
    return paths


def _time(number: int) -> datetime:
    return START + timedelta(days=number // A_DAY, hours=number % A_DAY * 2)


def _post(draw: random.Random, number: int, pictures: tuple[str, ...]) -> tuple[str, str]:
    """Front matter and body: 5 % are threads, 10 % have a variant, 3 % have a picture."""
    front = [
        f"title: Post {number}",
        f"publish_at: {_time(number):%Y-%m-%d %H:%M}",
        f"to: [{', '.join(CHANNELS)}]",
        f"pillar: {draw.choice(('coulisses', 'conseils', 'membres'))}",
        f"audience: {draw.choice(('curieux', 'habitues'))}",
        f"hashtags: [{', '.join(draw.sample(_TAGS, draw.randint(0, 2)))}]",
        "status: ready",
    ]
    if draw.random() < 0.03:
        front.append(f"media: [{draw.choice(pictures)}]")
    body = _text(draw)
    if draw.random() < 0.05:
        body = "\n\n---\n\n".join([body, _text(draw), _text(draw)])
    kind = draw.random()
    if kind < 0.05:
        body += f"\n\n::: x\n{_text(draw)}\n:::"
    elif kind < 0.10:
        text = json.dumps(_text(draw), ensure_ascii=False)
        front.append(f"variants:\n  mastodon:\n    text: {text}")
    return "\n".join(front) + "\n", body + "\n"


def _text(draw: random.Random) -> str:
    """80 to 240 characters: with two hashtags it still fits each network."""
    most = draw.randint(80, 240)
    text = _sentence(draw)
    while len(text) < 80 or len(text) + 60 < most:
        text += " " + _sentence(draw)
    return text


def _sentence(draw: random.Random) -> str:
    lists = [_WHO, _DOES, _WHAT] + [_WHEN] * draw.randint(0, 1)
    sentence = " ".join(draw.choice(re.split(r",\s+", words)) for words in lists)
    return sentence[0].upper() + sentence[1:] + draw.choice((".", ".", ".", ".", "\u00a0!", "…"))


def _write_pictures(folder: Path) -> Iterator[str]:
    from PIL import Image

    folder.mkdir(parents=True)
    for number in range(20):
        name = f"photo-{number:02}.jpg"
        Image.new("RGB", (640, 480), (number * 12, 120, 200)).save(folder / name)
        (folder / f"{name}.yml").write_text(
            f"alt: {{fr: Vue {number} des ateliers}}\ncredit: Les Ateliers\nlicence: CC BY 4.0\n",
            "utf-8",
        )
        yield f"media/{name}"
