import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Scenario } from "../test/emulator/scenario";
import { REPOSITORY } from "../test/support/opencode-home";

/** The emulator in a process of its own, so that its work is not counted as ours. */
export async function startGoogle(scenario: Scenario): Promise<{ url: string; stop: () => void }> {
  const directory = mkdtempSync(join(tmpdir(), "gemini-pool-bench-"));
  const file = join(directory, "scenario.json");
  writeFileSync(file, JSON.stringify(scenario));
  const bun = join(REPOSITORY, "node_modules/.bin/bun");
  const main = join(REPOSITORY, "test/emulator/main.ts");
  const child = Bun.spawn([bun, main, "--scenario", file], { stdout: "pipe", stderr: "inherit" });
  const stop = () => {
    child.kill();
    rmSync(directory, { recursive: true, force: true });
  };
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of child.stdout) {
    text += decoder.decode(chunk);
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0];
    if (url) return { url, stop };
  }
  stop();
  throw new Error(`the emulator did not start: ${text}`);
}

/** A home with these accounts; the process's own environment then points the pool at it. */
export function useHome(name: string, accounts: readonly object[], google: string): () => void {
  const root = mkdtempSync(join(tmpdir(), `gemini-pool-bench-${name}-`));
  const config = join(root, "config");
  mkdirSync(config);
  const write = (file: string, value: unknown) =>
    writeFileSync(join(config, file), JSON.stringify(value), { mode: 0o600 });
  write("gemini-auth.json", { version: 1, accounts, removed: [] });
  write("gemini-pool.jsonc", { endpoints: { oauthToken: `${google}/token` } });
  for (const key of Object.keys(process.env)) if (/^(GEMINI|GOOGLE)_/.test(key)) delete process.env[key];
  Object.assign(process.env, {
    HOME: root,
    GEMINI_POOL_CONFIG_DIR: config,
    XDG_STATE_HOME: join(root, "state"),
    XDG_DATA_HOME: join(root, "data"),
    GOOGLE_GEMINI_BASE_URL: google,
    CODE_ASSIST_ENDPOINT: google,
  });
  return () => rmSync(root, { recursive: true, force: true });
}
