"""One of our widgets in a browser page, joined to the Python object without a kernel.

The page has a model like anywidget's. What it sends goes to the widget in this process; what the
widget sends goes back, as JSON, so that both ends speak their own protocol. `held` answers stay
away until they are let go.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import jupyterlab
from playwright.sync_api import Locator, Page, Route

from oppkit.forms.widgets.frame import Frame

THEMES = ("light", "dark")
Show = Callable[..., "WidgetPage"]
"""The fixture `show`: shows a widget in a page of its own."""

_ADDRESS = "http://widget.test/"
_FRAME = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>widget</title>
<link rel="stylesheet" href="theme.css"><link rel="stylesheet" href="widget.css"><style>
body { margin: 0; padding: 16px; background-color: var(--jp-layout-color0); }</style></head>
<body><main id="here" class="opp-view"></main></body></html>"""

_MODEL = """async (state) => {
  const heard = new Map();
  const changed = new Set();
  const tell = (name, ...values) => [...(heard.get(name) ?? [])].forEach((act) => act(...values));
  const apply = (messages) => messages.forEach((message) => {
    if (message.method === 'custom') return tell('msg:custom', message.content, []);
    const news = Object.entries(message.state).filter(([name, value]) =>
      JSON.stringify(state[name]) !== JSON.stringify(value));
    Object.assign(state, Object.fromEntries(news));
    news.forEach(([name]) => tell('change:' + name));
  });
  const talk = async (message) => {
    const answers = await window.toPython(message);
    if (window.held) window.held.push(answers); else apply(answers);
  };
  const model = {
    get: (name) => state[name],
    set(name, value) {
      if (state[name] === value) return;
      state[name] = value; changed.add(name); tell('change:' + name);
    },
    save_changes() {
      const news = Object.fromEntries([...changed].map((name) => [name, state[name]]));
      changed.clear();
      talk({method: 'update', state: news});
    },
    send: (content) => { talk({method: 'custom', content}); },
    on(name, act) { heard.set(name, [...(heard.get(name) ?? []), act]); },
    off(name, act) { heard.set(name, (heard.get(name) ?? []).filter((one) => one !== act)); },
  };
  window.apply = apply;
  window.tell = tell;
  window.letGo = () => { const waiting = window.held; window.held = null; waiting.forEach(apply); };
  window.heardBy = () => [...heard.values()].reduce((sum, acts) => sum + acts.length, 0);
  const {default: widget} = await import('/widget.js');
  window.again = async () => {
    await window.cleanup?.();
    window.cleanup = await widget.render({model, el: document.querySelector('#here')});
  };
  await window.again();
}"""

# Text against the ground it stands on, through every layer of colour: WCAG 2, 1.4.3.
_CONTRAST = """(root) => {
  const canvas = Object.assign(document.createElement('canvas'), {width: 1, height: 1});
  const pen = canvas.getContext('2d', {willReadFrequently: true});
  const lights = new Map();
  const light = (colours) => {
    const name = colours.join(' on ');
    if (!lights.has(name)) lights.set(name, measured(colours));
    return lights.get(name);
  };
  const measured = (colours) => {
    pen.clearRect(0, 0, 1, 1);
    for (const colour of colours) { pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1); }
    const [r, g, b] = [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3).map((part) => part / 255)
      .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const known = new Map();
  const grounds = (element) => {
    if (!element) return [];
    if (!known.has(element)) known.set(element, [...grounds(element.parentElement),
      getComputedStyle(element).backgroundColor]);
    return known.get(element);
  };
  const poor = [];
  const walker = document.createTreeWalker(
    document.querySelector(root ?? 'body'), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.data.trim();
    if (!text || !element.checkVisibility() || element.closest('style,script')) continue;
    const ground = grounds(element);
    const [low, high] = [light(ground), light([...ground, getComputedStyle(element).color])]
      .sort((a, b) => a - b);
    const contrast = (high + 0.05) / (low + 0.05);
    if (contrast < 4.5) poor.push(`${text}: ${contrast.toFixed(2)}`);
  }
  return poor;
}"""


class _Line:
    """Stands where ipywidgets has its line to the page, and keeps what is sent."""

    kernel = object()  # ipywidgets sends nothing on a line without one
    comm_id = "one"

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    def send(self, data: Any = None, metadata: Any = None, buffers: Any = None) -> None:
        self.sent.append(json.loads(json.dumps(data)))

    def on_msg(self, *_: Any) -> None:
        """What comes from the page is given to the widget by `WidgetPage`."""

    def close(self, *_: Any, **__: Any) -> None:
        """Nothing to close."""

    def take(self) -> list[dict[str, Any]]:
        taken, self.sent = self.sent, []
        return taken


class WidgetPage:
    """Shows a widget; `asked` are its custom messages, `crashes` what its script raised."""

    def __init__(self, page: Page, widget: anywidget.AnyWidget, theme: str = "light") -> None:
        self.page, self.widget = page, widget
        self.asked: list[dict[str, Any]] = []
        self.crashes: list[str] = []
        self.bytes = 0
        page.on("pageerror", lambda error: self.crashes.append(str(error)))
        self._serve(theme)
        widget.comm = self._line = _Line()
        page.expose_function("toPython", self._received)
        page.goto(_ADDRESS)
        state = json.loads(json.dumps(widget.get_state(), default=str))
        page.evaluate(_MODEL, {k: v for k, v in state.items() if not k.startswith("_")})

    def _serve(self, theme: str) -> None:
        themes = Path(jupyterlab.__file__).parent / "themes" / "@jupyterlab"
        theme_sheet = themes / f"theme-{theme}-extension" / "index.css"
        parts = {
            "": ("text/html", _FRAME),
            "theme.css": ("text/css", theme_sheet.read_text(encoding="utf-8")),
            "widget.css": ("text/css", str(getattr(self.widget, "_css", Frame._css))),
            "widget.js": ("text/javascript", str(self.widget._esm)),
        }
        for name, (kind, body) in parts.items():
            self.page.route(_ADDRESS + name, _answer(kind, body))

    def _received(self, message: dict[str, Any]) -> list[dict[str, Any]]:
        if message["method"] == "custom":
            self.asked.append(message["content"])
        try:
            data = message | {"buffer_paths": []}
            self.widget._handle_msg({"content": {"data": data}, "buffers": []})
        except Exception as error:  # noqa: BLE001 - told by the tests, for none is expected
            self.crashes.append(repr(error))
        return self._taken()

    def _taken(self) -> list[dict[str, Any]]:
        taken = self._line.take()
        self.bytes += len(json.dumps(taken, ensure_ascii=False).encode())
        return taken

    def flush(self) -> None:
        """Give the page what Python has changed by itself."""
        self.page.evaluate("messages => window.apply(messages)", self._taken())

    def hold(self) -> None:
        """Keep Python's answers away from the page."""
        self.page.evaluate("() => { window.held = []; }")

    def let_go(self) -> None:
        self.page.evaluate("() => window.letGo()")

    def wait(self, condition: str, argument: Any = None) -> None:
        """Wait until a JavaScript function returns true."""
        self.page.wait_for_function(condition, arg=argument)

    def all(self, selector: str) -> Locator:
        return self.page.locator(selector)

    def poor_contrast(self) -> list[str]:
        """Return the texts below the 4.5 to 1 of WCAG AA, with their contrast."""
        return list(self.page.evaluate(_CONTRAST))


def _answer(kind: str, body: str) -> Callable[[Route], None]:
    return lambda route: route.fulfill(content_type=kind, body=body)
