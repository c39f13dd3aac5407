// Picks a thing of the record in a form. On every page, explorer.js turns each
//   <input name="from" data-pick="Actor" value="...">
// into a box with suggestions of that class ("Actor", "State", "MeetingSeries", "topic"...; empty for all). Without
// scripts it is a plain box, and the server resolves whatever name was typed. With them:
// - the reader sees the name, the form sends the slug. An input that the server has filled with a name may have the slug
//   in data-slug, so that the same is sent again;
// - with data-many it takes several, with commas between them; there slugs are seen too;
// - when one was picked, the input fires a "pick" event with the thing of /api/search in its detail, after "change".
// For an input that is made later, call pick(input) yourself.
import { combobox, suggestions } from "/static/combobox.js";

export function pick(input, say) {
  let picked = input.dataset.slug ? { label: input.value, slug: input.dataset.slug } : null;
  const many = "many" in input.dataset;
  const place = document.createElement("span");
  place.className = "picks";
  input.replaceWith(place);
  place.append(input);
  combobox(input, {
    say,
    find: (text, signal) => {
      const last = many ? text.slice(text.lastIndexOf(",") + 1).trim() : text;
      return last ? suggestions(last, { kind: input.dataset.pick, signal }) : [];
    },
    take: (hit) => {
      const before = many ? input.value.slice(0, input.value.lastIndexOf(",") + 1) : "";
      input.value = many ? `${before}${before ? " " : ""}${hit.slug}, ` : hit.label;
      picked = many ? null : hit;
      input.dispatchEvent(new Event("change", { bubbles: true }));
      input.dispatchEvent(new CustomEvent("pick", { bubbles: true, detail: hit }));
    },
  });
  // What is sent; the box goes on showing the name.
  input.form?.addEventListener("formdata", ({ formData }) => {
    if (picked && input.value === picked.label) formData.set(input.name, picked.slug);
    else if (many) formData.set(input.name, input.value.split(",").map((part) => part.trim()).filter(Boolean).join(","));
  });
}
