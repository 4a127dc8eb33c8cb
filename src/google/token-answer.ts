import type { EpochMs } from "../core/account";
import type { RefreshResult } from "../ports/upstream";
import { instant } from "./errors/instant";
import { asNumber, asRecord, asText, parseJson } from "./errors/loose";
import { classifyTokenRefusal, type RefusedHolder } from "./errors/token-refusal";
import type { SmallAnswer } from "./tiny-http";

/** What the words of a refusal need: what was refused, and the time here when the answer came. */
export interface TokenReading {
  readonly holder?: RefusedHolder;
  readonly now?: EpochMs;
}

/** The answer of Google's token endpoint, whatever was exchanged there. Never throws. */
export function readTokenAnswer(answer: SmallAnswer, reading: TokenReading = {}): RefreshResult {
  if (answer.kind === "failed") return { kind: "failed", outcome: answer.outcome };
  return answer.status === 200 ? readTokens(answer.body) : refused(answer, reading);
}

/** Tokens as Google gives them. A lifetime that is missing or none counts as over, so that nobody trusts it for long. */
export function readTokens(body: string): RefreshResult {
  const answer = asRecord(parseJson(body));
  const accessToken = asText(answer?.["access_token"]);
  if (accessToken === undefined) return { kind: "failed", outcome: classifyTokenRefusal({ status: 502, body: "" }) };
  const seconds = asNumber(answer?.["expires_in"]) ?? 0;
  const refreshToken = asText(answer?.["refresh_token"]);
  return {
    kind: "refreshed",
    accessToken,
    lifetimeMs: Math.max(0, Math.round(seconds * 1_000)),
    ...(refreshToken === undefined ? {} : { refreshToken }),
  };
}

type Answered = Extract<SmallAnswer, { kind: "answer" }>;

function refused({ status, headers, body }: Answered, { holder, now }: TokenReading): RefreshResult {
  const google = instant(headers.get("date"));
  const outcome = classifyTokenRefusal({
    status,
    body,
    ...(holder === undefined ? {} : { holder }),
    ...(google === undefined || now === undefined ? {} : { clocks: { here: now, google } }),
  });
  return { kind: "failed", outcome };
}
