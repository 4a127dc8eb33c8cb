import type { DurationMs } from "../core/account";
import { redact } from "../core/redact";
import type { CodeExchange, GrantedTokens, OAuthLogin, Person } from "../ports/login";
import type { Clock } from "../ports/world";
import { GIVEN_UP_WORDS } from "./given-up";
import { inTime } from "./in-time";
import type { Concluded, LoginAsk, LoginEnd } from "./new-login";

/** What finishing a login needs. */
export interface FinishParts {
  readonly oauth: OAuthLogin;
  readonly clock: Clock;
  /** The person gives up. */
  readonly signal: AbortSignal;
}

const EXCHANGE_LIMIT_MS: DurationMs = 30_000;
const WHO_LIMIT_MS: DurationMs = 10_000;

/** What is said wherever a person gave up in time. */
export const GIVEN_UP = { kind: "aborted", sentence: GIVEN_UP_WORDS } as const;

const NO_REASON = "The login did not work: Google gave no reason.";
const NOT_STORED = "Google has let you in, but the account could not be stored.";

/** Exchanges the code, once, asks who it is, and lets an account be made of it. Never rejects. */
export async function finishLogin<T extends Concluded>(
  code: Omit<CodeExchange, "client">,
  { client, conclude }: Pick<LoginAsk<T>, "client" | "conclude">,
  parts: FinishParts,
): Promise<LoginEnd<T>> {
  const { oauth, clock, signal } = parts;
  const limit = { clock, limitMs: EXCHANGE_LIMIT_MS, signal };
  const result = await inTime((abort) => oauth.exchange({ client, ...code }, abort), limit);
  if (signal.aborted) return GIVEN_UP;
  if (result.kind === "failed") {
    if (result.outcome.kind === "aborted") return GIVEN_UP;
    const words = "sentence" in result.outcome ? result.outcome.sentence : NO_REASON;
    // The last line of defence: whoever made the sentence may have left the code in it.
    return { kind: "failed", sentence: redact(words.replaceAll(code.code, "[code]")) };
  }
  const { tokens } = result;
  const grantedAt = clock.now();
  const person = await whoIsIt(tokens, parts);
  if (signal.aborted) return GIVEN_UP;
  try {
    return { kind: "concluded", result: await conclude({ client, tokens, person, grantedAt }, signal) };
  } catch {
    return signal.aborted ? GIVEN_UP : { kind: "failed", sentence: NOT_STORED };
  }
}

/** What userinfo says goes before what came with the tokens; neither is worth losing them for. */
async function whoIsIt({ accessToken, person }: GrantedTokens, { oauth, clock, signal }: FinishParts): Promise<Person> {
  const ask = (abort: AbortSignal) => oauth.whoIs(accessToken, abort);
  const found = await inTime(ask, { clock, limitMs: WHO_LIMIT_MS, signal }).catch(() => undefined);
  return { ...person, ...found };
}
