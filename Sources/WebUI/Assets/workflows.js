// Behaviour of the pages below Pages/: workflows. Everything works without it.

const boxes = () => [...document.querySelectorAll('#bulk-form input[name="run"]')];

/// Says how many rows are ticked, and lets the buttons act on them only if there are any.
function showSelection() {
  const count = boxes().filter((box) => box.checked).length;
  for (const element of document.querySelectorAll("[data-bulk-count]")) {
    const text = count === 0 ? "None selected" : `${count} selected`;
    if (element.textContent !== text) element.textContent = text;
  }
  for (const button of document.querySelectorAll("[data-bulk-button]")) button.disabled = count === 0;
  const all = document.getElementById("check-all");
  if (all) {
    all.checked = count > 0 && count === boxes().length;
    all.indeterminate = count > 0 && !all.checked;
  }
}

let last = null;

/// A click with shift ticks everything between it and the click before.
document.addEventListener("click", (event) => {
  const box = event.target.closest('#bulk-form input[name="run"]');
  if (!box) return;
  const all = boxes();
  const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((left, right) => left - right);
  if (event.shiftKey && from >= 0) {
    for (const other of all.slice(from, to + 1)) other.checked = box.checked;
  }
  last = box;
});

document.addEventListener("change", () => setTimeout(showSelection));
document.addEventListener("click", () => setTimeout(showSelection));

const rows = document.getElementById("bulk-form");
if (rows) {
  new MutationObserver(showSelection).observe(rows, { childList: true, subtree: true });
  showSelection();
}
