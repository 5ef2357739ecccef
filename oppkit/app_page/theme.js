// Says in JupyterLab's own way whether the theme is light, and follows the system while it changes.
(() => {
  const chosen = document.body.dataset.oppkitTheme;
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  const tell = () => {
    const light = chosen === 'light' || (chosen === 'system' && !dark.matches);
    document.body.dataset.jpThemeLight = String(light);
    document.body.dataset.jpThemeName = light ? 'JupyterLab Light' : 'JupyterLab Dark';
  };
  tell();
  dark.addEventListener('change', tell);
})();
