import { type Home, REPOSITORY } from "./opencode-home";

/** What opencode tells its screens while it waits to repeat a call. */
export interface RetryStatus {
  readonly type: "retry";
  readonly attempt: number;
  readonly message: string;
  /** Epoch ms of the next attempt. */
  readonly next: number;
}

const LIMIT_MS = 30_000;

/** `opencode serve` of this home, driven over its HTTP API. */
export async function serve(home: Home) {
  const command = [`${REPOSITORY}/node_modules/.bin/opencode`, "serve", "--port", "0", "--hostname", "127.0.0.1"];
  const child = Bun.spawn(command, { cwd: home.workspace, env: home.env, stdout: "pipe", stderr: "ignore" });
  const url = await listening(child.stdout);
  const post = (path: string, body: unknown) =>
    fetch(`${url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(LIMIT_MS),
    });

  /** Asks, and waits for opencode to say that it will try again. */
  async function retryStatus(text: string, model: string): Promise<RetryStatus> {
    const session = (await (await post("/session", {})).json()) as { id: string };
    const [providerID = "", modelID = ""] = model.split("/");
    const seen = events(url, (event) => event.type === "session.status" && event.properties.status.type === "retry");
    await post(`/session/${session.id}/prompt_async`, {
      model: { providerID, modelID },
      parts: [{ type: "text", text }],
    });
    return (await seen).properties.status as RetryStatus;
  }

  return {
    url,
    retryStatus,
    stop: async () => {
      child.kill("SIGTERM");
      await child.exited;
    },
  };
}

async function listening(stdout: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stdout) {
    text += decoder.decode(chunk);
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0];
    if (url) return url;
  }
  throw new Error(`opencode serve did not start: ${text}`);
}

// biome-ignore lint/suspicious/noExplicitAny: the host's events have many forms; the test names the one it waits for
async function events(url: string, wanted: (event: any) => boolean): Promise<any> {
  const response = await fetch(`${url}/event`, { signal: AbortSignal.timeout(LIMIT_MS) });
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    const lines = text.split("\n");
    text = lines.pop() ?? "";
    for (const line of lines) {
      if (!line.startsWith("data: ")) continue;
      const event = JSON.parse(line.slice(6));
      if (wanted(event)) return event;
    }
  }
  throw new Error("opencode closed its event stream");
}
