import { useEffect, useState } from "preact/hooks";

/** The value of a design token, for the canvas, which no style sheet reaches. */
export function colour(token: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(token).trim();
}

export type Theme = "auto" | "light" | "dark";
const KEY = "theme";
const CHANGED = "themechange";

export function storedTheme(): Theme {
  const found = localStorage.getItem(KEY);
  return found === "light" || found === "dark" ? found : "auto";
}

/** Use a theme from now on; "auto" follows the system. */
export function applyTheme(theme: Theme) {
  if (theme === "auto") {
    localStorage.removeItem(KEY);
    delete document.documentElement.dataset["theme"];
  } else {
    localStorage.setItem(KEY, theme);
    document.documentElement.dataset["theme"] = theme;
  }
  window.dispatchEvent(new Event(CHANGED));
}

/** A number that changes with the colour scheme, so that charts are drawn again. */
export function useScheme(): number {
  const [version, setVersion] = useState(0);
  useEffect(() => {
    const changed = () => setVersion((v) => v + 1);
    const media = matchMedia("(prefers-color-scheme: dark)");
    media.addEventListener("change", changed);
    window.addEventListener(CHANGED, changed);
    return () => {
      media.removeEventListener("change", changed);
      window.removeEventListener(CHANGED, changed);
    };
  }, []);
  return version;
}
