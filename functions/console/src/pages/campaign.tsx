import { useMutation, useQuery, useQueryClient } from "@tanstack/preact-query";
import { useMemo, useState } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";
import { api, download, type Schemas, take } from "../api/client";
import { LineChart } from "../charts/line";
import { counted, full, fullDay, NOTHING, noteOf, percent, short, shortDay, titled } from "../format";
import { Icon } from "../ui/icons";
import { Page } from "../ui/page";
import { Card, Figure, Notes, Table, Tag } from "../ui/parts";
import { SureButton } from "../ui/secret";
import { Failure, Loaded } from "../ui/states";
import { dates, money } from "./campaigns";

const axisDay = (at: number) => shortDay(at * 1000);

export function CampaignPage({ id }: { id: string }) {
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  const report = useQuery({
    queryKey: ["report", id],
    queryFn: ({ signal }) => take(api.GET("/api/campaigns/{id}/report", { params: { path: { id } }, signal })),
    // Creators that were unknown are being fetched.
    refetchInterval: (query) => (query.state.data?.data.creators.some((row) => row.state === "requested") ? 5000 : false),
  });
  const save = useMutation({ mutationFn: () => download(`/api/campaigns/${id}/report?format=csv`, "campaign.csv") });
  const remove = useMutation({
    mutationFn: () => take(api.DELETE("/api/campaigns/{id}", { params: { path: { id } } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["campaigns"] });
      navigate("/campaigns");
    },
  });
  const campaign = report.data?.data.campaign;
  return (
    <Page
      title={campaign?.name ?? "Campaign"}
      lead={campaign && [campaign.brand, dates(campaign), ...campaign.hashtags.map((tag) => `#${tag}`), ...campaign.mentions.map((name) => `@${name}`)].filter(Boolean).join(" · ")}
      actions={
        campaign && (
          <>
            <button type="button" class="button" disabled={save.isPending} onClick={() => save.mutate()}>
              <Icon name="download" />
              Export
            </button>
            <SureButton label="Delete" of="campaign" busy={remove.isPending} act={() => remove.mutate()} />
          </>
        )
      }
    >
      {(save.error || remove.error) && <Failure error={save.error ?? remove.error} />}
      <Loaded query={report} rows={5}>
        {({ data }) => <Report id={id} report={data} />}
      </Loaded>
    </Page>
  );
}

function Report({ id, report }: { id: string; report: Schemas["ReportBody"] }) {
  const { totals, cost } = report;
  const points = useMemo(
    () =>
      report.timeline.map((row) => ({
        at: Date.parse(row.day) / 1000,
        value: row.figures.engagement,
        name: fullDay(row.day),
        detail: counted(row.figures.posts, "post"),
      })),
    [report],
  );
  const sample = counted(totals.sample_size, "post");
  return (
    <>
      <Card title="Totals" wide>
        <dl class="figures">
          <Figure label="Posts" value={full(totals.posts)} sample={counted(report.creators.length, "creator")} />
          <Figure label="Engagement" value={short(totals.engagement)} sample={`${short(totals.likes)} likes, ${short(totals.comments)} comments, ${sample}`} note="No post has public counts" />
          <Figure label="Plays" value={short(totals.plays)} sample={counted(totals.plays_sample_size, "post")} note="No post has a count of plays" />
          <Figure label="Engagement rate" value={percent(totals.engagement_rate_mean)} sample={`median ${percent(totals.engagement_rate_median)}, ${sample}`} note="No post has public counts" />
          <Figure label="Budget" value={money(cost?.budget, cost?.currency)} note="The campaign has no budget" />
          <Figure label="Cost per engagement" value={money(cost?.per_engagement, cost?.currency)} note="Needs a budget and posts" />
          <Figure label="Cost per 1,000 views" value={money(cost?.per_thousand_views, cost?.currency)} sample={cost?.views_kind ? `By ${cost.views_kind}` : undefined} note={noteOf(report.notes, "cost.per_thousand_views", "per_thousand_views") ?? "Needs a budget and views"} />
        </dl>
        <Notes notes={report.notes} />
      </Card>
      <Card title="Engagement per day" hint="Likes and comments of the posts of a day" wide>
        {points.some((point) => point.value !== null) ? (
          <LineChart label="Engagement per day" points={points} format={short} axis={axisDay} bars />
        ) : (
          <p class="unknown">No post of this campaign is known yet.</p>
        )}
      </Card>
      <Creators id={id} rows={report.creators} />
      {report.posts.length > 0 && (
        <Card title="Posts" wide>
          <Table label="Posts of the campaign" head={["Post", "Creator", "Day", "Found", "Likes", "Comments", "Rate"]}>
            {report.posts.map((post) => (
              <tr key={post.username + post.shortcode}>
                <th scope="row">
                  <a href={post.url} target="_blank" rel="noopener noreferrer">
                    {titled(post.media_type)}
                    <span class="hidden"> {post.shortcode} (opens in a new tab)</span>
                  </a>
                </th>
                <td>@{post.username}</td>
                <td>{fullDay(post.taken_at)}</td>
                <td>
                  <Tag>{titled(post.source)}</Tag>
                </td>
                <td>{short(post.likes)}</td>
                <td>{short(post.comments)}</td>
                <td>{percent(post.engagement_rate)}</td>
              </tr>
            ))}
          </Table>
        </Card>
      )}
    </>
  );
}

function Creators({ id, rows }: { id: string; rows: readonly Schemas["CreatorRowBody"][] }) {
  const queries = useQueryClient();
  const [text, setText] = useState("");
  const changed = () => queries.invalidateQueries({ queryKey: ["report", id] });
  const add = useMutation({
    mutationFn: (username: string) => take(api.PUT("/api/campaigns/{id}/profiles/{username}", { params: { path: { id, username } } })),
    onSuccess: () => {
      setText("");
      return changed();
    },
  });
  const remove = useMutation({
    mutationFn: (username: string) => take(api.DELETE("/api/campaigns/{id}/profiles/{username}", { params: { path: { id, username } } })),
    onSettled: changed,
  });
  const name = text.trim().replace(/^@+/, "").toLowerCase();
  return (
    <Card title="Creators" wide hint="Creators that are not stored yet are fetched">
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          add.mutate(name);
        }}
      >
        <label class="field">
          Username
          <input value={text} onInput={(event) => setText(event.currentTarget.value)} autocomplete="off" autocapitalize="none" spellcheck={false} />
        </label>
        <button type="submit" class="button primary" disabled={!name || add.isPending}>
          Add the creator
        </button>
      </form>
      {(add.error || remove.error) && <Failure error={add.error ?? remove.error} />}
      {rows.length > 0 && (
        <Table label="Creators of the campaign" head={["Creator", "State", "Followers", "Posts", "Engagement", "Rate", ""]}>
          {rows.map((row) => (
            <tr key={row.username}>
              <th scope="row">
                <Link href={`/creators/${row.username}`}>@{row.username}</Link>
              </th>
              <td>
                <Tag tone={row.state === "stored" ? "good" : "warning"}>{titled(row.state)}</Tag>
              </td>
              <td>{short(row.followers)}</td>
              <td>{row.figures ? full(row.figures.posts) : NOTHING}</td>
              <td>{short(row.figures?.engagement)}</td>
              <td>{percent(row.figures?.engagement_rate_mean)}</td>
              <td>
                <SureButton label="Remove" of={row.username} busy={remove.isPending} act={() => remove.mutate(row.username)} />
              </td>
            </tr>
          ))}
        </Table>
      )}
    </Card>
  );
}
