from __future__ import annotations

from pathlib import Path

import yaml

from benchmarks.posts import extract_front_matter, write_workspace


def _files(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }


def test_the_same_seed_writes_the_same_workspace(tmp_path: Path) -> None:
    write_workspace(tmp_path / "one", 30, seed=7)
    write_workspace(tmp_path / "two", 30, seed=7)

    assert _files(tmp_path / "one") == _files(tmp_path / "two")


def test_another_seed_writes_other_texts(tmp_path: Path) -> None:
    write_workspace(tmp_path / "one", 5, seed=1)
    write_workspace(tmp_path / "two", 5, seed=2)

    assert _files(tmp_path / "one") != _files(tmp_path / "two")


def test_no_two_posts_share_a_time(tmp_path: Path) -> None:
    write_workspace(tmp_path / "w", 200)
    fronts = extract_front_matter(tmp_path / "w", tmp_path / "front")

    times = {yaml.safe_load(Path(front).read_text("utf-8"))["publish_at"] for front in fronts}

    assert len(fronts) == len(times) == 200


def test_some_posts_are_threads_and_some_have_variants_and_pictures(tmp_path: Path) -> None:
    write_workspace(tmp_path / "w", 400)
    texts = [path.read_text("utf-8") for path in (tmp_path / "w/content/posts").rglob("*.md")]

    threads = sum("\n\n---\n\n" in text.split("---\n", 2)[2] for text in texts)
    variants = sum("\n::: x\n" in text or "\nvariants:\n" in text for text in texts)

    assert 5 <= threads <= 45
    assert 15 <= variants <= 75
    assert any("\nmedia: [media/photo-" in text for text in texts)
