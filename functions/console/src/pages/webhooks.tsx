import { useMutation, useQuery, useQueryClient } from "@tanstack/preact-query";
import { useState } from "preact/hooks";
import { api, take } from "../api/client";
import { ago } from "../format";
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
    mutationFn: () => take(api.POST("/api/me/webhooks", { body: { url: url.trim() } })),
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
  const error = create.error ?? remove.error ?? test.error;
  return (
    <Card title="Webhooks" hint="Called when creators that you requested or keep as favourites change">
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate();
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
                  <td class="actions">
                    <button type="button" class="button small" disabled={test.isPending} onClick={() => test.mutate(hook.id)}>
                      Send a ping
                    </button>
                    <SureButton label="Delete" of={hook.url} busy={remove.isPending} act={() => remove.mutate(hook.id)} />
                  </td>
                </tr>
              ))}
            </Table>
          ) : (
            <p class="unknown">You have no webhooks.</p>
          )
        }
      </Loaded>
    </Card>
  );
}
