// One keystroke for what is mostly done next. Keys never fire in fields, and can be switched off.
"use strict";
(() => {
  const kept = "procedures-keys";
  const switches = document.querySelectorAll("[data-keys-toggle]");
  const isOn = () => localStorage.getItem(kept) !== "off";
  const show = () => {
    for (const button of switches) {
      button.setAttribute("aria-pressed", String(isOn()));
      button.textContent = isOn() ? button.dataset.on : button.dataset.off;
      button.closest("[data-keys]").hidden = false;
    }
    for (const key of document.querySelectorAll(".m-staff kbd")) key.hidden = !isOn();
  };
  for (const button of switches) {
    button.addEventListener("click", () => {
      localStorage.setItem(kept, isOn() ? "off" : "on");
      show();
    });
  }
  show();
  // A button that needs a script is shown by one.
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
  document.addEventListener("keydown", (event) => {
    if (!isOn() || event.repeat || event.isComposing || event.defaultPrevented) return;
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    if (event.target.closest?.("input, textarea, select, [contenteditable], [role=menu]")) return;
    const wanted = document.querySelector(`.m-staff [data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!wanted) return;
    event.preventDefault();
    wanted.click();
  });
})();
