import { useMutation, useQuery, useQueryClient } from "@tanstack/preact-query";
import { Link } from "wouter-preact";
import { api, download, type Schemas, take } from "../../api/client";
import { ago, short } from "../../format";
import { Icon } from "../../ui/icons";
import { useTitle } from "../../ui/page";
import { Avatar, Notes, Tag, Verified } from "../../ui/parts";

interface HeaderProps {
  answer: Schemas["ProfileAnswer"];
  refreshing: boolean;
  awaitRefresh: () => void;
}

export function Header({ answer, refreshing, awaitRefresh }: HeaderProps) {
  const { profile, meta } = answer;
  const name = profile.full_name || profile.username;
  useTitle(name);
  const refresh = useMutation({
    mutationFn: (fresh: boolean) =>
      take(
        api.POST("/api/profile/{username}/request", {
          params: { path: { username: profile.username }, query: { source: "frontend", refresh: fresh } },
        }),
      ),
    onSuccess: ({ data }) => {
      if (data.queued) awaitRefresh();
    },
  });
  const save = useMutation({
    mutationFn: () => download(`/api/profile/${profile.username}/export?format=csv`, `${profile.username}.csv`),
  });
  const problem = refresh.error ?? save.error;
  const basic = profile.profile_type === "secondary";
  return (
    <header class="profile">
      <Avatar src={profile.profile_image_url} name={name} large />
      <div class="profile-text">
        <h1>
          <bdi>{name}</bdi>
          {profile.is_verified && <Verified />}
        </h1>
        <p class="quiet">
          @{profile.username} · <strong>{short(profile.followers)}</strong> followers · <strong>{short(profile.following)}</strong> following ·{" "}
          <strong>{short(profile.posts_count)}</strong> posts
        </p>
        {profile.biography && (
          <p class="biography" dir="auto">
            {profile.biography}
          </p>
        )}
        <p class="profile-tags">
          {profile.category && <Tag>{profile.category}</Tag>}
          {profile.is_business && <Tag>Business</Tag>}
          {profile.is_private && <Tag tone="warning">Private</Tag>}
          {meta.stale && <Tag tone="warning">Stored copy: the provider could not be reached</Tag>}
          {basic && <Tag tone="warning">Basic profile</Tag>}
          {(profile.links ?? []).map((link) => (
            <a key={link.url} href={link.url} rel="noopener noreferrer nofollow" target="_blank" class="link">
              {link.title || hostOf(link.url)}
              <Icon name="external" />
              <span class="hidden"> (opens in a new tab)</span>
            </a>
          ))}
        </p>
        <Notes notes={profile.notes} />
      </div>
      <div class="profile-actions">
        <div class="actions">
          <Favourite username={profile.username} />
          <button type="button" class="button" disabled={refresh.isPending || refreshing} onClick={() => refresh.mutate(!basic)}>
            <Icon name="refresh" />
            {refreshing ? "Refreshing…" : basic ? "Get the full profile" : "Refresh"}
          </button>
          <button type="button" class="button" disabled={save.isPending} onClick={() => save.mutate()}>
            <Icon name="download" />
            Export
          </button>
          <Link href={`/compare?creators=${profile.username}`} class="button">
            <Icon name="compare" />
            Compare
          </Link>
        </div>
        <p class="quiet" role="status">
          {problem ? (
            <span class="error">{problem.message}</span>
          ) : refresh.data && !refresh.data.data.queued ? (
            refresh.data.data.message
          ) : (
            `Updated ${ago(meta.last_updated)}`
          )}
        </p>
      </div>
    </header>
  );
}

function Favourite({ username }: { username: string }) {
  const queries = useQueryClient();
  const list = useQuery({
    queryKey: ["favourites"],
    queryFn: ({ signal }) => take(api.GET("/api/me/favorites", { params: { query: { limit: 100 } }, signal })),
  });
  const marked = list.data?.data.some((row) => row.username === username) ?? false;
  const path = { username };
  const toggle = useMutation({
    mutationFn: async () => {
      if (marked) await take(api.DELETE("/api/me/favorites/{username}", { params: { path } }));
      else await take(api.PUT("/api/me/favorites/{username}", { params: { path } }));
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["favourites"] }),
  });
  return (
    <button
      type="button"
      class={marked ? "button starred" : "button"}
      aria-pressed={marked}
      disabled={toggle.isPending || list.isPending}
      title={toggle.error?.message}
      onClick={() => toggle.mutate()}
    >
      <Icon name="star" />
      Favourite
    </button>
  );
}

function hostOf(url: string): string {
  try {
    return new URL(url).hostname;
  } catch {
    return url;
  }
}
