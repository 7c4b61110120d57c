/**
 * Chinese search without a dictionary (decision 20): a document is a hit when every term of the query is a substring of
 * one of its parts. Unigrams and bigrams of all characters find the candidates, the same way on every store; the
 * substring test on the candidates decides, since bigrams may match where they do not touch.
 */

/** A query longer than this is cut: nobody types more, and each term costs a lookup. Counted in characters. */
export const MAX_QUERY_LENGTH = 100;
export const MAX_QUERY_TERMS = 10;

/** The form in which text and query are compared: NFKC and lower case. */
export const normalizeText = (text: string): string => text.normalize('NFKC').toLowerCase();

/** The parts as one string in which a term, having no white space, cannot reach from one part into the next. */
export const searchText = (parts: readonly string[]): string => parts.map(normalizeText).join('\n');

/** The terms of a query, normalised, without repeats, bounded. None: every document is a hit. */
export const searchTerms = (query: string): readonly string[] => {
  const bounded = Array.from(normalizeText(query)).slice(0, MAX_QUERY_LENGTH).join('');
  const terms = bounded.split(/\s+/u).filter((term) => term !== '');
  return [...new Set(terms)].slice(0, MAX_QUERY_TERMS);
};

/** Does every term of the query stand in one of the parts? */
export const holdsTerms = (query: string, parts: readonly string[]): boolean => {
  const text = searchText(parts);
  return searchTerms(query).every((term) => text.includes(term));
};

/** Characters as hex of their code points: a word that no full-text tokeniser splits, folds or drops. */
const token = (...characters: readonly string[]): string =>
  characters.map((character) => `u${(character.codePointAt(0) ?? 0).toString(16)}`).join('');

const gramsOf = (word: string, into: Set<string>, shortest: 1 | 2): void => {
  const characters = Array.from(word);
  for (const [at, character] of characters.entries()) {
    const next = characters[at + 1];
    if (shortest === 1 || characters.length === 1) into.add(token(character));
    if (next !== undefined) into.add(token(character, next));
  }
};

/** The tokens under which a document is filed: unigrams and bigrams of each run without white space, each once. */
export const documentTokens = (text: string): readonly string[] => {
  const tokens = new Set<string>();
  for (const word of text.split(/\s+/u)) gramsOf(word, tokens, 1);
  return [...tokens];
};

/** The tokens that every candidate has: bigrams of each term, or the one character of a term that has no more. */
export const queryTokens = (terms: readonly string[]): readonly string[] => {
  const tokens = new Set<string>();
  for (const term of terms) gramsOf(term, tokens, 2);
  return [...tokens];
};
