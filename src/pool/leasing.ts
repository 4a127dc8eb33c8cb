import type { CallMethod } from "../core/call";
import { isCooling } from "../core/cooldown";
import { probed } from "../core/health/probe";
import { isFailure, type Outcome } from "../core/outcome";
import { endedBinding, nextBinding } from "../core/rotation/affinity";
import { testedBy } from "../core/rotation/assess";
import type { Because } from "../core/rotation/because";
import { historyOf } from "../core/rotation/history";
import { scopeKey } from "../core/scope";
import { rememberMinted } from "../core/signature";
import { type Binding, bindingOf } from "../core/state";
import type { SignaturePolicy } from "../ports/upstream";
import type { Bell } from "./bell";
import type { Chooser } from "./chooser";
import type { Claims } from "./claims";
import { type LearnParts, learn, prove, teaches } from "./learn";
import { createLease, type Lease } from "./lease";
import type { Entrant } from "./lineup";
import type { HeldCall, Load } from "./load";
import type { Look } from "./look";

/** What a lease is made with. */
export interface LeasingParts extends LearnParts {
  readonly load: Load;
  readonly claims: Claims;
  readonly bell: Bell;
  readonly chooser: Chooser;
}

/** An account that was chosen, and why. */
export interface Choice {
  readonly entrant: Entrant;
  readonly because: Because;
  readonly look: Look;
}

/** The methods that a conversation is made of; counting tokens moves nobody. */
const SPEAKS: ReadonlySet<CallMethod> = new Set<CallMethod>(["generateContent", "streamGenerateContent"]);

/** Puts an account to use for a request: counts it, claims what it puts to the test, and passes on what it teaches. */
export function leaseOf(choice: Choice, parts: LeasingParts): Lease {
  const { entrant, because, look } = choice;
  const { state, clock, events, load, bell } = parts;
  const { call, model } = look.wish;
  const { account, place } = entrant;
  const binding = bindingOf(look.state, call.sessionId, model);
  events.emit({ type: "account.picked", at: clock.now(), accountId: account.id, model, because });
  const { isPresumedSpent } = look.standing(place);
  const end = load.begin(entrant, call.sessionId, isPresumedSpent ? clock.now() : undefined);
  // Each attempt has a beginning of its own: what was learnt before it, it may refute.
  let attempt = { entrant, call, model, requestId: look.wish.requestId, startedAt: clock.now(), known: look.state };
  return createLease({
    entry: entrant.entry,
    because,
    pickedAt: clock.now(),
    onBoundAccount: binding?.accountId === account.id,
    signatures: policyFor(entrant, binding, look),
    hold: () => {
      const bodyChars = look.countsTokens(place) ? look.wish.textChars() : 0;
      return teaches({ call }) ? load.hold(place, bodyChars, clock.now()) : UNCOUNTED;
    },
    onSending: () => {
      attempt = { ...attempt, startedAt: clock.now() };
    },
    letClaimsGo: claim(choice, parts),
    onAnswered: (isForeign, before) => {
      settleIn(choice, isForeign, parts);
      // Whoever waited to see whether a pause or a limit still holds, knows now.
      if (prove(attempt, before, parts)) bell.ring();
    },
    onMinted: (hashes) => {
      const { sessionId } = call;
      if (sessionId === undefined || hashes.length === 0) return;
      const before = look.state.signatures.get(sessionId);
      const minting = { sessionId, accountId: account.id, now: clock.now() };
      const minted = rememberMinted(before, hashes, minting);
      if (minted && minted !== before) state.apply([{ type: "signatures.minted", minted }]);
    },
    onLearn: (outcome, reach, before) => {
      if (learn({ ...attempt, outcome, reach, before }, parts)) bell.ring();
    },
    onEnded: (outcome) => endIn(choice, outcome, parts),
    onRelease: () => {
      end();
      bell.nudge();
    },
  });
}

function policyFor({ account }: Entrant, binding: Binding | undefined, { wish, state }: Look): SignaturePolicy {
  const { sessionId } = wish.call;
  const minted = sessionId === undefined ? undefined : state.signatures.get(sessionId);
  const history = historyOf(account.id, binding, minted);
  return history.kind === "own" ? { kind: "keep" } : { kind: "own", hashes: new Set(history.own) };
}

/** Nobody else tests the same pauses meanwhile, in this process and, where they still run, in any. */
function claim({ entrant, look }: Choice, { claims, state, clock }: LeasingParts): () => void {
  const tested = testedBy(entrant, look);
  if (tested.length === 0) return NOTHING_CLAIMED;
  const now = clock.now();
  const running = tested.filter((cooldown) => isCooling(cooldown, now));
  if (running.length > 0) state.apply(running.map((cooldown) => probed(cooldown, now)));
  return claims.take(tested.map(({ scope }) => scopeKey(scope)));
}

/** Counting tokens has limits of its own. */
const UNCOUNTED: HeldCall = { before: undefined, settle: () => {}, cancel: () => {} };

const NOTHING_CLAIMED = () => {};

/** How the conversation's answer ended. One that was given up says nothing of its account. */
function endIn({ entrant, look }: Choice, outcome: Outcome, { state, clock }: LeasingParts): void {
  const before = bindingOf(state.current(), look.wish.call.sessionId, look.wish.model);
  if (before?.accountId !== entrant.account.id || outcome.kind === "aborted") return;
  const binding = endedBinding(before, isFailure(outcome), clock.now());
  if (binding !== before) state.apply([{ type: "binding.set", binding }]);
}

function settleIn({ entrant, look }: Choice, isForeign: boolean, { state, clock, chooser }: LeasingParts): void {
  const { call, model } = look.wish;
  const { sessionId, parentSessionId } = call;
  if (sessionId === undefined || !SPEAKS.has(call.method)) return;
  const to = { sessionId, model, parentSessionId, accountId: entrant.account.id, now: clock.now(), isForeign };
  const before = bindingOf(look.state, sessionId, model);
  const binding = nextBinding(before, to);
  state.apply([{ type: "binding.set", binding }]);
  chooser.bound(binding, before === undefined);
}
