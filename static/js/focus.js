// What has just come and must be read first (the summary of errors) takes the focus; with the value
// "still" (the button that Enter presses) it takes it without moving the page.

export function start(element) {
  element.focus({ preventScroll: element.dataset.uiFocus === "still" });
}
