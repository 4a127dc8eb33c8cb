import type { EpochMs } from "../core/account";
import { DEFAULT_CLIENT, isKeyAccount, type Scenario, type SeatAccount } from "./scenario";

const KEPT_TOKENS = 1000;

/** What a token endpoint call comes to: a new token, or the named refusal. */
export type Refreshed =
  | { readonly kind: "token"; readonly seat: SeatAccount; readonly accessToken: string; readonly expiresIn: number }
  | { readonly kind: "refused"; readonly seat: SeatAccount | undefined; readonly case: string };

/** Logins, their access tokens and the ends of both. */
export interface TokenDesk {
  refresh(form: URLSearchParams, now: EpochMs): Refreshed;
  /** The seat of a refresh token, dead or alive. */
  owner(refreshToken: string | null): SeatAccount | undefined;
  /** The seat a live access token belongs to; `expired` where it was one once. */
  holder(accessToken: string, now: EpochMs): SeatAccount | "expired" | undefined;
  /** Ends a refresh token, an access token or all access tokens of a label; without a name, every access token. */
  expire(name?: string): void;
}

interface Issued {
  readonly seat: SeatAccount;
  endsAt: EpochMs;
}

/** The desk of a scenario whose first tokens are valid from `now`. */
export function createTokenDesk(scenario: Scenario, now: EpochMs): TokenDesk {
  const seats = scenario.accounts.filter((account): account is SeatAccount => !isKeyAccount(account));
  const issued = firstTokens(seats, now);
  const revoked = new Set<string>();
  const expiresIn = scenario.oauth?.expiresIn ?? 3599;
  let count = 0;

  const owner = (refreshToken: string | null) => seats.find((seat) => seat.refreshToken === refreshToken);

  return {
    owner,
    refresh(form, at) {
      const seat = owner(form.get("refresh_token"));
      const refused = refusedRefresh({ scenario, form, seat, revoked });
      if (refused !== undefined || seat === undefined)
        return { kind: "refused", seat, case: refused ?? "oauth_invalid_grant_bad_request" };
      count += 1;
      const accessToken = `ya29.example-${seat.label.replace(/[^\w-]+/g, "-")}-${count}`;
      issued.set(accessToken, { seat, endsAt: at + expiresIn * 1000 });
      const oldest = issued.keys().next().value;
      if (issued.size > KEPT_TOKENS && oldest !== undefined) issued.delete(oldest);
      return { kind: "token", seat, accessToken, expiresIn };
    },
    holder(accessToken, at) {
      const token = issued.get(accessToken);
      return token === undefined ? undefined : token.endsAt > at ? token.seat : "expired";
    },
    expire(name) {
      if (name !== undefined && owner(name)) revoked.add(name);
      for (const [accessToken, token] of issued) {
        if (name === undefined || name === accessToken || name === token.seat.label) token.endsAt = 0;
      }
    },
  };
}

const firstTokens = (seats: readonly SeatAccount[], now: EpochMs) =>
  new Map<string, Issued>(
    seats.flatMap((seat) =>
      seat.accessToken === undefined
        ? []
        : [[seat.accessToken, { seat, endsAt: now + (seat.accessTokenSeconds ?? 3600) * 1000 }] as const],
    ),
  );

interface RefreshCheck {
  readonly scenario: Scenario;
  readonly form: URLSearchParams;
  readonly seat: SeatAccount | undefined;
  readonly revoked: ReadonlySet<string>;
}

/** Client first, as Google does: a wrong client is everybody's problem, a wrong token one account's. */
function refusedRefresh({ scenario, form, seat, revoked }: RefreshCheck): string | undefined {
  const fallback = {
    id: scenario.oauth?.clientId ?? DEFAULT_CLIENT.id,
    secret: scenario.oauth?.clientSecret ?? DEFAULT_CLIENT.secret,
  };
  const { id, secret }: { id: string; secret?: string } = seat?.client ?? fallback;
  if (form.get("client_id") !== id || (secret !== undefined && form.get("client_secret") !== secret))
    return "oauth_invalid_client";
  if (seat === undefined || form.get("grant_type") !== "refresh_token") return "oauth_invalid_grant_bad_request";
  return revoked.has(seat.refreshToken) ? "oauth_invalid_grant_revoked" : undefined;
}
