// The page of an entity: unfolds long tables, opens what is folded where a link leads or paper is printed.
const $$ = (selector) => [...document.querySelectorAll(selector)];

for (const rest of $$("tbody.folded")) {
  const button = Object.assign(document.createElement("button"), { type: "button" });
  button.textContent = `Show ${rest.querySelectorAll("td:first-child").length} more`;
  button.setAttribute("aria-controls", rest.id);
  button.addEventListener("click", () => {
    rest.classList.add("unfolded");
    rest.rows[0].querySelector("a")?.focus();
    button.remove();
  });
  rest.closest(".scroll").after(button);
}

function reveal() {
  const goal = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const folded = goal?.closest("details");
  if (!folded || folded.open) return;
  folded.open = true;
  goal.scrollIntoView();
}
addEventListener("hashchange", reveal);
reveal();
addEventListener("beforeprint", () => $$("details").forEach((details) => { details.open = true; }));
