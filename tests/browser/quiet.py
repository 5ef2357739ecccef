"""Tells when a page and its kernel are done with one another.

What an action brings is waited for by its sight, wherever it can be seen. Where it looks as it did
before (a list that is filtered to what it was, a figure that stays), there is no sight to wait for.
"""

import json

from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as TooLate

# Each request to a kernel ends with the kernel being idle again: both are read off the wire, in
# https://jupyter-server.readthedocs.io/en/latest/developers/websocket-protocols.html
_WATCH = """(() => {
  const open = new Map(); // by identifier: what was asked
  let last = 0; // when something was said by either
  const read = (data, whole) => {
    if (typeof data === 'string') return JSON.parse(data);
    const view = new DataView(data.buffer ?? data, data.byteOffset ?? 0, data.byteLength);
    const at = (part) => Number(view.getBigUint64(8 * (part + 1), true));
    const text = (part) => new TextDecoder().decode(
      new Uint8Array(view.buffer, view.byteOffset + at(part), at(part + 1) - at(part)));
    const header = JSON.parse(text(1));
    const content = whole.includes(header.msg_type) ? JSON.parse(text(4)) : {};
    return {channel: text(0), header, parent_header: JSON.parse(text(2)), content};
  };
  const heard = ({data}) => {
    last = performance.now();
    const {header, parent_header: asked, content} = read(data, ['status']);
    if (header.msg_type === 'status' && content.execution_state === 'idle') {
      open.delete(asked.msg_id);
    }
  };
  window.WebSocket = class extends WebSocket {
    constructor(...given) {
      super(...given);
      if (!this.url.includes('/channels')) return;
      this.addEventListener('message', heard);
      this.addEventListener('close', () => open.clear());
    }
    send(data) {
      if (this.url.includes('/channels')) {
        last = performance.now();
        const {channel, header, content} = read(data, ['comm_msg']);
        if (channel === 'shell') open.set(header.msg_id, [header, content]);
      }
      super.send(data);
    }
  };
  window.oppOpen = () => [...open.values()];
  let still = 0; // frames in a row in which nothing was open: an answer may bring another request
  window.oppQuiet = () => {
    // Where two pages have one kernel, that it is idle again was seen to get lost on the way.
    if (performance.now() - last > 20_000) open.clear();
    still = open.size ? 0 : still + 1;
    if (still < 3) return false;
    still = 0;
    return true;
  };
})()"""


def watch(page: Page) -> None:
    """Begin to listen; before the page is opened."""
    page.add_init_script(_WATCH)


def wait_until_quiet(page: Page) -> None:
    """Wait until the kernel has done all that it was told, and the page has drawn it."""
    try:
        page.wait_for_function("() => window.oppQuiet()")
    except TooLate as error:
        left = json.dumps(page.evaluate("() => window.oppOpen()"))
        raise AssertionError(f"The kernel has not answered: {left[:2000]}") from error
