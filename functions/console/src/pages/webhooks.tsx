import { useMutation, useQuery, useQueryClient } from "@tanstack/preact-query";
import { useState } from "preact/hooks";
import { api, type Schemas, take } from "../api/client";
import { ago, moment, titled } from "../format";
import { Card, Table, Tag } from "../ui/parts";
import { Secret, SureButton } from "../ui/secret";
import { Failure, Loaded } from "../ui/states";

export function Webhooks() {
  const queries = useQueryClient();
  const [url, setUrl] = useState("");
  const query = useQuery({
    queryKey: ["webhooks"],
    queryFn: ({ signal }) => take(api.GET("/api/me/webhooks", { params: { query: { limit: 100 } }, signal })),
  });
  const changed = () => queries.invalidateQueries({ queryKey: ["webhooks"] });
  const create = useMutation({
    mutationFn: (address: string) => take(api.POST("/api/me/webhooks", { body: { url: address } })),
    onSuccess: () => {
      setUrl("");
      return changed();
    },
  });
  const remove = useMutation({
    mutationFn: (id: string) => take(api.DELETE("/api/me/webhooks/{id}", { params: { path: { id } } })),
    onSettled: changed,
  });
  const test = useMutation({
    mutationFn: (id: string) => take(api.POST("/api/me/webhooks/{id}/test", { params: { path: { id } } })),
  });
  const rotate = useMutation({
    mutationFn: (id: string) => take(api.POST("/api/me/webhooks/{id}/rotate", { params: { path: { id } } })),
  });
  const [opened, setOpened] = useState<string | null>(null);
  const error = create.error ?? remove.error ?? test.error ?? rotate.error;
  return (
    <Card title="Webhooks" hint="Called when creators that you requested or keep as favourites change">
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate(url.trim());
        }}
      >
        <label class="field">
          Address, https only
          <input type="url" value={url} onInput={(event) => setUrl(event.currentTarget.value)} placeholder="https://" required autocomplete="off" />
        </label>
        <button type="submit" class="button primary" disabled={!url.trim() || create.isPending}>
          Add a webhook
        </button>
      </form>
      {create.data && <Secret label="signing secret" value={create.data.data.secret} dismiss={() => create.reset()} />}
      {rotate.data && <Secret label="new signing secret" value={rotate.data.data.secret} dismiss={() => rotate.reset()} />}
      {error && <Failure error={error} />}
      <p class="quiet" role="status">
        {test.data && "A ping is on its way"}
      </p>
      <Loaded query={query}>
        {({ data }) =>
          data.length ? (
            <Table label="Webhooks" head={["Address", "State", "Events", "Added", ""]}>
              {data.map((hook) => (
                <tr key={hook.id}>
                  <th scope="row">{hook.url}</th>
                  <td>
                    {hook.enabled ? <Tag tone="good">Enabled</Tag> : <Tag tone="bad">{hook.disabled_reason ?? "Disabled"}</Tag>}
                    {hook.failed_in_a_row > 0 && <span class="quiet"> {hook.failed_in_a_row} failed in a row</span>}
                  </td>
                  <td class="wrap quiet">{hook.events.join(", ")}</td>
                  <td>{ago(hook.created_at)}</td>
                  <td>
                    <div class="actions">
                      <button type="button" class="button small" disabled={test.isPending} onClick={() => test.mutate(hook.id)}>
                        Send a ping
                      </button>
                      <button type="button" class="button small" aria-expanded={opened === hook.id} onClick={() => setOpened(opened === hook.id ? null : hook.id)}>
                        Deliveries
                      </button>
                      <SureButton label="New secret" of={`for ${hook.url}`} busy={rotate.isPending} act={() => rotate.mutate(hook.id)} />
                      <SureButton label="Delete" of={hook.url} busy={remove.isPending} act={() => remove.mutate(hook.id)} />
                    </div>
                  </td>
                </tr>
              ))}
            </Table>
          ) : (
            <p class="unknown">You have no webhooks.</p>
          )
        }
      </Loaded>
      {opened && <Deliveries id={opened} />}
    </Card>
  );
}

const TONES: Record<string, "good" | "bad" | "plain"> = { delivered: "good", failed: "bad" };

/** The latest deliveries of a webhook; one that failed can be sent again. */
function Deliveries({ id }: { id: string }) {
  const queries = useQueryClient();
  const query = useQuery({
    queryKey: ["deliveries", id],
    queryFn: ({ signal }) => take(api.GET("/api/me/webhooks/{id}/deliveries", { params: { path: { id }, query: { limit: 20 } }, signal })),
    staleTime: 0,
    refetchInterval: (found) => (found.state.data?.data.some((row) => row.status === "pending") ? 5000 : false),
  });
  const retry = useMutation({
    mutationFn: (delivery: string) => take(api.POST("/api/me/webhooks/{id}/deliveries/{delivery}/retry", { params: { path: { id, delivery } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ["deliveries", id] }),
  });
  return (
    <section aria-label="Deliveries">
      <h3>Deliveries</h3>
      {retry.error && <Failure error={retry.error} />}
      <Loaded query={query}>
        {({ data }) =>
          data.length ? (
            <Table label="Deliveries of the webhook" head={["Event", "Creator", "State", "Attempts", "Answer", "Sent", ""]}>
              {data.map((row) => (
                <tr key={row.id}>
                  <th scope="row">{row.event}</th>
                  <td>{row.username ? `@${row.username}` : "–"}</td>
                  <td>
                    <Tag tone={TONES[row.status] ?? "plain"}>{titled(row.status)}</Tag>
                  </td>
                  <td>{row.attempts}</td>
                  <td class="wrap quiet">{answered(row)}</td>
                  <td>{moment(row.last_attempt_at ?? row.created_at)}</td>
                  <td>
                    {row.status === "failed" && (
                      <button type="button" class="button small" disabled={retry.isPending} onClick={() => retry.mutate(row.id)}>
                        Send again<span class="hidden"> {row.event}</span>
                      </button>
                    )}
                  </td>
                </tr>
              ))}
            </Table>
          ) : (
            <p class="unknown">Nothing has been sent yet.</p>
          )
        }
      </Loaded>
    </section>
  );
}

function answered(row: Schemas["DeliveryBody"]): string {
  if (row.error) return row.error;
  return row.response_status === null ? "–" : `${row.response_status} in ${row.response_ms ?? 0} ms`;
}
