/**
 * The launch settings that mean the same in every language: checked here, and nowhere else. What is not listed passes
 * through to the backend, which checks it; files and folders are looked up there too, because only it knows where the
 * program will run.
 */
import path from 'node:path';
import * as z from 'zod';
import { RecordMode, type Settings as RuntimeSettings } from '../link/protocol.js';
import { splitArguments } from './argumentLine.js';
import { AdapterError } from './errors.js';
import { complaint, misfit } from './validation.js';

const text = z.string();
const positive = z.int().min(1);

/**
 * What a person writes in a launch configuration. The manifest of the extension and the README list these, the language's
 * own and no others, with these defaults.
 */
export const launchSettings = {
  /** A file to run, a module by its dotted name, or source text (or its lines). */
  program: text.min(1).optional(),
  module: text.min(1).optional(),
  code: z.union([text, z.array(text)]).optional(),
  /** As one text they are split as a POSIX shell splits them, with nothing expanded. */
  args: z.union([z.array(text), text]).default([]),
  cwd: text.min(1).optional(),
  /** Null takes a variable out of the environment. */
  env: z.record(text, z.union([text, z.number(), z.boolean(), z.null()])).default({}),
  /** Lines `NAME=value`; `env` wins over it. */
  envFile: text.min(1).optional(),
  console: z.enum(['internalConsole', 'integratedTerminal', 'externalTerminal']).default('internalConsole'),
  stopOnEntry: z.boolean().default(false),
  justMyCode: z.boolean().default(true),
  userRoots: z.array(text).default([]),
  record: RecordMode.default('auto'),
  historyLength: positive.default(16),
  recordLimit: positive.default(250_000),
  maxLogicalThreads: z.int().min(0).default(200),
  freezeClocks: z.boolean().default(true),
  /** Milliseconds; 0 switches it off. */
  blockedLoopMs: z.number().min(0).default(100),
  /** Seconds. */
  evaluateTimeout: z.number().positive().default(10),
};

const LaunchArguments = z.looseObject({
  ...launchSettings,
  // What clients add to them.
  language: text.default('python'),
  streamExchanges: z.boolean().default(false),
  /** DAP: run, but do not debug. */
  noDebug: z.boolean().default(false),
});

type Listed<T> = { readonly [K in keyof T as string extends K ? never : K]: T[K] };

/** Validated and with defaults; unknown keys are still there for the backend. */
export type LaunchSettings = Omit<Listed<z.infer<typeof LaunchArguments>>, 'args'> & {
  readonly args: readonly string[];
};

/** @throws AdapterError that names the setting, what was found and what is allowed */
export function readSettings(input: unknown): LaunchSettings {
  const parsed = LaunchArguments.safeParse(input ?? {});
  if (!parsed.success) {
    const found = misfit(parsed.error, input);
    const setting = found.name === '' ? 'The launch configuration' : `The setting ${found.name}`;
    throw new AdapterError('wrongSetting', { setting, complaint: complaint(found) });
  }
  const { args, ...settings } = parsed.data;
  const ways = (['program', 'module', 'code'] as const).filter((way) => settings[way] !== undefined);
  if (ways.length !== 1) {
    throw new AdapterError('oneOf', { found: ways.length === 0 ? 'none is given' : `${ways.join(' and ')} are given` });
  }
  return { ...settings, args: typeof args === 'string' ? splitArguments(args) : args };
}

/** What the runtime needs to know of the settings, in `configure`. */
export function runtimeSettings(settings: LaunchSettings, redirectConsole: boolean): RuntimeSettings {
  const { justMyCode, recordLimit, historyLength, streamExchanges, evaluateTimeout, noDebug } = settings;
  return {
    justMyCode,
    stopOnEntry: settings.stopOnEntry && !noDebug,
    record: noDebug ? 'off' : settings.record,
    recordLimit,
    historyLength,
    streamExchanges,
    redirectConsole,
    evaluateTimeout,
    userRoots: settings.userRoots.map((root) => path.resolve(settings.cwd ?? '.', root)),
    freezeClocks: settings.freezeClocks,
    findings: !noDebug,
    blockedLoopMs: settings.blockedLoopMs,
  };
}
