// Sorting of value tables by a click on a heading.

export function addSorting(root) {
  for (const table of root.querySelectorAll("table[data-sortable]")) {
    for (const heading of table.querySelectorAll("thead th")) {
      if (heading.querySelector("button") || !heading.textContent.trim()) continue;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.textContent = heading.textContent;
      button.addEventListener("click", () => sort(heading));
      heading.replaceChildren(button);
    }
  }
}

function sort(heading) {
  const table = heading.closest("table");
  const body = table.tBodies[0];
  const column = heading.cellIndex;
  const isDescending = heading.getAttribute("aria-sort") === "ascending";
  for (const other of table.querySelectorAll("th[aria-sort]")) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", isDescending ? "descending" : "ascending");
  const text = (row) => row.cells[column]?.textContent.trim() ?? "";
  const rows = [...body.rows].sort((left, right) => compare(text(left), text(right)));
  if (isDescending) rows.reverse();
  body.append(...rows);
}

function compare(left, right) {
  const numbers = [Number(left), Number(right)];
  if (left !== "" && right !== "" && numbers.every((number) => !Number.isNaN(number))) return numbers[0] - numbers[1];
  return left.localeCompare(right, undefined, { numeric: true });
}
