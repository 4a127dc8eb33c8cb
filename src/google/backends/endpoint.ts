/** The origin of an endpoint: people write it with a slash or with the version behind it. */
export const originOf = (endpoint: string, version: string): string => {
  let origin = endpoint.trim();
  while (origin.endsWith("/")) origin = origin.slice(0, -1);
  const path = `/${version}`;
  return origin.endsWith(path) ? origin.slice(0, -path.length) : origin;
};
