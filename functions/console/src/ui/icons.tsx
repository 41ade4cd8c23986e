import type { JSX } from "preact";

const PATHS = {
  search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13Zm4.8-1.7L20 20",
  compare: "M6 20v-9m6 9V4m6 16v-6",
  campaign: "M4 10v4h3l7 4V6l-7 4H4Zm14-1.5a5 5 0 0 1 0 7",
  system: "M3 12h4l2.5-7 5 14 2.5-7h4",
  account: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-7.5 8a7.5 7.5 0 0 1 15 0",
  verified: "m8.5 12.2 2.4 2.4 4.8-5M12 3l2.3 1.7 2.8-.1.8 2.7 2.3 1.7-1 2.6 1 2.7-2.3 1.6-.8 2.7-2.8-.1L12 20.2l-2.3-1.7-2.8.1-.8-2.7-2.3-1.6 1-2.7-1-2.6L6.1 7.3l.8-2.7 2.8.1Z",
  star: "m12 4 2.4 5 5.6.7-4.1 3.8 1.1 5.5-5-2.8L7 19l1.1-5.5L4 9.7 9.6 9Z",
  refresh: "M19 12a7 7 0 1 1-2.2-5.1M19 4v4h-4",
  download: "M12 4v11m0 0 4-4m-4 4-4-4M5 20h14",
  info: "M12 11v5m0-8.2v.1M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17Z",
  lock: "M7 11V8a5 5 0 0 1 10 0v3M6 11h12v9H6Z",
  theme: "M12 3.5a8.5 8.5 0 1 0 0 17Zm0 0a8.5 8.5 0 0 1 0 17",
  image: "M4 5h16v14H4Zm0 11 5-5 4 4 2.5-2.5L20 17M15 9.5h.1",
  external: "M14 4h6v6m0-6-9 9M18 14v6H4V6h6",
  close: "m6 6 12 12M18 6 6 18",
  views: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Zm9.5 2.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z",
  like: "M12 20S4 15 4 9.3A4.3 4.3 0 0 1 12 7a4.3 4.3 0 0 1 8 2.3C20 15 12 20 12 20Z",
  comment: "M4 5h16v11H10l-4 4v-4H4Z",
} as const;

export type IconName = keyof typeof PATHS;

/** A decorative icon: the text beside it, or the label of its button, says what it means. */
export function Icon({ name }: { name: IconName }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
