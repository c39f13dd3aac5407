// The timeline with script: tips, a wider drawing, arrow keys along the lanes, and years chosen by drawing along the bars.
import { explain, say } from "/static/explorer.js";
import "/static/png.js";

const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const drawing = document.querySelector("#drawing");
const tip = document.querySelector("#tip");
const bars = document.querySelector("svg.bars");

// Tips, also for those who come by the keyboard. The browser's own would come late, and over them.
function tips() {
  for (const title of $$(".mark > title, .gap > title, .arc > title", drawing)) {
    title.parentElement.dataset.tip = title.textContent.trim();
    title.parentElement.setAttribute("aria-label", title.textContent.trim());
    title.remove();
  }
  const show = (event) => {
    const about = event.target.closest?.("[data-tip]");
    tip.hidden = !about;
    if (!about) return;
    tip.textContent = about.dataset.tip;
    const at = event.type === "focusin" ? about.getBoundingClientRect() : { left: event.clientX, bottom: event.clientY };
    const below = at.bottom + 14 + tip.offsetHeight < innerHeight;
    tip.style.left = `${Math.max(4, Math.min(at.left + 8, innerWidth - tip.offsetWidth - 8))}px`;
    tip.style.top = `${below ? at.bottom + 14 : at.bottom - 26 - tip.offsetHeight}px`;
  };
  drawing.addEventListener("pointerover", show);
  drawing.addEventListener("focusin", show);
  const hide = () => { tip.hidden = true; };
  drawing.addEventListener("pointerleave", hide);
  drawing.addEventListener("focusout", hide);
  addEventListener("scroll", hide, { passive: true });
  addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
}

// A wider drawing scrolls in its box, all kinds together; the names of the lanes stay where they can be read.
function zooming() {
  let width = 1;
  const boxes = $$(".scroll", drawing);
  const names = (box) => {
    for (const name of $$(".name", box)) name.setAttribute("transform", `translate(${box.scrollLeft})`);
  };
  for (const box of boxes) {
    box.addEventListener("scroll", () => {
      names(box);
      for (const other of boxes) if (other.scrollLeft !== box.scrollLeft) other.scrollLeft = box.scrollLeft;
    }, { passive: true });
  }
  for (const button of $$("[data-zoom]")) {
    button.addEventListener("click", () => {
      const middle = boxes.length ? (boxes[0].scrollLeft + boxes[0].clientWidth / 2) / width : 0;
      width = Math.max(1, Math.min(16, button.dataset.zoom === "in" ? width * 2 : width / 2));
      for (const box of boxes) {
        box.firstElementChild.setAttribute("width", `${width * 100}%`);
        box.scrollLeft = middle * width - box.clientWidth / 2;
        names(box);
      }
      say(width === 1 ? "The whole time in view" : `${width} times as wide`);
    });
  }
}

// Left and right walk along a lane, up and down to the nearest mark of the lanes beside it.
function walking() {
  const place = (mark) => mark.getBoundingClientRect().left;
  drawing.addEventListener("keydown", (event) => {
    const mark = event.target.closest?.(".mark");
    if (!mark || event.ctrlKey || event.metaKey || event.altKey) return;
    const lanes = $$(".lane", drawing).filter((lane) => lane.querySelector(".mark"));
    const lane = mark.closest(".lane");
    const marks = $$(".mark", lane).sort((a, b) => place(a) - place(b));
    let next;
    if (event.key === "ArrowRight") next = marks[marks.indexOf(mark) + 1];
    else if (event.key === "ArrowLeft") next = marks[marks.indexOf(mark) - 1];
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const beside = lanes[lanes.indexOf(lane) + (event.key === "ArrowDown" ? 1 : -1)];
      next = beside && $$(".mark", beside).sort((a, b) => Math.abs(place(a) - place(mark)) - Math.abs(place(b) - place(mark)))[0];
    } else return;
    event.preventDefault();
    next?.focus();
  });
  explain("← →", "walk along a lane");
  explain("↑ ↓", "go to the lane above or below");
}

// From one year to another: drawn along the bars. A click on a bar is its link.
function brushing() {
  const first = Number(bars.dataset.first);
  const count = Number(bars.dataset.last) - first + 1;
  const year = (event) => {
    const box = bars.getBoundingClientRect();
    return first + Math.max(0, Math.min(count - 1, Math.floor(((event.clientX - box.left) / box.width) * count)));
  };
  const brush = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  brush.setAttribute("class", "brush");
  brush.setAttribute("height", "74");
  let start = null;
  let moved = false;
  bars.addEventListener("dragstart", (event) => event.preventDefault());
  bars.addEventListener("pointerdown", (event) => {
    if (event.button === 0) [start, moved] = [year(event), false];
  });
  addEventListener("pointermove", (event) => {
    if (start === null || (!moved && year(event) === start)) return;
    moved = true;
    const [from, to] = [start, year(event)].sort((a, b) => a - b);
    brush.setAttribute("x", `${((from - first) / count) * 100}%`);
    brush.setAttribute("width", `${((to - from + 1) / count) * 100}%`);
    bars.append(brush);
  });
  addEventListener("pointerup", (event) => {
    if (start === null) return;
    const [from, to] = [start, year(event)].sort((a, b) => a - b);
    start = null;
    brush.remove();
    if (!moved) return;
    const form = document.querySelector("#filters");
    form.elements.from.value = from;
    form.elements.to.value = to;
    form.requestSubmit();
  });
  bars.addEventListener("click", (event) => { if (moved) event.preventDefault(); }, true);
}

// On paper the legend is needed, and there is nothing to open it with.
addEventListener("beforeprint", () => { for (const each of $$("details")) each.open = true; });

if (drawing) {
  tips();
  zooming();
  walking();
}
if (bars) brushing();
