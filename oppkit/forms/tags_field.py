"""The tags of a record: coloured chips, found as one types; a new one is added to the list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from oppkit.forms.fields import Field
from oppkit.forms.screen import Screen
from oppkit.forms.widgets.tag_picker import TagOption, TagPicker
from oppkit.model import Tag
from oppkit.model.texts import code_for, folded

# Readable as dots on light and on dark; a new tag takes the next one.
_COLOURS = (
    "#2563eb", "#c2410c", "#15803d", "#9333ea", "#be123c", "#0e7490", "#a16207", "#4d7c0f",
)  # fmt: skip


class TagsField(Field):
    """Codes of tags."""

    widget: TagPicker

    def __init__(self, name: str, label: str, screen: Screen) -> None:
        self.screen = screen
        super().__init__(name, TagPicker(
            _options(screen), screen.words("tag_picker"), label=label, create=self._create,
            guard=screen.guard,
        ))  # fmt: skip

    def show(self, value: tuple[str, ...] | None) -> None:
        self.widget.set_options(_options(self.screen, value or ()))
        self.widget.show(value or ())

    def read(self) -> tuple[str, ...]:
        return self.widget.value

    @property
    def typed(self) -> Any:
        return self.widget.value

    def on_change(self, callback: Callable[[], Any]) -> None:
        self.widget.on_change(lambda _codes: callback())

    def _create(self, text: str) -> TagOption | None:
        tag = new_tag(self.screen, text)
        return TagOption(tag.code, tag.label(self.screen.language), tag.colour)


def new_tag(screen: Screen, text: str) -> Tag:
    """Add a tag of this name to the list; one of the same name that is there is given back."""
    screen.refresh_lists()  # a colleague may have added it since the form was opened
    tags = screen.lists.all(Tag)
    for tag in tags:
        if folded(text) in (folded(tag.label_fr), folded(tag.label_en), folded(tag.code)):
            return tag
    codes = {tag.code for tag in tags}
    tag = Tag(
        code=code_for(text, codes) or code_for("tag", codes), label_fr=text, label_en=text,
        colour=_COLOURS[len(tags) % len(_COLOURS)],
        rank=max((tag.rank for tag in tags), default=0) + 1,
    )  # fmt: skip
    screen.workbench.lists.save(tag)
    screen.refresh_lists()
    return tag


def _options(screen: Screen, kept: tuple[str, ...] = ()) -> list[TagOption]:
    return [
        TagOption(tag.code, tag.label(screen.language), tag.colour)
        for tag in screen.lists.all(Tag)
        if tag.active or tag.code in kept
    ]
