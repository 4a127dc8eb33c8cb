import type { DurationMs } from "../core/account";
import type { Loopback, LoopbackListener } from "../ports/login";
import { finishLogin } from "./finish-login";
import { awaitReturn, type GivenCode } from "./login-return";
import type { Concluded, LoginAsk, LoginEnd, LoginParts, LoginUnderWay } from "./new-login";

export type { Concluded, LoginAsk, LoginEnd, LoginParts, LoginUnderWay, NewLogin } from "./new-login";

/** 256 bits, and as long a verifier as RFC 7636 advises (43 to 128). */
const STATE_LENGTH = 43;
const VERIFIER_LENGTH = 86;

/**
 * Where the browser is sent when nobody can listen: Google takes any port there, but no browser goes to this one and only the
 * administrator could listen on it. The address stays in the address bar, to be copied.
 */
const NOBODY_LISTENS = "http://127.0.0.1:1/oauth2callback";

/** How long a person may take. */
const LIMIT_MS: DurationMs = 300_000;

/** A page that is reloaded after the end still gets its answer. */
const LINGER_MS: DurationMs = 60_000;

/**
 * One login, the same for every face: opens the browser where there is one, waits for it or for a paste, exchanges the code once
 * and hands the login over. Each has its own port, state and verifier, so any number may run at once. Never throws.
 */
export async function startLogin<T extends Concluded>(ask: LoginAsk<T>, parts: LoginParts): Promise<LoginUnderWay<T>> {
  const { oauth, loopback, browser, secrets, clock, signal } = parts;
  const { client, scopes, loginHint } = ask;
  const [state, codeVerifier] = [secrets.random(STATE_LENGTH), secrets.random(VERIFIER_LENGTH)];
  const way = { redirectUri: NOBODY_LISTENS, codeVerifier };
  const finish = (code: GivenCode, abort: AbortSignal): Promise<LoginEnd<T>> =>
    finishLogin({ ...code, ...way }, ask, { oauth, clock, signal: abort });
  const waiting = awaitReturn({ state, finish, clock, limitMs: LIMIT_MS, signal });
  const listener = waiting.isOver() ? undefined : await listening(loopback, waiting.onCallback);
  if (listener) way.redirectUri = listener.redirectUri;
  void waiting.done.then(({ kind }) => {
    if (kind === "aborted") listener?.close();
    else clock.after(LINGER_MS, () => listener?.close());
  });
  const url = oauth.authorizeUrl({
    client,
    scopes,
    redirectUri: way.redirectUri,
    state,
    codeChallenge: secrets.s256(codeVerifier),
    ...(loginHint === undefined ? {} : { loginHint }),
  });
  const isOpened = ask.opensBrowser !== false && !waiting.isOver() && (await browser.open(url));
  return { pending: { url, isOpened, paste: waiting.paste, cancel: waiting.cancel }, done: waiting.done };
}

/** Without a listener the paste is still there. */
const listening = (
  loopback: Loopback,
  onCallback: Parameters<Loopback["listen"]>[0],
): Promise<LoopbackListener | undefined> => loopback.listen(onCallback).catch(() => undefined);
