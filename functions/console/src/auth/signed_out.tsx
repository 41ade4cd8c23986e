import { Page } from "../ui/page";
import { Notice } from "../ui/states";
import { type Start, signIn } from "./session";

/** What is shown without a user: after a sign-out, and after a sign-in that failed. */
export function SignedOut({ start }: { start: Exclude<Start, { state: "ready" }> }) {
  const failed = start.state === "failed";
  return (
    <main>
      <Page title="Creator Search">
        <Notice icon="lock" title={failed ? "You are not signed in" : "You are signed out"} alert={failed}>
          {failed && <p>{start.message}</p>}
          <button type="button" class="button primary" onClick={() => void signIn().catch(() => location.reload())}>
            Sign in
          </button>
        </Notice>
      </Page>
    </main>
  );
}
