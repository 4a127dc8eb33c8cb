const WALKS = ["entries", "keys", "values", Symbol.iterator] as const;

/** How many elements of maps `work` walks over; looking one up by its key is no visit. */
export function mapVisits(work: () => unknown): number {
  let visits = 0;
  const real = Object.getOwnPropertyDescriptors(Map.prototype);
  const replace = (name: (typeof WALKS)[number] | "forEach", value: unknown) =>
    Object.defineProperty(Map.prototype, name, { ...real[name], value });
  for (const name of WALKS) {
    const walk: unknown = real[name].value;
    replace(name, function (this: Map<unknown, unknown>) {
      return counted((walk as () => Iterator<unknown>).call(this), () => visits++);
    });
  }
  replace("forEach", function (this: Map<unknown, unknown>, visit: (value: unknown, key: unknown) => void) {
    for (const [key, value] of this) visit(value, key);
  });
  try {
    work();
  } finally {
    Object.defineProperties(Map.prototype, real);
  }
  return visits;
}

function* counted(elements: Iterator<unknown>, onVisit: () => void): Generator<unknown> {
  for (let next = elements.next(); !next.done; next = elements.next()) {
    onVisit();
    yield next.value;
  }
}
