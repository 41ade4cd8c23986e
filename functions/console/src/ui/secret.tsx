import { useState } from "preact/hooks";

/** A secret that the API shows this once. */
export function Secret({ label, value, dismiss }: { label: string; value: string; dismiss: () => void }) {
  const [copied, setCopied] = useState(false);
  return (
    <div class="secret" role="status">
      <p>Copy the {label} now: it is shown this once.</p>
      <code>{value}</code>
      <button
        type="button"
        class="button small"
        onClick={() => {
          navigator.clipboard.writeText(value).then(
            () => setCopied(true),
            () => setCopied(false),
          );
        }}
      >
        {copied ? "Copied" : "Copy"}
      </button>
      <button type="button" class="button small" onClick={dismiss}>
        Done
      </button>
    </div>
  );
}

interface SureProps {
  label: string;
  /** What it acts on, for screen readers. */
  of: string;
  busy: boolean;
  act: () => void;
}

/** A button for what cannot be undone: it asks before it acts. */
export function SureButton({ label, of, busy, act }: SureProps) {
  const [asked, setAsked] = useState(false);
  return (
    <button
      type="button"
      class={asked ? "button small danger" : "button small"}
      disabled={busy}
      onBlur={() => setAsked(false)}
      onClick={() => {
        if (asked) act();
        setAsked(!asked);
      }}
    >
      {asked ? `${label}: sure?` : label}
      <span class="hidden"> {of}</span>
    </button>
  );
}
