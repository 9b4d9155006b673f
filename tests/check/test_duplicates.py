"""Posts that say nearly the same on the same channel within a month."""

from __future__ import annotations

from tests.check.checking import Check, Finds, post

TEXT = (
    "Samedi 5 décembre, venez réparer votre vélo à l’atelier : outils, pièces et conseils "
    "gratuits, de dix heures à midi, sans inscription et dans la bonne humeur{}.\n"
)
FIRST = post("publish_at: 2026-12-02 12:00", TEXT.format(""))


def test_a_post_that_says_nearly_the_same_is_found_at_its_text(finds: Finds) -> None:
    later = post("publish_at: 2026-12-04 12:00", "⟦" + TEXT.format(", à samedi"))
    (found,) = finds("CM640", {"content/posts/b.md": FIRST, "content/posts/a.md": later})
    assert "content/posts/b.md" in found.message


def test_the_very_same_text_has_a_code_of_its_own(finds: Finds) -> None:
    later = post("publish_at: 2026-12-04 12:00", "⟦" + TEXT.format(""))
    finds("CM641", {"content/posts/a.md": FIRST, "content/posts/b.md": later})


def test_far_apart_or_elsewhere_one_may_say_it_again(check: Check) -> None:
    files = {
        "content/posts/a.md": FIRST,
        "content/posts/b.md": post("publish_at: 2027-02-04 12:00", TEXT.format("")),
        "content/posts/c.md": post("to: [bluesky]\npublish_at: 2026-12-04 12:00", TEXT.format("")),
    }
    assert not check(files).codes & {"CM640", "CM641"}


def test_translations_ideas_and_repeating_posts_are_left_alone(check: Check) -> None:
    at = "publish_at: 2026-12-04 12:00"
    files = {
        "content/posts/a.md": FIRST,
        "content/posts/b.md": post(f"{at}\ntranslation_of: a", TEXT.format("")),
        "content/posts/c.md": post(f"{at}\nstatus: idea", TEXT.format("")),
        "content/posts/d.md": post(f"{at}\nrepeat: FREQ=WEEKLY", TEXT.format("")),
    }
    found = check(files)
    assert not {each.path for each in found.of("CM641")} - {"content/posts/b.md"}
    assert not found.of("CM641")


def test_only_shared_channels_are_named(finds: Finds) -> None:
    later = post("to: [bluesky, mastodon]\npublish_at: 2026-12-04 12:00", "⟦" + TEXT.format(""))
    (found,) = finds("CM641", {"content/posts/a.md": FIRST, "content/posts/b.md": later})
    assert found.channel == "mastodon"


def test_past_posts_are_not_found_but_future_ones_are_held_against_them(check: Check) -> None:
    files = {
        "content/posts/a.md": post("publish_at: 2026-11-10 12:00", TEXT.format("")),
        "content/posts/b.md": post("publish_at: 2026-11-12 12:00", TEXT.format("")),
        "content/posts/c.md": post("publish_at: 2026-12-04 12:00", TEXT.format("")),
    }
    assert {each.path for each in check(files).of("CM641")} == {"content/posts/c.md"}
