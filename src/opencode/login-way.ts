import type { AuthOAuthResult, PluginInput } from "@opencode-ai/plugin";
import { isLatePaste } from "../enrol/login-return";
import type { Answers, Conversation, Way, WayResult } from "../enrol/way";
import type { PendingLogin } from "../ports/login";
import { endLogin } from "./login-end";
import type { FaceParts } from "./parts";

/** A login as opencode goes on with it: its callback may be asked more than once where a code is pasted. */
export type AuthLogin = AuthOAuthResult;

const OPENED = "Agree in the browser that has opened. If none has, open the address in one on this machine.";
const PASTE =
  "Open the address in any browser and agree there. Then paste the whole address that the browser ends at, even if that page does not load.";

/** A way under way. */
interface Run {
  readonly ended: Promise<WayResult>;
  /** Undefined while it runs. */
  result(): WayResult | undefined;
}

/**
 * Starts a way and tells opencode how it goes on: with the browser, with a paste where there is none here, or not at all where the
 * way has ended before a browser was needed. Several at once do not know of each other. Rejects only where no way can be loaded.
 */
export async function authorizeWay(
  way: Way,
  answers: Answers,
  parts: FaceParts,
  client: PluginInput["client"],
): Promise<AuthLogin> {
  const { promise: opened, resolve: open } = Promise.withResolvers<PendingLogin>();
  const run = started(way, answers, open);
  const end = (result: WayResult, isShown = false) => endLogin({ ...result, isShown }, parts, client);
  const pending = await Promise.race([opened, run.ended.then(() => undefined)]);
  if (pending === undefined) {
    const result = await run.ended;
    return { url: "", instructions: result.sentence, method: "auto", callback: () => end(result, true) };
  }
  if (pending.isOpened) {
    const callback = async () => end(await run.ended);
    return { url: pending.url, instructions: OPENED, method: "auto", callback };
  }
  return {
    // The command line shows only the address where a code is asked for.
    url: parts.isAuthLogin ? `${pending.url}\n\n${PASTE}` : pending.url,
    instructions: PASTE,
    method: "code",
    callback: async (code) => end(pasted(code, pending, run) ?? (await run.ended)),
  };
}

/** opencode has asked all it can before a way begins, and can show nothing while it runs. */
function started(way: Way, answers: Answers, open: (pending: PendingLogin) => void): Run {
  let result: WayResult | undefined;
  const conversation: Conversation = {
    open,
    progress: () => {},
    ask: async () => undefined,
    signal: new AbortController().signal,
  };
  const ended = way.run(answers, conversation).then((end) => {
    result = end;
    return end;
  });
  return { ended, result: () => result };
}

/** What was wrong with the paste. The browser may have come back by itself meanwhile: then it does not matter. */
function pasted(code: string, pending: PendingLogin, run: Run): WayResult | undefined {
  if (run.result() !== undefined) return undefined;
  const fault = pending.paste(code);
  return fault === undefined || isLatePaste(fault) ? undefined : { ok: false, sentence: fault };
}
