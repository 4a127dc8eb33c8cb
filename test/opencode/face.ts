import type { PoolEvent } from "../../src/core/event";
import { snapshotOf } from "../../src/core/snapshot-of";
import { emptyState } from "../../src/core/state";
import type { FaceParts } from "../../src/opencode/parts";
import type { Reply } from "../../src/pool/reply";
import type { HostRequest } from "../../src/ports/upstream";
import { anAccount, NOW } from "../support/builders";

/** The face with a pool that says what the test wants; what it was asked and told is kept. */
export function aFace(more: Partial<FaceParts> = {}, reply: Reply = { kind: "refused", refusal: { kind: "empty" } }) {
  const asked: HostRequest[] = [];
  const passed: string[] = [];
  const listeners = new Set<(event: PoolEvent) => void>();
  const parts: FaceParts = {
    dispatch: async (request) => {
      asked.push(request);
      return reply;
    },
    snapshot: async () =>
      snapshotOf({
        accounts: [anAccount({ label: "side project" })],
        state: emptyState(),
        usage: new Map(),
        inFlight: () => 0,
        problem: undefined,
        now: NOW,
      }),
    warmUp: () => {},
    hasAccounts: () => true,
    hasMarker: () => false,
    storedHostLogin: () => undefined,
    userGateway: () => undefined,
    ways: async () => [],
    flush: () => {},
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    passThrough: async (url) => {
      passed.push(url);
      return new Response("passed");
    },
    isRun: false,
    isTuiWorker: false,
    isAuthLogin: false,
    now: () => NOW,
    after: (_, work) => {
      work();
      return () => {};
    },
    formatTime: (at) => new Date(at).toISOString().slice(11, 16),
    ...more,
  };
  const emit = (event: PoolEvent) => {
    for (const listener of listeners) listener(event);
  };
  return { parts, asked, passed, emit };
}
