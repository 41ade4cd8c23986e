import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
import { NOTHING } from "../format";
import { Icon } from "./icons";

interface CardProps {
  title: string;
  hint?: ComponentChildren;
  actions?: ComponentChildren;
  wide?: boolean;
  children: ComponentChildren;
}

export function Card({ title, hint, actions, wide = false, children }: CardProps) {
  const id = useId();
  return (
    <section class={wide ? "card wide" : "card"} aria-labelledby={id}>
      <header class="card-head">
        <div>
          <h2 id={id}>{title}</h2>
          {hint && <p class="quiet">{hint}</p>}
        </div>
        {actions && <div class="actions">{actions}</div>}
      </header>
      {children}
    </section>
  );
}

interface FigureProps {
  label: string;
  value: string;
  /** The size of the sample, in words. */
  sample?: string;
  formula?: string;
  /** Why the figure is null. */
  note?: string | null;
  notes?: readonly string[];
}

/** A figure with its sample; how it is computed, and its notes, on demand. */
export function Figure({ label, value, sample, formula, note, notes = [] }: FigureProps) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const missing = value === NOTHING;
  return (
    <div class="figure">
      <dt>
        {label}
        {(formula || notes.length > 0) && (
          <button
            type="button"
            class="info"
            aria-expanded={open}
            aria-controls={id}
            aria-label={`About ${label.toLowerCase()}`}
            onClick={() => setOpen(!open)}
          >
            <Icon name="info" />
          </button>
        )}
      </dt>
      <dd class={missing ? "value missing" : "value"}>{missing ? "Unknown" : value}</dd>
      {missing && <dd class="note">{note ?? "The API gives no figure for this"}</dd>}
      {!missing && sample && <dd class="quiet">{sample}</dd>}
      <dd id={id} class="about" hidden={!open}>
        {formula && <p>{formula}</p>}
        {notes.map((text) => (
          <p key={text}>{text}</p>
        ))}
      </dd>
    </div>
  );
}

/** A picture that may be missing or fail; its initial is shown instead. */
export function Avatar({ src, name, large = false }: { src: string | null | undefined; name: string; large?: boolean }) {
  const [failed, setFailed] = useState(false);
  const initial = (/[\p{L}\p{N}]/u.exec(name)?.[0] ?? "?").toUpperCase();
  return (
    <span class={large ? "avatar large" : "avatar"} aria-hidden="true">
      {src && !failed ? <img src={src} alt="" loading="lazy" onError={() => setFailed(true)} /> : initial}
    </span>
  );
}

export function Verified() {
  return (
    <span class="verified" title="Verified">
      <Icon name="verified" />
      <span class="hidden">Verified</span>
    </span>
  );
}

export function Notes({ notes }: { notes: readonly string[] }) {
  if (!notes.length) return null;
  return (
    <details class="notes">
      <summary>{notes.length === 1 ? "1 note" : `${notes.length} notes`}</summary>
      <ul>
        {notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </details>
  );
}

export function Tag({ tone = "plain", children }: { tone?: "plain" | "good" | "warning" | "bad" | "accent"; children: ComponentChildren }) {
  return <span class={`tag ${tone}`}>{children}</span>;
}

/** A table that scrolls inside its card on narrow screens, also by keyboard. */
export function Table({ label, head, children }: { label: string; head: readonly string[]; children: ComponentChildren }) {
  return (
    <div class="scroller" role="group" aria-label={label} tabIndex={0}>
      <table>
        <caption class="hidden">{label}</caption>
        <thead>
          <tr>
            {head.map((name) => (
              <th key={name} scope="col">
                {name || <span class="hidden">Actions</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
