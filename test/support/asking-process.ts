import { join } from "node:path";
import type { Home } from "./opencode-home";

/** An answer as the program got it, and when. */
export interface Got {
  readonly status: number;
  /** The label of the account that answered, or what else was said. */
  readonly from: string;
  readonly at: number;
}

/** Another process of the same user, with a pool of its own. */
export interface Asking {
  /** One request after the other. */
  ask(count?: number, pauseMs?: number): Promise<readonly Got[]>;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** Lets it write what it holds and end. */
  end(): Promise<void>;
}

const CHILD = join(import.meta.dir, "asking-child.ts");

const fromIn = (text: string): string => /Hello from ([\w-]+)/.exec(text)?.[1] ?? text;

/** Starts processes for one test file; the returned `endAll` belongs into its `afterEach`. */
export function askingProcesses() {
  const open = new Set<Bun.Subprocess>();
  const start = async ({ env, workspace }: Home): Promise<Asking> => {
    const child = Bun.spawn([process.execPath, CHILD], {
      env,
      cwd: workspace,
      stdin: "pipe",
      stdout: "pipe",
      stderr: "inherit",
    });
    open.add(child);
    const next = linesOf(child.stdout);
    await next();
    const ask = async (count = 1, pauseMs = 0): Promise<readonly Got[]> => {
      child.stdin.write(`${JSON.stringify({ count, pauseMs })}\n`);
      child.stdin.flush();
      const answers = JSON.parse(await next()) as { status: number; text: string; at: number }[];
      return answers.map(({ status, text, at }) => ({ status, from: fromIn(text), at }));
    };
    const kill = async () => {
      child.kill("SIGKILL");
      await child.exited;
    };
    const end = async () => {
      child.stdin.end();
      await child.exited;
    };
    return { ask, kill, end };
  };
  const endAll = async () => {
    for (const child of open) {
      child.kill("SIGKILL");
      await child.exited;
    }
    open.clear();
  };
  return { start, endAll };
}

function linesOf(stream: ReadableStream<Uint8Array>): () => Promise<string> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let text = "";
  return async () => {
    for (;;) {
      const end = text.indexOf("\n");
      if (end >= 0) {
        const line = text.slice(0, end);
        text = text.slice(end + 1);
        return line;
      }
      const { done, value } = await reader.read();
      if (done) throw new Error("the process ended");
      text += decoder.decode(value, { stream: true });
    }
  };
}
