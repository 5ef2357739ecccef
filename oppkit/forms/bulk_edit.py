"""One change for a selection: what is to change, what that would do, and the result, with undo."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import ValidationError

from oppkit.bulk_edit import Applied, Item, Preview
from oppkit.forms.bulk_fields import BulkFields
from oppkit.forms.bulk_outcome import BulkOutcome
from oppkit.forms.dialog import Answer, Dialog
from oppkit.forms.screen import Screen, joined
from oppkit.forms.widgets.plain import Facts, Plain
from oppkit.forms.wording import Wording
from oppkit.model import UserError

_MOST = 100  # opportunities told one by one in a preview


class BulkEditor:
    """The steps of a bulk edit. `outcome` is the bar below which its result stays."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.outcome = BulkOutcome(screen, self.undo)
        self.ids: Sequence[int] = ()
        self.fields: BulkFields | None = None
        self.previewed: Preview | None = None
        self.applied: Applied | None = None  # what can be undone

    def open(self, ids: Sequence[int]) -> Dialog:
        """Ask what is to change in these opportunities."""
        self.ids = list(ids)
        self.fields = BulkFields(self.screen)
        return self._ask_change()

    def preview(self) -> Preview | None:
        """Show what the change would do; None, with what is wrong said, when it cannot be made."""
        if self.fields is None:
            return None
        change = self.fields.read()
        if change is None:
            return None
        try:
            self.previewed = self.screen.workbench.bulk.preview(self.ids, change)
        except (UserError, ValidationError) as error:
            self.fields.problem.text = self.screen.reason(error)
            return None
        self._ask_apply(self.previewed)
        return self.previewed

    def apply(self) -> Applied | None:
        """Make the change that was last previewed."""
        if self.previewed is None:
            return None
        self.applied = self.screen.workbench.bulk.apply(self.previewed)
        self.previewed = None
        self.outcome.applied(self.applied)
        self.screen.changed()
        return self.applied

    def undo(self) -> Applied | None:
        """Take the latest change back, as far as nobody has changed the same since."""
        if self.applied is None:
            return None
        undone = self.screen.workbench.bulk.undo(self.applied)
        self.applied = None
        self.outcome.undone(undone)
        self.screen.changed()
        return undone

    # -- inside ----------------------------------------------------------------------------------

    def _ask_change(self) -> Dialog:
        say, screen = self.screen.text, self.screen
        title = say("bulk.title", count=screen.count("opportunities", len(self.ids)))
        fields = [] if self.fields is None else [self.fields]
        return screen.ask(Dialog(title, fields, [
            Answer(say("bulk.preview"), lambda: self.preview() is not None, "primary"),
            Answer(say("form.cancel"), lambda: None),
        ], screen.guard, wide=True))  # fmt: skip

    def _ask_apply(self, preview: Preview) -> Dialog:
        say, screen = self.screen.text, self.screen
        changing = len(preview.to_change)

        def back() -> None:
            self._ask_change()

        def apply() -> None:
            self.apply()

        answers = [
            Answer(say("bulk.back"), back),
            Answer(say("form.cancel"), lambda: None),
        ]
        if changing:
            label = say("bulk.apply", count=screen.count("opportunities", changing))
            answers.insert(0, Answer(label, apply, "primary"))
        body = [Plain(text=_summary(screen, preview)), PreviewTable(screen, preview)]
        return screen.ask(Dialog(
            say("bulk.preview_title"), body, answers, screen.guard, wide=True
        ))  # fmt: skip


class PreviewTable(Facts):
    """What becomes of each opportunity, refused ones first; of many only the first are told."""

    def __init__(self, screen: Screen, preview: Preview) -> None:
        self.screen, self._wording = screen, Wording(screen)
        say = screen.text
        items = [item for item in preview.items if item.error is not None] + preview.to_change
        rest = len(items) - _MOST
        super().__init__(
            headings=[say("bulk.code"), say("bulk.name"), say("bulk.change")],
            rows=[self._row(item) for item in items[:_MOST]], empty=say("bulk.nothing"),
            caption=screen.count("more_alike", rest) if rest > 0 else "",
        )  # fmt: skip
        self.add_class("opp-preview")

    def _row(self, item: Item) -> list[str]:
        name = item.name or self.screen.text("bulk.gone")
        if item.error is not None or item.after is None:
            reason = self.screen.reason(item.error) if item.error else ""
            return [item.code, name, self.screen.text("bulk.refused", reason=reason)]
        changes = self._wording.changes(item.before, item.after)
        return [item.code, name, "\n".join(self._wording.sentence(change) for change in changes)]


def _summary(screen: Screen, preview: Preview) -> str:
    refused = sum(item.error is not None for item in preview.items)
    changing = len(preview.to_change)
    same = len(preview.items) - refused - changing
    parts = (("will_change", changing), ("unchanged", same), ("refused", refused))
    return joined([screen.count(what, number) for what, number in parts if number])
