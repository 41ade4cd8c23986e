import { useMutation, useQuery, useQueryClient } from "@tanstack/preact-query";
import { useState } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";
import { api, type Schemas, take } from "../api/client";
import { fullDay } from "../format";
import { Page } from "../ui/page";
import { Card, Table } from "../ui/parts";
import { Failure, Loaded, Notice } from "../ui/states";

export function Campaigns() {
  const query = useQuery({
    queryKey: ["campaigns"],
    queryFn: ({ signal }) => take(api.GET("/api/campaigns", { params: { query: { limit: 100 } }, signal })),
  });
  return (
    <Page title="Campaigns" lead="What creators posted for a brand, and what it brought.">
      <NewCampaign />
      <Card title="Your campaigns">
        <Loaded query={query}>
          {({ data }) =>
            data.length ? (
              <Table label="Campaigns" head={["Name", "Brand", "Dates", "Budget"]}>
                {data.map((campaign) => (
                  <tr key={campaign.id}>
                    <th scope="row">
                      <Link href={`/campaigns/${campaign.id}`}>{campaign.name}</Link>
                    </th>
                    <td>{campaign.brand ?? "–"}</td>
                    <td>{dates(campaign)}</td>
                    <td>{money(campaign.budget, campaign.currency)}</td>
                  </tr>
                ))}
              </Table>
            ) : (
              <Notice icon="campaign" title="You have no campaigns yet">
                <p class="quiet">A campaign finds posts by its hashtags and mentions within its dates.</p>
              </Notice>
            )
          }
        </Loaded>
      </Card>
    </Page>
  );
}

export function dates(campaign: Pick<Schemas["CampaignBody"], "starts_on" | "ends_on">): string {
  const { starts_on: from, ends_on: to } = campaign;
  if (!from && !to) return "No dates";
  return `${from ? fullDay(from) : "Any day"} to ${to ? fullDay(to) : "today"}`;
}

export function money(amount: number | null | undefined, currency: string | null | undefined): string {
  if (amount === null || amount === undefined) return "–";
  const options: Intl.NumberFormatOptions = currency ? { style: "currency", currency } : {};
  return new Intl.NumberFormat("en", options).format(amount);
}

const FIELDS = [
  ["name", "Name", "text"],
  ["brand", "Brand", "text"],
  ["starts_on", "First day", "date"],
  ["ends_on", "Last day", "date"],
  ["budget", "Budget", "number"],
  ["currency", "Currency, as EUR", "text"],
  ["hashtags", "Hashtags", "text"],
  ["mentions", "Mentions", "text"],
] as const;
type Draft = Partial<Record<(typeof FIELDS)[number][0], string>>;

function NewCampaign() {
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  const [draft, setDraft] = useState<Draft>({});
  const create = useMutation({
    mutationFn: (body: Schemas["NewCampaign"]) => take(api.POST("/api/campaigns", { body })),
    onSuccess: async ({ data }) => {
      await queries.invalidateQueries({ queryKey: ["campaigns"] });
      navigate(`/campaigns/${data.id}`);
    },
  });
  return (
    <Card title="New campaign" hint="Several hashtags or mentions are separated by spaces">
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate(bodyOf(draft));
        }}
      >
        {FIELDS.map(([name, label, type]) => (
          <label key={name} class="field">
            {label}
            <input
              type={type}
              min={type === "number" ? 0 : undefined}
              step={type === "number" ? "any" : undefined}
              required={name === "name"}
              autocomplete="off"
              value={draft[name] ?? ""}
              onInput={(event) => setDraft({ ...draft, [name]: event.currentTarget.value })}
            />
          </label>
        ))}
        <button type="submit" class="button primary" disabled={!draft.name?.trim() || create.isPending}>
          Create
        </button>
      </form>
      {create.error && <Failure error={create.error} />}
    </Card>
  );
}

function bodyOf(draft: Draft): Schemas["NewCampaign"] {
  const words = (text: string | undefined) => (text ?? "").split(/[\s,]+/).map((word) => word.replace(/^[#@]/, "")).filter(Boolean);
  return {
    name: draft.name?.trim() ?? "",
    brand: draft.brand?.trim() || null,
    starts_on: draft.starts_on || null,
    ends_on: draft.ends_on || null,
    budget: draft.budget ? Number(draft.budget) : null,
    currency: draft.currency?.trim().toUpperCase() || null,
    hashtags: words(draft.hashtags),
    mentions: words(draft.mentions),
  };
}
