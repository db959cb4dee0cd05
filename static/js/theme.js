// Light, dark or strong contrast, remembered by this browser; nothing chosen follows the system.

function current() {
  return document.documentElement.dataset.theme ?? "";
}

export function start(box) {
  const buttons = [...box.querySelectorAll("[data-theme-value]")];
  const show = () => {
    for (const button of buttons) {
      button.setAttribute("aria-pressed", String(button.dataset.themeValue === current()));
    }
  };
  for (const button of buttons) {
    button.addEventListener("click", () => {
      const value = button.dataset.themeValue;
      if (value) document.documentElement.dataset.theme = value;
      else delete document.documentElement.dataset.theme;
      const life = value ? 31536000 : 0;
      const secure = location.protocol === "https:" ? ";secure" : "";
      document.cookie = `theme=${value};path=/;max-age=${life};samesite=lax${secure}`;
      show();
    });
  }
  show();
}
