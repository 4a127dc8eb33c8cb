/** Hands out what comes in line by line; undefined once it has ended. A last line without its end counts. */
export function lineReader(chunks: () => AsyncIterator<Uint8Array>): () => Promise<string | undefined> {
  const decoder = new TextDecoder();
  let source: AsyncIterator<Uint8Array> | undefined;
  let rest = "";
  return async () => {
    source ??= chunks();
    for (;;) {
      const end = rest.indexOf("\n");
      if (end >= 0) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 1);
        return line.replace(/\r$/, "");
      }
      const next = await source.next();
      if (next.done) {
        const last = rest;
        rest = "";
        return last === "" ? undefined : last;
      }
      rest += decoder.decode(next.value, { stream: true });
    }
  };
}
