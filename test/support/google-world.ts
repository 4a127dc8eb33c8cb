import type { Scenario } from "../emulator/scenario";

/** Invented credentials that the emulator and the accounts file agree on. */
export const KEYS = { one: "AIza-example-one", two: "AIza-example-two", three: "AIza-example-three" } as const;
export const SEAT = {
  refreshToken: "1//example-refresh",
  client: { id: "own-client.apps.example", secret: "own-client-secret" },
  project: "work-123",
} as const;

/** Two keys in two projects and a Code Assist seat. */
export const GOOGLE: Scenario = {
  accounts: [
    { label: "one", key: KEYS.one, project: "side-1" },
    { label: "two", key: KEYS.two, project: "side-2" },
    { label: "seat", ...SEAT, user: "worker" },
  ],
};

/** An API key as `gemini-auth.json` keeps it. */
export const keyAccount = (label: keyof typeof KEYS, more: object = {}) => ({
  id: `k-${label}`,
  label,
  backend: "gemini-api",
  quotaProject: `project-of-${label}`,
  enabled: true,
  credential: { kind: "api-key", key: KEYS[label] },
  ...more,
});

/** A Code Assist seat whose access token has run out. */
export const seatAccount = (more: object = {}) => ({
  id: "s-seat",
  label: "seat",
  backend: "code-assist",
  project: SEAT.project,
  tier: "standard",
  enabled: true,
  credential: {
    kind: "oauth",
    email: "me@work.example",
    subject: "109800000000000000001",
    client: SEAT.client,
    refreshToken: SEAT.refreshToken,
    generation: 1,
  },
  ...more,
});
