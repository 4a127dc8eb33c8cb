/** What tells whether there is a screen to open a browser on. */
export interface ScreenFacts {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isContainer: boolean;
}

/** A program and its arguments, one of which is the address. */
export type BrowserCommand = readonly [program: string, ...args: string[]];

/**
 * The programs that may open an address here, best first; none where the person sits at another machine or there is no screen.
 * Windows: its `start` is a word of the shell, which would read the address.
 */
export function browserCommands(facts: ScreenFacts, url: string): readonly BrowserCommand[] {
  const { platform, env, isContainer } = facts;
  if (isElsewhere(env) || isContainer) return [];
  if (platform === "darwin") return [...wished(env, url), ["open", url]];
  if (platform === "win32") return [["rundll32", "url.dll,FileProtocolHandler", url]];
  const hasScreen = Boolean(env["DISPLAY"] || env["WAYLAND_DISPLAY"]);
  const isWindowsBeneath = Boolean(env["WSL_DISTRO_NAME"] || env["WSL_INTEROP"]);
  return [
    ...wished(env, url),
    ...(isWindowsBeneath ? [["wslview", url] as const] : []),
    ...(hasScreen ? [["xdg-open", url] as const] : []),
  ];
}

const isElsewhere = (env: ScreenFacts["env"]): boolean =>
  Boolean(env["SSH_CONNECTION"] || env["SSH_TTY"] || env["SSH_CLIENT"] || env["KUBERNETES_SERVICE_HOST"]);

/** `BROWSER`: programs between colons, each perhaps with arguments and `%s` for the address. */
function wished(env: ScreenFacts["env"], url: string): readonly BrowserCommand[] {
  return (env["BROWSER"] ?? "").split(":").flatMap((wish): BrowserCommand[] => {
    const [program, ...args] = wish.trim().split(/\s+/);
    if (!program) return [];
    const placed = args.map((argument) => argument.replaceAll("%s", () => url));
    return [[program, ...placed, ...(wish.includes("%s") ? [] : [url])]];
  });
}
