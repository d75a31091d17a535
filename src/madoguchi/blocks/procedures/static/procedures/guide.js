// The guide works without this file. With it, a question follows without a reload: the new question
// takes the focus, and what is left is told to screen readers.
const settled = () => {
  const page = document.getElementById("g-page");
  const live = document.getElementById("g-live");
  if (!page || !live) {
    return;
  }
  const focused = page.querySelector("[data-focus]") ?? page.querySelector("h1");
  focused?.focus({ preventScroll: true });
  page.scrollIntoView({ block: "start" });
  const parts = [...(document.getElementById("g-progress")?.childNodes ?? [])];
  live.textContent = parts.map((part) => part.textContent.trim()).filter(Boolean).join(" – ");
};
document.body.addEventListener("htmx:afterSettle", settled);

// Buttons that need a script are shown by one.
for (const place of document.querySelectorAll(".g-script")) {
  place.hidden = false;
}
document.querySelector("[data-print]")?.addEventListener("click", () => window.print());
document.querySelector("[data-open-all]")?.addEventListener("click", (event) => {
  for (const entry of document.querySelectorAll(".g-entry")) {
    entry.open = true;
  }
  event.target.hidden = true;
  document.querySelector(".g-entry summary")?.focus();
});

// Who comes to an entry by a link sees what is in it.
const arrive = () => {
  const entry = document.getElementById(location.hash.slice(1));
  if (entry?.matches(".g-entry")) {
    entry.open = true;
    entry.scrollIntoView({ block: "start" });
  }
};
window.addEventListener("hashchange", arrive);
arrive();
