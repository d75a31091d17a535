// Line numbers beside the rules, and remarks that lead to their line. The form works without them.
const field = document.getElementById("id_source");
if (field) {
  const numbers = document.createElement("div");
  numbers.className = "y-editor__numbers";
  numbers.setAttribute("aria-hidden", "true");
  field.before(numbers);
  const marked = new Set(
    [...document.querySelectorAll("[data-line]")].map((link) => Number(link.dataset.line)),
  );
  let count = 0;
  const number = () => {
    const lines = field.value.split("\n").length;
    if (lines === count) {
      return;
    }
    count = lines;
    numbers.replaceChildren(
      ...Array.from({ length: lines }, (_, index) => {
        const line = document.createElement(marked.has(index + 1) ? "b" : "span");
        line.textContent = `${index + 1}\n`;
        return line;
      }),
    );
  };
  const follow = () => {
    numbers.style.blockSize = `${field.clientHeight}px`;
    numbers.scrollTop = field.scrollTop;
  };
  const goTo = (line) => {
    const before = field.value.split("\n").slice(0, line - 1);
    const start = before.reduce((sum, text) => sum + text.length + 1, 0);
    const end = field.value.indexOf("\n", start);
    field.focus({ preventScroll: true });
    field.setSelectionRange(start, end < 0 ? field.value.length : end);
    field.scrollTop = Math.max(0, (line - 6) * 24);
    field.scrollIntoView({ block: "center" });
  };
  field.addEventListener("input", number);
  field.addEventListener("scroll", follow);
  new ResizeObserver(follow).observe(field);
  number();
  follow();
  for (const link of document.querySelectorAll("[data-line]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      goTo(Number(link.dataset.line));
    });
  }

  // Text that was not stored is not lost by a slip.
  let isDirty = false;
  field.addEventListener("input", () => {
    isDirty = true;
  });
  field.form.addEventListener("submit", () => {
    isDirty = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (isDirty) {
      event.preventDefault();
    }
  });
}
