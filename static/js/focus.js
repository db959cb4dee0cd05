// What has just come and must be read first (the summary of errors) takes the focus.

export function start(element) {
  element.focus();
}
