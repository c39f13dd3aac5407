// Makes the tables of a page sortable: each heading with data-sort becomes a button. A cell sorts by its text, or by
// its data-value where it has one. Whoever puts a new table into the page tells it by the event "content".
"use strict";
function sortable() {
  for (const head of document.querySelectorAll("th[data-sort]")) {
    if (head.querySelector("button")) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    const numbers = head.dataset.sort === "number";
    const compare = numbers ? (a, b) => Number(a) - Number(b) : (a, b) => a.localeCompare(b);
    const text = ({ cells: { [head.cellIndex]: cell } }) => cell.dataset.value ?? cell.textContent.trim();
    button.addEventListener("click", () => {
      const now = head.getAttribute("aria-sort");
      const down = now ? now === "ascending" : numbers;
      for (const other of head.parentElement.cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const body = head.closest("table").tBodies[0];
      body.append(...[...body.rows].sort((a, b) => compare(text(a), text(b)) * (down ? -1 : 1)));
    });
  }
}
sortable();
document.addEventListener("content", sortable);
