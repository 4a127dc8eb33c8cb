import type { PluginInput } from "@opencode-ai/plugin";
import type { DurationMs } from "../core/account";
import { MARKER_LOGIN } from "../core/marker";
import type { WayResult } from "../enrol/way";
import type { FaceParts } from "./parts";
import { showToast, type Variant } from "./toasts";

const FAILED = { type: "failed" as const };

/** A screen says a word of its own about a login that failed, and ours would be under it. */
const AFTER_THE_HOST_MS: DurationMs = 500;

/** How a login came to its end. `isShown`: a command line has its sentence on the screen already. */
interface Ended extends WayResult {
  readonly isShown: boolean;
}

/**
 * What opencode gets at the end of a login. It shows only whether it failed; the command line also shows what is thrown, a screen
 * shows toasts. An account that is stored but cannot answer yet is thrown too: its person would not hear of it otherwise, and it
 * needs no marker to be there.
 */
export async function endLogin(
  { ok, sentence, isRefused = false, failedCount = 0, isShown }: Ended,
  parts: FaceParts,
  client: PluginInput["client"],
): Promise<ReturnType<typeof success> | typeof FAILED> {
  if (!parts.isAuthLogin) tell(parts, client, sentence, variantOf(ok, isRefused || failedCount > 0));
  if (parts.isAuthLogin && !isShown && (!ok || isRefused)) throw new Error(sentence);
  return ok ? success(parts) : FAILED;
}

const variantOf = (ok: boolean, isMixed: boolean): Variant => (ok ? (isMixed ? "warning" : "success") : "error");

function tell(parts: FaceParts, client: PluginInput["client"], message: string, variant: Variant): void {
  parts.after(AFTER_THE_HOST_MS, () => showToast(client, message, variant));
}

/** opencode overwrites its one google entry with what we return: a key or another plugin's login goes back as it was. */
function success(parts: FaceParts) {
  return { type: "success" as const, ...(parts.storedHostLogin() ?? MARKER_LOGIN) };
}
