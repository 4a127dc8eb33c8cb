import type { Call } from "./call";
import { found } from "./cases/case";
import { refreshedToken } from "./cases/common";
import { type AnybodyAsked, built, type Draft, named } from "./endpoints";
import { isSeat, isTokenAccount, type TokenAccount } from "./scenario";
import type { Exchanged } from "./tokens";
import { inventedNumber, type World } from "./world";

/** Whose login a call is about, where it says so by other means than an access token. */
export function loginOf(world: World, { path, body }: Call): TokenAccount | undefined {
  const form = new URLSearchParams(body);
  if (path === "metadata") return world.desk.machine;
  return path === "revoke" ? world.desk.known(form.get("token") ?? "") : world.desk.owner(form);
}

/** Everything around logins: tokens, whose they are, their end, and the metadata server of a machine of Google's. */
export function login(world: World, asked: AnybodyAsked): Draft {
  switch (asked.call.path) {
    case "userinfo":
      return userinfo(world, asked);
    case "revoke":
      return revoke(world, asked);
    case "metadata":
      return metadata(world, asked);
    case "authorize":
      return authorize(world, asked);
    default:
      return token(world, asked);
  }
}

/** Exchanges a refresh token, a code or a signature for an access token. The `Date` is by Google's clock, as it always is. */
function token(world: World, asked: AnybodyAsked): Draft {
  const { call, now } = asked;
  const result = world.desk.exchange(new URLSearchParams(call.body), now);
  const headers = { date: new Date(now).toUTCString() };
  const about = { ...asked, account: result.account };
  if (result.kind === "refused") return { ...named(world, about, result.case), headers };
  const whole = refreshedToken(result.accessToken, result.expiresIn);
  const { account, granted } = result;
  const body = !isSeat(account) ? bare(whole) : granted === undefined ? whole : withGrant(whole, account, granted);
  return { ...built(world, about, "ok", found(body)), headers };
}

type Granted = NonNullable<Extract<Exchanged, { kind: "token" }>["granted"]>;

/** What a code brings: what was agreed to, perhaps a refresh token, and who it is where that was asked. */
function withGrant(whole: ReturnType<typeof refreshedToken>, account: TokenAccount, { scope, refreshToken }: Granted) {
  const { id_token: _, ...rest } = { ...whole, scope };
  const { id, email } = identityOf(account);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const identity = `${part({ alg: "RS256" })}.${part({ sub: id, email, email_verified: true })}.example`;
  return {
    ...rest,
    ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
    ...(scope.split(" ").includes("openid") ? { id_token: identity } : {}),
  };
}

/** What a browser gets that comes to ask its person: everybody here answers at once. */
function authorize(world: World, asked: AnybodyAsked): Draft {
  const consented = world.desk.authorize(new URLSearchParams(asked.call.body), asked.now);
  if (consented.kind === "page")
    return { name: "refused-on-page", answer: { kind: "html", status: consented.status, text: consented.text } };
  const { location } = consented;
  return { name: "ok", answer: { kind: "html", status: 302, text: "" }, headers: { location } };
}

/** Nobody stands behind a service account: it gets no identity and no list of scopes. */
const bare = ({ access_token, expires_in, token_type }: ReturnType<typeof refreshedToken>) => ({
  access_token,
  expires_in,
  token_type,
});

function userinfo(world: World, asked: AnybodyAsked): Draft {
  const { account } = asked;
  if (account === undefined || !isTokenAccount(account)) return named(world, asked, "any_401_unauthenticated");
  return built(world, asked, "ok", found(identityOf(account)));
}

function identityOf(account: TokenAccount) {
  const user = isSeat(account) ? (account.user ?? account.label) : account.label;
  const id = `1${inventedNumber(user)}00000000`;
  return { id, email: emailOf(account, user), verified_email: true, name: user };
}

const emailOf = (account: TokenAccount, user: string): string => {
  if ("serviceEmail" in account) return account.serviceEmail;
  const invented = `${user.replace(/[^\w-]+/g, "-")}@example.com`;
  return isSeat(account) ? (account.email ?? invented) : invented;
};

/** Ends a login: its refresh token and all it was exchanged for. */
function revoke(world: World, asked: AnybodyAsked): Draft {
  const { account, call } = asked;
  const given = new URLSearchParams(call.body).get("token") ?? "";
  if (account === undefined || given === "") {
    return built(
      world,
      asked,
      "unknown-token",
      found({ error: "invalid_token", error_description: "Invalid token" }, 400),
    );
  }
  world.desk.expire(given);
  if (isSeat(account))
    for (const token of [account.refreshToken, ...world.desk.tokensOf(account)]) world.desk.expire(token);
  world.desk.expire(account.label);
  return built(world, asked, "ok", found({}));
}

const SERVICE_ACCOUNT = /^instance\/service-accounts\/(?:default|[^/]+@[^/]+)\/(token|email|scopes)$/;

/** What the machine knows of itself. https://cloud.google.com/compute/docs/metadata/predefined-metadata-keys */
function metadata(world: World, asked: AnybodyAsked): Draft {
  const { method } = asked.call;
  const { machine } = world.desk;
  const about = SERVICE_ACCOUNT.exec(method)?.[1];
  if (about === "token") return { ...built(world, asked, "ok", machineToken(world, asked)), headers: FLAVOR };
  const text =
    about === "email"
      ? machine?.serviceEmail
      : about === "scopes"
        ? "https://www.googleapis.com/auth/cloud-platform"
        : { "": "instance/\nproject/\n", instance: "service-accounts/\n", "project/project-id": machine?.project }[
            method.replace(/\/$/, "")
          ];
  const status = text === undefined ? 404 : 200;
  const answer = { kind: "html", status, text: text ?? "Not Found" } as const;
  return { name: text === undefined ? "unknown-value" : "ok", answer, headers: { ...FLAVOR, ...TEXT } };
}

function machineToken(world: World, { now }: AnybodyAsked) {
  const given = world.desk.machineToken(now);
  return found(
    given && { access_token: given.accessToken, expires_in: given.expiresIn, token_type: "Bearer" },
    given ? 200 : 404,
  );
}

const FLAVOR = { "metadata-flavor": "Google", server: "Metadata Server for VM" };
const TEXT = { "content-type": "application/text" };
