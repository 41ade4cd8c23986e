import { useEffect, useState } from "preact/hooks";
import { languageName } from "../format";

/** The parameters of the search, as they are in the address of the page. */
export const FILTERS = ["q", "category", "language", "min_followers", "max_followers", "min_engagement", "verified", "sort"] as const;
type Name = (typeof FILTERS)[number];

const LANGUAGES = ["ar", "de", "en", "es", "fr", "hi", "id", "it", "ja", "ko", "nl", "pl", "pt", "ru", "tr", "zh"];
const FOLLOWERS = [
  ["1000", "1 K"],
  ["10000", "10 K"],
  ["50000", "50 K"],
  ["100000", "100 K"],
  ["500000", "500 K"],
  ["1000000", "1 M"],
  ["10000000", "10 M"],
] as const;
const TYPING_MS = 300;

interface FiltersProps {
  params: URLSearchParams;
  change: (next: URLSearchParams) => void;
}

export function CreatorFilters({ params, change }: FiltersProps) {
  const value = (name: Name) => params.get(name) ?? "";
  const set = (name: Name, next: string) => {
    const changed = new URLSearchParams(params);
    if (next) changed.set(name, next);
    else changed.delete(name);
    // The API sorts what a prefix finds by name only.
    if (name === "q" && next) changed.delete("sort");
    change(changed);
  };
  return (
    <form class="filters" aria-label="Filters" onSubmit={(event) => event.preventDefault()}>
      <Typed label="Name starts with" name="q" value={value("q")} set={set} />
      <Typed label="Category" name="category" value={value("category")} set={set} />
      <Choice label="Language" name="language" value={value("language")} set={set} any="Any">
        {LANGUAGES.map((code) => [code, languageName(code)] as const)}
      </Choice>
      <Choice label="Followers from" name="min_followers" value={value("min_followers")} set={set} any="Any">
        {FOLLOWERS}
      </Choice>
      <Choice label="Followers to" name="max_followers" value={value("max_followers")} set={set} any="Any">
        {FOLLOWERS}
      </Choice>
      <Choice label="Engagement from" name="min_engagement" value={value("min_engagement")} set={set} any="Any">
        {["0.5", "1", "2", "3", "5", "10"].map((rate) => [rate, `${rate} %`] as const)}
      </Choice>
      <Choice label="Verified" name="verified" value={value("verified")} set={set} any="Any">
        {[
          ["true", "Verified"],
          ["false", "Not verified"],
        ]}
      </Choice>
      <Choice label="Sort by" name="sort" value={value("q") ? "name" : value("sort") || "followers"} set={set} disabled={!!value("q")}>
        {[
          ["followers", "Followers"],
          ["engagement", "Engagement"],
          ["name", "Name"],
        ]}
      </Choice>
    </form>
  );
}

interface FieldProps {
  label: string;
  name: Name;
  value: string;
  set: (name: Name, value: string) => void;
}

/** A text that takes effect when the typing pauses. */
function Typed({ label, name, value, set }: FieldProps) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text.trim() === value) return undefined;
    const timer = setTimeout(() => set(name, text.trim()), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <label class="field">
      {label}
      <input value={text} maxLength={100} onInput={(event) => setText(event.currentTarget.value)} autocomplete="off" />
    </label>
  );
}

interface ChoiceProps extends FieldProps {
  any?: string;
  disabled?: boolean;
  children: readonly (readonly [string, string])[] | readonly string[][];
}

function Choice({ label, name, value, set, any, disabled, children }: ChoiceProps) {
  return (
    <label class="field">
      {label}
      <select value={value} disabled={disabled} onChange={(event) => set(name, event.currentTarget.value)}>
        {any && <option value="">{any}</option>}
        {children.map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
