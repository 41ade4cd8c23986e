import { useMutation, useQuery, useQueryClient } from "@tanstack/preact-query";
import { useState } from "preact/hooks";
import { api, type Schemas, take } from "../api/client";
import { full, milliseconds, moment, span, titled } from "../format";
import { Page } from "../ui/page";
import { Card, Figure, Notes, Table, Tag } from "../ui/parts";
import { Failure, Loaded } from "../ui/states";
import { LiveMetrics, useMetrics } from "./metrics";

const REFRESH_MS = 10_000;
const TONES = { healthy: "good", degraded: "warning", unhealthy: "bad", unknown: "plain" } as const;

export function SystemPage() {
  const live = useMetrics();
  return (
    <Page
      title="System"
      lead="How the service is doing at this moment."
      actions={<span class={live.connected ? "live on" : "live"}>{live.connected ? "Live" : "Connecting"}</span>}
    >
      <Health />
      <Queues measured={live.data?.queues ?? null} />
      <LiveMetrics live={live} />
    </Page>
  );
}

function Health() {
  const query = useQuery({
    queryKey: ["health"],
    queryFn: async ({ signal }) => {
      const { data, error, response } = await api.GET("/api/health", { signal });
      // An unhealthy system answers 503 with the same body.
      const found = data ?? (error as unknown as Schemas["HealthAnswer"] | undefined);
      if (found && "services" in found) return found;
      return take(Promise.resolve({ error, response })) as Promise<Schemas["HealthAnswer"]>;
    },
    refetchInterval: REFRESH_MS,
  });
  return (
    <Card title="Health" hint={query.data ? `Version ${query.data.version} · measured ${moment(query.data.measured_at)}` : undefined}>
      <Loaded query={query}>
        {(health) => (
          <>
            <dl class="figures">
              <Figure label="Score" value={`${full(health.health_score)} of 100`} sample={titled(health.status)} notes={health.notes} />
              <Figure label="Alerts" value={String(health.alerts.length)} sample={health.alerts.map((alert) => alert.name).join(", ") || "None raised"} />
            </dl>
            <Table label="Services" head={["Service", "Status", "Answered in", "Breaker", "Detail"]}>
              {Object.entries(health.services).map(([name, service]) => (
                <tr key={name}>
                  <th scope="row">{titled(name)}</th>
                  <td>
                    <Tag tone={TONES[service.status]}>{titled(service.status)}</Tag>
                  </td>
                  <td>{service.latency_ms === null ? "–" : milliseconds(service.latency_ms / 1000)}</td>
                  <td>{service.breaker ? titled(service.breaker) : "–"}</td>
                  <td class="wrap quiet">{typeof service.detail === "string" ? service.detail : Object.entries(service.detail).map((pair) => pair.join(": ")).join("; ")}</td>
                </tr>
              ))}
            </Table>
          </>
        )}
      </Loaded>
    </Card>
  );
}

interface Row {
  name: string;
  waiting: number;
  flying: number;
  dead: number;
  age: number | null | undefined;
}

function Queues({ measured }: { measured: Schemas["MetricsData"]["queues"] }) {
  const query = useQuery({
    queryKey: ["queues"],
    queryFn: ({ signal }) => take(api.GET("/api/viral-ideas/queue-status", { signal })),
    refetchInterval: REFRESH_MS,
  });
  return (
    <Card title="Queues" hint="Profiles in three priorities, then the other tasks" actions={<Redrive />}>
      <Loaded query={query}>
        {({ data }) => {
          const profiles: Row[] = Object.entries(data.queues).map(([name, row]) => ({
            name: `Profiles, ${name}`,
            waiting: row.pending,
            flying: row.in_flight,
            dead: row.dead_letter,
            age: row.oldest_age_seconds,
          }));
          const others: Row[] = Object.entries(measured ?? {})
            .filter(([name]) => !name.startsWith("profile-"))
            .map(([name, row]) => ({ name: titled(name), waiting: row.waiting, flying: row.in_flight, dead: row.dead_letter, age: row.oldest_age_seconds }));
          return (
            <>
              <Table label="Queues" head={["Queue", "Waiting", "In work", "Oldest", "Dead letters"]}>
                {[...profiles, ...others].map((row) => (
                  <tr key={row.name}>
                    <th scope="row">{row.name}</th>
                    <td>{full(row.waiting)}</td>
                    <td>{full(row.flying)}</td>
                    <td>{span(row.age)}</td>
                    <td>{row.dead ? <Tag tone="bad">{full(row.dead)}</Tag> : "0"}</td>
                  </tr>
                ))}
              </Table>
              <Notes notes={data.notes} />
            </>
          );
        }}
      </Loaded>
    </Card>
  );
}

/** Turns dead letters into work again; only callers with the scope `admin` may. */
function Redrive() {
  const queries = useQueryClient();
  const [sure, setSure] = useState(false);
  const me = useQuery({ queryKey: ["me"], queryFn: ({ signal }) => take(api.GET("/api/me", { signal })) });
  const redrive = useMutation({
    mutationFn: () => take(api.POST("/api/viral-ideas/process-pending", { params: { query: { redrive: true } } })),
    onSettled: () => {
      setSure(false);
      void queries.invalidateQueries({ queryKey: ["queues"] });
    },
  });
  if (!me.data?.data.scopes.includes("admin")) return <p class="quiet">Redriving needs the scope admin</p>;
  const done = redrive.data?.data;
  const tasks = Object.values(done?.redriven_tasks ?? {}).reduce((sum, count) => sum + count, 0);
  return (
    <>
      {redrive.error && <Failure error={redrive.error} />}
      <p class="quiet" role="status">
        {done && `Redriven: ${done.redriven + tasks}; unreadable: ${done.unreadable}; sent again: ${done.dispatched}`}
      </p>
      {sure ? (
        <>
          <button type="button" class="button primary" disabled={redrive.isPending} onClick={() => redrive.mutate()}>
            {redrive.isPending ? "Redriving…" : "Redrive them all"}
          </button>
          <button type="button" class="button" onClick={() => setSure(false)}>
            Cancel
          </button>
        </>
      ) : (
        <button type="button" class="button" onClick={() => setSure(true)}>
          Redrive dead letters
        </button>
      )}
    </>
  );
}

