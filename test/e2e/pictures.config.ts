import { defineConfig, mergeConfig } from 'vitest/config';
import stories from './vitest.config.js';

export default mergeConfig(
  { ...stories, test: { ...stories.test, include: [] } },
  defineConfig({ test: { include: ['test/e2e/readme.pictures.ts'] } }),
);
