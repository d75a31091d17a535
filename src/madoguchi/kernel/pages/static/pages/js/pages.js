// Every page works without this file: it only saves a few keystrokes.

// After a form came back with errors, a screen reader starts at their summary.
document.querySelector("[data-focus]")?.focus();

// The phone menu closes with Escape and when the pointer goes elsewhere.
const menu = document.querySelector(".m-header__menu");
if (menu) {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", (event) => {
    if (menu.open && !menu.contains(event.target)) {
      menu.open = false;
    }
  });
}
