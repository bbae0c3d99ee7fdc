/** Which file of the workspace an import means. */
import path from 'node:path';

export type Module =
  | { readonly kind: 'file'; readonly path: string; readonly isPackage: boolean }
  /** A folder without an `__init__.py` (PEP 420). */
  | { readonly kind: 'folder'; readonly path: string };

export class Modules {
  readonly #files = new Set<string>();
  /** Folders that have Python files somewhere below, with how many. */
  readonly #folders = new Map<string, number>();
  #roots: readonly string[] = [];

  get files(): ReadonlySet<string> {
    return this.#files;
  }

  /** The folders of the workspace. */
  set roots(folders: readonly string[]) {
    this.#roots = folders;
  }

  add(file: string): void {
    if (this.#files.has(file)) return;
    this.#files.add(file);
    this.#count(file, 1);
  }

  remove(file: string): void {
    if (this.#files.delete(file)) this.#count(file, -1);
  }

  /** `module` as written in `from`, after `level` dots. Undefined: not in the workspace. */
  resolve(from: string, module: string, level: number): Module | undefined {
    const parts = module === '' ? [] : module.split('.');
    if (level > 0) {
      let base = path.dirname(from);
      for (let up = 1; up < level; up++) base = path.dirname(base);
      return this.#find(base, parts);
    }
    for (const root of this.#searchPath(from)) {
      const found = this.#find(root, parts);
      if (found) return found;
    }
    return undefined;
  }

  submodule(of: Module, name: string): Module | undefined {
    if (of.kind === 'folder') return this.#find(of.path, [name]);
    return of.isPackage ? this.#find(path.dirname(of.path), [name]) : undefined;
  }

  /** As `sys.path` would be: above the file's own package, then the workspace's folders and their `src`. */
  #searchPath(from: string): string[] {
    let top = path.dirname(from);
    while (this.#files.has(path.join(top, '__init__.py')) && path.dirname(top) !== top) top = path.dirname(top);
    return [...new Set([top, ...this.#roots.flatMap((root) => [root, path.join(root, 'src')]), path.dirname(from)])];
  }

  #find(base: string, parts: readonly string[]): Module | undefined {
    const place = path.join(base, ...parts);
    const init = path.join(place, '__init__.py');
    if (this.#files.has(init)) return { kind: 'file', path: init, isPackage: true };
    if (parts.length > 0 && this.#files.has(`${place}.py`))
      return { kind: 'file', path: `${place}.py`, isPackage: false };
    return this.#folders.has(place) ? { kind: 'folder', path: place } : undefined;
  }

  #count(file: string, by: number): void {
    for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
      const count = (this.#folders.get(folder) ?? 0) + by;
      if (count > 0) this.#folders.set(folder, count);
      else this.#folders.delete(folder);
      if (path.dirname(folder) === folder) return;
    }
  }
}
