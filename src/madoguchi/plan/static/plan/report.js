/* The report editor with a script: figures go to the cursor, the list narrows while one types,
   the lines are shown as they will be read. Without it every button works by itself. */
"use strict";

(() => {
  const form = document.getElementById("report-form");
  if (!form) return;

  let lastLine = null;
  let waiting = 0;

  form.addEventListener("focusin", (event) => {
    if (event.target.name === "line") lastLine = event.target;
  });

  const insert = (text) => {
    const lines = form.querySelectorAll('textarea[name="line"]');
    const line = lastLine ?? lines[lines.length - 1];
    line.setRangeText(text, line.selectionStart, line.selectionEnd, "end");
    line.focus();
    line.dispatchEvent(new Event("input", { bubbles: true }));
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-insert]");
    if (!button) return;
    event.preventDefault();
    insert(button.dataset.insert);
  });

  const narrow = (words) => {
    const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
    for (const entry of document.querySelectorAll(".p-picker__list li[data-words]")) {
      const text = entry.dataset.words.toLowerCase();
      entry.hidden = !wanted.every((word) => text.includes(word));
    }
  };

  const show = async () => {
    const answer = await fetch(form.dataset.preview, { method: "POST", body: new FormData(form) });
    if (answer.ok) document.getElementById("preview").innerHTML = await answer.text();
  };

  document.getElementById("find").addEventListener("input", (event) => {
    narrow(event.target.value);
  });

  form.addEventListener("input", (event) => {
    if (event.target.name !== "line") return;
    clearTimeout(waiting);
    waiting = setTimeout(show, 400);
  });

  let isChanged = false;
  form.addEventListener("input", () => {
    isChanged = true;
  });
  form.addEventListener("submit", () => {
    isChanged = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (isChanged) event.preventDefault();
  });
})();
