import type { Schemas } from "../../api/client";
import { counted, full, moment, noteOf, percent, share, short, titled } from "../../format";
import { Card, Figure, Notes } from "../../ui/parts";
import { Loaded } from "../../ui/states";

export interface Asked<T> {
  data: T | undefined;
  error: unknown;
  isPending: boolean;
  refetch: () => unknown;
}

interface FiguresProps {
  answer: Schemas["ProfileAnswer"];
  analytics: Asked<Schemas["AnalyticsAnswer"]>;
}

export function Figures({ answer, analytics }: FiguresProps) {
  return (
    <Card title="At a glance" wide hint={`From ${counted(answer.analytics.sample_size, "post")} of the last 90 days`}>
      <Loaded query={analytics} rows={2}>
        {(found) => <Grid found={found} />}
      </Loaded>
    </Card>
  );
}

function Grid({ found }: { found: Schemas["AnalyticsAnswer"] }) {
  const { engagement, benchmark, posting_frequency: pace, influence, sponsored, best_times: times } = found;
  const sample = counted(engagement.sample_size, "post");
  const viewed = counted(engagement.views_sample_size, "post");
  const ratio = benchmark.ratio;
  return (
    <>
      <dl class="figures">
        <Figure
          label="Engagement rate"
          value={percent(engagement.engagement_rate)}
          sample={`${sample} · median ${percent(engagement.engagement_rate_median)}`}
          formula="Mean of likes plus comments of each post, divided by the followers. Posts with hidden likes are left out."
          note={noteOf(engagement.notes, "engagement_rate")}
        />
        <Figure
          label="Engagement by views"
          value={percent(engagement.engagement_rate_by_views)}
          sample={`${viewed} with ${engagement.views_kind ?? "views"}`}
          formula="Likes plus comments divided by the views of each post that has a count of views."
          note={noteOf(engagement.notes, "engagement_rate_by_views")}
        />
        <Figure
          label="Against the usual"
          value={ratio === null ? percent(null) : `${full(ratio)} ×`}
          sample={`${percent(benchmark.benchmark_rate)} is usual for ${benchmark.scope}`}
          formula={`${benchmark.source}, ${benchmark.year}`}
          note={noteOf(benchmark.notes, "ratio", "engagement_rate")}
          notes={benchmark.notes}
        />
        <Figure
          label="Likes per post"
          value={short(engagement.avg_likes)}
          sample={`${sample} · median ${short(engagement.median_likes)}`}
          note={noteOf(engagement.notes, "avg_likes", "engagement_rate")}
        />
        <Figure
          label="Comments per post"
          value={short(engagement.avg_comments)}
          sample={`${sample} · median ${short(engagement.median_comments)}`}
          note={noteOf(engagement.notes, "avg_comments", "engagement_rate")}
        />
        <Figure
          label={`Median ${engagement.views_kind ?? "views"}`}
          value={short(engagement.median_views)}
          sample={viewed}
          note={noteOf(engagement.notes, "median_views", "engagement_rate_by_views")}
        />
        <Figure
          label="Posts per week"
          value={full(pace.posts_per_week)}
          sample={pace.last_post_at ? `Last post ${moment(pace.last_post_at)}` : counted(pace.covered_days, "day")}
          note={noteOf(pace.notes, "posts_per_week")}
          notes={pace.notes}
        />
        <Figure
          label="Influence score"
          value={full(influence.influence_score)}
          sample="From 0 to 1"
          formula={Object.entries(influence.weights)
            .map(([part, weight]) => `${titled(part)} ${share(weight)}`)
            .join(", ")}
          note={noteOf(influence.notes, "influence_score")}
          notes={influence.notes}
        />
        <Figure
          label="Sponsored posts"
          value={share(sponsored.sponsored_share)}
          sample={`${full(sponsored.sponsored_posts)} of ${counted(sponsored.posts, "post")}`}
          formula={titled(sponsored.method)}
          note={noteOf(sponsored.notes, "sponsored_share")}
          notes={sponsored.notes}
        />
        <Figure
          label="Best time to post"
          value={times.best_time_to_post ? `${times.best_time_to_post} ${times.timezone}` : percent(null)}
          sample={times.advice ? `${share(times.advice.expected_lift)} more expected, ${counted(times.advice.sample_size, "post")}` : undefined}
          note={noteOf(times.notes, "best_time_to_post", "advice", "slots")}
          notes={times.notes}
        />
      </dl>
      <Notes notes={engagement.notes} />
    </>
  );
}
