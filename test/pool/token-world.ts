import type { Account } from "../../src/core/account";
import type { Credential, LocalCredential, OAuthCredential } from "../../src/core/credential";
import { Tokens } from "../../src/pool/tokens";
import type { RefreshResult } from "../../src/ports/upstream";
import { aLogin, aSeat, NOW } from "../support/builders";
import { fakeClock } from "../support/fake-clock";
import { memoryStore } from "../support/pool-world";
import { recordingEvents } from "../support/recording-events";

export const HOUR = 3_600_000;
export const account = aSeat();
export const expired = aLogin({ expiresAt: NOW - 1 });
export const ANSWER: RefreshResult = { kind: "refreshed", accessToken: "ya29.fresh", lifetimeMs: HOUR };
export const REVOKED: RefreshResult = {
  kind: "failed",
  outcome: { kind: "parked", state: "needs-login", scope: "account", status: 400, sentence: "revoked" },
};
export const FAILING: RefreshResult = {
  kind: "failed",
  outcome: { kind: "transient", cause: "server", status: 503, sentence: "down" },
};
export const WRONG_MACHINE: RefreshResult = {
  kind: "failed",
  outcome: { kind: "machine", status: 0, sentence: "the key file is missing" },
};
export const bearer = (token: string) => ({ kind: "access", access: { kind: "bearer", token } }) as never;

type Answer<C> = (
  credential: C,
  signal: AbortSignal | undefined,
  count: number,
) => Promise<RefreshResult> | RefreshResult;

/** Tokens over an account store, a token endpoint and a minter that a test answers for. */
export function tokenWorld({
  answer = () => ANSWER,
  mint = (_credential, _signal, count) => ({ ...ANSWER, accessToken: `ya29.c.${count}` }) as RefreshResult,
  entries = [{ account, credential: expired }],
}: {
  answer?: Answer<OAuthCredential>;
  mint?: Answer<LocalCredential>;
  entries?: { account: Account; credential: Credential }[];
} = {}) {
  const clock = fakeClock();
  const store = memoryStore(entries);
  const events = recordingEvents();
  const asked: OAuthCredential[] = [];
  const minted: LocalCredential[] = [];
  const secrets = new Map<string, string>();
  const refresher = {
    refresh: async (credential: OAuthCredential, signal?: AbortSignal) => {
      asked.push(credential);
      await Promise.resolve();
      return answer(credential, signal, asked.length);
    },
  };
  const nameOf = (credential: LocalCredential) => (credential.kind === "adc" ? "adc" : credential.keyFile);
  const minter = {
    mint: async (credential: LocalCredential, signal?: AbortSignal) => {
      minted.push(credential);
      await Promise.resolve();
      return mint(credential, signal, minted.length);
    },
    version: (credential: LocalCredential) => secrets.get(nameOf(credential)) ?? "first",
  };
  const tokens = new Tokens({ store, refresher, minter, clock, events });
  return { clock, store, events, asked, minted, secrets, refresher, tokens };
}
