/** The answer as the host gets it: of Google's headers only the kind of content. */
export const hostAnswer = (body: ReadableStream<Uint8Array> | Uint8Array, headers: Headers): Response =>
  new Response(body, { status: 200, headers: { "content-type": headers.get("content-type") ?? "application/json" } });
