import type { Way } from "../way";
import { apiKeyWay, expressKeyWay } from "./keys";
import { adcWay, serviceAccountWay } from "./local";
import { geminiLoginWay, vertexLoginWay } from "./own-login";
import type { WaysParts } from "./parts";
import { seatGeminiCliWay, seatWay } from "./seat";

/** Every way in, in the order of a menu: what most people have first, and last the one that Google does not allow. */
export const waysIn = (parts: WaysParts): readonly Way[] => [
  apiKeyWay(parts),
  expressKeyWay(parts),
  serviceAccountWay(parts),
  adcWay(parts),
  geminiLoginWay(parts),
  vertexLoginWay(parts),
  seatWay(parts),
  seatGeminiCliWay(parts),
];
