import { useMutation, useQuery, useQueryClient } from "@tanstack/preact-query";
import { useState } from "preact/hooks";
import { ApiError, api, type Schemas, take } from "../../api/client";
import { Page } from "../../ui/page";
import { Failure, Notice, Skeleton } from "../../ui/states";
import { Header } from "./header";
import { Figures } from "./figures";
import { Posts } from "./posts";
import { Progress } from "./progress";
import { Similar } from "./similar";
import { Trends } from "./trends";

const POLL_MS = 1500;
const WORKING = ["pending", "processing"];

/**
 * A creator. One that is not stored is requested first, and its progress shown until the profile stands.
 */
export function CreatorPage({ username }: { username: string }) {
  const queries = useQueryClient();
  const path = { username };
  const request = useMutation({
    mutationFn: (refresh: boolean) =>
      take(api.POST("/api/profile/{username}/request", { params: { path, query: { source: "frontend", refresh } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["status", username] }),
  });
  const status = useQuery({
    queryKey: ["status", username],
    queryFn: async ({ signal }) => {
      const read = async () => (await take(api.GET("/api/profile/{username}/status", { params: { path }, signal }))).data;
      const found = await read();
      if (found.status !== "not_found") return found;
      await take(api.POST("/api/profile/{username}/request", { params: { path, query: { source: "frontend" } } }));
      return read();
    },
    staleTime: 0,
    refetchInterval: (query) => (query.state.data && WORKING.includes(query.state.data.status) ? POLL_MS : false),
  });
  const stands = status.data?.completed ?? false;
  if (status.data && !stands) {
    return (
      <Page title={`@${username}`}>
        {status.data.status === "failed" ? (
          <Failed status={status.data} again={() => request.mutate(false)} busy={request.isPending} />
        ) : (
          <Progress status={status.data} />
        )}
        {request.error && <Failure error={request.error} />}
      </Page>
    );
  }
  if (status.error && !status.data) {
    return (
      <Page title={`@${username}`}>
        <Failure error={status.error} retry={() => void status.refetch()} />
      </Page>
    );
  }
  return stands ? <Standing username={username} /> : <Skeleton rows={5} tall />;
}

function Failed({ status, again, busy }: { status: Schemas["StatusData"]; again: () => void; busy: boolean }) {
  const absent = /not exist|not found/i.test(status.error_message ?? "");
  return (
    <Notice icon={absent ? "search" : "info"} title={absent ? "There is no such creator" : "The profile could not be fetched"} alert>
      <p>{status.error_message ?? status.message}</p>
      {status.attempts ? <p class="quiet">Attempts: {status.attempts}</p> : null}
      <button type="button" class="button" disabled={busy} onClick={again}>
        Request it again
      </button>
    </Notice>
  );
}

function Standing({ username }: { username: string }) {
  const path = { username };
  const [awaited, setAwaited] = useState<string | null>(null);
  const profile = useQuery({
    queryKey: ["profile", username],
    queryFn: ({ signal }) => take(api.GET("/api/profile/{username}", { params: { path }, signal })),
    // After a refresh was requested, the page is renewed when the stored profile is newer than it was.
    refetchInterval: (query) => (awaited && query.state.data?.meta.last_updated === awaited ? POLL_MS * 2 : false),
  });
  const isPublic = profile.data ? !profile.data.profile.is_private : false;
  const version = profile.data?.meta.last_updated;
  const analytics = useQuery({
    queryKey: ["analytics", username, version],
    queryFn: ({ signal }) => take(api.GET("/api/profile/{username}/analytics", { params: { path }, signal })),
    enabled: isPublic,
  });
  const insights = useQuery({
    queryKey: ["insights", username, version],
    queryFn: ({ signal }) => take(api.GET("/api/profile/{username}/ai-insights", { params: { path }, signal })),
    enabled: isPublic,
    refetchInterval: (query) => (query.state.data?.ai_insights.status === "pending" ? POLL_MS * 4 : false),
  });
  if (!profile.data) {
    if (profile.isPending) return <Skeleton rows={5} tall />;
    const absent = profile.error instanceof ApiError && profile.error.status === 404;
    return (
      <Page title={`@${username}`}>
        {absent ? (
          <Notice icon="search" title="There is no such creator" alert>
            <p>No Instagram account with the name @{username} was found.</p>
          </Notice>
        ) : (
          <Failure error={profile.error} retry={() => void profile.refetch()} />
        )}
      </Page>
    );
  }
  return (
    <>
      <Header answer={profile.data} refreshing={awaited === version} awaitRefresh={() => setAwaited(version ?? null)} />
      {isPublic ? (
        <>
          <Figures answer={profile.data} analytics={analytics} />
          <Trends username={username} analytics={analytics} insights={insights} />
          <Posts username={username} version={version ?? ""} />
          <Similar username={username} />
        </>
      ) : (
        <Notice icon="lock" title="This account is private">
          <p>Only its name and public counts are shown. Posts and figures of private accounts are never fetched.</p>
        </Notice>
      )}
    </>
  );
}
