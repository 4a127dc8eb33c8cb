import type { CliIo, ExitCode } from "./command";

/** The part of a stream that output needs. */
export interface OutputStream {
  write(text: string, done: (error?: unknown) => void): unknown;
  on(event: "error", listener: (error: unknown) => void): unknown;
}

/** What goes to one stream. */
export interface Output {
  write(text: string): void;
  /**
   * Waits until all of it is out. Node's code of what went wrong first; undefined where nothing did, or where the reader left
   * early, as `| head` does.
   */
  fault(): Promise<string | undefined>;
}

const READER_LEFT = "EPIPE";

/** Writes to a stream and remembers what became of it; never throws. */
export function openOutput(stream: OutputStream): Output {
  const writes: Promise<void>[] = [];
  let first: string | undefined;
  const note = (error: unknown) => {
    if (error) first ??= String((error as { code?: unknown }).code ?? "unknown error");
  };
  // Without a listener the event alone would end the process.
  stream.on("error", note);
  const written = (text: string) =>
    new Promise<void>((resolve) => {
      stream.write(text, (error) => {
        note(error);
        resolve();
      });
    });
  return {
    write: (text) => void writes.push(written(text)),
    async fault() {
      await Promise.all(writes);
      return first === READER_LEFT ? undefined : first;
    },
  };
}

/** The exit code once all output is out: a result that is not whole is a failure, whatever the command made of it. */
export async function afterOutput(code: ExitCode, output: Output, io: Pick<CliIo, "stderr">): Promise<ExitCode> {
  const fault = await output.fault();
  if (fault === undefined) return code;
  io.stderr(
    `gemini-pool: the output could not be written whole (${fault}). Make room, or send it elsewhere, and run the command again.\n`,
  );
  return 1;
}
