import { useInfiniteQuery } from "@tanstack/preact-query";
import { useState } from "preact/hooks";
import { Link, useLocation, useSearchParams } from "wouter-preact";
import { api, type Schemas, take } from "../api/client";
import { counted, languageName, percent, short } from "../format";
import { CreatorFilters, FILTERS } from "./filters";
import { Avatar, Tag, Verified } from "../ui/parts";
import { Page } from "../ui/page";
import { Failure, Notice, Skeleton } from "../ui/states";

type Found = Schemas["FoundCreator"];

export function Discover() {
  const [params, setParams] = useSearchParams();
  return (
    <Page title="Discover" lead="Look up any public creator, or filter those that are already stored.">
      <Lookup />
      <CreatorFilters params={params} change={(next) => setParams(next, { replace: true })} />
      <Results params={params} clear={() => setParams(new URLSearchParams())} />
    </Page>
  );
}

/** The box for a username. Whether there is such a creator is said by the creator's page. */
function Lookup() {
  const [, navigate] = useLocation();
  const [text, setText] = useState("");
  const name = text.trim().replace(/^@+/, "").toLowerCase();
  const problem = name && !/^[a-z0-9._]{1,30}$/.test(name) ? "Letters, digits, dots and underscores, at most 30" : "";
  return (
    <form
      class="lookup"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        if (name && !problem) navigate(`/creators/${name}`);
      }}
    >
      <label class="hidden" for="username">
        Instagram username
      </label>
      <span class="lookup-at" aria-hidden="true">
        @
      </span>
      <input
        id="username"
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        placeholder="username"
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        aria-invalid={problem ? true : undefined}
        aria-describedby="lookup-help"
      />
      <button type="submit" class="button primary" disabled={!name || !!problem}>
        Open
      </button>
      <p id="lookup-help" class={problem ? "lookup-help error" : "lookup-help"} role={problem ? "alert" : undefined}>
        {problem || "A creator that is not stored yet is fetched, which takes a minute or two."}
      </p>
    </form>
  );
}

function Results({ params, clear }: { params: URLSearchParams; clear: () => void }) {
  const wanted = Object.fromEntries(FILTERS.flatMap((name) => (params.get(name) ? [[name, params.get(name)]] : [])));
  const query = useInfiniteQuery({
    queryKey: ["creators", wanted],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      take(api.GET("/api/creators/search", { params: { query: { ...wanted, limit: 24, cursor: pageParam } }, signal })),
    getNextPageParam: (last) => last.meta.next_cursor ?? undefined,
  });
  if (query.isPending) return <Skeleton rows={6} tall />;
  if (!query.data) return <Failure error={query.error} retry={() => void query.refetch()} />;
  const found = query.data.pages.flatMap((page) => page.data);
  const filtered = Object.keys(wanted).some((name) => name !== "sort");
  if (!found.length && !query.hasNextPage) {
    return (
      <Notice icon="search" title={filtered ? "No stored creator matches" : "No creator is stored yet"}>
        <p class="quiet">{filtered ? "Filters apply to stored creators only." : "Enter a username above to fetch the first one."}</p>
        {filtered && (
          <button type="button" class="button" onClick={clear}>
            Clear the filters
          </button>
        )}
      </Notice>
    );
  }
  return (
    <section aria-label="Creators" aria-busy={query.isFetching}>
      <p class="count" role="status">
        {counted(found.length, "creator")}
        {query.hasNextPage ? " so far" : ""}
      </p>
      <ul class="creators">
        {found.map((creator) => (
          <CreatorRow key={creator.username} creator={creator} />
        ))}
      </ul>
      {query.hasNextPage && (
        <button type="button" class="button more" disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {query.isFetchingNextPage ? "Loading…" : "Show more"}
        </button>
      )}
    </section>
  );
}

function CreatorRow({ creator }: { creator: Found }) {
  return (
    <li>
      <Link href={`/creators/${creator.username}`} class="creator">
        <Avatar src={creator.profile_image_url} name={creator.full_name || creator.username} />
        <span class="creator-name">
          <strong>
            <bdi>{creator.full_name || creator.username}</bdi>
            {creator.is_verified && <Verified />}
          </strong>
          <span class="quiet">@{creator.username}</span>
        </span>
        <span class="creator-tags">
          {creator.category && <Tag>{creator.category}</Tag>}
          {creator.language && <Tag>{languageName(creator.language)}</Tag>}
        </span>
        <span class="creator-figure">
          <strong>{short(creator.followers)}</strong>
          <span class="quiet">followers</span>
        </span>
        <span class="creator-figure">
          <strong>{percent(creator.engagement_rate)}</strong>
          <span class="quiet">engagement</span>
        </span>
      </Link>
    </li>
  );
}
