const HOW_TO = "Give it a file or a pipe: gemini-pool … < FILE";

function faultOf(error: unknown): string {
  const code = (error as { code?: unknown } | undefined)?.code ?? "unknown error";
  const what = code === "EISDIR" ? "standard input is a directory" : `standard input cannot be read (${code})`;
  return `${what}. ${HOW_TO}`;
}

/** What comes in piece by piece. Nothing is touched before the first one is asked for; what cannot be read is an error that says so. */
export async function* piecesOf(open: () => AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* open();
  } catch (error) {
    throw new Error(faultOf(error), { cause: error });
  }
}
