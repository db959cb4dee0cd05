// Runs before the first paint: what needs scripts may show itself (`js-only`).
document.documentElement.classList.add("js");
