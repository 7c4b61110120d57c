import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';

const ROOT = new URL('../../', import.meta.url);

/** Every TypeScript file under a folder of the project, by its path from the root. */
export const sourceFiles = (folder: string): readonly string[] =>
  readdirSync(new URL(folder, ROOT), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name}`)
    .sort();

const parse = (file: string): ts.SourceFile =>
  ts.createSourceFile(file, readFileSync(new URL(file, ROOT), 'utf8'), ts.ScriptTarget.Latest, true);

const walk = (node: ts.Node, visit: (node: ts.Node) => void): void => {
  visit(node);
  node.forEachChild((child) => {
    walk(child, visit);
  });
};

/** `text`: a literal; `prefix`: a template that begins so; `unreadable`: anything else. */
export type Found = { readonly file: string; readonly kind: 'text' | 'prefix' | 'unreadable'; readonly text: string };

const literals = (node: ts.Expression, file: string): readonly Found[] => {
  if (ts.isStringLiteralLike(node)) return [{ file, kind: 'text', text: node.text }];
  if (ts.isTemplateExpression(node)) return [{ file, kind: 'prefix', text: node.head.text }];
  if (ts.isConditionalExpression(node)) return [...literals(node.whenTrue, file), ...literals(node.whenFalse, file)];
  return [{ file, kind: 'unreadable', text: node.getText() }];
};

/** The place of the argument that is the code, in the calls that throw a `DomainError`. */
const codeArgument = (node: ts.Node): ts.Expression | undefined => {
  if (ts.isCallExpression(node) && node.expression.getText() === 'ensure') return node.arguments[1];
  if (ts.isNewExpression(node) && node.expression.getText() === 'DomainError') return node.arguments?.[0];
  return undefined;
};

/** What a file throws as codes: `ensure(…, code)` and `new DomainError(code)`. */
export const thrownCodes = (file: string): readonly Found[] => {
  const found: Found[] = [];
  walk(parse(file), (node) => {
    const code = codeArgument(node);
    if (code !== undefined) found.push(...literals(code, file));
  });
  return found;
};

/** Every string and template of a file, whatever it is for. */
export const strings = (file: string): readonly Found[] => {
  const found: Found[] = [];
  walk(parse(file), (node) => {
    if (ts.isStringLiteralLike(node)) found.push({ file, kind: 'text', text: node.text });
    if (ts.isTemplateExpression(node)) found.push({ file, kind: 'prefix', text: node.head.text });
  });
  return found;
};

/** The messages that rules of the domain give to `fault(wrong, path, message)`, by file. */
export const faultMessages = (file: string): readonly Found[] => {
  const found: Found[] = [];
  walk(parse(file), (node) => {
    const message = ts.isCallExpression(node) && node.expression.getText() === 'fault' ? node.arguments[2] : undefined;
    if (message !== undefined) found.push(...literals(message, file));
  });
  return found;
};
