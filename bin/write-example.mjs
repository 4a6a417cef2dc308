/**
 * Writes config.example.yml from the table of options. Run it with Node 24 after a change of the
 * table; a test fails until it was.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatExample } from '../src/config/format-example.ts';

writeFileSync(join(import.meta.dirname, '..', 'config.example.yml'), formatExample());
