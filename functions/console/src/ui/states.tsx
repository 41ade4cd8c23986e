import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ApiError } from "../api/client";
import { Icon, type IconName } from "./icons";

interface NoticeProps {
  icon: IconName;
  title: string;
  children?: ComponentChildren;
  alert?: boolean;
}

/** The content of a page or card that has nothing else to show. */
export function Notice({ icon, title, children, alert = false }: NoticeProps) {
  return (
    <div class="notice" role={alert ? "alert" : undefined}>
      <span class="notice-icon">
        <Icon name={icon} />
      </span>
      <p class="notice-title">{title}</p>
      {children}
    </div>
  );
}

export function Skeleton({ rows = 3, tall = false }: { rows?: number; tall?: boolean }) {
  return (
    <div class="skeleton" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        <span key={row} class={tall ? "bone tall" : "bone"} />
      ))}
    </div>
  );
}

/** What went wrong, and what to do. A request that was refused for its rate can be sent again after a countdown. */
export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const found = error instanceof ApiError ? error : new ApiError(0, "UNEXPECTED", "The page failed unexpectedly");
  const left = useCountdown(found);
  const title = TITLES[found.status] ?? "This did not work";
  return (
    <Notice icon={found.status === 403 || found.status === 401 ? "lock" : "info"} title={title} alert>
      <p>{found.message}</p>
      {found.advice && <p class="quiet">{found.advice}</p>}
      {retry && (
        <button type="button" class="button" disabled={left > 0} onClick={retry}>
          {left > 0 ? `Try again in ${left} s` : "Try again"}
        </button>
      )}
    </Notice>
  );
}

const TITLES: Record<number, string> = {
  0: "No answer",
  400: "This cannot be right",
  401: "Sign in to see this",
  403: "Not allowed",
  404: "Not found",
  409: "Already being done",
  412: "Changed in the meantime",
  429: "Too many requests",
  500: "Something broke",
  503: "Not available at the moment",
};

function useCountdown(error: ApiError): number {
  const [left, setLeft] = useState(error.retryAfter ?? 0);
  useEffect(() => {
    const end = Date.now() + (error.retryAfter ?? 0) * 1000;
    const tick = () => setLeft(Math.max(0, Math.ceil((end - Date.now()) / 1000)));
    tick();
    const timer = setInterval(tick, 500);
    return () => clearInterval(timer);
  }, [error]);
  return left;
}

interface Query<T> {
  data: T | undefined;
  error: unknown;
  isPending: boolean;
  refetch: () => unknown;
}

/** The content of a query: a skeleton, a failure, or the data. Data that is known stays visible if a refetch fails. */
export function Loaded<T>({ query, rows, children }: { query: Query<T>; rows?: number; children: (data: T) => ComponentChildren }) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.isPending) return <Skeleton rows={rows} />;
  return <Failure error={query.error} retry={() => void query.refetch()} />;
}
