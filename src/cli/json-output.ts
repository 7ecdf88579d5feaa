/**
 * Data as JSON that is safe on a terminal: JSON escapes the lower controls itself; here so are the upper ones, and
 * what reorders or hides text. Every escape reads back as the same text.
 */
export function safeJson(data: unknown, indent?: number): string {
  return JSON.stringify(data, null, indent).replace(UNSEEN, (char) =>
    [...Array(char.length).keys()]
      .map((i) => `\\u${char.charCodeAt(i).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

const UNSEEN = /(?![\n])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
