import { useQueries } from "@tanstack/preact-query";
import { useState } from "preact/hooks";
import { Link, useSearchParams } from "wouter-preact";
import { ApiError, api, type Schemas, take } from "../api/client";
import { counted, full, noteOf, percent, share, short } from "../format";
import { Page } from "../ui/page";
import { Avatar, Card, Verified } from "../ui/parts";
import { Failure, Notice, Skeleton } from "../ui/states";

const MOST = 5;
const USERNAME = /^[a-z0-9._]{1,30}$/;

interface Both {
  profile: Schemas["ProfileAnswer"];
  analytics: Schemas["AnalyticsAnswer"] | null;
}

/** Two to five creators side by side; their names are in the address. */
export function Compare() {
  const [params, setParams] = useSearchParams();
  const names = [...new Set((params.get("creators") ?? "").split(",").filter((name) => USERNAME.test(name)))].slice(0, MOST);
  const set = (next: readonly string[]) => setParams(next.length ? { creators: next.join(",") } : {});
  const queries = useQueries({
    queries: names.map((username) => ({
      queryKey: ["comparison", username],
      queryFn: async ({ signal }: { signal: AbortSignal }): Promise<Both> => {
        const wanted = { params: { path: { username } }, signal };
        const profile = await take(api.GET("/api/profile/{username}", wanted));
        return { profile, analytics: profile.profile.is_private ? null : await take(api.GET("/api/profile/{username}/analytics", wanted)) };
      },
    })),
  });
  return (
    <Page title="Compare" lead={`Two to ${MOST} creators side by side.`}>
      <Picker names={names} set={set} />
      {!names.length && <Notice icon="compare" title="Add the first creator above" />}
      {names.length === 1 && <p class="unknown">Add a second creator to compare with.</p>}
      {queries.map((query, index) =>
        query.error && !query.data ? (
          <section key={names[index]} aria-label={names[index]}>
            <h2>@{names[index]}</h2>
            <Failure error={query.error as ApiError} retry={() => void query.refetch()} />
          </section>
        ) : null,
      )}
      {queries.some((query) => query.isPending) && <Skeleton rows={4} tall />}
      {queries.some((query) => query.data) && <Comparison found={queries.flatMap((query) => (query.data ? [query.data] : []))} />}
    </Page>
  );
}

function Picker({ names, set }: { names: readonly string[]; set: (names: readonly string[]) => void }) {
  const [text, setText] = useState("");
  const name = text.trim().replace(/^@+/, "").toLowerCase();
  return (
    <>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (USERNAME.test(name) && names.length < MOST) set([...names, name]);
          setText("");
        }}
      >
        <label class="field">
          Username
          <input value={text} onInput={(event) => setText(event.currentTarget.value)} autocomplete="off" autocapitalize="none" spellcheck={false} />
        </label>
        <button type="submit" class="button primary" disabled={!USERNAME.test(name) || names.length >= MOST}>
          Add
        </button>
      </form>
      <p class="chips">
        {names.map((shown) => (
          <button key={shown} type="button" class="button small" onClick={() => set(names.filter((other) => other !== shown))}>
            @{shown} <span aria-hidden="true">×</span>
            <span class="hidden">remove</span>
          </button>
        ))}
      </p>
    </>
  );
}

type Line = readonly [label: string, value: (both: Both) => string, more: (both: Both) => string | null];

const LINES: readonly Line[] = [
  ["Followers", ({ profile }) => short(profile.profile.followers), () => null],
  [
    "Engagement rate",
    ({ analytics }) => percent(analytics?.engagement.engagement_rate),
    ({ analytics }) =>
      analytics && (typeof analytics.engagement.engagement_rate === "number" ? counted(analytics.engagement.sample_size, "post") : noteOf(analytics.engagement.notes, "engagement_rate")),
  ],
  [
    "Engagement by views",
    ({ analytics }) => percent(analytics?.engagement.engagement_rate_by_views),
    ({ analytics }) => analytics && counted(analytics.engagement.views_sample_size, "post"),
  ],
  [
    "Against the usual",
    ({ analytics }) => (analytics && analytics.benchmark.ratio !== null ? `${full(analytics.benchmark.ratio)} ×` : full(null)),
    ({ analytics }) => analytics && `${percent(analytics.benchmark.benchmark_rate)} for ${analytics.benchmark.scope}`,
  ],
  ["Likes per post", ({ analytics }) => short(analytics?.engagement.avg_likes), ({ analytics }) => analytics && `median ${short(analytics.engagement.median_likes)}`],
  ["Comments per post", ({ analytics }) => short(analytics?.engagement.avg_comments), ({ analytics }) => analytics && `median ${short(analytics.engagement.median_comments)}`],
  ["Median views", ({ analytics }) => short(analytics?.engagement.median_views), ({ analytics }) => analytics?.engagement.views_kind ?? null],
  ["Posts per week", ({ analytics }) => full(analytics?.posting_frequency.posts_per_week), ({ analytics }) => analytics && counted(analytics.posting_frequency.covered_days, "day")],
  [
    "Growth, 30 days",
    ({ analytics }) => share(analytics?.growth.periods.find((period) => period.days === 30)?.growth),
    ({ analytics }) => analytics && counted(analytics.growth.snapshots, "snapshot"),
  ],
  ["Sponsored posts", ({ analytics }) => share(analytics?.sponsored.sponsored_share), ({ analytics }) => analytics && `of ${counted(analytics.sponsored.posts, "post")}`],
  ["Influence score", ({ analytics }) => full(analytics?.influence.influence_score), () => "from 0 to 1"],
];

function Comparison({ found }: { found: readonly Both[] }) {
  return (
    <Card title="Side by side" wide>
      <div class="scroller" role="region" aria-label="Comparison" tabIndex={0}>
        <table class="comparison">
          <caption class="hidden">Comparison</caption>
          <thead>
            <tr>
              <th scope="col">Figure</th>
              {found.map(({ profile: { profile } }) => (
                <th key={profile.username} scope="col">
                  <Avatar src={profile.profile_image_url} name={profile.full_name || profile.username} />
                  <Link href={`/creators/${profile.username}`}>@{profile.username}</Link>
                  {profile.is_verified && <Verified />}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {LINES.map(([label, value, more]) => (
              <tr key={label}>
                <th scope="row">{label}</th>
                {found.map((both) => (
                  <td key={both.profile.profile.username} class="wrap">
                    <strong>{value(both)}</strong>
                    <span class="quiet"> {both.profile.profile.is_private ? "private" : more(both)}</span>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
