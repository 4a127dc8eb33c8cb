import type { Scenario } from "../emulator/scenario";

/** Invented credentials that the emulator and the accounts file agree on. */
export const KEYS = { one: "AIza-example-one", two: "AIza-example-two", three: "AIza-example-three" } as const;
export const SEAT = {
  refreshToken: "1//example-refresh",
  client: { id: "own-client.apps.example", secret: "own-client-secret" },
  project: "work-123",
} as const;

/** Of Vertex AI: an express-mode key, and a login that a project lets call its models. */
export const EXPRESS_KEY = "AQ.example-express";
export const VERTEX_LOGIN = {
  refreshToken: "1//example-vertex",
  client: { id: "own-client.apps.example", secret: "own-client-secret" },
  project: "prod-9",
} as const;

/** The same as accounts of a scenario; the login has a token already. */
export const EXPRESS = { label: "express", expressKey: EXPRESS_KEY, project: "prod-8" } as const;
export const CALLER = { label: "caller", ...VERTEX_LOGIN, accessToken: "ya29.example-caller" } as const;

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

/** A login for Vertex AI whose access token has run out. */
export const vertexAccount = (more: object = {}) => ({
  id: "v-caller",
  label: "caller",
  backend: "vertex",
  project: VERTEX_LOGIN.project,
  enabled: true,
  credential: {
    kind: "oauth",
    subject: "109800000000000000002",
    client: VERTEX_LOGIN.client,
    refreshToken: VERTEX_LOGIN.refreshToken,
    generation: 1,
  },
  ...more,
});

/** A key of express mode as `gemini-auth.json` keeps it. */
export const expressAccount = (more: object = {}) => ({
  id: "v-express",
  label: "express",
  backend: "vertex",
  enabled: true,
  credential: { kind: "api-key", key: EXPRESS_KEY },
  ...more,
});
