// A hole goes into the text where the cursor stood last.
"use strict";
(() => {
  let last = null;
  document.addEventListener("focusin", (event) => {
    if (event.target.matches?.("textarea")) last = event.target;
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    if (!button) return;
    const text = last ?? document.querySelector(".c-row textarea");
    if (!text) return;
    text.setRangeText(button.dataset.insert, text.selectionStart, text.selectionEnd, "end");
    text.focus();
  });
})();
