import { type HostApi, MARKER } from "./host-api";

const LATER = "Its models appear once the running answer is done.";
const BY_HAND = "Restart opencode to see its models.";

/**
 * Makes the google models appear after the first account, without a restart: opencode starts its server side anew.
 * That would abort a running answer, so it waits until none runs. Says what is still to come, or nothing.
 * `hasHostLogin`: opencode has a google key, or another plugin's login, which the marker would overwrite.
 */
export async function activate(api: HostApi, { hasHostLogin }: { readonly hasHostLogin: boolean }): Promise<string> {
  if (api.state.provider.some(({ id }) => id === "google")) return "";
  const mark = () => api.client.auth.set({ providerID: "google", auth: MARKER });
  if (!hasHostLogin && !(await worked(mark))) return BY_HAND;
  if (!(await isBusy(api))) return (await restart(api)) ? "" : BY_HAND;
  restartWhenIdle(api);
  return LATER;
}

const restart = (api: HostApi): Promise<boolean> => worked(() => api.client.instance.dispose());

/** Whether a conversation waits to be sent again. */
export async function isWaiting({ client }: HostApi): Promise<boolean> {
  try {
    return Object.values((await client.session.status()).data ?? {}).some(({ type }) => type === "retry");
  } catch {
    return false;
  }
}

/** True where it is not known: an answer cut off is worse than models that come late. */
async function isBusy({ client }: HostApi): Promise<boolean> {
  try {
    const { data } = await client.session.status();
    return data === undefined || Object.values(data).some(({ type }) => type !== "idle");
  } catch {
    return true;
  }
}

function restartWhenIdle(api: HostApi): void {
  let open = true;
  const stop = api.event.on("session.idle", () => void onIdle());
  api.lifecycle.onDispose(stop);
  async function onIdle(): Promise<void> {
    if (!open || (await isBusy(api)) || !open) return;
    open = false;
    stop();
    await restart(api);
  }
}

async function worked(call: () => Promise<{ error?: unknown }>): Promise<boolean> {
  try {
    return (await call()).error === undefined;
  } catch {
    return false;
  }
}
