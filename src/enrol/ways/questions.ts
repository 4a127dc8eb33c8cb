import { seatProjectFault } from "../../core/seat-project";
import { labelFault } from "../label-fault";
import { locationFault, projectFault } from "../project-id";
import type { Question } from "../way";

/** A name of the person's own for the account. */
export const LABEL: Question = {
  key: "label",
  message: "A name for it",
  kind: "text",
  placeholder: "optional",
  isOptional: true,
  fault: labelFault,
};

/** A project that must be named. */
export const PROJECT: Question = {
  key: "project",
  message: "Google Cloud project whose quota is used (its id)",
  kind: "text",
  placeholder: "my-project-123",
  fault: projectFault,
};

/** The project of a key: two keys of one project share a quota. */
export const KEY_PROJECT: Question = {
  key: "project",
  message: "Its Google Cloud project, if you know it: keys of one project share one quota",
  kind: "text",
  placeholder: "optional",
  isOptional: true,
  fault: projectFault,
};

/** The project of a seat, which Google names where it can. */
export const SEAT_PROJECT: Question = {
  key: "project",
  message: "Google Cloud project of the seat, if your organisation named one",
  kind: "text",
  placeholder: "optional",
  isOptional: true,
  fault: seatProjectFault,
};

/** Where calls of Vertex AI are answered. */
export const LOCATION: Question = {
  key: "location",
  message: "Location of Vertex AI",
  kind: "text",
  placeholder: "global",
  isOptional: true,
  fault: locationFault,
};
