/** `coroscope tour`: the example programs, debugged through the adapter itself on the interpreter the extension carries. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { backends } from '../../debuggee/registry.js';
import { tell } from './session.js';
import { readStories } from './story.js';

const WIDTH = 100;

const NEXT = `
How to go on
  In VS Code   npm run package makes coroscope-0.1.0.vsix; install it (Extensions: Install from VSIX…),
               open a Python file, click beside a line with a yield, press F5.
  launch.json  { "type": "coroscope", "request": "launch", "name": "Debug", "program": "\${file}" }
               "python" chooses the interpreter: a path, a name, or "embedded"; "record": "all" keeps every exchange.
  In a shell   node dist/cli.js run examples/08_two_sub_generators.py
               node dist/cli.js dap          the debug adapter, for any other editor
`;

export async function tourCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { python: { type: 'string', default: 'embedded' }, folder: { type: 'string' } },
  });
  const folder = path.resolve(values.folder ?? path.join(import.meta.dirname, '..', 'examples'));
  const stories = readStories(folder).filter(
    (story) => positionals.length === 0 || positionals.some((name) => story.program.includes(name)),
  );
  if (stories.length === 0) {
    process.stderr.write(`coroscope tour: no example is called ${positionals.join(' or ')}.\n`);
    return 2;
  }
  const began = performance.now();
  const host = values.python === 'embedded' ? 'the embedded Python (nothing else is needed)' : values.python;
  process.stdout.write(`Coroscope debugs ${stories.length} example programs on ${host}.\n`);
  for (const story of stories) {
    const heading = `── ${story.program} · ${story.title} `;
    process.stdout.write(`\n${heading}${'─'.repeat(Math.max(0, WIDTH - heading.length))}\n`);
    process.stdout.write(introduction(path.join(folder, story.program)));
    for await (const line of tell(story, { backends, folder, python: values.python })) {
      process.stdout.write(`${line}\n`);
    }
  }
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  process.stdout.write(`\n${stories.length} programs debugged in ${seconds} s.\n${NEXT}`);
  return 0;
}

/** The comment at the head of a program, which says what it is about. */
function introduction(program: string): string {
  const lines = readFileSync(program, 'utf8').split('\n');
  const end = lines.findIndex((line) => !line.startsWith('#'));
  return lines
    .slice(0, end)
    .map((line) => `  ${line.replace(/^# ?/, '')}\n`)
    .join('');
}
