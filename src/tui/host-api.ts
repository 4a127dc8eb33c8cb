import { MARKER_LOGIN } from "../core/marker";
/** A dialog as the host builds it; opaque to us. */
export type Dialog = unknown;

/** A command of the TUI: in the palette, and as `/slashName`. */
export interface HostCommand {
  readonly name: string;
  readonly title: string;
  readonly category: string;
  readonly namespace: "palette";
  readonly slashName: string;
  run(): void;
}

/** A question with one field. `busy` shows `busyText` instead of taking input. */
export interface PromptProps {
  title: string;
  placeholder?: string;
  busy?: boolean;
  busyText?: string;
  onConfirm?: (value: string) => void;
}

/** A list with a filter; the first one is chosen by Enter. It stays until it is replaced. */
export interface SelectProps {
  title: string;
  placeholder?: string;
  options: { title: string; value: string; description?: string }[];
  onSelect?: (option: { value: string }) => void;
}

/**
 * The parts of opencode's TUI that we use (its own types need packages that only its TUI has).
 * `dialog.replace` calls `onClose` of the dialog it replaces; an alert clears all dialogs right after `onConfirm`
 * (both read in the published binary of 1.18.33).
 */
export interface HostApi {
  readonly keymap: { registerLayer(layer: { commands: HostCommand[]; bindings: [] }): unknown };
  readonly ui: {
    DialogAlert(props: { title: string; message: string; onConfirm?: () => void }): Dialog;
    DialogPrompt(props: PromptProps): Dialog;
    DialogSelect(props: SelectProps): Dialog;
    toast(toast: { variant: "info" | "success" | "warning" | "error"; message: string; duration?: number }): void;
    readonly dialog: {
      replace(render: () => Dialog, onClose?: () => void): void;
      clear(): void;
      setSize(size: "medium" | "large" | "xlarge"): void;
    };
  };
  /** The providers that opencode can use now. */
  readonly state: { readonly provider: readonly { readonly id: string }[] };
  readonly renderer: {
    readonly width: number;
    readonly height: number;
    /** By way of the terminal, so also from another machine. False: the terminal is known not to do it. */
    copyToClipboardOSC52?(text: string): boolean;
  };
  readonly client: {
    readonly auth: {
      set(entry: { providerID: string; auth: typeof MARKER }): Promise<{ error?: unknown }>;
    };
    /** Starts the server side anew; aborts every running answer. */
    readonly instance: { dispose(): Promise<{ error?: unknown }> };
    readonly session: { status(): Promise<{ data?: Readonly<Record<string, { readonly type: string }>> | undefined }> };
  };
  readonly event: { on(type: "session.idle", listener: () => void): () => void };
  readonly lifecycle: { onDispose(stop: () => void): unknown };
}

/** What opencode's auth.json keeps for us: "the pool is the google login". It holds no secret. */
export const MARKER = {
  type: "oauth" as const,
  ...MARKER_LOGIN,
};
