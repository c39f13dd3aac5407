// Runs before the page is drawn, so that it does not flash: the theme that the reader has chosen, and that there are scripts.
"use strict";
document.documentElement.classList.add("js");
try {
  const chosen = localStorage.getItem("theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch { /* storage may be forbidden; then the system's theme holds */ }
