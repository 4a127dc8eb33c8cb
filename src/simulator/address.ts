/** A project at a location of Vertex AI. */
export interface Place {
  readonly project: string;
  readonly location: string;
}

/** What an address of the Gemini API, or of Vertex AI, asks for. */
export interface Address {
  readonly backend: "gemini-api" | "vertex";
  readonly model: string;
  readonly verb: string;
  readonly place?: Place;
}

/** The model and the verb of `/v1beta/models/M:verb`. */
export function geminiAddress(path: string): Address | undefined {
  const found = /^\/v1beta\/models\/([^/:]+):(\w+)$/.exec(path);
  return found ? { backend: "gemini-api", model: found[1] ?? "", verb: found[2] ?? "" } : undefined;
}

const VERTEX =
  /^\/v1(?:beta1)?\/(?:projects\/([^/]+)\/locations\/([^/]+)\/)?publishers\/google\/models\/([^/:]+):(\w+)$/;

/** With a project and a location, or express: without either. */
export function vertexAddress(path: string): Address | undefined {
  const found = VERTEX.exec(path);
  if (!found) return undefined;
  const [, project, location = "", model = "", verb = ""] = found;
  const place = project === undefined ? {} : { place: { project: decodeURIComponent(project), location } };
  return { backend: "vertex", model, verb, ...place };
}
