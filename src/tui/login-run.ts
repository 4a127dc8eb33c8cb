import { isLatePaste } from "../enrol/login-return";
import type { Answers, Conversation, Way, WayResult } from "../enrol/way";
import type { PendingLogin } from "../ports/login";
import type { Dialog, HostApi } from "./host-api";
import { ask } from "./login-dialogs";

const ASKING = "Asking Google…";
const FINISHING = "Finishing the login…";
const OPENED = "Agree in the browser that has opened; or open this address:";
const NOT_OPENED = "Open this address in a browser, on any machine, and agree there:";
const COPIED =
  "Open this address in a browser, on any machine, and agree there (it is copied, if your terminal allows it):";
const WAITING = "Waiting for the browser… or paste the address that it ends at";

/** How a way ended. `isLeft`: the person closed its dialog. */
export interface Conducted {
  readonly result: WayResult;
  readonly isLeft: boolean;
}

/** Goes a way while a dialog says how far it is; closing the dialog gives up. At the end of a good one the dialog is gone. */
export async function conduct(api: HostApi, way: Way, answers: Answers): Promise<Conducted> {
  const given = new AbortController();
  const stage = openStage(api, () => given.abort());
  const busy = (busyText: string) => stage.show(() => api.ui.DialogPrompt({ title: way.title, busy: true, busyText }));
  const conversation: Conversation = {
    open: (pending) => showAddress(pending, headOf(api, way.title, pending), { api, stage, busy }),
    progress: busy,
    ask: async (question) => {
      const answer = await stage.pause(() => ask(api, way.title, question));
      if (answer === undefined) given.abort();
      else busy(ASKING);
      return answer;
    },
    signal: given.signal,
  };
  busy(ASKING);
  const result = await way.run(answers, conversation);
  const isLeft = given.signal.aborted;
  stage.leave();
  if (result.ok && !isLeft) api.ui.dialog.clear();
  return { result, isLeft };
}

interface Shown {
  readonly api: HostApi;
  readonly stage: Stage;
  readonly busy: (text: string) => void;
}

/** The address, and a field for what the browser comes back with; asked again with what was wrong with it. */
function showAddress(pending: PendingLogin, head: string, shown: Shown, fault?: string): void {
  const { api, stage, busy } = shown;
  const onConfirm = (text: string) => {
    const wrong = pending.paste(text);
    if (wrong === undefined || isLatePaste(wrong)) busy(FINISHING);
    else showAddress(pending, head, shown, wrong);
  };
  stage.show(() => api.ui.DialogPrompt({ title: head, placeholder: fault ?? WAITING, onConfirm }));
  api.ui.dialog.setSize("large");
}

/** What is above the field. Without a browser here the address goes to the clipboard: it is too long to be marked in a dialog. */
function headOf(api: HostApi, title: string, { url, isOpened }: PendingLogin): string {
  const what = isOpened ? OPENED : isCopied(api, url) ? COPIED : NOT_OPENED;
  return `${title}\n\n${what}\n${url}`;
}

function isCopied({ renderer }: HostApi, text: string): boolean {
  try {
    return renderer.copyToClipboardOSC52?.(text) ?? false;
  } catch {
    return false;
  }
}

/** Where one dialog follows another: only a close by the person counts, not the one by its successor. */
interface Stage {
  /** Nothing once the person has left. */
  show(render: () => Dialog): void;
  /** While other dialogs are on; undefined: the person left there, or before. */
  pause<T>(work: () => Promise<T | undefined>): Promise<T | undefined>;
  leave(): void;
}

function openStage({ ui }: HostApi, onLeft: () => void): Stage {
  let current = 0;
  let isLeft = false;
  const leave = () => void current++;
  return {
    leave,
    show(render) {
      if (isLeft) return;
      leave();
      const mine = current;
      ui.dialog.replace(render, () => {
        if (mine !== current) return;
        isLeft = true;
        onLeft();
      });
    },
    async pause(work) {
      if (isLeft) return undefined;
      leave();
      const answer = await work();
      if (answer === undefined) isLeft = true;
      return answer;
    },
  };
}
