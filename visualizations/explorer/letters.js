// The names in a drawing: they keep a size that can be read, and none covers another.
const LEAST = 11; // pixels of a letter on the screen

export function wrapped(words) {
  const lines = [""];
  for (const word of words.split(" ")) {
    if (lines.at(-1) && lines.at(-1).length + word.length > 17) lines.push(word);
    else lines[lines.length - 1] += (lines.at(-1) ? " " : "") + word;
  }
  return lines.join("\n");
}

// Give the *nodes* of *network* their names as large as the zoom asks for. *named* has an id and the words of each, those
// first that keep their name where names would cover one another. *signs* are boxes that no
// name may cover but the first few.
export function letter(network, nodes, named, signs = []) {
  const size = Math.max(14, LEAST / network.getScale());
  const taken = [];
  nodes.update(named.map(({ id, words }, rank) => {
    const lines = words.split("\n");
    const { size: radius, font } = nodes.get(id);
    const { x, y } = network.getPosition(id);
    const half = 0.28 * size * Math.max(...lines.map((line) => line.length));
    const at = { left: x - half, right: x + half, top: y + radius, bottom: y + radius + 1.15 * size * lines.length };
    const free = ![...taken, ...(rank < 5 ? [] : signs)].some((other) => at.left < other.right && other.left < at.right && at.top < other.bottom && other.top < at.bottom);
    if (free) taken.push(at);
    return { id, label: free ? words : "", font: { ...font, size } };
  }));
}
