// One kernel per page: it is ended with the page, and the page says when its kernel is gone.
(() => {
  const EVERY = 5000; // milliseconds
  const {baseUrl, kernelId} = JSON.parse(
    document.getElementById('jupyter-config-data').textContent);
  const lost = document.getElementById('oppkit-lost');

  // Voilà ends the kernel at `beforeunload`, at which the person may still choose to stay. This is
  // heard before what comes later, and stops it; forms say whether something is not saved.
  window.addEventListener('beforeunload', (event) => {
    event.stopImmediatePropagation();
    if (document.querySelector('.opp-unsaved')) event.preventDefault();
  });
  window.addEventListener('pagehide', () => {
    const form = new FormData();
    form.set('_xsrf', /(?:^|; )_xsrf=([^;]*)/.exec(document.cookie)?.[1] ?? '');
    navigator.sendBeacon(`${baseUrl}voila/api/shutdown/${kernelId}`, form);
  });
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) window.location.reload();
  });

  const look = async () => {
    const answer = await fetch(`${baseUrl}api/kernels/${kernelId}`).catch(() => null);
    lost.hidden = Boolean(answer?.ok);
  };
  window.setInterval(look, EVERY);
})();
