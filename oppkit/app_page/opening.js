// What Voilà calls while the page comes in. The sign that the page is loading stays until there is
// something to see: Voilà would take it away while the widgets are still on their way.
(() => {
  const loading = document.getElementById('oppkit-loading');
  const seen = '#rendered_cells :is(.jupyter-widgets, .oppkit-message, [data-mime-type])';
  const look = () => {
    if (!document.querySelector(seen)) return;
    loading.hidden = true;
    watch.disconnect();
  };
  const watch = new MutationObserver(look);
  watch.observe(document.body, {childList: true, subtree: true});

  // The key stays out of bookmarks, histories and pictures: from here on a cookie has it.
  window.history.replaceState(null, '', window.location.pathname);

  // anywidget gives a script two seconds to come in; later, its widget would never hear from Python
  // again. On a busy machine, or with a large form, it takes longer.
  const timeout = AbortSignal.timeout.bind(AbortSignal);
  AbortSignal.timeout = (wait) => timeout(wait === 2000 ? 120_000 : wait);

  window.voila_heartbeat = () => {};
  window.voila_process = () => {};
  window.voila_finish = () => { window.cellLoaded = true; };
})();
