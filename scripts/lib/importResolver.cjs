/**
 * Resolves imports for eslint-plugin-boundaries as Node and TypeScript do in an ES module: a relative import of
 * `./name.js` is the source `./name.ts`. An import of a source that does not exist is resolved too: that is for the
 * compiler to say, and the layers are known without it. Interface: eslint-import-resolver, version 2.
 */
'use strict';
const { existsSync } = require('node:fs');
const { createRequire, isBuiltin } = require('node:module');
const path = require('node:path');

exports.interfaceVersion = 2;

/**
 * @param {string} source
 * @param {string} file
 */
exports.resolve = (source, file) => {
  if (isBuiltin(source)) return { found: true, path: null };
  if (!source.startsWith('.')) {
    try {
      return { found: true, path: createRequire(file).resolve(source) };
    } catch {
      return { found: false };
    }
  }
  const written = path.resolve(path.dirname(file), source);
  return { found: true, path: existsSync(written) ? written : written.replace(/\.js$/, '.ts') };
};
