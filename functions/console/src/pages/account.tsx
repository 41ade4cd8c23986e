import { useMutation, useQuery, useQueryClient } from "@tanstack/preact-query";
import { useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { api, type Schemas, take } from "../api/client";
import { canSignOut, signOut } from "../auth/session";
import { ago, counted, fullDay, moment, titled } from "../format";
import { Page } from "../ui/page";
import { Card, Table, Tag } from "../ui/parts";
import { Failure, Loaded, Notice } from "../ui/states";
import { Secret, SureButton } from "../ui/secret";
import { Webhooks } from "./webhooks";

export function Account() {
  return (
    <Page title="My account" lead="Who you are to the API, and what it keeps for you.">
      <Me />
      <Keys />
      <Webhooks />
      <Favourites />
      <Searches />
      <Opened />
    </Page>
  );
}

function Me() {
  const query = useQuery({ queryKey: ["me"], queryFn: ({ signal }) => take(api.GET("/api/me", { signal })) });
  return (
    <Card
      title="You"
      actions={
        canSignOut() && (
          <button type="button" class="button small" onClick={() => void signOut()}>
            Sign out
          </button>
        )
      }
    >
      <Loaded query={query} rows={1}>
        {({ data }) => (
          <dl class="facts">
            <div>
              <dt>Name</dt>
              <dd>{data.subject}</dd>
            </div>
            <div>
              <dt>Kind</dt>
              <dd>{titled(data.kind)}</dd>
            </div>
            <div>
              <dt>Scopes</dt>
              <dd>{data.scopes.join(", ")}</dd>
            </div>
            {Object.entries(data.limits).map(([name, limit]) => (
              <div key={name}>
                <dt>{name === "reads" ? "Reads per minute" : "Requests per minute"}</dt>
                <dd>{limit.remaining === null ? "No limit" : `${limit.remaining} of ${limit.limit} left`}</dd>
              </div>
            ))}
          </dl>
        )}
      </Loaded>
    </Card>
  );
}

function Keys() {
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [days, setDays] = useState("");
  const query = useQuery({
    queryKey: ["keys"],
    queryFn: ({ signal }) => take(api.GET("/api/me/api-keys", { params: { query: { limit: 100 } }, signal })),
  });
  const changed = () => queries.invalidateQueries({ queryKey: ["keys"] });
  const create = useMutation({
    mutationFn: (body: Schemas["NewApiKey"]) => take(api.POST("/api/me/api-keys", { body })),
    onSuccess: () => {
      setName("");
      return changed();
    },
  });
  const revoke = useMutation({
    mutationFn: (id: string) => take(api.DELETE("/api/me/api-keys/{id}", { params: { path: { id } } })),
    onSettled: changed,
  });
  return (
    <Card title="API keys" hint="A key reads and requests in your name; it is never an administrator">
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          // From the field: Enter may follow the last letter before the state has it.
          const wanted = String(new FormData(event.currentTarget).get("name")).trim();
          create.mutate({ name: wanted, ...(days && { expires_in_days: Number(days) }) });
        }}
      >
        <label class="field">
          Name of the key
          <input name="name" value={name} onInput={(event) => setName(event.currentTarget.value)} maxLength={100} required autocomplete="off" />
        </label>
        <label class="field">
          Valid for
          <select value={days} onChange={(event) => setDays(event.currentTarget.value)}>
            <option value="">Until revoked</option>
            <option value="30">30 days</option>
            <option value="90">90 days</option>
            <option value="365">A year</option>
          </select>
        </label>
        <button type="submit" class="button primary" disabled={!name.trim() || create.isPending}>
          Make a key
        </button>
      </form>
      {create.data && <Secret label="key" value={create.data.data.key} dismiss={() => create.reset()} />}
      {(create.error || revoke.error) && <Failure error={create.error ?? revoke.error} />}
      <Loaded query={query}>
        {({ data }) =>
          data.length ? (
            <Table label="API keys" head={["Name", "Made", "Last used", "Expires", ""]}>
              {data.map((key) => (
                <tr key={key.id}>
                  <th scope="row">{key.name}</th>
                  <td>{fullDay(key.created_at)}</td>
                  <td>{key.last_used_at ? ago(key.last_used_at) : "Never"}</td>
                  <td>{key.expires_at ? fullDay(key.expires_at) : "Never"}</td>
                  <td>
                    <SureButton label="Revoke" of={key.name} busy={revoke.isPending} act={() => revoke.mutate(key.id)} />
                  </td>
                </tr>
              ))}
            </Table>
          ) : (
            <p class="unknown">You have no keys.</p>
          )
        }
      </Loaded>
    </Card>
  );
}

function Favourites() {
  const query = useQuery({
    queryKey: ["favourites"],
    queryFn: ({ signal }) => take(api.GET("/api/me/favorites", { params: { query: { limit: 100 } }, signal })),
  });
  return (
    <Card title="Favourites">
      <Loaded query={query}>
        {({ data }) =>
          data.length ? (
            <p class="chips">
              {data.map((row) => (
                <Link key={row.username} href={`/creators/${row.username}`} class="button small">
                  @{row.username}
                </Link>
              ))}
            </p>
          ) : (
            <p class="unknown">Mark creators as favourites on their pages.</p>
          )
        }
      </Loaded>
    </Card>
  );
}

function Searches() {
  const queries = useQueryClient();
  const query = useQuery({
    queryKey: ["searches"],
    queryFn: ({ signal }) => take(api.GET("/api/me/searches", { params: { query: { limit: 20 } }, signal })),
    staleTime: 0,
  });
  const clear = useMutation({
    mutationFn: () => take(api.DELETE("/api/me/searches")),
    onSettled: () => queries.invalidateQueries({ queryKey: ["searches"] }),
  });
  const rows = query.data?.data ?? [];
  return (
    <Card
      title="Searches"
      hint="Of the last 30 days"
      actions={rows.length > 0 && <SureButton label="Delete all" of="searches" busy={clear.isPending} act={() => clear.mutate()} />}
    >
      {clear.error && <Failure error={clear.error} />}
      <Loaded query={query}>
        {({ data }) =>
          data.length ? (
            <Table label="Searches" head={["Searched for", "When", "Found"]}>
              {data.map((row) => (
                <tr key={row.at + row.query}>
                  <th scope="row">
                    <Link href={`/?${filtersOf(row.query)}`}>{described(row.query)}</Link>
                  </th>
                  <td>{moment(row.at)}</td>
                  <td>{counted(row.results, "creator")}</td>
                </tr>
              ))}
            </Table>
          ) : (
            <p class="unknown">You have not searched yet.</p>
          )
        }
      </Loaded>
    </Card>
  );
}

function filtersOf(query: string): string {
  const found = new URLSearchParams(query);
  found.delete("limit");
  return found.toString();
}

function described(query: string): string {
  const parts = [...new URLSearchParams(filtersOf(query))].map(([name, value]) => `${titled(name)}: ${value}`);
  return parts.join(", ") || "All creators";
}

function Opened() {
  const query = useQuery({
    queryKey: ["opened"],
    queryFn: ({ signal }) => take(api.GET("/api/me/profiles", { params: { query: { limit: 20 } }, signal })),
    staleTime: 0,
  });
  const times = (row: Schemas["OpenedRow"]) => counted(row.times, "time");
  return (
    <Card title="Opened creators" hint="Of the last 30 days">
      <Loaded query={query}>
        {({ data }) =>
          data.length ? (
            <Table label="Opened creators" head={["Creator", "Last opened", "Opened"]}>
              {data.map((row) => (
                <tr key={row.username}>
                  <th scope="row">
                    <Link href={`/creators/${row.username}`}>@{row.username}</Link>
                  </th>
                  <td>{moment(row.last_opened_at)}</td>
                  <td>
                    <Tag>{times(row)}</Tag>
                  </td>
                </tr>
              ))}
            </Table>
          ) : (
            <Notice icon="search" title="You have not opened a creator yet" />
          )
        }
      </Loaded>
    </Card>
  );
}
