import { useEffect, useMemo, useState } from "preact/hooks";
import { ApiError, type Schemas } from "../api/client";
import { events } from "../api/events";
import { LineChart } from "../charts/line";
import { full, milliseconds, percent, share, titled } from "../format";
import { Card, Figure, Notes, Table, Tag } from "../ui/parts";
import { Failure, Skeleton } from "../ui/states";

type Metrics = Schemas["MetricsData"];
const KEPT = 120;
const RECONNECT_MS = 3000;

export interface Live {
  data: Metrics | null;
  /** The snapshots since the page was opened, oldest first. */
  past: readonly Metrics[];
  connected: boolean;
  error: unknown;
}

/** The metrics as they are streamed; a stream that ends is opened again. */
export function useMetrics(): Live {
  const [live, setLive] = useState<Live>({ data: null, past: [], connected: false, error: null });
  useEffect(() => {
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const read = async () => {
      let pause = RECONNECT_MS;
      try {
        for await (const event of events("/api/streaming/metrics", stop.signal)) {
          const data = (event as Schemas["MetricsEvent"]).data;
          if (data) setLive(({ past }) => ({ data, past: [...past.slice(1 - KEPT), data], connected: true, error: null }));
        }
        setLive((last) => ({ ...last, connected: false }));
      } catch (error) {
        if (stop.signal.aborted) return;
        if (error instanceof ApiError && error.retryAfter) pause = error.retryAfter * 1000;
        setLive((last) => ({ ...last, connected: false, error }));
      }
      if (!stop.signal.aborted) timer = setTimeout(() => void read(), pause);
    };
    void read();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, []);
  return live;
}

const clock = (at: number) => new Date(at * 1000).toLocaleTimeString("en", { hour12: false });
const rounded = (value: number) => full(Math.round(value * 10) / 10);

export function LiveMetrics({ live }: { live: Live }) {
  const points = useMemo(
    () =>
      live.past.map((metrics) => {
        const at = Date.parse(metrics.measured_at) / 1000;
        return { at, value: metrics.requests?.per_minute ?? null, name: `at ${clock(at)}` };
      }),
    [live.past],
  );
  if (!live.data) {
    return <Card title="Requests">{live.error ? <Failure error={live.error} /> : <Skeleton rows={3} />}</Card>;
  }
  const { requests, caches, resources, ai, top_operations: top, operations, alerts, notes } = live.data;
  const minutes = requests ? (Date.parse(requests.period.end) - Date.parse(requests.period.start)) / 60_000 : 0;
  return (
    <>
      <Card title="Requests" hint={`Figures of the last ${rounded(minutes)} minutes, all processes`}>
        {alerts.map((alert) => (
          <p key={alert.name}>
            <Tag tone={alert.severity === "critical" ? "bad" : "warning"}>{titled(alert.severity)}</Tag> {alert.name}: {full(alert.value)}, threshold{" "}
            {full(alert.threshold)}
          </p>
        ))}
        <dl class="figures">
          <Figure label="Per minute" value={full(requests?.per_minute)} sample={`${full(requests?.count)} requests`} note="No request in the period" />
          <Figure label="Success" value={percent(requests?.success_rate)} sample={`${full(requests?.failed)} failed, ${full(requests?.refused)} refused`} note="No request in the period" />
          <Figure label="Median time" value={milliseconds(requests?.seconds.p50)} sample={`mean ${milliseconds(requests?.seconds.mean)}`} note="Not measured in the period" />
          <Figure label="95th percentile" value={milliseconds(requests?.seconds.p95)} sample={`99th ${milliseconds(requests?.seconds.p99)}`} note="Not measured in the period" />
          {Object.entries(caches).map(([name, cache]) => (
            <Figure key={name} label={`Cache hits, ${name}`} value={percent(cache.hit_rate)} sample={`${full(cache.hits)} hits, ${full(cache.misses)} misses`} note="Not used in the period" />
          ))}
          <Figure label="Captions per minute" value={full(ai?.captions_per_minute)} sample="Analysed" note="None analysed in the period" />
          <Figure label="Processor" value={share(resources.cpu_share)} sample="Of this process" note="Not measured" />
          <Figure label="Memory" value={share(resources.memory_share)} sample="Of its limit" note="No limit is known" />
        </dl>
        {points.length > 1 && (
          <>
            <h3>Requests per minute, since this page was opened</h3>
            <LineChart label="Requests per minute" points={points} format={rounded} axis={clock} height={160} />
          </>
        )}
        <Notes notes={notes} />
      </Card>
      <Card title="Operations" hint="Most used first">
        <Table label="Operations" head={["Operation", "Requests", "Share", "Errors", "Median", "95th percentile"]}>
          {top.map((row) => {
            const figures = operations[row.operation];
            return (
              <tr key={row.operation}>
                <th scope="row">{row.operation === "unknown" ? "Pages and unknown paths" : titled(row.operation)}</th>
                <td>{full(row.count)}</td>
                <td>{share(row.share)}</td>
                <td>{percent(figures?.error_rate)}</td>
                <td>{milliseconds(figures?.seconds.p50)}</td>
                <td>{milliseconds(figures?.seconds.p95)}</td>
              </tr>
            );
          })}
        </Table>
      </Card>
    </>
  );
}
