// Everything here adds to pages that can be read and used without it.
import { startLive } from "./live.js";
import { showTimes } from "./times.js";
import { addSorting } from "./tables.js";

/// Called for the page, and for every piece of it that was replaced.
function enhance(root) {
  showTimes(root);
  addSorting(root);
  for (const element of root.querySelectorAll("[data-script][hidden]")) element.hidden = false;
}

document.addEventListener("click", async (event) => {
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    await navigator.clipboard.writeText(copy.dataset.copy);
    const label = copy.textContent;
    copy.textContent = "copied";
    setTimeout(() => { copy.textContent = label; }, 1200);
    return;
  }
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const menu = document.querySelector("details.menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
    return;
  }
  const isTyping = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const field = document.querySelector("[data-search]");
    if (field) {
      event.preventDefault();
      field.focus();
      field.select();
    }
  }
});

document.addEventListener("change", (event) => {
  const all = event.target.closest("[data-check-all]");
  if (all) {
    for (const box of document.querySelectorAll(`input[name="${all.dataset.checkAll}"]`)) box.checked = all.checked;
  }
  if (event.target.closest("[data-submit-on-change]")) event.target.form.requestSubmit();
});

enhance(document);
startLive(enhance);
setInterval(() => showTimes(document), 1000);
