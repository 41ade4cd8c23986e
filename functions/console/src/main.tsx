import { QueryClient, QueryClientProvider } from "@tanstack/preact-query";
import { render } from "preact";
import { ApiError } from "./api/client";
import { App } from "./app";
import { startSession } from "./auth/session";
import { SignedOut } from "./auth/signed_out";
import { applyTheme, storedTheme } from "./charts/scheme";
import "./style/tokens.css";
import "./style/base.css";
import "./style/parts.css";
import "./style/pages.css";

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      // What the API refuses is shown at once; only a lost connection or an unavailable service is tried once more.
      retry: (count, error) => count < 1 && error instanceof ApiError && (error.status === 0 || error.status === 503),
      retryDelay: (_, error) => Math.min(((error instanceof ApiError && error.retryAfter) || 1) * 1000, 3000),
    },
  },
});

applyTheme(storedTheme());
const root = document.getElementById("app");
const start = await startSession();
if (root) {
  render(
    <QueryClientProvider client={queries}>{start.state === "ready" ? <App /> : <SignedOut start={start} />}</QueryClientProvider>,
    root,
  );
}
