"""Tells when a page and its kernel are done with one another.

What an action brings is waited for by its sight, wherever it can be seen. Where it looks as it did
before (a list that is filtered to what it was, a figure that stays), there is no sight to wait for.
"""

from playwright.sync_api import Page

# Each request to a kernel ends with the kernel being idle again: both are read off the wire, in
# https://jupyter-server.readthedocs.io/en/latest/developers/websocket-protocols.html
_WATCH = """(() => {
  const open = new Set();
  const read = (data) => {
    if (typeof data === 'string') return JSON.parse(data);
    const view = new DataView(data.buffer ?? data, data.byteOffset ?? 0, data.byteLength);
    const at = (part) => Number(view.getBigUint64(8 * (part + 1), true));
    const text = (part) => new TextDecoder().decode(
      new Uint8Array(view.buffer, view.byteOffset + at(part), at(part + 1) - at(part)));
    const header = JSON.parse(text(1));
    const idle = header.msg_type === 'status' ? JSON.parse(text(4)) : {};
    return {channel: text(0), header, parent_header: JSON.parse(text(2)), content: idle};
  };
  const heard = ({data}) => {
    const {header, parent_header: asked, content} = read(data);
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
        const {channel, header} = read(data);
        if (channel === 'shell') open.add(header.msg_id);
      }
      super.send(data);
    }
  };
  let still = 0; // frames in a row in which nothing was open: an answer may bring another request
  window.oppQuiet = () => {
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
    page.wait_for_function("() => window.oppQuiet()")
