/** The manifest is what VS Code reads of the extension before it runs: it must agree with the code. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { launchSettings } from '../../src/dap/settings.js';
import { pythonSettings } from '../../src/debuggee/python/settings.js';

interface Manifest {
  icon: string;
  contributes: {
    debuggers: {
      type: string;
      configurationAttributes: { launch: { properties: Record<string, { description: string; default?: unknown }> } };
      initialConfigurations: Record<string, unknown>[];
      configurationSnippets: { body: Record<string, unknown> }[];
    }[];
    commands: { command: string; title: string }[];
    menus: Record<string, { command: string; when?: string }[]>;
    keybindings: { command: string }[];
    views: Record<string, { id: string; when: string }[]>;
    grammars: { path: string }[];
    walkthroughs: { steps: { description: string; media: { markdown: string }; completionEvents: string[] }[] }[];
  };
}

const root = path.join(import.meta.dirname, '../..');
const { icon, contributes } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as Manifest;
const [debuggerContribution] = contributes.debuggers;
const { properties } = debuggerContribution!.configurationAttributes.launch;

/** What the adapter and the language take, each with its default. */
const settings = Object.entries({ ...launchSettings, ...pythonSettings }).map(([name, schema]) => {
  const absent = schema.safeParse(undefined);
  return { name, default: absent.data };
});
const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name);
/** A whole sentence, or several. */
const SENTENCE = /^[A-Z`].*\.$/;

describe('the launch settings are those of the adapter, with its defaults and in words', () => {
  test('in the manifest', () => {
    // Where a setting has no default, the editor has: it fills in the file that is open, and the folder.
    const ofTheEditor = { program: '${file}', cwd: '${workspaceFolder}' };
    const offered = Object.entries(properties).map(([name, property]) => ({ name, default: property.default }));
    const expected = settings.map((setting) => ({ ...setting, ...pick(ofTheEditor, setting.name) }));
    expect(offered.sort(byName)).toEqual(expected.sort(byName));
    for (const { description } of Object.values(properties)) expect(description).toMatch(SENTENCE);
  });

  test('in the README', () => {
    const readme = readFileSync(path.join(root, 'README.md'), 'utf8');
    const table = /^## Launch settings$.*?^(\| setting .*?)^$/ms.exec(readme)![1]!;
    const rows = table.trim().split('\n').slice(2);
    const listed = rows.flatMap((row) => {
      const [names, standard, meaning] = row.split(' | ').map((cell) => cell.replace(/^\||\|$/g, '').trim());
      expect(meaning).toMatch(SENTENCE);
      const value: unknown = standard === '' ? undefined : JSON.parse(standard!.replaceAll('`', ''));
      return [...names!.matchAll(/`(\w+)`/g)].map(([, name]) => ({ name: name!, default: value }));
    });
    expect(listed.sort(byName)).toEqual([...settings].sort(byName));
  });
});

function pick(defaults: Readonly<Record<string, string>>, name: string): { default?: string } {
  return defaults[name] === undefined ? {} : { default: defaults[name] };
}

test('what is offered to insert uses only settings that exist', () => {
  const { initialConfigurations, configurationSnippets } = debuggerContribution!;
  const known = new Set(['name', 'type', 'request', ...Object.keys(properties)]);
  for (const body of [...initialConfigurations, ...configurationSnippets.map((snippet) => snippet.body)]) {
    expect(Object.keys(body).filter((setting) => !known.has(setting))).toEqual([]);
    expect(body).toMatchObject({ type: 'coroscope', request: 'launch' });
  }
});

test('every menu entry is a command that exists', () => {
  const commands = contributes.commands.map(({ command }) => command);
  for (const { command } of [...Object.values(contributes.menus).flat(), ...contributes.keybindings])
    expect(commands).toContain(command);
  // Each is in the menus or the palette at a time when it can do something.
  const placed = new Set(contributes.menus['commandPalette']!.map(({ command }) => command));
  for (const command of commands) expect(placed).toContain(command);
});

test('the views are there while a program is debugged', () => {
  for (const { when } of contributes.views['debug']!)
    expect(when).toBe('inDebugMode && debugType =~ /^(coroscope|debugpy|python)$/');
});

test('what needs Coroscope’s own session is not offered in another debugger’s', () => {
  const entries = ['commandPalette', 'view/item/context'].flatMap((menu) => contributes.menus[menu]!);
  const own = entries.filter(({ command }) => /\.coroutine\.(breakOn\w+|followInTimeline)$/.test(command));
  expect(own).toHaveLength(8);
  for (const { when } of own) expect(when).toContain('debugType == coroscope');
});

test('the files it names exist', () => {
  for (const file of [icon, ...contributes.grammars.map((grammar) => grammar.path)]) {
    expect(existsSync(path.join(root, file)), file).toBe(true);
  }
});

test('the steps of the walkthrough have their text, and their links are commands that exist', () => {
  const commands = contributes.commands.map(({ command }) => command);
  const views = Object.values(contributes.views)
    .flat()
    .map(({ id }) => `${id}.focus`);
  for (const { description, media, completionEvents } of contributes.walkthroughs.flatMap(({ steps }) => steps)) {
    expect(existsSync(path.join(root, media.markdown)), media.markdown).toBe(true);
    const links = [...description.matchAll(/\(command:([\w.]+)\)/g)].map(([, command]) => command);
    expect(links).toHaveLength(1);
    const events = completionEvents.flatMap((event) => /^onCommand:(.*)$/.exec(event)?.[1] ?? []);
    for (const command of [...links, ...events]) expect([...commands, ...views]).toContain(command);
  }
});
