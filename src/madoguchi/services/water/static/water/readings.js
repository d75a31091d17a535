// Enter goes to the next meter of the list; in the last one it sends the form.
"use strict";
for (const form of document.querySelectorAll("[data-readings]")) {
  const fields = [...form.querySelectorAll("[data-next]")];
  form.addEventListener("keydown", (event) => {
    const at = fields.indexOf(event.target);
    if (event.key !== "Enter" || event.isComposing || at < 0 || at === fields.length - 1) return;
    event.preventDefault();
    fields[at + 1].focus();
    fields[at + 1].select();
  });
  const wrong = fields.find((field) => field.getAttribute("aria-invalid") === "true");
  (wrong || fields.find((field) => !field.value))?.focus();
}
