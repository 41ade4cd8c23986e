/** The settings of the sign-in, as /config.json has them. */
export interface Settings {
  issuer: string;
  client_id: string;
  authorization_endpoint: string;
  token_endpoint: string;
  end_session_endpoint?: string;
}

/** What the answer of the issuer is compared with, and the page to go back to. */
export interface Flow {
  verifier: string;
  state: string;
  nonce: string;
  path: string;
}

export interface Tokens {
  access: string;
  refresh: string | null;
  identity: string | null;
  /** Whether the API has answered a request with this access token by anything but 401. */
  accepted: boolean;
}

export type Start = { state: "ready" } | { state: "signed-out" } | { state: "failed"; message: string };

const SIGNED_IN = "/signed-in";
const SIGNED_OUT = "/signed-out";
const FLOW = "sign-in";

// Tokens are in memory only. A page that is loaded again signs in again; the issuer's own cookie makes that silent.
let settings: Settings | null = null;
let tokens: Tokens | null = null;
let renewing: Promise<void> | null = null;

/** Prepare for requests: read the settings, and sign in if there are any. Locally there are none, and no sign-in. */
export async function startSession(): Promise<Start> {
  const response = await fetch("/config.json").catch(() => null);
  if (!response?.ok) return { state: "failed", message: "The settings of the sign-in could not be read." };
  const found = (await response.json()) as Partial<Settings>;
  if (!found.issuer) return { state: "ready" };
  settings = found as Settings;
  if (location.pathname === SIGNED_OUT) return { state: "signed-out" };
  const flow = location.pathname === SIGNED_IN ? takeFlow() : null;
  if (!flow) return signIn();
  const oidc = await import("./oidc");
  try {
    tokens = await oidc.exchange(settings, flow, redirectUri(), new URL(location.href));
  } catch (error) {
    return { state: "failed", message: oidc.reason(error) };
  }
  history.replaceState(null, "", flow.path);
  return { state: "ready" };
}

/** Leave for the issuer's page of the sign-in, and come back to this page afterwards. */
export async function signIn(): Promise<never> {
  const { begin } = await import("./oidc");
  const path = [SIGNED_IN, SIGNED_OUT].includes(location.pathname) ? "/" : location.pathname + location.search;
  const { url, flow } = await begin(needed(), redirectUri(), path);
  sessionStorage.setItem(FLOW, JSON.stringify(flow));
  return leave(url);
}

export function canSignOut(): boolean {
  return tokens !== null;
}

/** Forget the tokens, and end the session with the issuer if it has an address for that. */
export async function signOut(): Promise<never> {
  const { client_id, end_session_endpoint } = needed();
  const identity = tokens?.identity;
  tokens = null;
  const back = new URL(SIGNED_OUT, location.origin);
  if (!end_session_endpoint) return leave(back);
  const url = new URL(end_session_endpoint);
  url.searchParams.set("client_id", client_id);
  url.searchParams.set("post_logout_redirect_uri", back.href);
  url.searchParams.set("logout_uri", back.href); // Cognito's name for it
  if (identity) url.searchParams.set("id_token_hint", identity);
  return leave(url);
}

/** The access token of the user; null in the local system, which needs none. */
export function accessToken(): string | null {
  return tokens?.access ?? null;
}

/** Note that the API accepted a token: if it refuses the token later, a new one will help. */
export function noteAccepted(token: string | null) {
  if (tokens && tokens.access === token) tokens.accepted = true;
}

/**
 * Get a new token in the place of one that the API refused, and return whether there is one. A token that was never
 * accepted is not renewed: the API would refuse the next one as well, again and again.
 */
export async function renewToken(refused: string | null): Promise<boolean> {
  if (!settings || !tokens || !refused) return false;
  if (tokens.access !== refused) return true;
  if (!tokens.accepted) return false;
  renewing ??= renew(settings, tokens).finally(() => {
    renewing = null;
  });
  await renewing;
  return true;
}

async function renew(known: Settings, old: Tokens): Promise<void> {
  if (!old.refresh) return signIn();
  const oidc = await import("./oidc");
  try {
    tokens = await oidc.refresh(known, old);
  } catch {
    return signIn();
  }
}

/** Return what was stored before leaving for the issuer, and delete it: it is of use once. */
function takeFlow(): Flow | null {
  const text = sessionStorage.getItem(FLOW);
  sessionStorage.removeItem(FLOW);
  return text ? (JSON.parse(text) as Flow) : null;
}

function redirectUri(): string {
  return new URL(SIGNED_IN, location.origin).href;
}

function needed(): Settings {
  if (!settings) throw new Error("There is no sign-in");
  return settings;
}

function leave(url: URL): Promise<never> {
  location.assign(url);
  return new Promise(() => undefined);
}

// A page that the browser kept while it was left must not show what a signed-out user saw.
addEventListener("pageshow", (event) => {
  if (event.persisted && settings) location.reload();
});
