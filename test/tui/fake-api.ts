import type { HostApi, HostCommand, PromptProps, SelectProps } from "../../src/tui/host-api";

type AlertProps = { title: string; message: string; onConfirm?: () => void };
type Shown =
  | { kind: "prompt"; props: PromptProps }
  | { kind: "alert"; props: AlertProps }
  | { kind: "select"; props: SelectProps };
type Status = Record<string, { type: string }> | undefined;

/** Lets every promise that is ready go on. */
export const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A host that shows one dialog at a time, as opencode does, and remembers what it was told. */
export function fakeApi(given: { providers?: string[]; status?: () => Status; authError?: unknown } = {}) {
  const seen = {
    commands: [] as HostCommand[],
    toasts: [] as string[],
    copied: [] as string[],
    auth: [] as unknown[],
    disposed: 0,
    size: "medium",
  };
  let current: { shown: Shown; onClose: (() => void) | undefined } | undefined;
  const idle = new Set<() => void>();
  const stops: (() => void)[] = [];
  const close = () => {
    const closed = current;
    current = undefined;
    closed?.onClose?.();
  };
  const api: HostApi = {
    keymap: { registerLayer: ({ commands }) => seen.commands.push(...commands) },
    ui: {
      DialogAlert: (props) => ({ kind: "alert", props }),
      DialogPrompt: (props) => ({ kind: "prompt", props }),
      DialogSelect: (props) => ({ kind: "select", props }),
      toast: ({ variant, message }) => void seen.toasts.push(`${variant}: ${message}`),
      dialog: {
        replace: (render, onClose) => {
          close();
          current = { shown: render() as Shown, onClose };
          seen.size = "medium";
        },
        clear: close,
        setSize: (size) => {
          seen.size = size;
        },
      },
    },
    state: { provider: (given.providers ?? []).map((id) => ({ id })) },
    renderer: { width: 120, height: 45, copyToClipboardOSC52: (text) => seen.copied.push(text) > 0 },
    client: {
      auth: {
        set: async (entry) => {
          seen.auth.push(entry);
          return given.authError === undefined ? {} : { error: given.authError };
        },
      },
      instance: {
        dispose: async () => {
          seen.disposed++;
          return {};
        },
      },
      session: { status: async () => ({ data: given.status ? given.status() : {} }) },
    },
    event: {
      on: (_, listener) => {
        idle.add(listener);
        return () => void idle.delete(listener);
      },
    },
    lifecycle: { onDispose: (stop) => stops.push(stop) },
  };
  return {
    api,
    seen,
    close,
    listeners: idle,
    shown: () => current?.shown,
    dispose: () => {
      for (const stop of stops) stop();
    },
    becomeIdle: () => {
      for (const listener of [...idle]) listener();
    },
    /** Enter in a prompt. */
    type: (text: string) => current?.shown.kind === "prompt" && current.shown.props.onConfirm?.(text),
    /** Enter on an entry of a list. */
    select: (value: string) => current?.shown.kind === "select" && current.shown.props.onSelect?.({ value }),
    /** Enter on an alert: the host clears all dialogs right after. */
    ok: () => {
      if (current?.shown.kind === "alert") current.shown.props.onConfirm?.();
      close();
    },
    use: (slashName: string) => seen.commands.find((each) => each.slashName === slashName)?.run(),
  };
}
