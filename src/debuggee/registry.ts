import type { Backend } from './backend.js';
import { pythonBackend } from './python/backend.js';

/** Every language that can be debugged, by name. */
export const backends: ReadonlyMap<string, Backend> = new Map([pythonBackend].map((each) => [each.language, each]));
