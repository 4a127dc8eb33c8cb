import { expect, test } from "bun:test";
import { afterOutput, openOutput } from "../../src/cli/output";

/** A stream that takes what it is given and says later what became of it. */
function aStream() {
  const open: ((error?: unknown) => void)[] = [];
  const listeners: ((error: unknown) => void)[] = [];
  const stream = {
    write: (_text: string, done: (error?: unknown) => void) => open.push(done),
    on: (_event: "error", listener: (error: unknown) => void) => listeners.push(listener),
  };
  const failure = (code: string) => Object.assign(new Error(code), { code });
  return {
    stream,
    /** Ends the oldest write. */
    end: (code?: string) => open.shift()?.(code && failure(code)),
    breaks: (code: string) => listeners.forEach((listener) => void listener(failure(code))),
  };
}

function anEnd(code: 0 | 1 | 2 = 0) {
  const { stream, ...rest } = aStream();
  const output = openOutput(stream);
  let said = "";
  const stderr = (text: string) => {
    said += text;
  };
  return { ...rest, output, after: () => afterOutput(code, output, { stderr }), said: () => said };
}

test("the exit code waits until everything is out", async () => {
  const { output, after, end } = anEnd();
  output.write("one");
  output.write("two");
  let code: number | undefined;
  const ended = after().then((each) => {
    code = each;
  });
  end();
  await Promise.resolve();
  expect(code).toBeUndefined();
  end();
  await ended;
  expect(code).toBe(0);
});

test("what was written before a disk was full is no success; only the first fault is told", async () => {
  const { output, after, end, said } = anEnd();
  for (const text of ["one", "two", "three"]) output.write(text);
  const ended = after();
  end();
  end("ENOSPC");
  end("EPIPE");
  expect(await ended).toBe(1);
  expect(said()).toBe(
    "gemini-pool: the output could not be written whole (ENOSPC). Make room, or send it elsewhere, and run the command again.\n",
  );
});

test("a stream that breaks by an event alone is told as well", async () => {
  const { after, breaks, said } = anEnd();
  breaks("EIO");
  expect(await after()).toBe(1);
  expect(said()).toContain("(EIO)");
});

test("a reader that left early is no failure, and makes none a success", async () => {
  for (const code of [0, 1, 2] as const) {
    const { output, after, end, said } = anEnd(code);
    output.write("one");
    const ended = after();
    end("EPIPE");
    expect(await ended).toBe(code);
    expect(said()).toBe("");
  }
});
