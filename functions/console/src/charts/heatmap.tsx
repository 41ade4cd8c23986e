import { useState } from "preact/hooks";
import type { Schemas } from "../api/client";
import { counted, full, titled } from "../format";

type Slot = Schemas["TimeSlot"];
const WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
const LEVELS = 5;

/** Median engagement by weekday and hour. Hours with fewer posts than the minimum stay empty. */
export function Heatmap({ slots, timezone, minimum }: { slots: readonly Slot[]; timezone: string; minimum: number }) {
  const [shown, setShown] = useState<Slot | null>(null);
  const found = new Map(slots.map((slot) => [`${slot.weekday}-${slot.hour}`, slot]));
  const ranked = slots.map((slot) => slot.median_engagement).sort((a, b) => a - b);
  const level = (slot: Slot) => 1 + Math.floor((ranked.indexOf(slot.median_engagement) / ranked.length) * LEVELS);
  return (
    <figure class="chart">
      <p class="readout" aria-hidden="true">
        {shown ? describe(shown) : `Likes and comments per post, ${timezone}. Hours with fewer than ${minimum} posts are empty.`}
      </p>
      <table class="heatmap" onMouseLeave={() => setShown(null)}>
        <caption class="hidden">
          Median likes and comments by weekday and hour, {timezone}; empty with fewer than {minimum} posts
        </caption>
        <thead>
          <tr>
            <td />
            {HOURS.map((hour) => (
              <th key={hour} scope="col">
                <span class={hour % 6 ? "hidden" : ""}>{hour}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {WEEKDAYS.map((weekday) => (
            <tr key={weekday}>
              <th scope="row">
                <abbr title={titled(weekday)}>{titled(weekday).slice(0, 3)}</abbr>
              </th>
              {HOURS.map((hour) => {
                const slot = found.get(`${weekday}-${hour}`);
                return (
                  <td key={hour} data-level={slot ? level(slot) : 0} onMouseEnter={() => setShown(slot ?? null)}>
                    {slot && <span class="hidden">{`${full(slot.median_engagement)}, ${counted(slot.sample_size, "post")}`}</span>}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}

function describe(slot: Slot) {
  const hours = `${slot.hour}:00–${slot.hour + 1}:00`;
  return (
    <>
      <strong>{full(slot.median_engagement)}</strong> {titled(slot.weekday)} {hours} · {counted(slot.sample_size, "post")}
    </>
  );
}
