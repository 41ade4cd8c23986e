import { useInfiniteQuery } from "@tanstack/preact-query";
import { useState } from "preact/hooks";
import { useSearchParams } from "wouter-preact";
import { api, type Schemas, take } from "../../api/client";
import { counted, full, fullDay, languageName, percent, short, titled } from "../../format";
import { Icon } from "../../ui/icons";
import { Card, Tag } from "../../ui/parts";
import { Failure, Notice, Skeleton } from "../../ui/states";

type Post = Schemas["PostBody"];
/** From this multiple of the creator's median views on, a post is marked. */
const OUTLIER = 2;
const TYPES = ["image", "video", "reel", "carousel"] as const;
const SENTIMENTS = ["positive", "neutral", "negative"] as const;
const SORTS = ["recent", "engagement"] as const;

function known<T extends string>(values: readonly T[], text: string | null): T | undefined {
  return values.find((value) => value === text);
}

export function Posts({ username, version }: { username: string; version: string }) {
  const [params, setParams] = useSearchParams();
  const wanted = {
    type: known(TYPES, params.get("type")),
    sentiment: known(SENTIMENTS, params.get("sentiment")),
    sort: known(SORTS, params.get("order")) ?? "recent",
  };
  const query = useInfiniteQuery({
    queryKey: ["posts", username, version, wanted],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      take(
        api.GET("/api/profile/{username}/posts", {
          params: { path: { username }, query: { ...wanted, limit: 24, cursor: pageParam } },
          signal,
        }),
      ),
    getNextPageParam: (last) => last.meta.next_cursor ?? undefined,
  });
  const set = (name: string, value: string) => {
    const next = new URLSearchParams(params);
    if (value) next.set(name, value);
    else next.delete(name);
    setParams(next, { replace: true });
  };
  const posts = query.data?.pages.flatMap((page) => page.posts) ?? [];
  const total = query.data?.pages[0]?.meta.total;
  return (
    <Card
      title="Posts"
      wide
      hint={total === null || total === undefined ? undefined : `${counted(total, "stored post")}`}
      actions={
        <>
          <Select label="Type" value={wanted.type ?? ""} any="All types" options={TYPES} set={(value) => set("type", value)} />
          <Select label="Sentiment" value={wanted.sentiment ?? ""} any="Any sentiment" options={SENTIMENTS} set={(value) => set("sentiment", value)} />
          <Select label="Order" value={wanted.sort} options={SORTS} set={(value) => set("order", value)} />
        </>
      }
    >
      {query.isPending && <Skeleton rows={2} tall />}
      {query.error && !query.data && <Failure error={query.error} retry={() => void query.refetch()} />}
      {query.data && !posts.length && (
        <Notice icon="image" title={wanted.type || wanted.sentiment ? "No post matches" : "No posts are stored"}>
          <p class="quiet">{wanted.sentiment ? "Posts without an analysed caption have no sentiment." : query.data.pages[0]?.meta.notes[0]}</p>
        </Notice>
      )}
      <ul class="posts" aria-label="Posts">
        {posts.map((post) => (
          <PostTile key={post.shortcode} post={post} />
        ))}
      </ul>
      {query.hasNextPage && (
        <button type="button" class="button more" disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {query.isFetchingNextPage ? "Loading…" : "Show more posts"}
        </button>
      )}
    </Card>
  );
}

function PostTile({ post }: { post: Post }) {
  const [failed, setFailed] = useState(false);
  const outlier = post.outlier_score !== null && post.outlier_score >= OUTLIER ? post.outlier_score : null;
  return (
    <li class={outlier ? "post outlier" : "post"}>
      <div class="post-image">
        <a href={post.url} target="_blank" rel="noopener noreferrer" aria-label={`Post of ${fullDay(post.taken_at)} on Instagram (opens in a new tab)`}>
          {post.media_url && !failed ? <img src={post.media_url} alt="" loading="lazy" onError={() => setFailed(true)} /> : <Icon name="image" />}
        </a>
        <span class="post-badges">
          <Tag>{titled(post.media_type)}</Tag>
          {outlier && <Tag tone="accent">{full(Math.round(outlier * 10) / 10)} × median views</Tag>}
          {post.is_sponsored && <Tag tone="warning">Sponsored</Tag>}
        </span>
      </div>
      <p class="post-counts">
        <Count icon="like" name="likes" value={post.likes} unknown="hidden" />
        <Count icon="comment" name="comments" value={post.comments} unknown="unknown" />
        {post.views !== null && <Count icon="views" name={post.views_kind ?? "views"} value={post.views} unknown="unknown" />}
      </p>
      <p class="caption" dir="auto">
        {post.caption || <span class="quiet">No caption</span>}
      </p>
      <p class="quiet post-foot">
        {[
          fullDay(post.taken_at),
          post.engagement_rate === null ? null : `${percent(post.engagement_rate)} engagement`,
          post.ai_sentiment ?? null,
          post.ai_language_code ? languageName(post.ai_language_code) : null,
        ]
          .filter(Boolean)
          .join(" · ")}
      </p>
    </li>
  );
}

function Count({ icon, name, value, unknown }: { icon: "like" | "comment" | "views"; name: string; value: number | null; unknown: string }) {
  return (
    <span title={`${value === null ? unknown : full(value)} ${name}`}>
      <Icon name={icon} />
      {value === null ? unknown : short(value)}
      <span class="hidden"> {name}</span>
    </span>
  );
}

interface SelectProps {
  label: string;
  value: string;
  any?: string;
  options: readonly string[];
  set: (value: string) => void;
}

function Select({ label, value, any, options, set }: SelectProps) {
  return (
    <select aria-label={label} value={value} onChange={(event) => set(event.currentTarget.value)}>
      {any && <option value="">{any}</option>}
      {options.map((option) => (
        <option key={option} value={option}>
          {titled(option)}
        </option>
      ))}
    </select>
  );
}
