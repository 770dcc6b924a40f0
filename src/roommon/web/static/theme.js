// Light or dark: the reader's choice, else what the system says. Runs before the page is painted.
"use strict";
(() => {
  const root = document.documentElement;
  let chosen = null;
  try { chosen = localStorage.getItem("theme"); } catch { /* no storage: the system's choice holds */ }
  if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;
})();
