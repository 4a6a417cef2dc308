import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  findLanguage,
  findLanguageIdByName,
  findLanguageById,
  getMimeType,
  LANGUAGES,
} from '../../../src/languages/languages.ts';

describe('table', () => {
  test('docs/languages.md lists exactly these ids, names and suffixes', () => {
    const text = readFileSync(join(import.meta.dirname, '../../../docs/languages.md'), 'utf8');
    const rows = Array.from(text.matchAll(/^\| `([^`]+)` \| ([^|]+) \| ([^|]*) \|$/gm), (match) =>
      match.slice(1).map((cell) => cell.trim()),
    );
    const expected = LANGUAGES.map(({ id, name, suffixes, fileNames }) => [
      id,
      name,
      [...suffixes, ...fileNames].map((key) => `\`${key}\``).join(' '),
    ]);
    expect(rows).toEqual(expected);
  });

  test('ids are lower case and unique, and nothing is claimed twice', () => {
    for (const { id, suffixes, fileNames } of LANGUAGES) {
      expect(id).toMatch(/^[a-z][a-z0-9-]*$/);
      expect([...suffixes, ...fileNames]).toEqual(
        [...suffixes, ...fileNames].map((key) => key.toLowerCase()),
      );
      expect(suffixes.filter((suffix) => !suffix.startsWith('.'))).toEqual([]);
    }
    const claims = LANGUAGES.flatMap(({ id, suffixes, fileNames, interpreters }) => [
      `id ${id}`,
      ...suffixes,
      ...fileNames.map((name) => `name ${name}`),
      ...interpreters.map((name) => `#!${name}`),
    ]);
    expect(claims.filter((claim, index) => claims.indexOf(claim) !== index)).toEqual([]);
  });

  test('every row has a comment style', () => {
    const without = LANGUAGES.filter(
      ({ comments }) => comments.line.length + comments.block.length === 0,
    );
    expect(without.map(({ id }) => id)).toEqual([
      'cobol',
      'csv',
      'diff',
      'haml',
      'json',
      'log',
      'plaintext',
      'restructuredtext',
      'slim',
      'smalltalk',
      'textile',
      'tla',
      'tsv',
      'xquery',
    ]);
  });
});

describe('findLanguage', () => {
  test.each([
    ['src/a.ts', 'typescript'],
    ['a.tsx', 'tsx'],
    ['types.d.ts', 'typescript'],
    ['a.c', 'c'],
    ['a.h', 'c'],
    ['a.C', 'cpp'],
    ['pkg/BUILD', 'bazel'],
    ['tools/Build', 'plaintext'],
    ['a.hpp', 'cpp'],
    ['start.S', 'assembly'],
    ['a.m', 'objective-c'],
    ['A.CS', 'csharp'],
    ['Makefile', 'makefile'],
    ['docker/Dockerfile', 'dockerfile'],
    ['Dockerfile.dev', 'dockerfile'],
    ['app.dockerfile', 'dockerfile'],
    ['CMakeLists.txt', 'cmake'],
    ['tsconfig.json', 'json5'],
    ['.gitignore', 'gitignore'],
    ['Kconfig', 'kconfig'],
    ['README', 'plaintext'],
    ['README.md', 'markdown'],
    ['a.tar.unknown', 'plaintext'],
    ['noext', 'plaintext'],
    ['build/', 'plaintext'],
  ])('%s is %s', (path, id) => {
    expect(findLanguage(path)).toBe(id);
  });

  test.each([
    ['#!/bin/sh', 'bash'],
    ['#!/usr/bin/env python3.12', 'python'],
    ['#!/usr/bin/env -S FOO=1 node --inspect', 'javascript'],
    ['#! /usr/local/bin/perl -w', 'perl'],
    ['#!/opt/unknown', 'plaintext'],
    ['#!', 'plaintext'],
    ['text', 'plaintext'],
  ])('a script that starts with %s is %s', (firstLine, id) => {
    expect(findLanguage('bin/tool', firstLine)).toBe(id);
  });

  test('a suffix is stronger than the first line', () => {
    expect(findLanguage('a.py', '#!/bin/sh')).toBe('python');
  });
});

test('knows MIME types, and text for what it does not know', () => {
  expect(getMimeType('json')).toBe('application/json');
  expect(getMimeType('ada')).toBe('text/x-ada');
  expect(getMimeType('klingon')).toBe('text/plain');
  expect(findLanguageById('klingon')).toBeUndefined();
});

test.each([
  ['typescript', 'typescript'],
  ['TypeScript', 'typescript'],
  ['ts', 'typescript'],
  ['C++', 'cpp'],
  ['c#', 'csharp'],
  ['python3', 'python'],
  ['sh', 'bash'],
  ['', undefined],
  ['nonsense', undefined],
])('people who write "%s" mean %s', (name, id) => {
  expect(findLanguageIdByName(name)).toBe(id);
});
