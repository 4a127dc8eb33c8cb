import { found } from "./cases/case";
import { type Asked, built, type Draft, named } from "./endpoints";
import { isSeat, type SeatAccount } from "./scenario";
import { inventedNumber, type World } from "./world";

const FREE = "free-tier";
const STANDARD = "standard-tier";
const NAMES: Readonly<Record<string, string>> = {
  [FREE]: "Gemini Code Assist for individuals",
  [STANDARD]: "Gemini Code Assist",
};

/** What Code Assist says of the person behind a seat, and how it is set up. */
export function seatSetup(world: World, asked: Asked): Draft {
  const { account } = asked;
  if (!isSeat(account)) return named(world, asked, "ca_404_not_found");
  const about = { ...asked, account };
  if (asked.call.path === "load") return load(world, about);
  return asked.call.path === "onboard" ? onboard(world, about) : operation(world, about);
}

interface SeatAsked extends Asked {
  readonly account: SeatAccount;
}

const tierIdOf = ({ seat }: SeatAccount): string => seat?.tier ?? STANDARD;

const tier = (id: string, more: object = {}) => ({
  id,
  name: NAMES[id] ?? id,
  ...(id === FREE ? {} : { userDefinedCloudaicompanionProject: true }),
  ...more,
});

/** The project that a call names; none where its body says none. */
const projectNamed = ({ call }: Asked): unknown => call.outer?.["cloudaicompanionProject"];

const isStrange = (asked: SeatAsked): boolean =>
  projectNamed(asked) !== undefined &&
  tierIdOf(asked.account) !== FREE &&
  projectNamed(asked) !== asked.account.project;

function load(world: World, asked: SeatAsked): Draft {
  const { account } = asked;
  const { seat = {} } = account;
  if (seat.behindPerimeter) return named(world, asked, "ca_403_vpcsc");
  if (isStrange(asked)) return named(world, asked, "ca_403_project_consumer_invalid");
  const id = tierIdOf(account);
  const isReady = world.seats.isReady(account);
  const { ineligible = [] } = seat;
  const body = {
    ...(isReady ? { currentTier: tier(id) } : {}),
    allowedTiers: [tier(id, { isDefault: true })],
    ...(ineligible.length === 0
      ? {}
      : { ineligibleTiers: ineligible.map((rule) => ({ ...rule, tierId: FREE, tierName: NAMES[FREE] })) }),
    ...(seat.paidTier === undefined ? {} : { paidTier: { id: seat.paidTier, name: seat.paidTier } }),
    ...(isReady && !(seat.withoutProject && projectNamed(asked) === undefined) ? project(account) : {}),
  };
  return built(world, asked, "ok", found(body));
}

const project = ({ project: id, seat }: SeatAccount) => ({
  cloudaicompanionProject: seat?.projectAsObject ? { id, name: id, projectNumber: inventedNumber(id) } : id,
});

/** The free tier's project is Google's: naming one is a mistake. All others need one. */
function onboard(world: World, asked: SeatAsked): Draft {
  const { account, call } = asked;
  const isFree = call.outer?.["tierId"] === FREE;
  if (isFree === (projectNamed(asked) !== undefined)) return named(world, asked, "ca_400_precondition_onboard");
  if (isStrange(asked)) return named(world, asked, "ca_403_project_consumer_invalid");
  return state(world, asked, world.seats.begin(account));
}

function operation(world: World, asked: SeatAsked): Draft {
  const { account, call } = asked;
  if (world.seats.poll(account, call.method) === undefined) return named(world, asked, "ca_404_not_found");
  return state(world, asked, call.method);
}

function state(world: World, asked: SeatAsked, name: string): Draft {
  const { account } = asked;
  if (!world.seats.isReady(account)) return built(world, asked, "ok", found({ name }));
  const { project: id } = account;
  const response = {
    "@type": "type.googleapis.com/google.internal.cloud.code.v1internal.OnboardUserResponse",
    cloudaicompanionProject: { id, name: id, projectNumber: inventedNumber(id) },
  };
  return built(world, asked, "ok", found({ name, done: true, response }));
}
