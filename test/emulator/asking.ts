/** Ways to call an emulator as a client would, for its own tests. */
export const CONTENTS = [{ role: "user", parts: [{ text: "hi" }] }];

interface KeyCall {
  readonly key?: string;
  readonly model?: string;
  readonly body?: unknown;
  readonly verb?: string;
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
}

const STREAM = "streamGenerateContent?alt=sse";

export const askKey = (url: string, call: KeyCall = {}): Promise<Response> =>
  fetch(`${url}/v1beta/models/${call.model ?? "gemini-2.5-flash"}:${call.verb ?? STREAM}`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-goog-api-key": call.key ?? "AIza-example-1", ...call.headers },
    body: JSON.stringify(call.body ?? { contents: CONTENTS }),
    ...(call.signal ? { signal: call.signal } : {}),
  });

interface SeatCall {
  readonly token?: string;
  readonly verb?: string;
  readonly outer?: object;
}

export const askSeat = (url: string, call: SeatCall = {}): Promise<Response> =>
  fetch(`${url}/v1internal:${call.verb ?? STREAM}`, {
    method: "POST",
    headers: { authorization: `Bearer ${call.token ?? "ya29.example"}` },
    body: JSON.stringify({
      model: "gemini-2.5-pro",
      project: "work-1",
      request: { contents: CONTENTS },
      ...call.outer,
    }),
  });

export const refresh = (url: string, more: Record<string, string> = {}): Promise<Response> =>
  fetch(`${url}/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "refresh_token",
      refresh_token: "1//example",
      client_id: "example-client.apps.example",
      client_secret: "example-client-secret",
      ...more,
    }),
  });

/** The events of a whole stream. Lines of one event are joined, as SSE has it. */
export const eventsOf = (text: string): Record<string, unknown>[] =>
  text
    .split("\r\n\r\n")
    .filter((event) => event.startsWith("data: "))
    .map((event) =>
      JSON.parse(
        event
          .split("\r\n")
          .map((line) => line.replace(/^data: /, ""))
          .join("\n"),
      ),
    );

/** What a stream says in all, without its envelope. */
export const textOf = (events: readonly Record<string, unknown>[]): string =>
  events
    .map((event) => (event["response"] ?? event) as { candidates?: { content?: { parts?: { text?: string }[] } }[] })
    .flatMap(({ candidates = [] }) => candidates.flatMap(({ content }) => content?.parts ?? []))
    .map(({ text = "" }) => text)
    .join("");

/** Reads a body to its end or to its failure. */
export async function readAll(response: Response): Promise<{ text: string; failed: boolean }> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  try {
    for (;;) {
      const read = await reader?.read();
      if (read === undefined || read.done) return { text, failed: false };
      text += decoder.decode(read.value, { stream: true });
    }
  } catch {
    return { text, failed: true };
  }
}
