import { failure, send } from "./client";

/**
 * Yield the data of each Server-Sent Event. EventSource is not used because it sends no Authorization header.
 * Throws ApiError, and the AbortError of the signal.
 */
export async function* events(path: string, signal: AbortSignal): AsyncGenerator<unknown> {
  const headers = { Accept: "text/event-stream" };
  const response = await send(new Request(new URL(path, location.origin), { headers, signal }));
  if (!response.ok || !response.body) throw failure(response, await response.json().catch(() => null));
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      buffer += value;
      const blocks = buffer.split(/\r?\n\r?\n/);
      buffer = blocks.pop() ?? "";
      for (const block of blocks) {
        const lines = block.split(/\r?\n/).filter((line) => line.startsWith("data:"));
        if (lines.length) yield JSON.parse(lines.map((line) => line.slice(5)).join("\n"));
      }
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}
