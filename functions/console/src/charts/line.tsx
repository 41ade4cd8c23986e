import { useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { colour, useScheme } from "./scheme";

export interface Point {
  /** Seconds since 1970. */
  at: number;
  value: number | null;
  /** How the axis position is called in the table and the read-out. */
  name: string;
  /** What else the read-out says: the size of the sample, for example. */
  detail?: string;
}

interface LineProps {
  label: string;
  points: readonly Point[];
  format: (value: number) => string;
  axis: (at: number) => string;
  bars?: boolean;
  height?: number;
  /** Where the axis of values starts at zero; growth, for example, would be invisible there. */
  fromZero?: boolean;
}

/** A chart over time. The same figures are in a table for screen readers; the pointer shows each of them. */
export function LineChart({ label, points, format, axis, bars = false, height = 200, fromZero = true }: LineProps) {
  const box = useRef<HTMLDivElement>(null);
  const [index, setIndex] = useState<number | null>(null);
  const scheme = useScheme();

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const accent = colour("--accent");
    const axes = { stroke: colour("--quiet"), font: "12px system-ui, sans-serif", ticks: { show: false } };
    const options: uPlot.Options = {
      width: Math.max(element.clientWidth, 120),
      height,
      padding: [12, 12, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 8 } },
      scales: {
        x: { time: false, range: (_, low, high) => span(low, high, bars) },
        y: { range: (_, low, high) => room(low, high, fromZero) },
      },
      axes: [
        { ...axes, grid: { show: false }, values: (_, ticks) => ticks.map(axis), space: 70, size: 30 },
        { ...axes, grid: { stroke: colour("--line"), width: 1 }, values: (_, ticks) => ticks.map(format), size: 64, space: 40 },
      ],
      series: [
        {},
        {
          stroke: accent,
          width: 2,
          fill: `${accent}${bars ? "33" : "14"}`,
          points: { show: !bars && points.length < 40, size: 6, fill: accent },
          paths: bars ? uPlot.paths.bars?.({ size: [0.6, 44], radius: 0.15 }) : uPlot.paths.linear?.(),
        },
      ],
      hooks: { setCursor: [(plot) => setIndex(plot.cursor.idx ?? null)] },
    };
    const plot = new uPlot(options, [points.map((p) => p.at), points.map((p) => p.value)], element);
    const resized = new ResizeObserver(() => plot.setSize({ width: Math.max(element.clientWidth, 120), height }));
    resized.observe(element);
    return () => {
      resized.disconnect();
      plot.destroy();
    };
  }, [points, scheme, bars, height, format, axis, fromZero]);

  const shown = points[index ?? points.length - 1];
  return (
    <figure class="chart">
      <p class="readout" aria-hidden="true">
        {shown && (
          <>
            <strong>{shown.value === null ? "Unknown" : format(shown.value)}</strong> {shown.name}
            {shown.detail && ` · ${shown.detail}`}
          </>
        )}
      </p>
      <div ref={box} class="plot" aria-hidden="true" />
      {/* A table does not get narrower than its words, so it is in a box that does. */}
      <div class="hidden">
        <table>
          <caption>{label}</caption>
          <tbody>
            {points.map((point) => (
              <tr key={point.at}>
                <th scope="row">{point.name}</th>
                <td>{point.value === null ? "unknown" : format(point.value)}</td>
                <td>{point.detail ?? ""}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  );
}

function span(low: number, high: number, bars: boolean): [number, number] {
  if (low === high) return [low - 43_200, high + 43_200];
  const margin = bars ? (high - low) * 0.06 : 0;
  return [low - margin, high + margin];
}

function room(low: number | null, high: number | null, fromZero: boolean): [number, number] {
  if (low === null || high === null) return [0, 1];
  if (fromZero) return [0, high > 0 ? high * 1.1 : 1];
  const margin = (high - low || Math.abs(high) * 0.01 || 1) * 0.15;
  return [low - margin, high + margin];
}
