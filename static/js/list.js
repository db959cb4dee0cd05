// The arrows go from line to line of a list of links; Home and End to its ends.

function links(list) {
  return [...list.querySelectorAll("a.row__title")];
}

export function start(list) {
  list.addEventListener("keydown", (event) => {
    if (!event.target.matches("a.row__title")) return;
    const all = links(list);
    const here = all.indexOf(event.target);
    const to = {
      ArrowDown: here + 1, ArrowUp: here - 1, j: here + 1, k: here - 1,
      Home: 0, End: all.length - 1,
    }[event.key];
    if (to === undefined || !all[to] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    all[to].focus();
    all[to].scrollIntoView({ block: "nearest" });
  });
}
