/** An object of Google's JSON. */
export type Json = { readonly [name: string]: unknown };

/** One line of JSON as Google's streams have it: a blank after colons, none after commas, `<` and `>` escaped. */
export function streamJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(streamJson).join(",")}]`;
  if (value === null || typeof value !== "object") return escapeMarkup(JSON.stringify(value) ?? "null");
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}: ${streamJson(member)}`).join(",")}}`;
}

/** A whole body as Google prints it: indented, with a newline at its end. */
export const bodyJson = (value: unknown): string => `${escapeMarkup(JSON.stringify(value, null, 2))}\n`;

const escapeMarkup = (json: string) => json.replaceAll("<", "\\u003c").replaceAll(">", "\\u003e");

const NS_PER_SECOND = 1e9;

/** Seconds as Go prints a duration: `5h59m59.960323804s`, `539.477544ms`, `2s`. */
export function goDuration(seconds: number): string {
  const nanos = Math.round(seconds * NS_PER_SECOND);
  if (nanos < NS_PER_SECOND) return `${trimmed(nanos / 1e6)}ms`;
  const whole = Math.floor(nanos / NS_PER_SECOND);
  const rest = nanos - whole * NS_PER_SECOND;
  const fraction = rest === 0 ? "" : `.${String(rest).padStart(9, "0").replace(/0+$/, "")}`;
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const head = hours > 0 ? `${hours}h${minutes}m` : minutes > 0 ? `${minutes}m` : "";
  return `${head}${whole % 60}${fraction}s`;
}

/** The same without the fraction, as Google's sentences have it: `17h59m12s`, `0s`. */
export const spokenDuration = (seconds: number): string => (seconds < 1 ? "0s" : goDuration(Math.floor(seconds)));

/** Seconds as protobuf prints a Duration: `36s`, `581981.300432511s`. */
export const protoDuration = (seconds: number): string => `${trimmed(seconds)}s`;

const trimmed = (value: number) => value.toFixed(9).replace(/\.?0+$/, "");

/** An instant as Google prints it, to the second and never before the true one. */
export const timestamp = (at: number): string =>
  new Date(Math.ceil(at / 1000) * 1000).toISOString().replace(".000Z", "Z");

const TYPE = "type.googleapis.com/google.rpc.";

export const errorInfo = (reason: string, domain: string | undefined, metadata?: Json): Json => ({
  "@type": `${TYPE}ErrorInfo`,
  reason,
  ...(domain === undefined ? {} : { domain }),
  ...(metadata === undefined ? {} : { metadata }),
});

/** A limit that was reached. A value of 0 is left out, as proto3 JSON does. */
export interface Violation {
  readonly metric: string;
  readonly quotaId: string;
  readonly limit: number;
}

export const quotaFailure = (violations: readonly Violation[], model: string | undefined): Json => ({
  "@type": `${TYPE}QuotaFailure`,
  violations: violations.map(({ metric, quotaId, limit }) => ({
    quotaMetric: metric,
    quotaId,
    ...(model === undefined ? {} : { quotaDimensions: { location: "global", model } }),
    ...(limit === 0 ? {} : { quotaValue: String(limit) }),
  })),
});

export const retryInfo = (seconds: number): Json => ({
  "@type": `${TYPE}RetryInfo`,
  retryDelay: protoDuration(seconds),
});

export const help = (...links: readonly (readonly [description: string, url: string])[]): Json => ({
  "@type": `${TYPE}Help`,
  links: links.map(([description, url]) => ({ description, url })),
});

export const localized = (message: string): Json => ({ "@type": `${TYPE}LocalizedMessage`, locale: "en-US", message });

export const badRequest = (description: string, field?: string): Json => ({
  "@type": `${TYPE}BadRequest`,
  fieldViolations: [{ ...(field === undefined ? {} : { field }), description }],
});

export const precondition = (type: string, description: string): Json => ({
  "@type": `${TYPE}PreconditionFailure`,
  violations: [{ type, description }],
});

export const debugInfo = (detail: string): Json => ({ "@type": `${TYPE}DebugInfo`, detail });
