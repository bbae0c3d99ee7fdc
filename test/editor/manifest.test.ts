/** The manifest is what VS Code reads of the extension before it runs: it must agree with the code. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { launchSettings } from '../../src/dap/settings.js';
import { pythonSettings } from '../../src/debuggee/python/settings.js';

interface Manifest {
  icon: string;
  capabilities: { untrustedWorkspaces: { supported: string; restrictedConfigurations: string[] } };
  contributes: {
    debuggers: {
      type: string;
      configurationAttributes: { launch: { properties: Record<string, { description: string; default?: unknown }> } };
      initialConfigurations: Record<string, unknown>[];
      configurationSnippets: { body: Record<string, unknown> }[];
    }[];
    commands: { command: string; title: string }[];
    menus: Record<string, { command: string; when?: string; group?: string }[]>;
    keybindings: { command: string; key: string; mac: string; when: string }[];
    viewsWelcome: { view: string; contents: string }[];
    configuration: { properties: Record<string, { default: unknown }> };
    views: Record<string, { id: string; when: string }[]>;
    grammars: { path: string }[];
    walkthroughs: { steps: { description: string; media: { markdown: string }; completionEvents: string[] }[] }[];
  };
}

const root = path.join(import.meta.dirname, '../..');
const { icon, capabilities, contributes } = JSON.parse(
  readFileSync(path.join(root, 'package.json'), 'utf8'),
) as Manifest;
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

test('keys are few, hold only where they are meant, and take none that is common', () => {
  const { keybindings } = contributes;
  expect(keybindings.length).toBeLessThanOrEqual(8);
  for (const { key, mac, when } of keybindings) {
    // In a view of ours its own keys; elsewhere two in a row.
    expect(when).toMatch(
      key.startsWith('ctrl+k ') ? /editorLangId == python|debugType == 'coroscope'/ : /^focusedView == /,
    );
    expect(mac).toBe(key.replace('ctrl', 'cmd'));
  }
});

test('a view that has nothing to show says how to begin, with commands that exist', () => {
  const commands = contributes.commands.map(({ command }) => command);
  const views = Object.values(contributes.views).flatMap((each) => each.map(({ id }) => id));
  const welcomes = contributes.viewsWelcome.map(({ view }) => view);
  expect(welcomes).toEqual(expect.arrayContaining([...views, 'debug']));
  for (const { contents } of contributes.viewsWelcome)
    for (const [, command] of contents.matchAll(/\(command:([\w.]+)\)/g)) expect(commands).toContain(command);
});

test('settings for launches that do not say have the defaults of launches', () => {
  const { properties: offered } = contributes.configuration;
  for (const name of ['justMyCode', 'record', 'console', 'maxLogicalThreads', 'freezeClocks', 'blockedLoopMs'])
    expect(offered[`coroscope.${name}`]?.default, name).toBe(properties[name]!.default);
});

test('no menu has an entry twice, and no command is declared twice', () => {
  const once = (names: readonly string[]): void => {
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  };
  once(contributes.commands.map(({ command }) => command));
  once(contributes.commands.map(({ title }) => title));
  // A row has some of its commands as a button and in its menu: two groups.
  const viewOf = (when = ''): string => /view == \S+/.exec(when)?.[0] ?? '';
  for (const entries of Object.values(contributes.menus))
    once(entries.map(({ command, group = '', when }) => `${command} ${group.split('@')[0] ?? ''} ${viewOf(when)}`));
});

test('every command that is declared is registered somewhere in the code, and the other way round', () => {
  const sources = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(path.join(root, 'src', file), 'utf8'))
    .join('\n');
  const declared = contributes.commands.map(({ command }) => command);
  for (const command of declared) {
    // Some are made from a table of their last words.
    const [, family = '', last = ''] = /^coroscope\.(?:(\w+)\.)?(\w+)$/.exec(command) ?? [];
    const isNamed = sources.includes(`'${command}'`);
    const isMade = sources.includes(`\`coroscope.${family}.\${`) && new RegExp(`\\b${last}:`).test(sources);
    expect(isNamed || isMade || sources.includes(`\`coroscope.\${name}.${last}\``), command).toBe(true);
  }
});

test('the views are there while a program is debugged', () => {
  for (const { when } of contributes.views['debug']!)
    expect(when).toBe('inDebugMode && debugType =~ /^(coroscope|debugpy|python)$/');
});

test('what needs Coroscope’s own session is not offered in another debugger’s', () => {
  const menus = ['commandPalette', 'view/item/context', 'debug/callstack/context'];
  const entries = menus.flatMap((menu) => contributes.menus[menu]!);
  const own = entries.filter(({ command }) => /\.coroutine\.(breakOn\w+|followInTimeline)$/.test(command));
  expect(own).toHaveLength(16);
  for (const { when } of own) expect(when).toMatch(/debugType == '?coroscope/);
});

test('in an untrusted workspace, what names a program to run does not hold', () => {
  const { supported, restrictedConfigurations } = capabilities.untrustedWorkspaces;
  expect(supported).toBe('limited');
  expect(restrictedConfigurations).toEqual(['coroscope.python']);
});

test('the pictures of README.md exist', () => {
  const pictures = [...readFileSync(path.join(root, 'README.md'), 'utf8').matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)];
  expect(pictures.length).toBeGreaterThan(4);
  for (const [, file = ''] of pictures) expect(existsSync(path.join(root, file)), file).toBe(true);
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
