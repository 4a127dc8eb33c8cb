/** Something that is made once, when it is first asked for. A failure is not kept: the next one who asks tries again. */
export interface Once<T> {
  get(): Promise<T>;
  /** What was made, if it ever was. */
  made(): T | undefined;
}

/** Nothing is done before the first `get`. */
export function once<T>(make: () => Promise<T>): Once<T> {
  let making: Promise<T> | undefined;
  let result: T | undefined;
  async function run(): Promise<T> {
    try {
      result = await make();
      return result;
    } catch (error) {
      making = undefined;
      throw error;
    }
  }
  return {
    get: () => {
      making ??= run();
      return making;
    },
    made: () => result,
  };
}
