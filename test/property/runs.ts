import fc from "fast-check";

const isLong = process.env["POOL_TEST_LONG"] === "1";

const given = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise);

/** One seed of few runs in `npm test`; twenty of 100 or more in `npm run test:long`; as many as these two say in a hunt. */
const SEED_COUNT = given("POOL_PROPERTY_SEEDS", isLong ? 20 : 1);
const LEAST_RUNS = given("POOL_PROPERTY_RUNS", isLong ? 100 : 1);
/** The first seed, to see one failure again. */
const FIRST_SEED = given("POOL_PROPERTY_SEED", 1);

/** How long one property may take. */
export const LIMIT_MS = SEED_COUNT > 1 ? 1_200_000 : 20_000;

/** Holds for every generated case: `numRuns` of them for each seed. */
export async function holds<T>(property: fc.IRawProperty<T>, numRuns = 100): Promise<void> {
  for (let index = 0; index < SEED_COUNT; index++) {
    await fc.assert(property, { seed: FIRST_SEED + index, numRuns: Math.max(numRuns, LEAST_RUNS) });
  }
}

/** A field that may be left out, for `fc.record`. */
export const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });

/** The object without the fields that are undefined, as everybody in `src` makes them. */
export const compact = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T;
