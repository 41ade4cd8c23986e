import { useQuery } from "@tanstack/preact-query";
import { Link } from "wouter-preact";
import { api, type Schemas, take } from "../../api/client";
import { ago, percent, share, short, titled } from "../../format";
import { Avatar, Card, Tag, Verified } from "../../ui/parts";
import { Loaded, Notice } from "../../ui/states";

export function Similar({ username }: { username: string }) {
  const query = useQuery({
    queryKey: ["similar", username],
    queryFn: ({ signal }) => take(api.GET("/api/profile/{username}/similar", { params: { path: { username }, query: { limit: 12 } }, signal })),
  });
  return (
    <Card title="Similar creators" wide hint={query.data?.meta.stale ? `Stored ${ago(query.data.meta.fetched_at ?? "")}; the provider could not be reached` : "Most similar first"}>
      <Loaded query={query}>
        {({ data }) =>
          data.length ? (
            <ul class="similar">
              {data.map((row) => (
                <Row key={row.username} row={row} />
              ))}
            </ul>
          ) : (
            <Notice icon="search" title="No similar creators are known" />
          )
        }
      </Loaded>
    </Card>
  );
}

function Row({ row }: { row: Schemas["SimilarDetail"] }) {
  return (
    <li>
      <Link href={`/creators/${row.username}`} class="creator">
        <Avatar src={row.profile_image_url} name={row.name || row.username} />
        <span class="creator-name">
          <strong>
            <bdi>{row.name || row.username}</bdi>
            {row.is_verified && <Verified />}
          </strong>
          <span class="quiet">
            @{row.username}
            {row.followers !== null && ` · ${short(row.followers)} followers`}
            {row.engagement_rate !== null && ` · ${percent(row.engagement_rate)}`}
          </span>
          <span class="reasons">
            {row.reasons.map((reason) => (
              <Tag key={reason.reason}>
                {titled(reason.reason)} {share(reason.score)}
              </Tag>
            ))}
          </span>
        </span>
        <span class="creator-figure">
          <strong>{row.similarity === null ? "–" : share(row.similarity)}</strong>
          <span class="quiet">similar</span>
        </span>
      </Link>
    </li>
  );
}
