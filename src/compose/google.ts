import type { Endpoints } from "../config/endpoints";
import type { BackendName } from "../core/account";
import type { GoogleBackend } from "../google/backends/google-backend";
import { remade } from "../pool/remade";
import type { CodeAssistSetup } from "../ports/login";
import type { OAuthRefresher, QuotaProbe, TokenMinter } from "../ports/upstream";
import { systemChance } from "../system/chance";
import { systemClock } from "../system/clock";
import { environment } from "../system/env";
import { systemFetch } from "../system/fetch";
import { systemFiles } from "../system/files";
import { poolPaths } from "../system/paths";

/** Everything that is said to Google, at the addresses that hold at that moment. */
export interface Google {
  readonly backends: Readonly<Partial<Record<BackendName, GoogleBackend>>>;
  readonly refresher: OAuthRefresher;
  readonly minter: TokenMinter;
  readonly probe: QuotaProbe;
  /** Loaded at the first use: seats know their project but for few. */
  readonly setup: CodeAssistSetup;
}

/** `endpoints` answers with the same object as before where no address has changed. */
export async function openGoogle(endpoints: () => Endpoints): Promise<Google> {
  const [
    { createGeminiApiBackend },
    { createVertexBackend },
    { createCodeAssistBackend },
    { createOAuthRefresher },
    { createTokenMinter },
    { createQuotaProbe },
  ] = await Promise.all([
    import("../google/backends/gemini-api"),
    import("../google/backends/vertex"),
    import("../google/backends/code-assist"),
    import("../google/oauth"),
    import("../google/token-minter"),
    import("../google/quota-probe"),
  ]);
  const [clock, fetch] = [systemClock, systemFetch];
  const local = { fetch, files: systemFiles, env: environment, home: poolPaths(environment()).home, clock };
  const now = remade(endpoints, ({ geminiApi, vertex, codeAssist, oauthToken }) => ({
    "gemini-api": createGeminiApiBackend({ clock, endpoint: geminiApi }),
    vertex: createVertexBackend({ clock, endpoint: vertex }),
    "code-assist": createCodeAssistBackend({ clock, endpoint: codeAssist, newId: systemChance.id }),
    refresher: createOAuthRefresher({ fetch, tokenUrl: oauthToken }),
    minter: createTokenMinter({ ...local, tokenUrl: oauthToken }),
    probe: createQuotaProbe({ fetch, codeAssist }),
  }));
  return {
    backends: {
      get "gemini-api"() {
        return now()["gemini-api"];
      },
      get vertex() {
        return now().vertex;
      },
      get "code-assist"() {
        return now()["code-assist"];
      },
    },
    refresher: { refresh: (...given) => now().refresher.refresh(...given) },
    minter: {
      mint: (...given) => now().minter.mint(...given),
      version: (credential) => now().minter.version(credential),
    },
    probe: { probe: (...given) => now().probe.probe(...given) },
    setup: { find: async (...given) => (await openSetup(endpoints())).find(...given) },
  };
}

async function openSetup({ codeAssist }: Endpoints): Promise<CodeAssistSetup> {
  const { createCodeAssistSetup } = await import("../google/code-assist-setup");
  return createCodeAssistSetup({ fetch: systemFetch, clock: systemClock, endpoint: codeAssist });
}
