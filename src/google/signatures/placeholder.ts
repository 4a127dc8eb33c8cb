/**
 * The placeholder that every backend accepts in place of a thought signature.
 * https://ai.google.dev/gemini-api/docs/thought-signatures; the only one Vertex and Code Assist take (pydantic/pydantic-ai#3881).
 */
export const SIGNATURE_PLACEHOLDER = "skip_thought_signature_validator";
