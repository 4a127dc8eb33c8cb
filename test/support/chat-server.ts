/** A provider that is none of Google's: speaks just enough of the OpenAI chat protocol for opencode. */
export function chatServer(text: string): { url: string; stop: () => void } {
  const chunk = (delta: object, finish: string | null) =>
    `data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", created: 1, model: "other-1", choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
  const body = `${chunk({ role: "assistant", content: text }, null)}${chunk({}, "stop")}data: [DONE]\n\n`;
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: () => new Response(body, { headers: { "content-type": "text/event-stream" } }),
  });
  return { url: `${server.url.origin}/v1`, stop: () => void server.stop(true) };
}
