import { useQuery } from "@tanstack/preact-query";
import { useMemo } from "preact/hooks";
import { api, type Schemas, take } from "../../api/client";
import { type Bar, Bars } from "../../charts/bars";
import { Heatmap } from "../../charts/heatmap";
import { LineChart } from "../../charts/line";
import { counted, full, fullDay, languageName, noteOf, percent, share, short, shortDay, signed, titled } from "../../format";
import { Card, Notes } from "../../ui/parts";
import { Loaded } from "../../ui/states";
import type { Asked } from "./figures";

const axisDay = (at: number) => shortDay(at * 1000);
const seconds = (day: string) => Date.parse(day) / 1000;

interface TrendsProps {
  username: string;
  analytics: Asked<Schemas["AnalyticsAnswer"]>;
  insights: Asked<Schemas["InsightsAnswer"]>;
}

export function Trends({ username, analytics, insights }: TrendsProps) {
  return (
    <div class="cards">
      <Card title="Engagement per week" hint="Per cent of the current followers">
        <Loaded query={analytics}>{(found) => <Weeks trend={found.trend} />}</Loaded>
      </Card>
      <Card title="Follower growth" hint="Daily snapshots">
        <Loaded query={analytics}>{(found) => <Growth username={username} growth={found.growth} />}</Loaded>
      </Card>
      <Card title="Best times" hint="Median engagement by weekday and hour" wide>
        <Loaded query={analytics}>
          {({ best_times: times }) =>
            times.slots.length ? (
              <>
                <Heatmap slots={times.slots} timezone={times.timezone} minimum={times.min_sample_size} />
                <Notes notes={times.notes} />
              </>
            ) : (
              <Unknown note={noteOf(times.notes, "slots") ?? `No hour has ${times.min_sample_size} posts or more yet`} notes={times.notes} />
            )
          }
        </Loaded>
      </Card>
      <Card title="Content mix" hint="Share of posts, and mean engagement">
        <Loaded query={analytics}>{(found) => <Mix mix={found.content_mix} />}</Loaded>
      </Card>
      <Card title="Hashtags" hint="Share of posts that use them">
        <Loaded query={analytics}>
          {({ hashtags }) => (
            <Shares
              label="Hashtags"
              empty={noteOf(hashtags.notes, "top") ?? "The posts have no hashtags"}
              bars={hashtags.top.slice(0, 8).map((row) => ({ name: `#${row.tag}`, share: row.share, figure: share(row.share), detail: counted(row.posts, "post") }))}
              notes={hashtags.notes}
            />
          )}
        </Loaded>
      </Card>
      <Card title="Languages" hint="Of the captions">
        <Loaded query={insights}>
          {({ languages }) => (
            <Shares
              label="Languages"
              empty={noteOf(languages.notes, "distribution", "primary_language") ?? "No caption has been analysed yet"}
              bars={distribution(languages.distribution, languageName)}
              notes={languages.notes}
            />
          )}
        </Loaded>
      </Card>
      <Card title="Sentiment" hint="Of the captions per week, from −1 to 1">
        <Loaded query={insights}>{(found) => <Feelings sentiment={found.sentiment} />}</Loaded>
      </Card>
    </div>
  );
}

function Weeks({ trend }: { trend: Schemas["Trend"] }) {
  const points = useMemo(
    () =>
      trend.weeks.map((week) => ({
        at: seconds(week.week_start),
        value: week.engagement_rate,
        name: `week of ${shortDay(week.week_start)}`,
        detail: `${counted(week.posts, "post")}${week.is_complete ? "" : ", not over yet"}`,
      })),
    [trend],
  );
  if (!points.some((point) => point.value !== null)) return <Unknown note={noteOf(trend.notes, "weeks")} notes={trend.notes} />;
  return (
    <>
      <LineChart label="Engagement rate per week" points={points} format={percent} axis={axisDay} bars />
      <Notes notes={trend.notes} />
    </>
  );
}

/** The snapshots of the followers are evidence of the signal `follower_spikes`. */
function Growth({ username, growth }: { username: string; growth: Schemas["Growth"] }) {
  const signals = useQuery({
    queryKey: ["authenticity", username],
    queryFn: ({ signal }) => take(api.GET("/api/profile/{username}/authenticity", { params: { path: { username } }, signal })),
    enabled: growth.snapshots > 1,
  });
  const points = useMemo(() => {
    const evidence = signals.data?.signals.find((found) => found.name === "follower_spikes")?.evidence;
    if (!evidence || !("snapshots" in evidence)) return [];
    return evidence.snapshots.map((row) => ({ at: seconds(row.day), value: row.followers, name: fullDay(row.day) }));
  }, [signals.data]);
  return (
    <>
      {points.length > 1 && <LineChart label="Followers per day" points={points} format={short} axis={axisDay} fromZero={false} />}
      <table class="bars plain">
        <caption class="hidden">Change of the followers</caption>
        <tbody>
          {growth.periods.map((period) => (
            <tr key={period.days}>
              <th scope="row">Last {period.days} days</th>
              <td>
                {typeof period.change === "number" ? (
                  <>
                    {signed(period.change)} <span class="quiet">{share(period.growth)}</span>
                  </>
                ) : (
                  <span class="quiet">Unknown: no snapshot of that day</span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="quiet">{counted(growth.snapshots, "daily snapshot")} so far</p>
      <Notes notes={growth.notes} />
    </>
  );
}

function Mix({ mix }: { mix: Schemas["ContentMix"] }) {
  const bars = (rows: readonly Schemas["Kind"][]): Bar[] =>
    rows.map((row) => ({ name: titled(row.name), share: row.share, figure: share(row.share), detail: `${short(row.avg_engagement)} per post` }));
  return (
    <>
      <Bars label="Kinds of posts" bars={bars(mix.media_types)} />
      <h3>Topics</h3>
      {mix.categories?.length ? (
        <Bars label="Topics" bars={bars(mix.categories).slice(0, 6)} />
      ) : (
        <p class="quiet">{noteOf(mix.notes, "categories") ?? "No caption has been analysed yet"}</p>
      )}
      <Notes notes={mix.notes} />
    </>
  );
}

function Feelings({ sentiment }: { sentiment: Schemas["SentimentSummary"] }) {
  const points = useMemo(
    () =>
      sentiment.trend.map((week) => ({
        at: seconds(week.week_start),
        value: week.avg_sentiment_score,
        name: `week of ${shortDay(week.week_start)}`,
        detail: counted(week.posts, "post"),
      })),
    [sentiment],
  );
  if (!points.length) return <Unknown note={noteOf(sentiment.notes, "avg_sentiment_score", "trend") ?? "No caption has been analysed yet"} notes={sentiment.notes} />;
  return (
    <>
      <LineChart label="Sentiment per week" points={points} format={full} axis={axisDay} height={150} fromZero={false} />
      <Bars label="Captions by sentiment" bars={distribution(sentiment.distribution, titled)} />
      <Notes notes={sentiment.notes} />
    </>
  );
}

function Shares({ label, bars, empty, notes }: { label: string; bars: readonly Bar[]; empty: string; notes: readonly string[] }) {
  if (!bars.length) return <Unknown note={empty} notes={notes} />;
  return (
    <>
      <Bars label={label} bars={bars} />
      <Notes notes={notes} />
    </>
  );
}

function Unknown({ note, notes }: { note: string | null; notes: readonly string[] }) {
  return <p class="unknown">{note ?? notes[0] ?? "Not known yet"}</p>;
}

function distribution(found: Record<string, number> | null, named: (name: string) => string): Bar[] {
  return Object.entries(found ?? {})
    .sort(([, a], [, b]) => b - a)
    .slice(0, 6)
    .map(([name, part]) => ({ name: named(name), share: part, figure: share(part) }));
}
