// A drawing as PNG, twice as large as the SVG: <button data-svg="/explore.svg?topic=pnt" data-name="spacepact">.
import { say } from "/static/explorer.js";

const MOST = 16_000; // pixels a side; browsers draw nothing on a larger canvas

async function png({ dataset: { svg, name } }) {
  const text = await (await fetch(svg)).text();
  const picture = new Image();
  picture.src = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  await picture.decode();
  const scale = Math.min(2, MOST / Math.max(picture.width, picture.height));
  const canvas = Object.assign(document.createElement("canvas"), { width: scale * picture.width, height: scale * picture.height });
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(picture.src);
  canvas.toBlob((file) => {
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: `${name}.png` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    say(`The drawing is saved as ${name}.png`);
  });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-svg]");
  if (button) png(button);
});
