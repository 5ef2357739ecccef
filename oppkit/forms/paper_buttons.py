"""What is done with a saved record on paper: print it, send it by e-mail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from oppkit.forms.form import RecordForm
from oppkit.forms.mailing import mail_dialog
from oppkit.forms.printing import print_dialog


def paper_buttons(form: RecordForm[Any], mail: bool = True) -> tuple[widgets.Button, ...]:
    """A button for each; what is not saved yet is asked about first, since paper shows it not."""
    printing = form.button("printing.print", _of_saved(form, print_dialog))
    if not mail:
        return (printing,)
    return printing, form.button("mailing.write", _of_saved(form, mail_dialog))


def _of_saved(form: RecordForm[Any], ask: Callable[..., Any]) -> Callable[[], None]:
    def go() -> None:
        if form.saved is not None:
            ask(form.screen, form.saved)

    return lambda: form.leave(go)
