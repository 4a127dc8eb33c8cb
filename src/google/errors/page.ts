const ENTITIES: Readonly<Record<string, string>> = {
  "&quot;": '"',
  "&#34;": '"',
  "&#x22;": '"',
  "&apos;": "'",
  "&#39;": "'",
  "&#x27;": "'",
  "&lt;": "<",
  "&gt;": ">",
  "&nbsp;": " ",
  "&amp;": "&",
};

const ENTITY = /&(?:quot|apos|lt|gt|nbsp|amp|#39|#34|#x27|#x22);/gi;

/** Whether a body is a page, or nothing at all: no answer of an API. */
export const isPage = (text: string): boolean => /^\s*(?:<|$)/.test(text);

/** HTML without its tags: the words a person would see, near enough. */
export const wordsOfPage = (html: string): string =>
  html.replace(/<[^<>]*>?/g, " ").replace(ENTITY, (entity) => ENTITIES[entity.toLowerCase()] ?? entity);
