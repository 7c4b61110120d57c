import { writeFileSync } from 'node:fs';
import { permissionDocument } from './http/permission-document.ts';
import { problemDocument } from './http/problem-document.ts';

const write = (name: string, text: string): void => {
  writeFileSync(new URL(`../docs/${name}`, import.meta.url), text);
};

write('permissions.md', permissionDocument());
write('problems.md', problemDocument());
