import createClient from "openapi-fetch";
import { accessToken, noteAccepted, renewToken } from "../auth/session";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];

/** An answer that is not a success. Status 0 means that there was no answer at all. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly advice = "",
    /** Seconds after which the request may be sent again; null if the API did not say. */
    readonly retryAfter: number | null = null,
  ) {
    super(message);
  }
}

export const api = createClient<paths, "application/json">({ baseUrl: location.origin, fetch: send });

/**
 * fetch with the caller's token. If the API refuses the token, the request is sent once more with a new one.
 * Throws ApiError with status 0 if the network fails.
 */
export async function send(request: Request): Promise<Response> {
  const again = request.clone();
  const token = accessToken();
  const response = await sendWith(token, request);
  if (response.status === 401 && (await renewToken(token))) return sendWith(accessToken(), again);
  return response;
}

async function sendWith(token: string | null, request: Request): Promise<Response> {
  if (token) request.headers.set("Authorization", `Bearer ${token}`);
  try {
    const response = await fetch(request);
    if (response.status !== 401) noteAccepted(token);
    return response;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError(0, "NETWORK", "The API did not answer", "Check the connection, then try again.");
  }
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The body of a successful answer. Throws ApiError. */
export async function take<T>(pending: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await pending;
  if (!response.ok) throw failure(response, error);
  return data as T;
}

export function failure(response: Response, body: unknown): ApiError {
  const found = (typeof body === "object" && body ? body : {}) as Partial<Schemas["ErrorResponse"]>;
  const seconds = Number.parseInt(response.headers.get("Retry-After") ?? "", 10);
  return new ApiError(
    response.status,
    found.error_code ?? "UNKNOWN",
    found.detail ?? `The API answered ${response.status}`,
    found.troubleshooting ?? "",
    Number.isFinite(seconds) ? seconds : null,
  );
}

/** Fetch a file with the caller's credentials and hand it to the browser as a download. Throws ApiError. */
export async function download(path: string, name: string): Promise<void> {
  const response = await send(new Request(new URL(path, location.origin)));
  if (!response.ok) throw failure(response, await response.json().catch(() => null));
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
