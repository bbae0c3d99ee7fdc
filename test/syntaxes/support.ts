/** Text coloured as VS Code does it: its own engine, the Python grammar it ships, and the grammars of this extension. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import python from 'tm-grammars/grammars/python.json' with { type: 'json' };
import oniguruma from 'vscode-oniguruma';
import textmate from 'vscode-textmate';

export const root = path.join(import.meta.dirname, '../..');

interface Contribution {
  path: string;
  scopeName: string;
  injectTo?: string[];
}

export interface Token {
  readonly line: number;
  readonly start: number;
  readonly text: string;
  readonly scopes: readonly string[];
}

/** Tokens of a text in the grammar `scopeName`; without `injections`, as it would be without this extension. */
export async function tokenizer(scopeName: string, injections = true): Promise<(text: string) => Token[]> {
  const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    contributes: { grammars: Contribution[] };
  };
  const { grammars } = manifest.contributes;
  const files = new Map(grammars.map((one) => [one.scopeName, path.join(root, one.path)]));
  const wasm = readFileSync(path.join(root, 'node_modules/vscode-oniguruma/release/onig.wasm'));
  await oniguruma.loadWASM(wasm);
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => oniguruma.createOnigScanner(patterns),
      createOnigString: (text) => oniguruma.createOnigString(text),
    }),
    loadGrammar: (name) => {
      if (name === 'source.python')
        return Promise.resolve(textmate.parseRawGrammar(JSON.stringify(python), 'python.json'));
      const file = files.get(name);
      return Promise.resolve(file === undefined ? null : textmate.parseRawGrammar(readFileSync(file, 'utf8'), file));
    },
    getInjections: (name) =>
      injections ? grammars.filter(({ injectTo }) => injectTo?.includes(name)).map((one) => one.scopeName) : [],
  });
  const grammar = await registry.loadGrammar(scopeName);
  if (!grammar) throw new Error(`There is no grammar ${scopeName}.`);
  return (text) => {
    let stack = textmate.INITIAL;
    return text.split(/\r?\n/).flatMap((content, line) => {
      const result = grammar.tokenizeLine(content, stack);
      stack = result.ruleStack;
      return result.tokens.map(({ startIndex: start, endIndex, scopes }) => ({
        line,
        start,
        text: content.slice(start, endIndex),
        scopes,
      }));
    });
  };
}
