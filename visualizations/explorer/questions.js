// Filters the catalogue while one types; without it the form asks the server.
import { say } from "/static/explorer.js";

const box = document.querySelector("#q");
const cards = [...document.querySelectorAll(".question")];
const texts = cards.map((card) => card.dataset.text);

function filter() {
  const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  cards.forEach((card, at) => {
    card.hidden = !words.every((word) => texts[at].includes(word));
    shown += !card.hidden;
  });
  for (const group of document.querySelectorAll(".group")) group.hidden = !group.querySelector(".question:not([hidden])");
  document.querySelector("#none").hidden = shown > 0;
  say(`${shown} ${shown === 1 ? "question" : "questions"}`);
}
box?.addEventListener("input", filter);
