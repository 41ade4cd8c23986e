import type { Schemas } from "../../api/client";
import { ago, NOTHING, titled } from "../../format";

const STEPS = ["Requested", "In the queue", "Being fetched", "Ready"];

/** The work on a profile that does not stand yet, as the status endpoint tells it. */
export function Progress({ status }: { status: Schemas["StatusData"] }) {
  const step = status.status === "processing" ? 2 : 1;
  const facts: readonly (readonly [string, string])[] = [
    ["Place in the queue", status.queue_position ? String(status.queue_position) : NOTHING],
    ["Estimate", status.estimated_time ?? NOTHING],
    ["Priority", status.priority ? titled(status.priority.toLowerCase()) : NOTHING],
    ["Attempts", String(status.attempts ?? 0)],
    ["Requested", status.created_at ? ago(status.created_at) : NOTHING],
  ];
  return (
    <section class="card progress" aria-label="Progress">
      <p class="progress-message" role="status">
        {step === 2 ? "Fetching the profile, its posts and its images" : "Waiting for a worker"}
      </p>
      <ol class="steps">
        {STEPS.map((name, index) => (
          <li key={name} class={index < step ? "done" : index === step ? "current" : ""} aria-current={index === step ? "step" : undefined}>
            {name}
          </li>
        ))}
      </ol>
      <dl class="facts">
        {facts
          .filter(([, value]) => value !== NOTHING)
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      {status.error_message && (
        <p class="quiet">
          The last attempt failed: {status.error_message}
          {status.next_attempt_at && `. Next attempt ${new Date(status.next_attempt_at).toLocaleTimeString("en")}`}
        </p>
      )}
      <p class="quiet">This page shows the profile as soon as it stands. You can leave and come back.</p>
    </section>
  );
}
