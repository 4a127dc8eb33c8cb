import type { Scenario } from "../emulator/scenario";

/** Invented credentials: the emulator knows them, nobody else does. */
const KEYS = {
  "main key": { key: "AIza-demo-main", project: "main-project" },
  "spare key": { key: "AIza-demo-spare", project: "spare-project" },
  "side key": { key: "AIza-demo-side", project: "side-project" },
  "second main key": { key: "AIza-demo-second", project: "main-project" },
} as const;

const SEAT = {
  label: "work seat",
  refreshToken: "1//demo-refresh",
  client: { id: "own-client.apps.example", secret: "demo-client-secret" },
  project: "work-project",
};

/** Five accounts: three keys in two projects, a Code Assist seat, and a key whose quota of today is spent. */
export const SCENARIO: Scenario = {
  accounts: [...Object.entries(KEYS).map(([label, key]) => ({ label, ...key })), SEAT],
  projects: {
    "main-project": { quotas: [{ rpm: 10, rpd: 250 }] },
    "side-project": { quotas: [{ rpm: 10, rpd: 250 }] },
    "spare-project": { quotas: [{ rpd: 20, usedToday: 20 }] },
  },
};

/** The same five as the pool keeps them. */
export const ACCOUNTS = [
  ...Object.entries(KEYS).map(([label, { key, project }], index) => ({
    id: `demo-${index + 1}`,
    label,
    backend: "gemini-api",
    quotaProject: project,
    tier: "free",
    enabled: true,
    credential: { kind: "api-key", key },
  })),
  {
    id: "demo-seat",
    label: SEAT.label,
    backend: "code-assist",
    project: SEAT.project,
    tier: "standard",
    enabled: true,
    credential: {
      kind: "oauth",
      email: "me@work.example",
      refreshToken: SEAT.refreshToken,
      client: SEAT.client,
      generation: 1,
    },
  },
];
