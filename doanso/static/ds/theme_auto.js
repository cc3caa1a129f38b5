// Whoever chose neither light nor dark gets what their device is set to. Not a module: it runs before anything is drawn,
// so that no page flashes on its way in.
// @ts-check
if ("themeAuto" in document.documentElement.dataset && matchMedia("(prefers-color-scheme: dark)").matches) {
  document.documentElement.dataset.bsTheme = "dark";
}
