import { createTokenMinter } from "../../src/google/token-minter";
import { GOOGLE_TOKEN_URL } from "../../src/google/token-url";
import type { Fetch } from "../../src/ports/world";
import { fakeClock } from "../support/fake-clock";
import { memoryFiles } from "../support/memory-files";

export const HOME = "/home/me";
export const ADC_PATH = `${HOME}/.config/gcloud/application_default_credentials.json`;

/** One call as it went out. */
export interface Sent {
  readonly url: string;
  readonly headers: Headers;
  readonly form: URLSearchParams;
}

/** A minter on a machine of its own, where `answer` stands for whoever is called. */
export function minting(
  answer: (call: Sent, init: RequestInit) => Response | Promise<Response>,
  { tokenUrl = GOOGLE_TOKEN_URL, env = {} }: { tokenUrl?: string; env?: Record<string, string> } = {},
) {
  const clock = fakeClock();
  const files = memoryFiles();
  const calls: Sent[] = [];
  const fetch: Fetch = async (url, init) => {
    const call = { url, headers: new Headers(init.headers), form: new URLSearchParams(String(init.body ?? "")) };
    calls.push(call);
    return answer(call, init);
  };
  const options = { fetch, files, env: () => env, home: HOME, tokenUrl, clock };
  return { clock, files, calls, env, options, minter: createTokenMinter(options) };
}

export const token = (more: object = {}) =>
  Response.json({ access_token: "ya29.c.example", expires_in: 3599, ...more });
export const FLAVOR = { "metadata-flavor": "Google" };
export const said = (result: unknown): string =>
  (result as { outcome?: { sentence?: string } }).outcome?.sentence ?? "nothing";
