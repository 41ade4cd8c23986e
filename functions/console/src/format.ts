const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const exact = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });
const day = new Intl.DateTimeFormat("en", { day: "numeric", month: "short", timeZone: "UTC" });
const date = new Intl.DateTimeFormat("en", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
const time = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });
const languages = new Intl.DisplayNames("en", { type: "language" });

export const NOTHING = "–";

type Maybe = number | null | undefined;
const known = (value: Maybe): value is number => value !== null && value !== undefined;

export const short = (value: Maybe) => (known(value) ? compact.format(value) : NOTHING);
export const full = (value: Maybe) => (known(value) ? exact.format(value) : NOTHING);
export const percent = (value: Maybe) => (known(value) ? `${exact.format(value)}%` : NOTHING);
export const share = (value: Maybe) => (known(value) ? `${exact.format(Math.round(value * 1000) / 10)}%` : NOTHING);
export const signed = (value: Maybe) => (known(value) ? `${value > 0 ? "+" : ""}${exact.format(value)}` : NOTHING);
export const shortDay = (iso: string | number) => day.format(new Date(iso));
export const fullDay = (iso: string) => date.format(new Date(iso));
export const moment = (iso: string) => time.format(new Date(iso));
export const counted = (count: number, one: string, many = `${one}s`) => `${full(count)} ${count === 1 ? one : many}`;
/** A name of a field or a status as text: the first letter, AI and API in capitals. */
export const titled = (text: string) =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}`.replaceAll("_", " ").replace(/\b(ai|api)\b/gi, (name) => name.toUpperCase());

export function milliseconds(seconds: Maybe): string {
  if (!known(seconds)) return NOTHING;
  return seconds < 1 ? `${exact.format(Math.round(seconds * 1000))} ms` : `${exact.format(seconds)} s`;
}

export function languageName(code: string): string {
  try {
    return languages.of(code) ?? code;
  } catch {
    return code;
  }
}

export function ago(iso: string): string {
  const seconds = Math.max(0, (Date.now() - new Date(iso).getTime()) / 1000);
  return seconds < 60 ? "just now" : `${span(seconds)} ago`;
}

export function span(seconds: Maybe): string {
  if (!known(seconds)) return NOTHING;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86400)} days`;
}

/** The note of a field ("field: reason"), without its name; null if there is none. */
export function noteOf(notes: readonly string[], ...fields: string[]): string | null {
  for (const note of notes) {
    const [names, ...reason] = note.split(": ");
    if (reason.length && names?.split(", ").some((name) => fields.includes(name))) return titled(reason.join(": "));
  }
  return null;
}
